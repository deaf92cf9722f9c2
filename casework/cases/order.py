"""That times do not run backwards, and which collides with which."""

from collections.abc import Sequence
from datetime import date, datetime

from casework.deadlines.calendar import FIRST_YEAR
from casework.shared.clock import STOCKHOLM
from casework.shared.errors import InvalidInput


def check_order(
    doing: str,
    day: date,
    *earlier: tuple[str, date | None],
    today: date,
    field: str = "on",
) -> None:
    """Raise ``InvalidInput`` unless ``day`` has come and is none before those ``earlier``.

    ``doing`` begins the sentence ("Utredningen kan inte avslutas"), each of ``earlier`` ends it
    with its day ("den inleddes"); a day that is None is not compared.
    """
    if day.year < FIRST_YEAR:
        raise InvalidInput(f"{doing} {day}: året är före {FIRST_YEAR}.", field=field)
    if day > today:
        raise InvalidInput(f"{doing} {day}: den dagen har inte kommit än.", field=field)
    if found := _latest(earlier, day):
        what, other = found
        raise InvalidInput(f"{doing} {day}: {what} {other}.", field=field)


def check_instant(
    doing: str, at: datetime, earlier: tuple[str, datetime], *, now: datetime, field: str = "at"
) -> None:
    """Raise ``InvalidInput`` unless the instant has come and is none before the earlier one."""
    what, other = earlier
    if at > now:
        raise InvalidInput(f"{doing} {_text(at)}: den tiden har inte kommit än.", field=field)
    if at < other:
        raise InvalidInput(f"{doing} {_text(at)}: {what} {_text(other)}.", field=field)


def _latest(earlier: Sequence[tuple[str, date | None]], day: date) -> tuple[str, date] | None:
    """Return the latest of those that ``day`` comes before."""
    collides = [(what, other) for what, other in earlier if other is not None and day < other]
    return max(collides, key=lambda one: one[1], default=None)


def _text(instant: datetime) -> str:
    return f"{instant.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
