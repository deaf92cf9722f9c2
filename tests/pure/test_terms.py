"""Where a time ends, in tables one can check against a wall calendar."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.deadlines.calendar import OutsideCalendar
from casework.deadlines.terms import Term, Unit, raw_date, reckon
from tests.pure import day_by_day

D, W, M, Y, WD = Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS, Unit.WORKING_DAYS

# start, amount, unit, raw date, last day
STATUTES = [
    ("2026-02-19", 4, M, "2026-06-19", "2026-06-22"),
    ("2026-10-31", 4, M, "2027-02-28", "2027-03-01"),
    ("2026-08-24", 4, M, "2026-12-24", "2026-12-28"),
    ("2026-12-10", 14, D, "2026-12-24", "2026-12-28"),
    ("2026-12-24", 1, W, "2026-12-31", "2027-01-04"),
    ("2026-02-05", 4, M, "2026-06-05", "2026-06-05"),
]
EDGES = [
    ("2026-09-01", 14, D, "2026-09-15", "2026-09-15"),  # the first is not counted
    ("2023-10-31", 4, M, "2024-02-29", "2024-02-29"),  # a leap year's last of February
    ("2024-02-29", 12, M, "2025-02-28", "2025-02-28"),
    ("2024-02-29", 1, Y, "2025-02-28", "2025-02-28"),
    ("2024-02-29", 4, Y, "2028-02-29", "2028-02-29"),
    ("2026-02-28", 1, M, "2026-03-28", "2026-03-30"),  # not the last of March
    ("2026-08-31", 1, M, "2026-09-30", "2026-09-30"),
    ("2026-12-31", 2, M, "2027-02-28", "2027-03-01"),
    ("2026-03-25", 1, D, "2026-03-26", "2026-03-26"),  # into summer time
    ("2026-03-26", 1, W, "2026-04-02", "2026-04-02"),  # skärtorsdagen does not roll
    ("2025-12-29", 1, W, "2026-01-05", "2026-01-05"),  # nor trettondagsafton
    ("2026-04-16", 14, D, "2026-04-30", "2026-04-30"),  # nor valborgsmässoafton
    ("2026-03-27", 1, W, "2026-04-03", "2026-04-07"),  # långfredagen, over Easter
    ("2026-05-30", 1, W, "2026-06-06", "2026-06-08"),
    ("2026-06-18", 1, WD, "2026-06-22", "2026-06-22"),
    ("2026-12-22", 10, WD, "2027-01-12", "2027-01-12"),
    ("2026-06-20", 2, WD, "2026-06-23", "2026-06-23"),  # from a free day
]


@pytest.mark.parametrize(("start", "amount", "unit", "raw", "last"), STATUTES + EDGES)
def test_where_a_time_ends(start: str, amount: int, unit: Unit, raw: str, last: str) -> None:
    reckoning = reckon(date.fromisoformat(start), Term(amount, unit), rolls=True)
    assert reckoning.raw_date.isoformat() == raw
    assert reckoning.last_day.isoformat() == last
    assert reckoning.rolled == (raw != last)


def test_without_the_roll_the_last_day_is_the_raw_date() -> None:
    reckoning = reckon(date(2026, 2, 19), Term(4, M), rolls=False)
    assert reckoning.last_day == reckoning.raw_date == date(2026, 6, 19)
    assert not reckoning.rolled
    assert reckoning.passed_over == []


def test_the_days_passed_over_are_those_before_the_last_day() -> None:
    reckoning = reckon(date(2026, 2, 19), Term(4, M), rolls=True)
    assert reckoning.passed_over == [date(2026, 6, 19), date(2026, 6, 20), date(2026, 6, 21)]


def test_the_days_that_working_days_leave_out() -> None:
    reckoning = reckon(date(2026, 6, 18), Term(1, WD), rolls=True)
    assert reckoning.uncounted == [date(2026, 6, 19), date(2026, 6, 20), date(2026, 6, 21)]
    assert reckon(date(2026, 6, 18), Term(9, D), rolls=True).uncounted == []


@pytest.mark.parametrize("amount", [0, -1])
def test_a_time_has_a_length(amount: int) -> None:
    with pytest.raises(ValueError, match="minst en dag"):
        Term(amount, D)


@pytest.mark.parametrize(
    ("start", "term"),
    [
        (date(1952, 12, 31), Term(1, D)),
        (date(2100, 12, 20), Term(2, W)),
        (date(2100, 12, 30), Term(5, WD)),
        (date(2026, 1, 1), Term(100_000, Y)),
        (date(2026, 1, 1), Term(10**12, D)),
    ],
)
def test_ends_beyond_the_calendar_are_refused(start: date, term: Term) -> None:
    with pytest.raises(OutsideCalendar):
        raw_date(start, term)


def test_a_last_day_that_would_move_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(OutsideCalendar):
        reckon(date(2100, 12, 24), Term(1, W), rolls=True)


TERMS = st.one_of(
    st.builds(Term, st.integers(1, 400), st.just(D)),
    st.builds(Term, st.integers(1, 60), st.just(W)),
    st.builds(Term, st.integers(1, 30), st.just(M)),
    st.builds(Term, st.integers(1, 4), st.just(Y)),
    st.builds(Term, st.integers(1, 60), st.just(WD)),
)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, derandomize=True, database=None)
@given(start=st.dates(date(1991, 1, 1), date(2090, 12, 31)), term=TERMS)
def test_turning_calendar_leaves_comes_to_the_same(start: date, term: Term) -> None:
    reckoning = reckon(start, term, rolls=True)
    assert reckoning.raw_date == day_by_day.end(start, term.amount, term.unit.value)
    assert reckoning.last_day == day_by_day.rolled(reckoning.raw_date)
    if term.unit is WD:
        assert not reckoning.rolled
