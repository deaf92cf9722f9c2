"""Counting deviations: three scans of the version rows, from which all tables are made.

Every scan reads the covering index ``deviation_version_counting`` alone, under both clocks.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models import BooleanField as Boolean
from django.db.models.functions import Coalesce

from casework.access.querysets import VersionQuerySet
from casework.reports.selection import Selection
from deviations import states
from deviations.models import Category, Cause, DeviationVersion
from deviations.models.registers import label_of

UNCATEGORISED = "Ej kategoriserad"
WITHIN_30 = "le30"
WITHIN_90 = "31_90"
OVER_90 = "gt90"


class Days(Func):
    """Whole days between two dates: the later first."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


class Unnested(Func):
    """One row for each cause and one, NULL, for the deviation itself, so that both are counted."""

    template = "unnest(array_append(%(expressions)s, NULL))"
    output_field = BigIntegerField()
    set_returning = True


@dataclass(frozen=True)
class ByCategory:
    """How many deviations have a category (None: none yet); ``apart`` are protected.

    ``from_watch``: how many of ``value`` were born of a missed date.
    """

    category_id: int | None
    main_category_id: int | None
    value: int
    apart: int
    from_watch: int


@dataclass(frozen=True)
class ByCourse:
    """How many deviations have come equally far: effect, closed or not, days of handling.

    The numbers as in ``ByCategory``.
    """

    effect: str
    closed: bool
    age: str
    value: int
    apart: int
    from_watch: int


@dataclass(frozen=True)
class ByCause:
    """How many deviations have a cause (None: all deviations, whatever their causes)."""

    cause_id: int | None
    value: int
    apart: int


@dataclass(frozen=True)
class Names:
    """What the board's categories (None: none yet) and causes are called in tables."""

    categories: dict[int | None, str]
    causes: dict[int, str]


def names_of_register(selection: Selection) -> Names:
    """Return all names in one query: registers are short, and pages ask few questions."""
    categories = Category.objects.filter(board=selection.board).values_list(
        Value("category"), "pk", "name", "parent__name"
    )
    causes = Cause.objects.filter(board=selection.board).values_list(
        Value("cause"), "pk", "name", Value("")
    )
    names = Names({None: UNCATEGORISED}, {})
    for kind, key, name, parent in categories.union(causes, all=True):
        if kind == "cause":
            names.causes[key] = name
        else:
            names.categories[key] = label_of(name, parent)
    return names


def counted(selection: Selection) -> "VersionQuerySet[DeviationVersion]":
    """Return the version rows that are counted: one for each deviation of the selection."""
    return (
        DeviationVersion.objects.countable_by(selection.actor)
        .filter(
            area_id__in=[area.pk for area in selection.areas],
            registered_on__range=(selection.period_from, selection.period_to),
            effective_from__lte=selection.as_of,
            effective_to__gt=selection.as_of,
            recorded_from__lte=selection.known_at,
            recorded_to__gt=selection.known_at,
        )
        .exclude(status__in=states.NOT_COUNTED)
    )


def _split(found: "VersionQuerySet[DeviationVersion]") -> dict[str, Count]:
    """Return the two numbers of each group: those that may be split, and those who stand apart."""
    protected = found.protected_ever()
    return {
        "value": Count("deviation_id", filter=~protected),
        "apart": Count("deviation_id", filter=protected),
    }


def _of_watch(found: "VersionQuerySet[DeviationVersion]") -> Count:
    """Return how many of those were born of a missed date, and not reported by somebody."""
    return Count("deviation_id", filter=Q(from_watch=True) & ~found.protected_ever())


def days_of_handling(as_of: date) -> Days:
    """Return the days from the report to the closing, or to ``as_of``."""
    end = Coalesce(F("closed_on"), Value(as_of, output_field=DateField()))
    return Days(end, F("registered_on"))


def age_group(as_of: date) -> Case:
    """Return which of the three groups of handling time a deviation belongs to."""
    return Case(
        When(days__lte=30, then=Value(WITHIN_30)),
        When(days__lte=90, then=Value(WITHIN_90)),
        default=Value(OVER_90),
        output_field=CharField(),
    )


def category_scan(selection: Selection) -> QuerySet:
    """Return the query behind the tables of categories."""
    found = counted(selection)
    return found.values_list("area_id", "category_id", "main_category_id").annotate(
        **_split(found), of_watch=_of_watch(found)
    )


def course_scan(selection: Selection) -> QuerySet:
    """Return the query behind effects, handling time and status."""
    closed = ExpressionWrapper(Q(status__in=states.CLOSED_STATES), output_field=Boolean())
    found = counted(selection)
    return (
        found.annotate(
            closed=closed, days=days_of_handling(selection.as_of), age=age_group(selection.as_of)
        )
        .values_list("area_id", "effect", "closed", "age")
        .annotate(**_split(found), of_watch=_of_watch(found))
    )


def cause_scan(selection: Selection) -> QuerySet:
    """Return the query behind the table of causes."""
    found = counted(selection)
    return (
        found.annotate(cause=Unnested(F("cause_ids")))
        .values_list("area_id", "cause")
        .annotate(**_split(found))
    )


def by_category(selection: Selection) -> dict[int, list[ByCategory]]:
    """Return the counts by category, by area."""
    found: dict[int, list[ByCategory]] = defaultdict(list)
    for area, *rest in category_scan(selection):
        found[area].append(ByCategory(*rest))
    return found


def by_course(selection: Selection) -> dict[int, list[ByCourse]]:
    """Return the counts by course, by area."""
    found: dict[int, list[ByCourse]] = defaultdict(list)
    for area, *rest in course_scan(selection):
        found[area].append(ByCourse(*rest))
    return found


def by_cause(selection: Selection) -> dict[int, list[ByCause]]:
    """Return the counts by cause, by area."""
    found: dict[int, list[ByCause]] = defaultdict(list)
    for area, *rest in cause_scan(selection):
        found[area].append(ByCause(*rest))
    return found
