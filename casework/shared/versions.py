"""From history rows to version rows: the arithmetic of two clocks, pure.

A fact says that an attribute has a value from a day on (``effective_on``), and when we came to
know it (``recorded_at``). A later fact may correct an earlier one, which then no longer holds.
Folding the facts known at an instant gives the record's timeline: segments of days in which
nothing that is counted changes. Comparing the timelines before and after new facts tells which
version rows end and which begin.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

State = Mapping[str, Any]


@dataclass(frozen=True)
class Fact:
    """One history row, seen as (attribute, value) under two clocks.

    ``key`` and ``corrects`` are unique over all attributes of the record. ``imported`` says that
    a register told it.
    """

    key: tuple[str, int]
    attribute: str
    value: Any
    effective_on: date
    recorded_at: datetime
    corrects: tuple[str, int] | None = None
    imported: bool = False


@dataclass(frozen=True)
class Segment:
    """The days from ``start`` up to but not including ``end`` (None: open), and what holds then."""

    start: date
    end: date | None
    state: State


@dataclass(frozen=True)
class Version:
    """A segment with the span of time in which it was what we knew."""

    segment: Segment
    recorded_from: datetime
    recorded_to: datetime | None


Fold = Callable[[Sequence[Fact]], State | None]


def timeline(facts: Iterable[Fact], fold: Fold) -> list[Segment]:
    """Return the segments that ``facts`` make, earliest first, neighbours that are alike joined.

    ``fold`` gets the facts in effect on a day, in the order in which they took effect, and
    returns what is counted, or None where the record is not there yet.
    """
    facts = list(facts)
    corrected = {fact.corrects for fact in facts if fact.corrects is not None}
    valid = sorted(
        (fact for fact in facts if fact.key not in corrected),
        key=lambda fact: (fact.effective_on, fact.recorded_at, fact.key[1]),
    )
    days = sorted({fact.effective_on for fact in valid})
    segments: list[Segment] = []
    for number, day in enumerate(days):
        state = fold([fact for fact in valid if fact.effective_on <= day])
        end = days[number + 1] if number + 1 < len(days) else None
        if state is None:
            continue
        previous = segments[-1] if segments else None
        if previous is not None and previous.end == day and previous.state == state:
            segments[-1] = Segment(previous.start, end, state)
        else:
            segments.append(Segment(day, end, state))
    return segments


def changes(
    before: Sequence[Segment], after: Sequence[Segment]
) -> tuple[list[Segment], list[Segment]]:
    """Return (segments that no longer hold, segments that newly hold)."""
    ended = [segment for segment in before if segment not in after]
    begun = [segment for segment in after if segment not in before]
    return ended, begun


def rebuild(facts: Iterable[Fact], fold: Fold) -> list[Version]:
    """Return all version rows of a record, made again from its history alone."""
    facts = sorted(facts, key=lambda fact: fact.recorded_at)
    open_versions: list[Version] = []
    done: list[Version] = []
    for instant in sorted({fact.recorded_at for fact in facts}):
        after = timeline([fact for fact in facts if fact.recorded_at <= instant], fold)
        ended, begun = changes([version.segment for version in open_versions], after)
        done += [
            Version(version.segment, version.recorded_from, instant)
            for version in open_versions
            if version.segment in ended
        ]
        open_versions = [version for version in open_versions if version.segment not in ended]
        open_versions += [Version(segment, instant, None) for segment in begun]
    return done + open_versions
