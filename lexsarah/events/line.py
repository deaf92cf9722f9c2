"""A line of the Händelselogg."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Event:
    """What happened, on its own day; ``at`` is when it was noted, where a person did so.

    ``text`` is a reason, or what it concerns. ``state`` is the state that it says was reached.
    """

    day: date
    at: datetime | None
    who: str
    what: str
    text: str = ""
    kind: str = ""
    state: str = ""


@dataclass(frozen=True)
class Day:
    """The events of one day, the latest first."""

    day: date
    events: list[Event]
