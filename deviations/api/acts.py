"""Every act on a deviation, as ``POST /api/v1/deviations/<id>/<act>/``.

Edits of what somebody may have read before (category, risk, causes, closing) require ``If-Match``;
with the others it is honoured where it is sent.
"""

from collections.abc import Callable
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from casework.kit import api_schema
from casework.kit.api import RecordViewSet
from deviations.api import writing
from deviations.api.reading import DeviationDetailSerializer
from deviations.models import Deviation
from deviations.rules import RULES
from deviations.services import closing, cooperation, inbox, investigating
from deviations.services.investigating import PlannedAction

Method = Callable[..., Response]


def act(
    body: type[BaseSerializer], summary: str, *, edits: bool = False
) -> Callable[[Method], Method]:
    """Make a method an act on a deviation, answered with the deviation as it then is."""
    return api_schema.act("deviations", body, DeviationDetailSerializer, summary, edits=edits)


class Acts(RecordViewSet):
    """The acts; each calls the service that screens and imports call."""

    queryset = Deviation.objects.all()
    rules = RULES
    detail_serializer = DeviationDetailSerializer

    @act(writing.NothingSerializer, "Ta emot")
    def receive(self, request: Request, pk: int) -> Response:
        """Enheten har sett avvikelsen."""
        return self.perform("receive", pk, lambda given: inbox.receive(self.actor, pk))

    @act(writing.AssignSerializer, "Fördela")
    def assign(self, request: Request, pk: int) -> Response:
        """Till en kollega som arbetar i den ansvariga enheten i dag."""
        return self.perform("assign", pk, lambda given: inbox.assign(self.actor, pk, **given))

    @act(writing.MoveSerializer, "Flytta till annan enhet")
    def move(self, request: Request, pk: int) -> Response:
        """Efter två flyttar bestämmer avdelningschefen."""
        return self.perform("move", pk, lambda given: inbox.move(self.actor, pk, **given))

    @act(writing.MoveSerializer, "Bestäm ansvarig enhet")
    def decide_unit(self, request: Request, pk: int) -> Response:
        """Avdelningschefens beslut; enheten kan inte flytta vidare."""
        return self.perform(
            "decide_unit", pk, lambda given: inbox.decide_unit(self.actor, pk, **given)
        )

    @act(writing.AskSerializer, "Begär komplettering")
    def ask(self, request: Request, pk: int) -> Response:
        """En fråga till den som rapporterade."""
        return self.perform("ask", pk, lambda given: inbox.ask(self.actor, pk, **given))

    @act(writing.AnswerSerializer, "Svara på en fråga")
    def answer(self, request: Request, pk: int) -> Response:
        """Rapporten själv ändras aldrig."""
        return self.perform(
            "answer",
            pk,
            lambda given: inbox.answer(self.actor, pk, given["question"], text=given["text"]),
        )

    @act(writing.ReasonSerializer, "Inte en avvikelse")
    def dismiss(self, request: Request, pk: int) -> Response:
        """Skälet läses av den som rapporterade."""
        return self.perform("dismiss", pk, lambda given: inbox.dismiss(self.actor, pk, **given))

    @act(writing.MergeSerializer, "Sammanför")
    def merge(self, request: Request, pk: int) -> Response:
        """Avvikelsen räknas sedan med den som den sammanförs med."""
        return self.perform(
            "merge", pk, lambda given: inbox.merge(self.actor, pk, **given), other="into"
        )

    @act(writing.ReasonSerializer, "Skicka till SAS")
    def send_to_sas(self, request: Request, pk: int) -> Response:
        """Det som kan vara ett missförhållande (SoL 27:2)."""
        return self.perform(
            "send_to_sas", pk, lambda given: inbox.send_to_sas(self.actor, pk, **given)
        )

    @act(writing.ReasonSerializer, "Lämna tillbaka till enheten")
    def return_from_sas(self, request: Request, pk: int) -> Response:
        """SAS lämnar tillbaka; enheten fortsätter."""
        return self.perform(
            "return_from_sas", pk, lambda given: inbox.return_from_sas(self.actor, pk, **given)
        )

    @act(writing.ClassifySerializer, "Sätt kategori och risk", edits=True)
    def classify(self, request: Request, pk: int) -> Response:
        """Det som utelämnas står kvar."""
        return self.perform(
            "classify",
            pk,
            lambda given: investigating.classify(self.actor, pk, **given),
            edits=True,
        )

    @act(writing.InvestigateSerializer, "Utred orsaker", edits=True)
    def investigate(self, request: Request, pk: int) -> Response:
        """Orsaker, varav en huvudorsak, och analysen."""
        return self.perform(
            "investigate",
            pk,
            lambda given: investigating.investigate(self.actor, pk, **given),
            edits=True,
        )

    @act(writing.PlanSerializer, "Planera en åtgärd")
    def plan_action(self, request: Request, pk: int) -> Response:
        """Mot en av orsakerna, med ansvarig och dag."""
        return self.perform(
            "plan_action",
            pk,
            lambda given: investigating.plan_action(self.actor, pk, PlannedAction(**given)),
        )

    @act(writing.CloseSerializer, "Avsluta", edits=True)
    def close(self, request: Request, pk: int) -> Response:
        """Kräver kategori, risk, orsaker och utförda åtgärder; effekten följs upp."""
        return self.perform(
            "close", pk, lambda given: closing.close(self.actor, pk, **given), edits=True
        )

    @act(writing.ReasonSerializer, "Avsluta utan åtgärd", edits=True)
    def close_without_action(self, request: Request, pk: int) -> Response:
        """Skälet läses av den som rapporterade."""
        return self.perform(
            "close_without_action",
            pk,
            lambda given: closing.close_without_action(self.actor, pk, **given),
            edits=True,
        )

    @act(writing.HandleSimplySerializer, "Enkel hantering", edits=True)
    def close_simply(self, request: Request, pk: int) -> Response:
        """Låg risk, avslutad med allt på en gång."""
        return self.perform(
            "close",
            pk,
            lambda given: closing.close_simply(self.actor, pk, writing.handling(given)),
            edits=True,
        )

    @act(writing.EffectSerializer, "Bedöm effekt")
    def assess_effect(self, request: Request, pk: int) -> Response:
        """Avslutar uppföljningen."""
        return self.perform(
            "assess_effect", pk, lambda given: closing.assess_effect(self.actor, pk, **given)
        )

    @act(writing.PostponeSerializer, "Flytta fram effektuppföljningen")
    def postpone_effect(self, request: Request, pk: int) -> Response:
        """Till en senare dag, med skäl."""
        return self.perform(
            "postpone_effect", pk, lambda given: closing.postpone_effect(self.actor, pk, **given)
        )

    @act(writing.ReasonSerializer, "Återöppna")
    def reopen(self, request: Request, pk: int) -> Response:
        """Handläggningstiden löper igen från den dag avvikelsen rapporterades."""
        return self.perform("reopen", pk, lambda given: closing.reopen(self.actor, pk, **given))

    @act(writing.ExchangeInSerializer, "Anteckna samverkan")
    def record_exchange(self, request: Request, pk: int) -> Response:
        """En annan myndighets nummer, och när det skickades och besvarades."""

        def record(given: dict[str, Any]) -> object:
            return cooperation.record_exchange(
                self.actor, pk, exchange_id=given.pop("exchange"), **given
            )

        return self.perform("exchange", pk, record)

    @act(writing.ProtectionSerializer, "Ändra skydd av personuppgifter")
    def set_protection(self, request: Request, pk: int) -> Response:
        """Därefter ser bara de namngivna i enheten och SAS avvikelsen."""
        return self.perform(
            "protect", pk, lambda given: cooperation.set_protection(self.actor, pk, **given)
        )
