"""From a trigger date and a term to the day on which it ends: lag 1930:173, pure arithmetic.

1 §: a time in weeks, months or years ends on the day that has the same name or number as the
day it is counted from; where the month has no such day, on its last. A time in days does not
count the trigger day. 2 §: a last day that is free moves to the next working day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from casework.deadlines.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    ONE_DAY,
    OutsideCalendar,
    add_working_days,
    is_working_day,
    next_working_day,
)


class Unit(StrEnum):
    """What a term is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    WORKING_DAYS = "working_days"


_ONE_AND_MANY = {
    Unit.DAYS: ("dag", "dagar"),
    Unit.WEEKS: ("vecka", "veckor"),
    Unit.MONTHS: ("månad", "månader"),
    Unit.YEARS: ("år", "år"),
    Unit.WORKING_DAYS: ("arbetsdag", "arbetsdagar"),
}


@dataclass(frozen=True)
class Term:
    """A length of time; ``amount`` is at least one, else ``ValueError``."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("En tid är minst en dag lång.")

    def __str__(self) -> str:
        one, many = _ONE_AND_MANY[self.unit]
        return f"{self.amount} {one if self.amount == 1 else many}"


@dataclass(frozen=True)
class Reckoning:
    """Where a term ends: ``raw_date`` by counting alone, ``last_day`` after any move."""

    trigger_date: date
    term: Term
    raw_date: date
    last_day: date

    @property
    def rolled(self) -> bool:
        """Whether the last day moved."""
        return self.last_day != self.raw_date

    @property
    def passed_over(self) -> list[date]:
        """The free days from the raw date up to the last day, in order."""
        days = (self.last_day - self.raw_date).days
        return [self.raw_date + timedelta(days=number) for number in range(days)]

    @property
    def uncounted(self) -> list[date]:
        """The free days between trigger and end that a term in working days left out."""
        if self.term.unit is not Unit.WORKING_DAYS:
            return []
        days = (self.raw_date - self.trigger_date).days
        between = (self.trigger_date + timedelta(days=number) for number in range(1, days))
        return [day for day in between if not is_working_day(day)]


def raw_date(trigger_date: date, term: Term) -> date:
    """Return the day on which ``term`` ends by counting alone, free or not.

    A term in working days ends on a working day by construction. Raises ``OutsideCalendar``
    where trigger or end lies before 1953 or after 2100.
    """
    if not FIRST_YEAR <= trigger_date.year <= LAST_YEAR:
        raise OutsideCalendar
    try:
        day = _count(trigger_date, term)
    except (OverflowError, ValueError) as error:
        raise OutsideCalendar from error
    if day.year > LAST_YEAR:
        raise OutsideCalendar
    return day


def _count(start: date, term: Term) -> date:
    match term.unit:
        case Unit.WORKING_DAYS:
            return add_working_days(start, term.amount)
        case Unit.DAYS:
            return start + term.amount * ONE_DAY
        case Unit.WEEKS:
            return start + 7 * term.amount * ONE_DAY
        case Unit.MONTHS:
            return start + relativedelta(months=term.amount)
        case Unit.YEARS:
            return start + relativedelta(years=term.amount)


def reckon(trigger_date: date, term: Term, *, rolls: bool) -> Reckoning:
    """Return where ``term`` ends; ``rolls`` says whether 2 § lag 1930:173 moves the last day.

    Raises ``OutsideCalendar`` as ``raw_date`` does.
    """
    raw = raw_date(trigger_date, term)
    return Reckoning(trigger_date, term, raw, next_working_day(raw) if rolls else raw)
