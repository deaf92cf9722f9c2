"""The Händelselogg of a report, by day."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from casework.access import policy
from casework.access.actor import Actor
from lexsarah.events.acts import SAY_STATE, of_acts
from lexsarah.events.history import of_history
from lexsarah.events.line import Day, Event
from lexsarah.models import Report
from lexsarah.rules import RULES


def events_of(actor: Actor, report: Report) -> list[Event]:
    """Return what has happened to the report, the latest first, as ``actor`` may know it.

    Whoever may not read the investigation (an SAS who is examined) has its history alone.
    """
    events = of_history(report)
    if policy.may(actor, "read_document", report, RULES):
        done = of_acts(report)
        events = [*(one for one in events if not _is_said(one, done)), *done]
    return sorted(events, key=_order)[::-1]


def by_day(events: Iterable[Event]) -> list[Day]:
    """Return the events under their days, in the order given."""
    return [Day(day, list(of_day)) for day, of_day in groupby(events, key=lambda one: one.day)]


def split(days: Sequence[Day], shown: int) -> tuple[list[Day], list[Day]]:
    """Return the latest days, with at least ``shown`` events in all, and the days before them."""
    count = 0
    for number, day in enumerate(days, 1):
        count += len(day.events)
        if count >= shown:
            return list(days[:number]), list(days[number:])
    return list(days), []


def _order(one: Event) -> tuple[object, ...]:
    return one.day, one.at is not None, one.at.timestamp() if one.at else 0


def _is_said(event: Event, done: Iterable[Event]) -> bool:
    """Say whether a line of the history only repeats the state that an act led to."""
    said = tuple(SAY_STATE.get(event.state, ()))
    if not said or event.at is None:
        return False
    at = _to_the_millisecond(event.at)
    return any(one.at == at and one.what.startswith(said) for one in done if one.at)


def _to_the_millisecond(at: datetime) -> datetime:
    # As the audit trail keeps it.
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
