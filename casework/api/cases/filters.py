"""How lists of cases and of their records are narrowed."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet

from casework.access import policy
from casework.api.cases.reading import STATES
from casework.api.filters import IdFilter
from casework.cases.models import Case, Decision, Intake, Investigation
from casework.cases.queries.listing import belongs_to
from casework.kit.api import actor_of
from casework.shared import clock


def require_numbers(filters: django_filters.FilterSet) -> None:
    """Raise ``NotAllowed`` where the actor reads case numbers masked.

    An answer would tell what the mask hides.
    """
    policy.require_case_numbers(actor_of(filters.request))


class CaseFilter(django_filters.FilterSet):
    """Filters of ``/api/v1/cases/``; several narrow together."""

    open = django_filters.BooleanFilter(method="by_open", label="något pågår")
    number = django_filters.CharFilter(method="by_number", label="ärendets nummer")
    unit = IdFilter(method="by_whose", label="enhet, för något som pågår, annars det senaste")
    handler = IdFilter(
        method="by_whose", label="handläggare, för något som pågår, annars det senaste"
    )
    restarted = django_filters.BooleanFilter(label="omstartad utredning")
    late = django_filters.BooleanFilter(method="by_late", label="en tid har gått ut")

    class Meta:
        model = Case
        fields: ClassVar[list[str]] = []

    def by_open(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep cases in which something is under way, or nothing."""
        under_way = Q()
        for state in STATES:
            under_way |= Q(**{state: True})
        return queryset.filter(under_way if value else ~under_way)

    def by_number(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the case of that number."""
        require_numbers(self)
        return queryset.filter(number=value)

    def by_whose(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Keep cases in which something under way is of that unit or handler."""
        return queryset.filter(belongs_to(actor_of(self.request), **{name: int(value)}))

    def by_late(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep cases with a time that has run out, or without."""
        run_out = Q(next_day__lt=clock.today())
        return queryset.filter(run_out if value else ~run_out | Q(next_day__isnull=True))


class RecordFilter(django_filters.FilterSet):
    """Filters of every kind of record. ``is_open`` is the condition under which it is open."""

    is_open: ClassVar[Q]

    open = django_filters.BooleanFilter(method="by_open", label="pågår")
    case = IdFilter(field_name="case_id", label="ärende, som id")
    case_number = django_filters.CharFilter(method="by_number", label="ärendets nummer")
    external_id = django_filters.CharFilter(label="nummer i ärendesystemet")
    unit = IdFilter(field_name="unit_id", label="enhet")
    handler = IdFilter(field_name="handler_id", label="handläggare")

    def by_open(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep what is open, or what is not."""
        return queryset.filter(self.is_open if value else ~self.is_open)

    def by_number(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the records of the case of that number."""
        require_numbers(self)
        return queryset.filter(case__number=value)


class IntakeFilter(RecordFilter):
    """Filters of ``/api/v1/intakes/``."""

    is_open: ClassVar = Q(outcome="")
    received_after = django_filters.DateFilter("received_on", "gte", label="från och med")
    received_before = django_filters.DateFilter("received_on", "lte", label="till och med")
    entry = django_filters.UUIDFilter(label="gemensam anmälan")

    class Meta:
        model = Intake
        fields: ClassVar[list[str]] = []


class InvestigationFilter(RecordFilter):
    """Filters of ``/api/v1/investigations/``."""

    is_open: ClassVar = Q(closed_on__isnull=True)
    opened_after = django_filters.DateFilter("opened_on", "gte", label="från och med")
    opened_before = django_filters.DateFilter("opened_on", "lte", label="till och med")
    closed_after = django_filters.DateFilter("closed_on", "gte", label="avslutad från och med")
    closed_before = django_filters.DateFilter("closed_on", "lte", label="avslutad till och med")

    class Meta:
        model = Investigation
        fields: ClassVar[list[str]] = []


class DecisionFilter(RecordFilter):
    """Filters of ``/api/v1/decisions/``; open is what waits, or stands still."""

    is_open: ClassVar = Q(ended_on__isnull=True) & (
        Q(executed_on__isnull=True) | Q(interrupted_on__isnull=False, resumed_on__isnull=True)
    )
    statute = django_filters.ChoiceFilter(
        choices=Decision._meta.get_field("statute").choices, label="lagrum"
    )
    decided_after = django_filters.DateFilter("decided_on", "gte", label="från och med")
    decided_before = django_filters.DateFilter("decided_on", "lte", label="till och med")

    class Meta:
        model = Decision
        fields: ClassVar[list[str]] = []
