"""The same reckoning as ``casework.deadlines``, found another way: by turning calendar leaves.

No library knows the holidays or adds the months here, so that one mistake is not made twice.
Right from 1991 on: earlier years had other holidays.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

LEAF = timedelta(days=1)
FIXED = {(1, 1), (1, 6), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31)}


def easter(year: int) -> date:
    """Return Easter Sunday: the Sunday after the full moon of the church calendar."""
    golden = year % 19
    century = year // 100
    solar = century - century // 4
    lunar = (8 * century + 13) // 25
    moon = (solar - lunar + 19 * golden + 15) % 30
    if moon == 29 or (moon == 28 and golden > 10):
        moon -= 1
    full = date(year, 3, 21) + moon * LEAF
    return full + (7 - (full.weekday() + 1) % 7) * LEAF


def free(day: date) -> bool:
    """Return whether no time ends on ``day``."""
    if day.isoweekday() > 5 or (day.month, day.day) in FIXED:
        return True
    if (day.month, day.day) == (6, 6):
        return day.year >= 2005
    if day.month == 6 and 19 <= day.day <= 25 and day.isoweekday() == 5:
        return True  # midsommarafton; midsommardagen and alla helgons dag are Saturdays
    moved = (day - easter(day.year)).days
    return moved in (-2, 1, 39) or (moved == 50 and day.year <= 2004)


def leaves(day: date) -> Iterator[date]:
    """Yield the days after ``day``, one by one, for ever."""
    while True:
        day += LEAF
        yield day


def end(start: date, amount: int, unit: str) -> date:
    """Return the day on which the time is out, by counting alone."""
    if unit == "days":
        return next(islice(leaves(start), amount - 1, None))
    if unit == "weeks":
        same = (day for day in leaves(start) if day.weekday() == start.weekday())
        return next(islice(same, amount - 1, None))
    if unit == "working_days":
        working = (day for day in leaves(start) if not free(day))
        return next(islice(working, amount - 1, None))
    return _month_end(start, amount * (12 if unit == "years" else 1))


def _month_end(start: date, months: int) -> date:
    for day in leaves(start):
        if day.day == 1:
            months -= 1
        is_last_of_month = (day + LEAF).day == 1
        if months == 0 and (day.day == start.day or (is_last_of_month and day.day < start.day)):
            return day
    raise AssertionError("the calendar has no end")


def rolled(day: date) -> date:
    """Return ``day`` if no time is hindered from ending on it, else the next such day."""
    return next(leaf for leaf in leaves(day - LEAF) if not free(leaf))
