"""Nothing that a report shows changes by who is protected but the totals and their last row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest
import time_machine
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from casework.access.querysets import VersionQuerySet
from casework.cases.models import DecisionVersion, IntakeVersion, InvestigationVersion
from casework.reports.figures import open_figure
from casework.reports.report import as_data, make_report
from casework.reports.selection import PUBLIC, select
from casework.reports.tables import APART_NOTE, NOT_SPLIT
from casework.shared import clock
from deviations.models import DeviationVersion
from lexsarah.models import ReportVersion
from tests.conftest import Place, make_place
from tests.factories import apart
from tests.factories.once import loaded_once, settled

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("apart")]

VERSIONS: tuple[Any, ...] = (
    DeviationVersion, ReportVersion, IntakeVersion, InvestigationVersion, DecisionVersion,
)  # fmt: skip
FIRST = date(2026, 1, 5)
DAYS = [FIRST + timedelta(days=number) for number in (0, 1, 2, 40, 41)]


def tables(place: Place, name: str, start: date, end: date, **more: Any) -> list[dict[str, Any]]:
    """The report's tables as ``name`` has them as JSON."""
    chosen = select(place.actor(name), place.board, period_from=start, period_to=end, **more)
    found: list[dict[str, Any]] = as_data(make_report(chosen))["tables"]
    return found


def without_those_apart(table: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The table as it would be if nobody were protected, and how many are."""
    rows, number = table["rows"], 0
    if rows and rows[-1]["cells"][0] == NOT_SPLIT:
        number = rows[-1]["cells"][1]
        assert number > 0
        assert "query" not in rows[-1]
        rows = rows[:-1]
    assert (APART_NOTE in table["notes"]) == (number > 0)
    notes = [note for note in table["notes"] if note != APART_NOTE]
    return table | {"rows": rows, "notes": notes, "total": table["total"] - number}, number


def remove_protected() -> None:
    """Take away all that is protected, then or today, so that nothing can be told of it."""
    for model in VERSIONS:
        found: VersionQuerySet[Any] = model.objects.all()
        model.objects.filter(
            pk__in=list(found.filter(found.protected_ever()).values_list("pk", flat=True))
        ).delete()


def seen(place: Place, name: str, asked: list[dict[str, Any]]) -> list[Any]:
    """What is shown of each report asked for, and of how many it is said that they stand apart."""
    return [[without_those_apart(table) for table in tables(place, name, **one)] for one in asked]


def assert_nothing_is_told(place: Place, name: str, asked: list[dict[str, Any]]) -> int:
    """Compare reports with those of a board that lacks the protected; return how many stood apart.

    Everything a report shows is in them, so that no difference of two reports, no share, no fact,
    no number and no list tells anything that is not told without the protected.
    """
    told = seen(place, name, asked)
    with transaction.atomic():
        remove_protected()
        without = seen(place, name, asked)
        transaction.set_rollback(True)
    number = 0
    for one, with_them, without_them in zip(asked, told, without, strict=True):
        for (table, stood_apart), (expected, nobody) in zip(with_them, without_them, strict=True):
            assert nobody == 0
            assert table == expected, (one, table["key"], table["area"])
            number += stood_apart
    return number


@pytest.fixture(scope="module")
def board(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Place, datetime]]:
    """The board, and an instant before some of its records were marked."""
    with (
        loaded_once(django_db_blocker),
        time_machine.travel(datetime(2027, 3, 1, 9, tzinfo=clock.STOCKHOLM), tick=False) as time,
    ):
        place = make_place("Norr")
        apart.fill(place, DAYS, 40)
        known_at = clock.now()
        time.shift(timedelta(hours=1))
        apart.mark_some(place)
        settled()
        yield place, known_at


@pytest.fixture(autouse=True)
def _later(at: Any) -> None:
    at(date(2027, 3, 2))


def test_no_pair_of_periods_tells_of_anybody(board: tuple[Place, datetime]) -> None:
    place, known_at = board
    asked: list[dict[str, Any]] = [
        {"start": start, "end": end, "min_count": 0, "known_at": known_at}
        for start, end in combinations_with_replacement(DAYS, 2)
    ]
    # Marked since, and in no split of what was known before.
    assert assert_nothing_is_told(place, "vera", asked) > 100
    year = {"start": FIRST, "end": date(2026, 12, 31)}
    asked = [
        year | more
        for more in (
            {"min_count": 0},
            {"min_count": 3},
            {"as_of": DAYS[3]},
            {"as_of": DAYS[4], "known_at": known_at},
            {"edition": PUBLIC},
            {"area": "Vuxna"},
        )
    ]
    assert assert_nothing_is_told(place, "vera", asked) > 10


@pytest.mark.parametrize("name", ["anna", "eva"])
def test_smaller_circles_count_nobody_who_is_protected(
    board: tuple[Place, datetime], name: str
) -> None:
    """Neither in a total, nor by asking for what was known before the mark."""
    place, known_at = board
    asked: list[dict[str, Any]] = [
        {"start": FIRST, "end": DAYS[-1]},
        {"start": FIRST, "end": DAYS[-1], "known_at": known_at},
        {"start": FIRST, "end": FIRST, "known_at": known_at},
    ]
    assert assert_nothing_is_told(place, name, asked) == 0


def test_a_figure_is_as_long_as_its_list(board: tuple[Place, datetime]) -> None:
    place, known_at = board
    sara = place.actor("sara")
    compared = 0
    for more in ({}, {"known_at": known_at}):
        for table in tables(place, "sara", FIRST, DAYS[-1], min_count=0, **more):
            for row in table["rows"]:
                number = row["cells"][1]
                if "query" in row and isinstance(number, int) and table["key"] not in LISTS:
                    assert open_figure(sara, row["query"]).cases.count() == number, table["key"]
                    compared += 1
    assert compared > 60


LISTS = ("casework.unexecuted_decisions", "lexsarah.cases")
