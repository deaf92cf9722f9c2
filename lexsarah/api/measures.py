"""The resource ``lexsarah-measures``: one's own, and what is done with each."""

from collections.abc import Callable

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from casework.access import policy
from casework.access.examined import is_examined
from casework.audit.work import record_reading
from casework.kit import api_schema
from casework.kit.api import ActorView, Pages, etag
from casework.shared.errors import NotVisible
from lexsarah.api import decision_serializers as shapes
from lexsarah.asked import own_measures
from lexsarah.models import Measure, Report
from lexsarah.own_actions import shown_text
from lexsarah.rules import RULES
from lexsarah.services import measures

_IF_MATCH = api_schema.if_match("åtgärden")


def act(body: type[BaseSerializer], name: str, summary: str) -> Callable:
    """Make a method an act on one measure, answered with the measure as it then is."""

    def decorate(method: Callable) -> Callable:
        routed = action(detail=True, methods=["post"], pagination_class=None)(method)
        return extend_schema(
            operation_id=f"lexsarah_measures_{name}",
            summary=summary,
            request=body,
            responses=shapes.MeasureSerializer,
            parameters=[_IF_MATCH],
            filters=False,
        )(routed)

    return decorate


@extend_schema(tags=["lexsarah-measures"])
class MeasureViewSet(ActorView, viewsets.GenericViewSet):
    """Åtgärder efter lex Sarah: de egna, och de i rapporter som man läser."""

    queryset = Measure.objects.select_related("report__unit", "cause__cause", "owner")
    serializer_class = shapes.MeasureSerializer
    pagination_class = Pages
    lookup_value_converter = "int"
    filterset_class = None

    def get_queryset(self) -> QuerySet:
        """Keep one's own and those of visible reports."""
        own = Q(pk__in=own_measures(self.actor).values("pk"))
        seen = Q(report__in=Report.objects.visible_to(self.actor))
        return super().get_queryset().filter(own | seen)

    def _owns(self, measure: Measure) -> bool:
        return own_measures(self.actor).filter(pk=measure.pk).exists()

    def _one(self, pk: int) -> tuple[Measure, bool]:
        """Return the measure, and whether the actor meets it as its owner alone."""
        found = self.get_queryset().filter(pk=pk).first()
        if found is None:
            raise NotVisible
        seen = Report.objects.visible_to(self.actor).filter(pk=found.report_id).exists()
        if seen and not is_examined(self.actor, found.report):
            return found, False
        if not self._owns(found):
            raise NotVisible
        return found, True

    def _allowed(self, pk: int, act: str) -> Measure:
        """Return the measure of a report in which the actor may do ``act``.

        Raises ``NotVisible`` or ``NotAllowed`` before anything the client sent is looked at.
        """
        measure, _ = self._one(pk)
        policy.require(self.actor, act, measure.report, RULES)
        return measure

    def _answer(self, measure: Measure, *, own: bool) -> Response:
        texts = {measure.pk: shown_text(measure)} if own else {}
        shown = shapes.MeasureSerializer(measure, context={"texts": texts})
        return Response(shown.data, headers={"ETag": etag(measure.version)})

    @extend_schema(operation_id="lexsarah_measures_list", summary="Lista de egna åtgärderna")
    def list(self, request: Request) -> Response:
        """Answer with a page of what the actor is to do or has done."""
        found = own_measures(self.actor).select_related("owner")
        page = self.paginate_queryset(found) or []
        ids = [one.pk for one in page]
        record_reading(self.actor, "lexsarah.measures_listed", kind="measure", ids=ids)
        texts = {one.pk: shown_text(one) for one in page}
        shown = shapes.MeasureSerializer(page, many=True, context={"texts": texts})
        return self.get_paginated_response(shown.data)

    @extend_schema(operation_id="lexsarah_measures_retrieve", summary="Läs en åtgärd")
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer with one measure, its version as ``ETag``."""
        measure, own = self._one(pk)
        record_reading(self.actor, "lexsarah.measures_listed", kind="measure", ids=[pk])
        return self._answer(measure, own=own)

    def _act(
        self, found: Measure, body: type[BaseSerializer], do: Callable[..., Measure], *, own: bool
    ) -> Response:
        done = self.edit(found, do, found.pk, **self.given(body))
        full = self.queryset.get(pk=done.pk) if self.queryset is not None else done
        return self._answer(full, own=own)

    @act(shapes.VerdictSerializer, "decide", "Besluta om en åtgärd")
    def decide(self, request: Request, pk: int) -> Response:
        """Godkänn, delvis eller avslå; ändras inte efteråt."""
        found = self._allowed(pk, "decide_measure")
        return self._act(found, shapes.VerdictSerializer, measures.decide_measure, own=False)

    @act(shapes.DoneSerializer, "finish", "Anteckna att en åtgärd är utförd")
    def finish(self, request: Request, pk: int) -> Response:
        """Den ansvariga får, utan att läsa rapporten."""
        found, own = self._one(pk)
        if own:
            return self._act(found, shapes.OwnDoneSerializer, measures.finish_own, own=True)
        policy.require(self.actor, "finish_measure", found.report, RULES)
        return self._act(found, shapes.DoneSerializer, measures.finish_measure, own=False)

    @act(shapes.MeasureEffectSerializer, "assess", "Bedöm effekten av en åtgärd")
    def assess(self, request: Request, pk: int) -> Response:
        """När dagen för uppföljningen har kommit."""
        found = self._allowed(pk, "assess_measure")
        return self._act(found, shapes.MeasureEffectSerializer, measures.assess_measure, own=False)

    @act(shapes.OwnerSerializer, "reassign", "Byt ansvarig för en åtgärd")
    def reassign(self, request: Request, pk: int) -> Response:
        """Så länge den inte är utförd; vad som ska göras ändras inte."""
        found = self._allowed(pk, "reassign_measure")
        return self._act(found, shapes.OwnerSerializer, measures.reassign_measure, own=False)

    @act(shapes.NoBodySerializer, "withdraw", "Ta tillbaka en föreslagen åtgärd")
    def withdraw(self, request: Request, pk: int) -> Response:
        """Så länge den inte är beslutad."""
        found = self._allowed(pk, "withdraw_measure")
        return self._act(found, shapes.NoBodySerializer, measures.withdraw_measure, own=False)
