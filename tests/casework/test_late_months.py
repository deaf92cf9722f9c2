"""Late investigations per month: the same as the table of the report says for each month."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.reports.cases.investigations import late_investigations
from casework.reports.cases.late_months import Months, late_months, months_until
from casework.reports.selection import select
from casework.shared.errors import NotAllowed
from tests.conftest import Place
from tests.factories.inquiries import Inquiry, investigated

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
TODAY = date(2026, 5, 14)
NUMBER = 24


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


def counted(place: Place, name: str, number: int = 12) -> Months:
    first = months_until(TODAY, number)[0]
    actor = place.actor(name)
    chosen = select(actor, place.board, period_from=first, period_to=TODAY)
    return late_months(chosen, number)


def table_says(place: Place, name: str, month: date) -> int:
    """What ``casework.late_investigations`` counts for one month, all areas together."""
    end = month + relativedelta(months=1) - timedelta(days=1)
    chosen = select(place.actor(name), place.board, period_from=month, period_to=end)
    found = [late_investigations(chosen, area).rows[1].cells for area in chosen.areas]
    assert all(cells[0] == "Överstigit 4 månader" for cells in found)
    return sum(int(cells[1]) for cells in found)


def fill(place: Place, *, protected: float) -> None:
    """Two years of investigations of three units, at random, often on the edges of months."""
    chance = random.Random(20260514)
    units = [place.unit, place.unit, place.sister_unit, place.far_unit]
    wanted = []
    for number in range(250):
        opened = TODAY - timedelta(days=chance.randint(0, 900))
        if chance.random() < 0.3:
            opened = opened.replace(day=1) - timedelta(days=chance.randint(0, 1))
        closed = opened + timedelta(days=chance.randint(0, 300))
        through = opened + timedelta(days=chance.randint(125, 260))
        wanted.append(
            Inquiry(
                f"Ä{number}",
                opened,
                closed if closed <= TODAY and chance.random() < 0.9 else None,
                chance.choice(units),
                kind=chance.choice(["Barnutredning", "", "Vuxenutredning"]),
                protected=chance.random() < protected,
                extended=(through, opened) if chance.random() < 0.3 else None,
            )
        )
    investigated(place, *wanted)


@pytest.mark.parametrize("name", ["sara", "vera", "anna", "eva"])
def test_the_units_of_a_month_add_up_to_the_table_of_that_month(place: Place, name: str) -> None:
    fill(place, protected=0)
    found = counted(place, name, NUMBER)
    assert sum(sum(counts) for _, counts in found.units) > 50
    for at_month, month in enumerate(found.months):
        of_units = sum(counts[at_month] for _, counts in found.units)
        assert of_units == found.total[at_month] == table_says(place, name, month), month


@pytest.mark.parametrize("name", ["sara", "anna"])
def test_protected_ones_are_in_no_month(place: Place, name: str) -> None:
    fill(place, protected=0.15)
    found = counted(place, name, NUMBER)
    assert sum(found.total) > 50
    for at_month, month in enumerate(found.months):
        of_units = sum(counts[at_month] for _, counts in found.units)
        assert of_units == found.total[at_month] == table_says(place, name, month), month


def test_a_protected_one_alone_makes_no_month_late(place: Place) -> None:
    investigated(place, Inquiry("S", date(2025, 11, 3), protected=True))
    found = counted(place, "vera")
    assert (set(found.total), found.units) == ({0}, [])


@pytest.mark.parametrize(
    ("opened", "closed", "late_in"),
    [
        # Four months from the 15th of December end on the 15th of April: late from the 16th.
        (date(2025, 12, 15), date(2026, 4, 15), []),
        (date(2025, 12, 15), date(2026, 4, 16), ["2026-04"]),
        (date(2025, 12, 15), None, ["2026-04", "2026-05"]),
        # Out on the last day of a month that lacks the 31st: late first in March.
        (date(2025, 10, 31), date(2026, 3, 1), ["2026-03"]),
        (date(2025, 11, 30), date(2026, 3, 31), ["2026-03"]),
        # Open today, and out today: not late yet.
        (date(2026, 1, 14), None, []),
        (date(2026, 1, 13), None, ["2026-05"]),
    ],
)
def test_in_which_months_one_is_late(
    place: Place, opened: date, closed: date | None, late_in: list[str]
) -> None:
    investigated(place, Inquiry("A", opened, closed))
    found = counted(place, "vera")
    months = [
        f"{month:%Y-%m}" for month, count in zip(found.months, found.total, strict=True) if count
    ]
    assert months == late_in


def test_the_years_of_a_board_are_counted_in_one_scan(place: Place) -> None:
    investigated(place, Inquiry("A", date(2025, 11, 3)))
    chosen = select(place.actor("vera"), place.board, period_from=date(2024, 6, 1), period_to=TODAY)
    with CaptureQueriesContext(connection) as queries:
        late_months(chosen, NUMBER)
    scans = [query for query in queries if "investigationversion" in query["sql"]]
    assert len(scans) == 1
    assert len(queries) == 3


def test_who_has_no_figures_gets_none(place: Place) -> None:
    with pytest.raises(NotAllowed):
        counted(place, "frida")
