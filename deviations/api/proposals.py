"""The resource ``deadline-proposals``: what the watch proposes, and deciding on it."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.access import policy
from casework.api.filters import IdFilter
from casework.api.organisation import NamedSerializer
from casework.audit.work import record_reading
from casework.kit.api import ActorView, OwnBoardField, Pages
from casework.organisation.models import Unit
from deviations.api import writing
from deviations.api.reading import CategoryRefSerializer
from deviations.models import Category, Decision, Proposal
from deviations.queries import proposals as queries
from deviations.queries.proposals import Row
from deviations.rules import proposal_rules
from deviations.services import proposals as services

# An act has no pages and no filter.
_ACT: dict[str, Any] = {"pagination_class": None, "filterset_class": None}
WAITING = "waiting"
STATES = [(WAITING, "Att ta ställning till"), *Decision.choices]


class ProposalSerializer(serializers.Serializer):
    """A proposal with the time that was missed."""

    id = serializers.IntegerField(source="proposal.pk")
    state = serializers.SerializerMethodField()
    rule = serializers.CharField(source="proposal.deadline.rule")
    rule_label = serializers.CharField(source="rule")
    case_number = serializers.CharField(
        source="number", help_text="Visas som ••• för den som bara ser att det finns ett ärende."
    )
    unit = NamedSerializer(source="proposal.unit", help_text="Ansvarig den dag tiden gick ut.")
    category = CategoryRefSerializer(source="proposal.category")
    trigger_date = serializers.DateField(source="proposal.deadline.trigger_date")
    last_day = serializers.DateField(source="proposal.deadline.last_day")
    met_on = serializers.DateField(source="proposal.deadline.met_on", allow_null=True)
    days_late = serializers.IntegerField()
    settled = serializers.CharField(
        allow_blank=True,
        help_text="Varför tiden hölls ändå, om det har visat sig: då kan förslaget bara avböjas.",
    )
    why = serializers.ListField(child=serializers.CharField(), help_text="Så är tiden räknad.")
    asks_lex_sarah = serializers.BooleanField(source="proposal.asks_lex_sarah")
    asks_unit = serializers.BooleanField(
        source="proposal.is_confidential",
        help_text="Enheten vet inte om det som tiden hör till (lex Sarah): välj vems den är.",
    )
    protected = serializers.BooleanField(source="proposal.protected")
    proposed_at = serializers.DateTimeField(source="proposal.proposed_at")
    decided_at = serializers.SerializerMethodField()
    deviation = serializers.SerializerMethodField(help_text="Den avvikelse som det blev.")

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, row: Row) -> str:
        """Return what became of it."""
        decision = getattr(row.proposal, "decision", None)
        return decision.outcome if decision else WAITING

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_decided_at(self, row: Row) -> Any:
        """Return when somebody decided."""
        decision = getattr(row.proposal, "decision", None)
        return decision and serializers.DateTimeField().to_representation(decision.decided_at)

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_deviation(self, row: Row) -> int | None:
        """Return the id of the deviation."""
        decision = getattr(row.proposal, "decision", None)
        return decision and decision.deviation_id


class ConfirmSerializer(serializers.Serializer):
    """Another category than the proposed one; and, where they are asked, lex Sarah and the unit."""

    category = OwnBoardField(
        queryset=Category.objects.all(), required=False, allow_null=True, default=None
    )
    possible_misconduct = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Kan det vara ett missförhållande? Krävs när asks_lex_sarah är sant.",
    )
    unit = OwnBoardField(
        queryset=Unit.objects.all(),
        required=False,
        allow_null=True,
        default=None,
        help_text="Den enhet som skulle ha hållit tiden. Krävs när asks_unit är sant.",
    )


class ProposalAnswerSerializer(serializers.Serializer):
    """One of several to confirm."""

    id = writing.record_id()
    possible_misconduct = serializers.BooleanField(required=False, allow_null=True, default=None)


class ConfirmTogetherSerializer(writing.HandleTogetherSerializer):
    """Which ones, and one handling for all; without ``category`` each keeps the proposed one."""

    ids = None  # type: ignore[assignment]
    proposals = serializers.ListField(
        child=ProposalAnswerSerializer(), min_length=1, max_length=100
    )
    category = OwnBoardField(
        queryset=Category.objects.all(), required=False, allow_null=True, default=None
    )


class ConfirmedSerializer(serializers.Serializer):
    """The deviation that a proposal became."""

    proposal = serializers.IntegerField()
    id = serializers.IntegerField()
    number = serializers.CharField()


class ProposalFilter(django_filters.FilterSet):
    """Filters of ``/api/v1/deadline-proposals/``."""

    state = django_filters.ChoiceFilter(choices=STATES, method="in_state", label="läge")
    unit = IdFilter(field_name="unit_id", label="ansvarig enhet")

    class Meta:
        model = Proposal
        fields: ClassVar[list[str]] = []

    def in_state(self, queryset: Any, name: str, value: str) -> QuerySet:
        """Keep what waits, or what was decided so."""
        found = (
            queryset.filter(decision=None)
            if value == WAITING
            else queryset.filter(decision__outcome=value)
        )
        return cast(QuerySet, found)


class NewestFirst(Pages):
    """The latest proposed first."""

    ordering = ("-id",)


@extend_schema_view(
    list=extend_schema(
        operation_id="deadline_proposals_list",
        summary="Lista förslag från bevakning",
        description="Föreslagna avvikelser för lagstadgade tider som har gått ut.",
    ),
    retrieve=extend_schema(
        operation_id="deadline_proposals_retrieve", summary="Läs ett förslag från bevakning"
    ),
)
@extend_schema(tags=["deadline-proposals"])
class ProposalViewSet(ActorView, viewsets.GenericViewSet):
    """Förslag från bevakning som den inloggade får öppna."""

    queryset = Proposal.objects.with_parts()
    serializer_class = ProposalSerializer
    pagination_class = NewestFirst
    filterset_class = ProposalFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet:
        """Keep what the actor may open."""
        return Proposal.objects.visible_to(self.actor).with_parts()

    def list(self, request: Request) -> Response:
        """Answer with one page; its reading is one audit event."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self._shown(page))

    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer with one."""
        return Response(self._shown([self.get_object()])[0])

    def _shown(self, proposals: Sequence[Proposal]) -> Any:
        keys = [proposal.pk for proposal in proposals]
        record_reading(self.actor, "deviation.proposals_listed", kind="proposal", ids=keys)
        rows = queries.rows(self.actor, proposals, linked=False)
        return ProposalSerializer(rows, many=True).data

    def _decide(self, act: str, pk: int, do: Callable[[Any], object]) -> Response:
        """Check permission before the body is looked at; do it; answer with what it became."""
        found = Proposal.objects.get_visible(self.actor, pk)
        policy.require(self.actor, act, found, proposal_rules(found))
        form = self.get_serializer(data=self.request.data)
        form.is_valid(raise_exception=True)
        do(form.validated_data)
        return self.retrieve(self.request, pk)

    @extend_schema(
        operation_id="deadline_proposals_confirm",
        summary="Bekräfta ett förslag",
        request=ConfirmSerializer,
        responses=ProposalSerializer,
        filters=False,
    )
    @action(detail=True, methods=["post"], serializer_class=ConfirmSerializer, **_ACT)
    def confirm(self, request: Request, pk: int) -> Response:
        """Det blir en avvikelse i Inkorgen. 409 om någon redan har tagit ställning."""
        return self._decide("confirm", pk, lambda given: services.confirm(self.actor, pk, **given))

    @extend_schema(
        operation_id="deadline_proposals_decline",
        summary="Avböj ett förslag",
        request=writing.ReasonSerializer,
        responses=ProposalSerializer,
        filters=False,
    )
    @action(detail=True, methods=["post"], serializer_class=writing.ReasonSerializer, **_ACT)
    def decline(self, request: Request, pk: int) -> Response:
        """Det blir ingen avvikelse. 409 om någon redan har tagit ställning."""
        return self._decide("decline", pk, lambda given: services.decline(self.actor, pk, **given))


class ConfirmTogetherView(ActorView):
    """Many proposals with one analysis and one åtgärd."""

    @extend_schema(
        operation_id="deadline_proposals_confirm_together",
        summary="Bekräfta flera förslag tillsammans",
        description="En orsaksanalys och en åtgärd för alla. Alla eller ingen.",
        tags=["deadline-proposals"],
        request=ConfirmTogetherSerializer,
        responses=ConfirmedSerializer(many=True),
    )
    def post(self, request: Request) -> Response:
        """Confirm and handle all of them, or none."""
        form = ConfirmTogetherSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        answers = {one["id"]: one["possible_misconduct"] for one in given.pop("proposals")}
        made = services.confirm_together(
            self.actor,
            answers.keys(),
            writing.handling(given),
            possible_misconduct={key: said for key, said in answers.items() if said is not None},
        )
        return Response(
            [
                {"proposal": key, "id": deviation.pk, "number": deviation.number}
                for key, deviation in zip(sorted(answers), made, strict=True)
            ]
        )
