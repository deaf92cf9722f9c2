"""When people are told: on working mornings, never at night, at the weekend or on a holiday."""

from datetime import date, datetime, time, timedelta

from casework.deadlines.calendar import ONE_DAY, is_working_day, next_working_day
from casework.shared.clock import STOCKHOLM, local_day

TELL_FROM, TELL_UNTIL = time(7, 30), time(18)


def day_begins(day: date) -> datetime:
    """Return the first instant of a day in Stockholm; no day there begins in a changed hour."""
    return datetime.combine(day, time(), STOCKHOLM)


def morning(day: date) -> datetime:
    """Return the instant from which people are told things on ``day``."""
    return datetime.combine(day, TELL_FROM, STOCKHOLM)


def last_working_day(day: date) -> date:
    """Return ``day`` itself if it is a working day, else the latest one before it."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def is_telling_time(instant: datetime) -> bool:
    """Return whether digests may be sent: a working day, from 07.30 until 18 in Stockholm.

    A service that comes up again at night or on a Saturday waits with what it has to say.
    """
    local = instant.astimezone(STOCKHOLM)
    return TELL_FROM <= local.time() < TELL_UNTIL and is_working_day(local.date())


def weekly_morning(instant: datetime) -> datetime:
    """Return the first morning of a working week that is not before ``instant``."""
    monday = local_day(instant) - timedelta(days=local_day(instant).weekday())
    while (found := morning(next_working_day(monday))) < instant:
        monday += timedelta(days=7)
    return found
