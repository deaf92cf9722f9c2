"""The deviations behind a figure, as they stood under its clocks."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from casework.access import policy
from casework.reports.selection import Selection
from casework.reports.tables import CaseLine
from casework.shared.errors import NotVisible
from deviations import counting, states
from deviations.models import Deviation, DeviationVersion


def find(selection: Selection, row: Mapping[str, Any]) -> QuerySet[DeviationVersion]:
    """Return the versions that a row counts, of deviations that the actor may open today.

    Never those under skyddade personuppgifter, then or now. Newest first.
    """
    openable = Deviation.objects.visible_to(selection.actor).filter(protected=False)
    return (
        counting.counted(selection)
        .annotate(
            days=counting.days_of_handling(selection.as_of),
            age=counting.age_group(selection.as_of),
        )
        .filter(_condition(row), protected=False, deviation__in=openable)
        .select_related("deviation", "unit", "category__parent")
        .order_by("-registered_on", "-deviation_id")
    )


def line(selection: Selection, version: Any) -> CaseLine:
    """Return what the list shows of a version."""
    deviation: Deviation = version.deviation
    return CaseLine(
        id=deviation.pk,
        number=deviation.number,
        url=reverse("deviation", args=[deviation.pk]),
        registered_on=version.registered_on,
        category=version.category.label if version.category else counting.UNCATEGORISED,
        unit=version.unit.name,
        status=states.LABELS[version.status],
        days=version.days,
        case_number=policy.shown_case_number(selection.actor, deviation.case_number),
    )


def _any_of(column: str, keys: list[int | None]) -> Q:
    found = Q(**{f"{column}__in": [key for key in keys if key is not None]})
    return found | Q(**{f"{column}__isnull": True}) if None in keys else found


def _closed(closed: bool) -> Q:
    condition = Q(status__in=states.CLOSED_STATES)
    return condition if closed else ~condition


# What the names that the tables give in ``find`` stand for.
_CONDITIONS: dict[str, Callable[[Any], Q]] = {
    "category": lambda keys: _any_of("category", keys),
    "main_category": lambda keys: _any_of("main_category", keys),
    "cause": lambda keys: Q(cause_ids__overlap=keys),
    "effect": lambda effect: Q(effect=effect),
    "age": lambda age: Q(age=age),
    "closed": _closed,
}


def _condition(row: Mapping[str, Any]) -> Q:
    found = Q()
    for name, value in row.items():
        if name not in _CONDITIONS:
            # Ours, but from a table that has changed since.
            raise NotVisible("Det finns ingen sådan siffra.")
        found &= _CONDITIONS[name](value)
    return found
