"""Our one clock. Everything recorded takes its time from here, never from the database."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """Return today's date in Stockholm."""
    return local_day(now())


def local_day(instant: datetime) -> date:
    """Return the Stockholm calendar day of an aware instant."""
    return instant.astimezone(STOCKHOLM).date()
