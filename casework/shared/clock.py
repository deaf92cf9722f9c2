"""Our one clock. Everything recorded takes its time from here, never from the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

STOCKHOLM = ZoneInfo("Europe/Stockholm")

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _set_to.get() or timezone.now()


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let the clock stand at ``instant`` (aware) within a block.

    For the demo alone, whose months of work go through the same services as anybody's, each act
    on its own day. What people do is never dated back: no screen, API or import comes here.
    """
    token = _set_to.set(instant)
    try:
        yield
    finally:
        _set_to.reset(token)


def today() -> date:
    """Return today's date in Stockholm."""
    return local_day(now())


def local_day(instant: datetime) -> date:
    """Return the Stockholm calendar day of an aware instant."""
    return instant.astimezone(STOCKHOLM).date()
