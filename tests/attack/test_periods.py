"""Every pair of periods of a board, and every clock: does any of it tell of somebody protected?

As the most powerful who make reports and may not open the records: the Verksamhetsutvecklare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest
import time_machine
from pytest_django.plugin import DjangoDbBlocker

from casework.shared import clock
from tests.casework.test_apart import assert_nothing_is_told
from tests.conftest import Place, make_place
from tests.factories import apart
from tests.factories.once import loaded_once, settled

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("periods")]

FIRST = date(2026, 1, 5)
# Days in a row, and some far between: the longest period holds them all.
DAYS = [FIRST + timedelta(days=number) for number in [*range(14), 45, 46, 90, 91, 150, 210]]


@pytest.fixture(scope="module")
def board(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Place, datetime]]:
    """A board with some marked from the beginning and some later, and an instant in between."""
    with (
        loaded_once(django_db_blocker),
        time_machine.travel(datetime(2027, 8, 2, 9, tzinfo=clock.STOCKHOLM), tick=False) as time,
    ):
        place = make_place("Norr")
        apart.fill(place, DAYS, 90, seed=7)
        known_at = clock.now()
        time.shift(timedelta(hours=1))
        apart.mark_some(place)
        settled()
        yield place, known_at


def test_no_pair_of_periods_and_no_clock_tells_of_anybody(
    board: tuple[Place, datetime],
    at: Callable[[date], object],
    record_property: Callable[[str, object], None],
) -> None:
    at(date(2027, 8, 3))
    place, known_at = board
    pairs = list(combinations_with_replacement(DAYS, 2))
    ways: list[dict[str, Any]] = [
        {"min_count": 0},
        {"min_count": 0, "known_at": known_at},
        {"min_count": 2, "as_of": DAYS[-1]},
        {"as_of": DAYS[13], "known_at": known_at},
    ]
    reports = stood_apart = 0
    for way in ways:
        asked = [{"start": start, "end": end, **way} for start, end in pairs]
        stood_apart += assert_nothing_is_told(place, "vera", asked)
        reports += len(asked)
    assert stood_apart > 1000
    # Two reports that tell nothing each tell nothing together: every difference is of such.
    record_property(
        "counts",
        f"{reports} reports, {len(pairs) ** 2 * len(ways)} pairs of them, {stood_apart} numbers "
        "apart, 0 told",
    )
