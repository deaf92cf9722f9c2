"""Which days a time cannot end on, and what they are called."""

from datetime import date

import pytest

from casework.deadlines.calendar import (
    OutsideCalendar,
    add_working_days,
    holiday,
    in_words,
    is_working_day,
    next_working_day,
    why_free,
)

FREE = [
    (date(2026, 1, 1), "nyårsdagen"),
    (date(2026, 1, 6), "trettondedag jul"),
    (date(2026, 4, 3), "långfredagen"),
    (date(2026, 4, 6), "annandag påsk"),
    (date(2026, 5, 1), "första maj"),
    (date(2026, 5, 14), "Kristi himmelsfärdsdag"),
    (date(2025, 6, 6), "nationaldagen"),
    (date(2026, 6, 19), "midsommarafton"),
    (date(2026, 6, 20), "midsommardagen"),
    (date(2026, 10, 31), "alla helgons dag"),
    (date(2026, 12, 24), "julafton"),
    (date(2026, 12, 25), "juldagen"),
    (date(2026, 12, 31), "nyårsafton"),
    (date(2027, 1, 2), "en lördag"),
    (date(2027, 1, 3), "en söndag"),
]

WORKING = [
    (date(2026, 1, 5), "trettondagsafton"),
    (date(2026, 4, 2), "skärtorsdag"),
    (date(2026, 4, 30), "valborgsmässoafton"),
    (date(2026, 5, 15), "fredag efter Kristi himmelsfärdsdag"),
    (date(2026, 5, 25), "annandag pingst, helgdag till och med 2004"),
    (date(2026, 10, 30), "fredag före alla helgons dag"),
    (date(2026, 12, 23), "dagen före julafton"),
]


@pytest.mark.parametrize(("day", "why"), FREE)
def test_free_days_have_a_reason(day: date, why: str) -> None:
    assert why_free(day) == why
    assert not is_working_day(day)


@pytest.mark.parametrize(("day", "name"), WORKING, ids=[name for _, name in WORKING])
def test_days_that_many_take_off_are_working_days(day: date, name: str) -> None:
    assert is_working_day(day)
    assert why_free(day) is None
    assert next_working_day(day) == day


def test_holidays_are_those_of_the_year() -> None:
    assert holiday(date(2004, 5, 31)) == "annandag pingst"
    assert holiday(date(2005, 5, 16)) is None
    assert holiday(date(2004, 6, 6)) is None
    assert holiday(date(2005, 6, 6)) == "nationaldagen"


def test_two_holidays_on_one_day_are_both_named() -> None:
    assert holiday(date(2008, 5, 1)) == "första maj och Kristi himmelsfärdsdag"


def test_next_working_day_passes_over_christmas_and_new_year() -> None:
    assert next_working_day(date(2026, 12, 24)) == date(2026, 12, 28)
    assert next_working_day(date(2026, 12, 31)) == date(2027, 1, 4)


def test_working_days_are_counted_from_the_day_after() -> None:
    assert add_working_days(date(2026, 6, 18), 1) == date(2026, 6, 22)
    assert add_working_days(date(2026, 6, 20), 1) == date(2026, 6, 22)
    assert add_working_days(date(2026, 6, 15), 2) == date(2026, 6, 17)


@pytest.mark.parametrize("day", [date(1952, 12, 31), date(2101, 1, 1)])
def test_years_whose_holidays_are_unknown_are_refused(day: date) -> None:
    with pytest.raises(OutsideCalendar, match="1953–2100"):
        is_working_day(day)


def test_a_day_in_running_text() -> None:
    assert in_words(date(2026, 6, 19)) == "fredag 19 juni 2026"
