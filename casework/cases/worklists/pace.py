"""The pace of the last closed investigations of children, per unit, counted in the database."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Func, IntegerField, QuerySet

from casework.cases.models import Investigation
from casework.cases.worklists.children import childrens
from casework.cases.worklists.outlook import LOOKS_BACK, Pace
from casework.organisation.models import Unit


class Percentile(Aggregate):
    """The value below which a share of the rows lie, between two of them where need be."""

    template = "percentile_cont(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: str, share: float) -> None:
        super().__init__(expression, share=share)


class _Days(Func):
    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


def paces(board_id: int, units: Collection[Unit], today: date) -> dict[int, Pace]:
    """Return the pace of each unit; that of its area where the unit has closed too few.

    Skyddade personuppgifter are left out, as from every figure of a unit.
    """
    if not units:
        return {}
    areas = {unit.area_id for unit in units}
    closed = (
        Investigation.objects.filter(
            childrens(),
            board=board_id,
            protected=False,
            closed_on__gt=today - timedelta(days=LOOKS_BACK),
            closed_on__lte=today,
            unit__area__in=areas,
        )
        .order_by()
        .annotate(length=_Days(F("closed_on"), F("opened_on")))
    )
    of_unit = _measured(closed.filter(unit__in=units), "unit_id")
    of_area = _measured(closed, "unit__area_id")
    found = {}
    for unit in units:
        own = Pace(*of_unit[unit.pk], unit.name) if unit.pk in of_unit else None
        if own is not None and own.says_something:
            found[unit.pk] = own
        elif unit.area_id in of_area:
            found[unit.pk] = Pace(*of_area[unit.area_id], f"verksamhetsområdet {unit.area.name}")
    return found


def _measured(closed: QuerySet[Any], by: str) -> dict[int, tuple[int, float, float]]:
    rows = closed.values_list(by).annotate(
        number=Count("pk"), median=Percentile("length", 0.5), eightieth=Percentile("length", 0.8)
    )
    return {key: (number, median, eightieth) for key, number, median, eightieth in rows}
