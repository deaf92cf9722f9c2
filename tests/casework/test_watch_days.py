"""The lists of the watch on the day itself, and failed rows that are one's own board's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from casework.deadlines import duty, failures, lists
from casework.deadlines.board_models import DutyFunction
from casework.deadlines.lists import Section
from casework.deadlines.models import Deadline, FailedRow
from casework.shared import clock
from casework.shared.errors import InvalidInput, NotVisible
from tests.conftest import Place, make_report
from tests.factories.times import begin

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
ONE = timedelta(days=1)
TODAY = date(2026, 3, 4)

# (raw date, last day) as days from today → the one section that it stands in
SECTIONS = [
    (-2, -1, Section.LATE),
    (-1, 0, Section.TODAY),
    (0, 0, Section.TODAY),
    (0, 2, Section.TODAY),
    (1, 1, Section.WEEK),
    (7, 7, Section.WEEK),
    (8, 8, Section.LATER),
]


@pytest.mark.parametrize(("raw", "last", "section"), SECTIONS)
def test_a_time_stands_in_one_section(
    place: Place, at: Travel, raw: int, last: int, section: Section
) -> None:
    at(TODAY)
    time = begin(
        place,
        "effect_follow_up",
        date(2026, 1, 5),
        subject=make_report(place),
        own_date=TODAY + 30 * ONE,
    )
    Deadline.objects.exclude(pk=time.pk).delete()
    Deadline.objects.filter(pk=time.pk).update(
        raw_date=TODAY + raw * ONE, last_day=TODAY + last * ONE
    )
    times = Deadline.objects.filter(pk=time.pk)
    assert lists.counts(times) == {one: int(one is section) for one in Section}
    for one in Section:
        assert lists.in_section(times, one).exists() is (one is section)


@pytest.mark.parametrize(("first", "last", "on_duty"), [(0, 0, True), (0, 1, True), (1, 1, False)])
def test_a_function_is_on_duty_from_its_first_day_through_its_last(
    place: Place, at: Travel, first: int, last: int, on_duty: bool
) -> None:
    at(TODAY)
    simon = place.actor("simon")
    days = {"valid_from": TODAY + first * ONE, "valid_to": TODAY + last * ONE}
    duty.found(simon, name="Jouren", **days)
    assert DutyFunction.objects.valid_on(TODAY).exists() is on_duty
    assert duty.covering(simon, [place.unit.pk]).exists() is on_duty
    for wrong in ({"valid_from": TODAY - ONE}, days | {"valid_to": TODAY + (first - 1) * ONE}):
        with pytest.raises(InvalidInput):
            duty.found(simon, name="Jouren", **wrong)


def test_a_failed_row_waits_longer_each_time_and_is_ones_own_boards(
    place: Place, other_place: Place, at: Travel
) -> None:
    at(TODAY)
    waits = []
    for _ in range(5):
        now = clock.now()
        again = failures.note(FailedRow.Act.SWEEP, 7, place.board.pk, ValueError("x"), now)
        waits.append((again - now) // timedelta(minutes=1))
    assert waits == [1, 2, 4, 8, 16]
    row = FailedRow.objects.get()
    with pytest.raises(NotVisible):
        failures.retry(other_place.actor("simon"), row.pk)
    assert failures.retry(place.actor("simon"), row.pk).retry_at == clock.now()
    # What once went through begins again with a short wait.
    failures.mended(FailedRow.Act.SWEEP, [7], clock.now())
    again = failures.note(FailedRow.Act.SWEEP, 7, place.board.pk, ValueError("x"), clock.now())
    assert again - clock.now() == timedelta(minutes=1)
    for _ in range(20):
        again = failures.note(FailedRow.Act.SWEEP, 7, place.board.pk, ValueError("x"), clock.now())
    assert again - clock.now() == timedelta(days=1)
