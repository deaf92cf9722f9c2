"""The tables of cases on the day itself: period ends, legal times, ages, and both clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from casework.cases.models import Statute
from casework.cases.services import care, decisions, intakes
from casework.cases.services.door import Person
from casework.reports.cases.decisions import unexecuted
from casework.reports.cases.late_months import late_months
from casework.reports.instants import parse_instant
from casework.reports.periods import calendar_year, quality_year, third
from casework.reports.selection import Selection, select
from casework.reports.tables import QUALITY_TABLES
from casework.shared.errors import InvalidInput
from tests.conftest import Place
from tests.factories.case_clocks import arrive, assess, decide
from tests.factories.case_steps import granted, opened
from tests.factories.inquiries import Inquiry, investigated
from tests.factories.times import instant

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
ONE = timedelta(days=1)
LATER = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def _later(at: Travel) -> None:
    at(LATER)


def _selection(place: Place, first: date, last: date, **clocks: Any) -> Selection:
    return select(
        place.actor("sara"),
        place.board,
        period_from=first,
        period_to=last,
        area="Barn och unga",
        **clocks,
    )


def _numbers(key: str, selection: Selection) -> list[Any]:
    content = QUALITY_TABLES[f"casework.{key}"].build(selection, selection.areas[0])
    return [row.cells[1] for row in content.rows]


# Investigations: four months from 20 January end on 20 May.
OPENED, FOUR_MONTHS = date(2026, 1, 20), date(2026, 5, 20)


def _late(place: Place, first: date, last: date, **clocks: Any) -> list[Any]:
    return _numbers("late_investigations", _selection(place, first, last, **clocks))


def test_an_investigation_is_late_from_the_day_after_its_four_months(place: Place) -> None:
    investigated(place, Inquiry("1", OPENED))
    # [all, late, extended, without a valid extension] of a period that is one day.
    days = {-1: [1, 0, 0, 0], 0: [1, 0, 0, 0], 1: [1, 1, 0, 1], 2: [1, 1, 0, 1]}
    for number, expected in days.items():
        day = FOUR_MONTHS + number * ONE
        assert _late(place, day, day) == expected, number
        # Nor does a longer period that is seen as of that day say more.
        assert _late(place, OPENED, LATER, as_of=day) == expected, number


def test_it_is_open_from_the_day_it_is_opened_through_the_day_it_is_closed(place: Place) -> None:
    closed_on = date(2026, 3, 20)
    investigated(place, Inquiry("1", OPENED, closed_on))
    far = timedelta(days=9)
    for day, number in [(OPENED - ONE, 0), (OPENED, 1), (OPENED + ONE, 1)]:
        assert _late(place, day - far, day)[0] == number, day
    for day, number in [(closed_on - ONE, 1), (closed_on, 1), (closed_on + ONE, 0)]:
        assert _late(place, day, day + far)[0] == number, day


@pytest.mark.parametrize(("days", "late"), [(0, 0), (1, 1)])
def test_closed_on_its_last_day_it_was_never_late(place: Place, days: int, late: int) -> None:
    investigated(place, Inquiry("1", OPENED, FOUR_MONTHS + days * ONE))
    assert _late(place, OPENED, LATER) == [1, late, 0, late]
    months = late_months(_selection(place, OPENED, date(2026, 5, 31)), 3)
    assert months.total == [0, 0, late]


@pytest.mark.parametrize(("days", "valid"), [(-1, True), (0, True), (1, False)])
def test_an_extension_decided_through_the_last_day_is_valid(
    place: Place, days: int, valid: bool
) -> None:
    extended = (date(2026, 7, 20), FOUR_MONTHS + days * ONE)
    investigated(place, Inquiry("1", OPENED, extended=extended))
    day = date(2026, 6, 15)
    assert _late(place, day, day) == [1, 1, 1, 0 if valid else 1]


@pytest.mark.parametrize(("days", "reaches"), [(-1, True), (0, True), (1, False)])
def test_an_extension_reaches_through_its_last_day(place: Place, days: int, reaches: bool) -> None:
    through = date(2026, 7, 20)
    investigated(place, Inquiry("1", OPENED, extended=(through, FOUR_MONTHS)))
    day = through + days * ONE
    assert _late(place, OPENED, day) == [1, 1, 1, 0 if reaches else 1]


def test_a_month_counts_what_was_late_on_a_day_of_it(place: Place) -> None:
    investigated(
        place,
        # Four months end on the last day of May, and on the day before it.
        Inquiry("1", date(2026, 1, 31)),
        Inquiry("2", date(2026, 1, 30)),
        Inquiry("3", date(2026, 1, 20), date(2026, 6, 1)),
        Inquiry("4", date(2026, 1, 20), date(2026, 5, 31)),
    )
    months = late_months(_selection(place, OPENED, date(2026, 6, 30)), 3)
    assert months.months == [date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)]
    assert months.total == [0, 3, 3]
    # As the table says of each month.
    for place_in, (first, last) in enumerate(
        [(date(2026, 4, 1), date(2026, 4, 30)), (date(2026, 5, 1), date(2026, 5, 31))]
    ):
        assert _late(place, first, last)[1] == months.total[place_in]


# Förhandsbedömningar: fourteen days from 2 March end on the 16th.
RECEIVED, DUE = date(2026, 3, 2), date(2026, 3, 16)


def _assessed(place: Place, first: date, last: date, **clocks: Any) -> list[Any]:
    """Return [all, in time, late] of the preliminary assessments."""
    return _numbers("preliminary_assessments", _selection(place, first, last, **clocks))[:3]


@pytest.mark.parametrize(
    ("days", "expected"), [(-1, [1, 1, 0]), (0, [1, 1, 0]), (1, [1, 0, 1]), (2, [1, 0, 1])]
)
def test_an_assessment_is_in_time_on_its_fourteenth_day(
    place: Place, days: int, expected: list[int]
) -> None:
    intake = arrive(place)
    assess(place, intake, "2026-03-02 12:00")
    decide(place, intake, "not_opened", DUE + days * ONE)
    assert _assessed(place, RECEIVED, LATER) == expected


def test_one_that_is_not_decided_is_late_from_the_fifteenth_day(place: Place) -> None:
    arrive(place)
    expected = {-1: [1, 0, 0], 0: [1, 0, 0], 1: [1, 0, 1]}
    for days, numbers in expected.items():
        assert _assessed(place, RECEIVED, LATER, as_of=DUE + days * ONE) == numbers, days


def test_decided_later_it_was_undecided_until_then(place: Place) -> None:
    intake = arrive(place)
    assess(place, intake, "2026-03-02 12:00")
    decide(place, intake, "not_opened", date(2026, 3, 12))
    for day, numbers in [(11, [1, 0, 0]), (12, [1, 1, 0]), (13, [1, 1, 0])]:
        assert _assessed(place, RECEIVED, LATER, as_of=date(2026, 3, day)) == numbers, day


def test_what_came_on_the_first_or_the_last_day_is_in_the_period(place: Place) -> None:
    arrive(place)
    for first, last, number in [(-1, -1, 0), (-1, 0, 1), (0, 0, 1), (0, 1, 1), (1, 1, 0)]:
        period = RECEIVED + first * ONE, RECEIVED + last * ONE
        assert _assessed(place, *period)[0] == number, (first, last)
        kinds = _numbers("intakes", _selection(place, *period))
        assert kinds == [1] * number


@pytest.mark.parametrize(
    ("began", "closed", "counted"),
    [(-1, None, 0), (0, None, 1), (1, None, 1), (-9, 0, 0), (-9, -1, 1)],
)
def test_no_assessment_is_due_while_an_investigation_was_open_that_day(
    place: Place, began: int, closed: int | None, counted: int
) -> None:
    ended = None if closed is None else RECEIVED + closed * ONE
    investigated(place, Inquiry("Ä1", RECEIVED + began * ONE, ended))
    arrive(place)
    assert _assessed(place, RECEIVED, RECEIVED)[0] == counted


AGES = {
    2027: "0–6 år",
    2020: "0–6 år",
    2019: "7–12 år",
    2014: "7–12 år",
    2013: "13–17 år",
    2009: "13–17 år",
    2008: "18–20 år",
    2006: "18–20 år",
    2005: "21 år och äldre",
    None: "Uppgift saknas",
}


@pytest.mark.parametrize(("year", "band"), AGES.items())
def test_each_age_is_in_its_band(place: Place, year: int | None, band: str) -> None:
    arrive(place, people=[Person("Ä1", "female", year)])
    selection = _selection(place, RECEIVED, RECEIVED)
    content = QUALITY_TABLES["casework.intakes_by_age"].build(selection, selection.areas[0])
    assert [list(row.cells) for row in content.rows] == [[band, 1]]


# Beslut: three months from 10 January end on 10 April.
GRANTED, THREE_MONTHS = date(2026, 1, 10), date(2026, 4, 10)


def _waiting(place: Place, first: date, last: date, **clocks: Any) -> int:
    selection = _selection(place, first, last, **clocks)
    return len(unexecuted(Statute.SOL)(selection, selection.areas[0]).rows)


def test_a_decision_is_listed_from_the_day_after_its_three_months(place: Place) -> None:
    granted(place, decided_on=GRANTED)
    for days, number in [(-1, 0), (0, 0), (1, 1), (2, 1)]:
        day = THREE_MONTHS + days * ONE
        assert _waiting(place, day, day) == number, days
        assert _waiting(place, GRANTED, LATER, as_of=day) == number, days


@pytest.mark.parametrize("way", ["executed", "ended"])
@pytest.mark.parametrize(("days", "listed"), [(0, 0), (1, 0), (2, 1), (3, 1)])
def test_the_day_it_was_executed_or_ended_is_no_day_of_waiting(
    place: Place, way: str, days: int, listed: int
) -> None:
    decision, on = granted(place, decided_on=GRANTED), THREE_MONTHS + days * ONE
    amina = place.actor("amina")
    if way == "executed":
        decisions.execute(amina, decision.pk, on=on)
    else:
        decisions.end_without_execution(amina, decision.pk, on=on, reason="Avstår")
    assert _waiting(place, GRANTED, LATER) == listed
    # In a period that begins on the last day it waited, it is; in one that begins later, not.
    assert _waiting(place, on - ONE, LATER) == listed
    assert _waiting(place, on, LATER) == 0


@pytest.mark.parametrize(("days", "listed"), [(0, 0), (1, 0), (2, 1)])
def test_an_interruption_has_three_months_of_its_own(place: Place, days: int, listed: int) -> None:
    amina, decision = place.actor("amina"), granted(place, decided_on=GRANTED)
    decisions.execute(amina, decision.pk, on=GRANTED)
    decisions.interrupt(amina, decision.pk, on=date(2026, 2, 28))
    decisions.resume(amina, decision.pk, on=date(2026, 5, 28) + days * ONE)
    assert _waiting(place, GRANTED, LATER) == listed


# The two clocks


def test_what_is_recorded_later_is_in_no_earlier_table(place: Place, at: Travel) -> None:
    noted = instant("2026-03-20 10:00")
    at(instant("2026-03-10 10:00"))
    intake = arrive(place)
    assess(place, intake, "2026-03-02 12:00")
    at(noted)
    decide(place, intake, "not_opened", date(2026, 3, 12))
    at(LATER)
    second = timedelta(seconds=1)
    seen = [
        _assessed(place, RECEIVED, LATER, as_of=DUE + ONE, known_at=noted + n * second)
        for n in (-1, 0, 1)
    ]
    assert seen == [[1, 0, 1], [1, 1, 0], [1, 1, 0]]


def test_known_at_without_as_of_is_seen_as_of_that_day(place: Place) -> None:
    made = _selection(place, RECEIVED, LATER, known_at=instant("2026-03-20 00:30"))
    assert made.as_of == date(2026, 3, 20)
    # What has not come yet is now.
    ahead = _selection(place, RECEIVED, LATER, known_at=instant("2030-01-01 10:00"))
    assert ahead.as_of == LATER
    with pytest.raises(InvalidInput):
        _selection(place, LATER, LATER - ONE)
    _selection(place, LATER, LATER)


def test_a_day_means_all_that_was_known_when_it_ended() -> None:
    assert parse_instant("2026-03-20") > instant("2026-03-20 23:59")
    assert parse_instant("2026-03-20") < instant("2026-03-21 00:00")
    assert parse_instant("2026-03-20T10:00") == instant("2026-03-20 10:00")


PERIODS = [
    (quality_year, date(2026, 8, 31), date(2025, 9, 1), date(2026, 8, 31)),
    (quality_year, date(2026, 9, 1), date(2026, 9, 1), date(2027, 8, 31)),
    (calendar_year, date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
    (calendar_year, date(2027, 1, 1), date(2027, 1, 1), date(2027, 12, 31)),
    (third, date(2026, 1, 1), date(2026, 1, 1), date(2026, 4, 30)),
    (third, date(2026, 4, 30), date(2026, 1, 1), date(2026, 4, 30)),
    (third, date(2026, 5, 1), date(2026, 5, 1), date(2026, 8, 31)),
    (third, date(2026, 9, 1), date(2026, 9, 1), date(2026, 12, 31)),
    (third, date(2026, 12, 31), date(2026, 9, 1), date(2026, 12, 31)),
]


@pytest.mark.parametrize(("kind", "day", "start", "end"), PERIODS)
def test_each_day_is_in_one_period_of_a_kind(
    kind: Callable[[date], Any], day: date, start: date, end: date
) -> None:
    assert (kind(day).start, kind(day).end) == (start, end)


def test_a_case_opened_after_the_intake_that_led_to_it_is_no_hindrance(place: Place) -> None:
    intake = arrive(place)
    assess(place, intake, "2026-03-02 12:00")
    amina = place.actor("amina")
    intakes.decide_intake(amina, intake.pk, outcome="opened", on=RECEIVED)
    assert _assessed(place, RECEIVED, RECEIVED) == [1, 1, 0]
    with pytest.raises(Exception, match="öppen utredning"):
        opened(place)


def test_the_list_shows_nobody_who_was_or_is_protected(place: Place, at: Travel) -> None:
    then, since, ordinary = (
        arrive(place, people=[Person(number)]) for number in ("Ä1", "Ä2", "Ä3")
    )
    eva = place.actor("eva")
    at(instant("2026-09-02 10:00"))
    care.set_protection(eva, then.case_id, protected=True)
    at(instant("2026-09-03 10:00"))
    care.set_protection(eva, then.case_id, protected=False)
    care.set_protection(eva, since.case_id, protected=True)
    cases = QUALITY_TABLES["casework.intakes"].cases
    row = {"kind": "report"}

    def listed(known_at: str) -> set[int]:
        selection = _selection(place, RECEIVED, RECEIVED, known_at=instant(known_at))
        return {version.record_id for version in cases.find(selection, row)}

    both = {then.pk, ordinary.pk}
    assert listed("2026-09-01 23:00") == both
    # Counted as protected then, Ä1 is not listed now; and Ä2 is protected today.
    assert listed("2026-09-02 11:00") == {ordinary.pk}
    assert listed("2026-09-03 11:00") == both
