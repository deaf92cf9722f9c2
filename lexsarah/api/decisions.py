"""Proposal, decision, closing and reopening, as acts on ``lexsarah-reports``."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from casework.access import policy
from casework.audit.work import record_reading, unit_of_work
from casework.kit import api_schema
from casework.kit.api import RecordViewSet, check_if_match
from casework.shared.errors import InvalidInput
from lexsarah.api import decision_serializers as shapes
from lexsarah.api.serializers import LexSarahReportDetailSerializer
from lexsarah.models import Report, ReportCause
from lexsarah.queries import read_report
from lexsarah.rules import RULES
from lexsarah.services import closing, deciding, measures


def act(
    body: type[BaseSerializer], summary: str
) -> Callable[[api_schema.Method], api_schema.Method]:
    """Make a method an edit of a report, answered with the report as it then is."""
    shown = LexSarahReportDetailSerializer
    return api_schema.act("lexsarah_reports", body, shown, summary, edits=True)


@extend_schema(tags=["lexsarah-reports"])
class DecisionViewSet(RecordViewSet):
    """Förslag, beslut och åtgärder: för den som utreder eller beslutar."""

    queryset = Report.objects.select_related("unit", "investigator", "deviation__category")
    rules = RULES
    detail_serializer = LexSarahReportDetailSerializer
    filterset_class = None

    def _opened(self, pk: int) -> Report:
        report = read_report(self.actor, pk)
        policy.require(self.actor, "read_document", report, RULES)
        record_reading(self.actor, "lexsarah.read", kind="report", ids=[pk])
        return report

    def _do(self, name: str, pk: int, do: Callable[..., object]) -> Response:
        """Do an act of the report whose body is the service's own words."""

        def run(given: Any) -> object:
            return do(self.actor, pk, **given)

        return self.perform(name, pk, run, edits=True)

    @extend_schema(
        operation_id="lexsarah_reports_decisions",
        summary="Läs förslag och beslut",
        responses=shapes.DecisionsSerializer,
    )
    @action(detail=True, pagination_class=None)
    def decisions(self, request: Request, pk: int) -> Response:
        """Answer with all that has been proposed and decided, oldest first."""
        report = self._opened(pk)
        found = {
            "proposals": report.proposals.select_related("decider").order_by("pk"),
            "decisions": report.decisions.select_related("decided_by").order_by("pk"),
            "reopenings": report.reopenings.order_by("pk"),
        }
        return Response(shapes.DecisionsSerializer(found).data)

    @act(shapes.ProposeSerializer, "Föreslå beslut")
    def propose(self, request: Request, pk: int) -> Response:
        """400 med `incomplete` när något i utredningen saknas; varje del nämns."""
        return self._do("propose", pk, deciding.propose)

    @act(shapes.NoBodySerializer, "Ta tillbaka förslaget")
    def take_back_proposal(self, request: Request, pk: int) -> Response:
        """Utredningen kan ändras igen."""
        return self._do("take_back_proposal", pk, deciding.take_back_proposal)

    @act(shapes.HandedBackSerializer, "Återlämna förslaget")
    def return_proposal(self, request: Request, pk: int) -> Response:
        """Med vad som saknas. Den som återlämnar läser inte längre rapporten: svaret är 204."""
        return self._do("return_proposal", pk, deciding.return_proposal)

    @act(shapes.DeciderSerializer, "Byt beslutsfattare")
    def assign_decider(self, request: Request, pk: int) -> Response:
        """Den som får besluta enligt delegationsordningen i dag."""
        return self._do("assign_decider", pk, deciding.assign_decider)

    @act(shapes.DecideSerializer, "Fatta beslut")
    def decide(self, request: Request, pk: int) -> Response:
        """Får skilja sig från förslaget. 400 med `not_delegated` utanför den egna delegationen."""
        return self._do("decide", pk, deciding.decide)

    @act(shapes.ReasonsSerializer, "Avsluta utan utredning")
    def close_short(self, request: Request, pk: int) -> Response:
        """Bara det som uppenbart inte är ett missförhållande; med skäl."""
        return self._do("close_short", pk, deciding.close_short)

    @act(shapes.NoBodySerializer, "Följ upp åtgärderna")
    def follow_measures(self, request: Request, pk: int) -> Response:
        """Rapporten står som Åtgärder följs upp."""
        return self._do("follow_measures", pk, closing.follow_measures)

    @act(shapes.NoBodySerializer, "Avsluta rapporten")
    def close(self, request: Request, pk: int) -> Response:
        """409 tills alla åtgärder är klara och IVO har fått sitt; det som återstår nämns."""
        return self._do("close", pk, closing.close)

    @act(shapes.ReopenSerializer, "Återuppta utredningen")
    def reopen(self, request: Request, pk: int) -> Response:
        """Beslutet ligger kvar som spår; tiden för utredningen löper från rapporten."""
        return self._do("reopen", pk, closing.reopen)

    @extend_schema(
        methods=["get"],
        operation_id="lexsarah_reports_measures",
        summary="Läs åtgärderna",
        responses=shapes.MeasureSerializer(many=True),
    )
    @extend_schema(
        methods=["post"],
        operation_id="lexsarah_reports_propose_measure",
        summary="Föreslå en åtgärd",
        description="Mot en av utredningens orsaker.",
        request=shapes.NewMeasureSerializer,
        responses={201: shapes.MeasureSerializer},
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def measures(self, request: Request, pk: int) -> Response:
        """List the measures, or propose one."""
        if request.method == "GET":
            report = self._opened(pk)
            found = report.measures.select_related("report", "cause__cause", "owner")
            return Response(shapes.MeasureSerializer(found, many=True).data)
        self.require("propose_measure", pk)
        form = shapes.NewMeasureSerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        with unit_of_work(self.actor):
            version = self.records.locked(self.actor, pk).version
            check_if_match(request, version, required=False)
            key = given.pop("cause")
            cause = ReportCause.objects.filter(report=pk, pk=key).first()
            if cause is None:
                raise InvalidInput("Välj en av utredningens orsaker.", field="cause")
            made = measures.propose_measure(self.actor, pk, cause=cause, **given)
        return Response(shapes.MeasureSerializer(made).data, status=status.HTTP_201_CREATED)
