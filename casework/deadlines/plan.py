"""All that will happen to a time unless it is met: pure, known the moment the time begins.

What is recorded about a time follows from this plan and from the instants of the acts upon it,
never from when the sweep happened to run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from casework.deadlines.calendar import ONE_DAY, add_working_days, next_working_day
from casework.deadlines.rules import Anchor, Dates, Kind, RuleVersion, Rung, Step
from casework.deadlines.working_time import (
    day_begins,
    last_working_day,
    morning,
    weekly_morning,
)

# The law says "genast" of it, and missing it is a breach all the same.
PROPOSED_GOALS = frozenset({"protection_assessment"})


class What(StrEnum):
    """What an entry of the plan is."""

    STEP = "step"  # a notice
    LAPSED = "lapsed"  # the last day is over: the unit of this day answers for it
    MISSED = "missed"  # nor has anything been registered late, within the days of grace


@dataclass(frozen=True)
class Entry:
    """What falls due at an instant."""

    at: datetime
    what: What
    step: Step | None = None


def plan(version: RuleVersion, dates: Dates) -> tuple[Entry, ...]:
    """Return all entries of a time in the order in which they fall due.

    Raises ``OutsideCalendar`` where they reach years whose holidays are not known.
    """
    entries = [
        Entry(at, What.STEP, step)
        for step in version.steps
        if (at := _told_from(step, dates)) is not None
    ]
    # Somebody else's time is shown, but nobody here can miss it.
    if version.kind is not Kind.OTHER:
        entries += _the_end(version, dates)
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _the_end(version: RuleVersion, dates: Dates) -> Iterator[Entry]:
    yield Entry(day_begins(dates.last_day + ONE_DAY), What.LAPSED)
    waited_for = add_working_days(dates.last_day, version.grace_working_days)
    yield Entry(day_begins(waited_for + ONE_DAY), What.MISSED)


def _told_from(step: Step, dates: Dates) -> datetime | None:
    """Return when a step is due; None where it would lie before the time itself.

    A warning is brought forward to a working morning, a word about what has happened put off.
    """
    day = step.day(dates)
    if step.at_once:
        begins = step.anchor is Anchor.TRIGGER and step.days == 0
        return day_begins(day) if begins else morning(day)
    if step.anchor is Anchor.RAW_DATE and step.days <= 0:
        if day < dates.trigger_date:
            return None
        return max(morning(last_working_day(day)), day_begins(dates.trigger_date))
    return morning(next_working_day(day))


def send_after(step: Step, to: Rung, due_at: datetime) -> datetime:
    """Return the instant from which a notice may be sent; the Avdelningschef's wait a week."""
    weekly = to is Rung.HEAD and not step.at_once
    return weekly_morning(due_at) if weekly else due_at


def proposes(version: RuleVersion) -> bool:
    """Return whether missing the time is a breach, to be proposed as a deviation."""
    return version.kind is Kind.LAW or version.key in PROPOSED_GOALS
