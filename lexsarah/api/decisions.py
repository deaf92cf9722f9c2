"""Proposal, decision, closing and reopening, as acts on ``lexsarah-reports``."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.shared.errors import InvalidInput
from lexsarah.api import decision_serializers as shapes
from lexsarah.api.of_report import OfReportViewSet, act
from lexsarah.models import ReportCause
from lexsarah.services import closing, deciding, measures


@extend_schema(tags=["lexsarah-reports"])
class DecisionViewSet(OfReportViewSet):
    """Förslag, beslut och åtgärder: för den som utreder eller beslutar."""

    @extend_schema(
        operation_id="lexsarah_reports_decisions",
        summary="Läs förslag och beslut",
        responses=shapes.DecisionsSerializer,
    )
    @action(detail=True, pagination_class=None)
    def decisions(self, request: Request, pk: int) -> Response:
        """Answer with all that has been proposed and decided, oldest first."""
        report = self.opened(pk, "read_document", "lexsarah.read")
        found = {
            "proposals": report.proposals.select_related("decider").order_by("pk"),
            "decisions": report.decisions.select_related("decided_by").order_by("pk"),
            "reopenings": report.reopenings.order_by("pk"),
        }
        return Response(shapes.DecisionsSerializer(found).data)

    @act(shapes.ProposeSerializer, "Föreslå beslut")
    def propose(self, request: Request, pk: int) -> Response:
        """400 med `incomplete` när något i utredningen saknas; varje del nämns."""
        return self.do("propose", pk, deciding.propose)

    @act(shapes.NoBodySerializer, "Ta tillbaka förslaget")
    def take_back_proposal(self, request: Request, pk: int) -> Response:
        """Utredningen kan ändras igen."""
        return self.do("take_back_proposal", pk, deciding.take_back_proposal)

    @act(shapes.HandedBackSerializer, "Återlämna förslaget")
    def return_proposal(self, request: Request, pk: int) -> Response:
        """Med vad som saknas. Den som återlämnar läser inte längre rapporten: svaret är 204."""
        return self.do("return_proposal", pk, deciding.return_proposal)

    @act(shapes.DeciderSerializer, "Byt beslutsfattare")
    def assign_decider(self, request: Request, pk: int) -> Response:
        """Den som får besluta enligt delegationsordningen i dag."""
        return self.do("assign_decider", pk, deciding.assign_decider)

    @act(shapes.DecideSerializer, "Fatta beslut")
    def decide(self, request: Request, pk: int) -> Response:
        """Får skilja sig från förslaget. 400 med `not_delegated` utanför den egna delegationen."""
        return self.do("decide", pk, deciding.decide)

    @act(shapes.ReasonsSerializer, "Avsluta utan utredning")
    def close_short(self, request: Request, pk: int) -> Response:
        """Bara det som uppenbart inte är ett missförhållande; med skäl."""
        return self.do("close_short", pk, deciding.close_short)

    @act(shapes.NoBodySerializer, "Följ upp åtgärderna")
    def follow_measures(self, request: Request, pk: int) -> Response:
        """Rapporten står som Åtgärder följs upp."""
        return self.do("follow_measures", pk, closing.follow_measures)

    @act(shapes.NoBodySerializer, "Avsluta rapporten")
    def close(self, request: Request, pk: int) -> Response:
        """409 tills alla åtgärder är klara och IVO har fått sitt; det som återstår nämns."""
        return self.do("close", pk, closing.close)

    @act(shapes.ReopenSerializer, "Återuppta utredningen")
    def reopen(self, request: Request, pk: int) -> Response:
        """Beslutet ligger kvar som spår; tiden för utredningen löper från rapporten."""
        return self.do("reopen", pk, closing.reopen)

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
            report = self.opened(pk, "read_document", "lexsarah.read")
            found = report.measures.select_related("report", "cause__cause", "owner")
            return Response(shapes.MeasureSerializer(found, many=True).data)
        self.require("propose_measure", pk)
        given = self.given(shapes.NewMeasureSerializer)
        with self.unchanged(pk):
            key = given.pop("cause")
            cause = ReportCause.objects.filter(report=pk, pk=key).first()
            if cause is None:
                raise InvalidInput("Välj en av utredningens orsaker.", field="cause")
            made = measures.propose_measure(self.actor, pk, cause=cause, **given)
        return Response(shapes.MeasureSerializer(made).data, status=status.HTTP_201_CREATED)
