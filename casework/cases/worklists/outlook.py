"""Whether an investigation will be done in time, at the pace of the last ones. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil

# Fewer closed investigations than this say nothing about those to come.
ENOUGH = 8
# How far back the pace looks, in days.
LOOKS_BACK = 180


@dataclass(frozen=True)
class Pace:
    """How long the last closed investigations took, in days from opening to close.

    ``number`` of them; half took no longer than ``median``, eight of ten no longer than
    ``eightieth``. ``whose`` names the unit or the area that they are of.
    """

    number: int
    median: float
    eightieth: float
    whose: str

    @property
    def half(self) -> int:
        """The median in whole days, a started day as one."""
        return ceil(self.median)

    @property
    def most(self) -> int:
        """What eight of ten took, in whole days alike."""
        return ceil(self.eightieth)

    @property
    def says_something(self) -> bool:
        """Whether there are enough of them to reckon by."""
        return self.number >= ENOUGH


class Verdict(StrEnum):
    """How an open investigation stands."""

    LATE = "late"
    AT_RISK = "at_risk"
    IN_TIME = "in_time"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outlook:
    """The verdict; ``expected_on``: when it will be done at that pace, where that can be said.

    ``length`` is the whole number of days reckoned with.
    """

    verdict: Verdict
    expected_on: date | None = None
    length: int | None = None

    @property
    def at_risk(self) -> bool:
        """Whether it will slip at the pace of the last ones."""
        return self.verdict is Verdict.AT_RISK


def outlook(
    opened_on: date, raw_date: date, last_day: date, today: date, pace: Pace | None
) -> Outlook:
    """Reckon when an investigation that is open ``today`` will be done.

    One that has gone on for less than the median is expected to take the median; one past that,
    what eight of ten take. One past that too has outrun what there is to reckon by, and is at
    risk. It slips where the expected day comes after ``raw_date``: nobody plans with the days that
    a roll to ``last_day`` may give.
    """
    if last_day < today:
        return Outlook(Verdict.LATE)
    if pace is None or not pace.says_something:
        return Outlook(Verdict.UNKNOWN)
    elapsed = (today - opened_on).days
    for length in (pace.half, pace.most):
        if elapsed < length:
            expected_on = opened_on + timedelta(days=length)
            slips = expected_on > raw_date
            return Outlook(Verdict.AT_RISK if slips else Verdict.IN_TIME, expected_on, length)
    return Outlook(Verdict.AT_RISK)
