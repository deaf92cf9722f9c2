"""The resource ``deadlines``: times of what the actor may open, and why they end when they do."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from casework.access.actor import Actor
from casework.api.filters import IdFilter
from casework.api.organisation import NamedSerializer
from casework.api.people import PersonSerializer
from casework.audit.work import record_reading
from casework.deadlines import lists
from casework.deadlines.lists import Row
from casework.deadlines.models import Deadline, State
from casework.deadlines.rules import Kind
from casework.kit.api import ActorView, Pages
from casework.shared import clock

RULE_KINDS = [
    (Kind.LAW.value, "lagens tid"),
    (Kind.GOAL.value, "riktmärke där lagen säger genast eller skyndsamt"),
    (Kind.LOCAL.value, "nämndens egen tid"),
    (Kind.OTHER.value, "den enskildes tid"),
]


class DeadlineSerializer(serializers.Serializer):
    """A time with its rule, its dates and the reasoning behind them."""

    id = serializers.IntegerField(source="time.pk")
    kind = serializers.CharField(
        source="time.kind", help_text="Vad tiden gäller: intake, investigation, decision …"
    )
    subject = serializers.IntegerField(source="time.subject_id", help_text="Id för det.")
    number = serializers.SerializerMethodField(
        help_text="Ärendets nummer. Visas som ••• för den som bara ser att det finns ett ärende."
    )
    unit = NamedSerializer(source="time.unit")
    handler = PersonSerializer(source="time.handler", allow_null=True)
    protected = serializers.BooleanField(source="time.protected")
    rule = serializers.CharField(source="time.rule")
    label = serializers.CharField()  # type: ignore[assignment]
    rule_kind = serializers.ChoiceField(choices=RULE_KINDS, source="time.copy.content.kind")
    law = serializers.SerializerMethodField(help_text="Till exempel ”SoL 2025:400”.")
    provision = serializers.SerializerMethodField(help_text="Till exempel ”20:2”.")
    trigger_date = serializers.DateField(source="time.trigger_date")
    raw_date = serializers.DateField(source="time.raw_date", help_text="Innan den flyttas.")
    last_day = serializers.DateField(source="time.last_day")
    days_left = serializers.SerializerMethodField(
        help_text="Till sista dagen; under noll när den har varit. Null när tiden inte löper."
    )
    state = serializers.ChoiceField(choices=State.choices, source="time.state")
    open = serializers.SerializerMethodField(help_text="Återstår att göra, även för sent.")
    met_on = serializers.DateField(source="time.met_on", allow_null=True)
    extends = serializers.IntegerField(
        source="time.extends_id", allow_null=True, help_text="Den tid som den här förlänger."
    )
    why = serializers.ListField(child=serializers.CharField(), help_text="Så är tiden räknad.")

    @extend_schema_field(serializers.CharField())
    def get_number(self, row: Row) -> str:
        """Return what the time's record is called, as the actor may read it."""
        return row.shown.number if row.shown else ""

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_law(self, row: Row) -> str | None:
        """Return the law that the time rests on; None for the board's own."""
        return (row.time.copy.content.get("basis") or {}).get("law")

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_provision(self, row: Row) -> str | None:
        """Return the provision, as the law is cited."""
        return (row.time.copy.content.get("basis") or {}).get("provision")

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_days_left(self, row: Row) -> int | None:
        """Return the days from today to the last day of an open time."""
        return None if row.time.ended_at else (row.time.last_day - clock.today()).days

    @extend_schema_field(serializers.BooleanField())
    def get_open(self, row: Row) -> bool:
        """Say whether something is still to be done."""
        return row.time.ended_at is None


def shown_times(actor: Actor, times: QuerySet[Deadline] | Sequence[Deadline]) -> Any:
    """Return times as the API shows them; one query for each kind of record."""
    return DeadlineSerializer(lists.rows(actor, list(times)), many=True).data


def times_of(kind: str, record_id: int) -> QuerySet[Deadline]:
    """Return the times of a record, those that run first."""
    found = Deadline.objects.filter(kind=kind, subject_id=record_id)
    return found.select_related(*_BESIDE).order_by("ended_at", "last_day", "pk")


_BESIDE = ("copy", "unit", "handler", "extends")


class DeadlineFilter(django_filters.FilterSet):
    """Filters of ``/api/v1/deadlines/``."""

    state = django_filters.MultipleChoiceFilter(choices=State.choices, label="läge")
    open = django_filters.BooleanFilter("ended_at", "isnull", label="återstår att göra")
    rule = django_filters.CharFilter(label="regelns namn, till exempel child_investigation")
    kind = django_filters.CharFilter(label="vad tiden gäller: intake, investigation, decision …")
    subject = IdFilter(field_name="subject_id", label="id för det som tiden gäller")
    unit = IdFilter(field_name="unit_id", label="ansvarig enhet")
    handler = IdFilter(field_name="handler_id", label="handläggare")
    due_after = django_filters.DateFilter("raw_date", "gte", label="slutdag utan flytt från")
    due_before = django_filters.DateFilter("raw_date", "lte", label="slutdag utan flytt till")

    class Meta:
        model = Deadline
        fields: ClassVar[list[str]] = []


class MostPressingFirst(Pages):
    """What ends first on top."""

    ordering = ("last_day", "id")
    # Thousands of times may end on one day: the cursor counts its way through them.
    offset_cutoff = 1_000_000


@extend_schema_view(
    list=extend_schema(
        operation_id="deadlines_list",
        summary="Lista bevakade tider",
        description="Tider för det som den inloggade får öppna, även de som är klara.",
    ),
    retrieve=extend_schema(operation_id="deadlines_retrieve", summary="Läs en bevakad tid"),
)
@extend_schema(tags=["deadlines"])
class DeadlineViewSet(ActorView, viewsets.GenericViewSet):
    """Bevakade tider."""

    queryset = Deadline.objects.all()
    serializer_class = DeadlineSerializer
    pagination_class = MostPressingFirst
    filterset_class = DeadlineFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Deadline]:
        """Keep the times of what the actor may open."""
        return Deadline.objects.visible_to(self.actor).select_related(*_BESIDE)

    def list(self, request: Request) -> Response:
        """Answer with one page; its reading is one audit event."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self._shown(page))

    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer with one."""
        return Response(self._shown([self.get_object()])[0])

    def _shown(self, times: Sequence[Deadline]) -> Any:
        record_reading(
            self.actor, "deadline.listed", kind="deadline", ids=[time.pk for time in times]
        )
        return shown_times(self.actor, times)
