"""Late investigations month by month and unit by unit, as ``casework.late_investigations`` counts.

A month's figure is what the table says for that month: the children's investigations that were
open some day of it and had then gone on for more than four months.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, F, Q

from casework.cases.models import InvestigationVersion
from casework.cases.terms import INVESTIGATION
from casework.organisation.models import Unit
from casework.reports.cases.counting import EndOf, childrens_areas, counted, of_children
from casework.reports.selection import Selection
from casework.shared.swedish import sort_key


@dataclass(frozen=True)
class Months:
    """The first day of each month with its counts: of each unit, and of all.

    Skyddade personuppgifter are in neither: that one is late is a fact of it, as in the table.
    """

    months: Sequence[date]
    units: Sequence[tuple[str, Sequence[int]]]
    total: Sequence[int]


def months_until(last: date, number: int) -> list[date]:
    """Return the first days of ``number`` months, the last of them that of ``last``."""
    end = last.replace(day=1)
    return [end - relativedelta(months=back) for back in range(number - 1, -1, -1)]


def _late_in(first: date, selection: Selection) -> Q:
    """Return the condition of being late in a month: open in it, on a day past four months."""
    end = min(first + relativedelta(months=1) - timedelta(days=1), selection.as_of)
    open_then = Q(closed_on__isnull=True) | Q(closed_on__gte=first, closed_on__gt=F("due_on"))
    return Q(due_on__lt=end) & open_then


def late_months(selection: Selection, number: int) -> Months:
    """Count the last ``number`` months of the selection's period, in one scan."""
    months = months_until(selection.period_to, number)
    areas = selection.once("casework.childrens_areas", childrens_areas)
    counts: dict[str, Any] = {}
    for place, first in enumerate(months):
        counts[f"late_{place}"] = Count("record_id", filter=_late_in(first, selection))
    found = counted(selection, InvestigationVersion)
    rows: Any = (
        found.exclude(found.protected_ever())
        .filter(
            of_children(areas),
            Q(closed_on__isnull=True) | Q(closed_on__gte=months[0]),
            opened_on__lte=selection.as_of,
        )
        .order_by()
        .annotate(due_on=EndOf("opened_on", INVESTIGATION))
        # Most are closed in time, and then late in no month: they need not be tried for each.
        .filter(
            Q(closed_on__isnull=True) | Q(closed_on__gt=F("due_on")), due_on__lt=selection.as_of
        )
        .values("unit")
        .annotate(**counts)
    )
    return _arranged(months, list(rows))


def _arranged(months: Sequence[date], rows: Sequence[Mapping[str, int]]) -> Months:
    names = dict(
        Unit.objects.filter(pk__in=[row["unit"] for row in rows]).values_list("pk", "name")
    )
    places = range(len(months))
    units = [
        (
            names[row["unit"]],
            [row[f"late_{place}"] for place in places],
        )
        for row in sorted(rows, key=lambda row: (sort_key(names[row["unit"]]), row["unit"]))
    ]
    total = [sum(row[f"late_{place}"] for row in rows) for place in places]
    return Months(months, [unit for unit in units if any(unit[1])], total)
