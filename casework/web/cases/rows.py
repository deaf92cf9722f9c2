"""What lists and pages show of a case: chips, and its times as bars."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from casework.access import policy
from casework.access.actor import Actor
from casework.cases.models import Decision, Intake, IntakeOutcome, Investigation, WatchedTime
from casework.deadlines import lists
from casework.deadlines.copies import from_data
from casework.deadlines.models import Deadline, State
from casework.deadlines.rules import Kind
from casework.shared import clock


@dataclass(frozen=True)
class Chip:
    """A small label: text, kind (colour) and icon."""

    text: str
    kind: str
    icon: str = ""


@dataclass(frozen=True)
class Row:
    """A case as a row of the list."""

    case: Any
    number: str
    status: Sequence[Chip]


_STATES = (
    ("undecided", Chip("Förhandsbedömning", "info")),
    ("unanswered", Chip("Återkoppling", "info")),
    ("investigated", Chip("Utreds", "info")),
    ("followed_up", Chip("Uppföljning", "info")),
    ("waiting", Chip("Väntar på verkställighet", "info")),
    ("interrupted", Chip("Verkställigheten avbruten", "warn")),
    ("watched", Chip("Bevakad tid", "info")),
)
OVER = Chip("Avslutat", "done")
RESTARTED = Chip("Omstartad utredning", "warn", "undo-2")
PROTECTED = Chip("Skyddade personuppgifter", "warn", "lock")


def row(actor: Actor, case: Any) -> Row:
    """Return the row of a case that ``listing.narrowed`` gave."""
    found = [chip for name, chip in _STATES if getattr(case, name)] or [OVER]
    if case.restarted:
        found.append(RESTARTED)
    if case.protected:
        found.append(PROTECTED)
    return Row(case, policy.shown_case_number(actor, case.number), found)


COLUMNS = (
    "Ärende",
    "Enhet",
    "Läge",
    "Omstartad utredning",
    "Skyddade personuppgifter",
    "Närmaste sista dag",
    "Handläggare",
)


def file_rows(actor: Actor, cases: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """Yield the list as rows of a file, under ``COLUMNS``."""
    for case in cases:
        states = [chip.text for name, chip in _STATES if getattr(case, name)] or [OVER.text]
        yield (
            policy.shown_case_number(actor, case.number),
            case.unit.name,
            ", ".join(states),
            case.restarted,
            case.protected,
            case.next_day,
            case.handler.display_name if case.handler else "",
        )


def state_of(record: Any) -> Chip:
    """Return how a record stands."""
    match record:
        case Intake():
            if not record.outcome:
                return Chip("Förhandsbedömning", "info")
            return Chip(IntakeOutcome(record.outcome).label, "done")
        case Investigation():
            if record.closed_on is None:
                return Chip("Utreds", "info")
            if record.follow_up_on and not record.follow_up_ended_on:
                return Chip("Uppföljning", "info")
            return Chip("Avslutad", "done")
        case Decision():
            return _state_of_decision(record)
        case WatchedTime():
            if record.ended_on is None:
                return Chip("Bevakas", "info")
            return Chip("Gäller inte längre", "done") if record.dropped else Chip("Klar", "ok")
    raise TypeError(f"No record of a case: {record!r}")


def _state_of_decision(decision: Decision) -> Chip:
    if decision.ended_on:
        return Chip("Avslutat utan verkställighet", "done")
    if decision.interrupted_on and not decision.resumed_on:
        return Chip("Verkställigheten avbruten", "warn")
    if decision.executed_on:
        return Chip("Verkställt", "ok")
    return Chip("Väntar på verkställighet", "info")


@dataclass(frozen=True)
class Bar:
    """A time as a bar: ``days`` of ``limit``; ``later``, where the last day is another.

    ``limit`` is the raw date, ``later`` the last day after a roll or an extension. ``void``: the
    time fell away. ``is_others``: it is somebody else's, and nobody here can be late.
    """

    label: str
    is_law: bool
    time: Deadline
    days: int
    limit: int
    later: int | None
    void: bool
    rolled: bool
    extended_from: date | None
    why: Sequence[str]
    is_others: bool = False


def bars_of(by_kind: Mapping[str, Sequence[Any]]) -> dict[tuple[str, int], list[Bar]]:
    """Return the times of the records by kind and id, those that run first, in one query."""
    mine = Q(pk__in=[])
    for kind, records in by_kind.items():
        mine |= Q(kind=kind, subject_id__in=[record.pk for record in records])
    times = list(
        Deadline.objects.filter(mine)
        .select_related("copy", "extends")
        .order_by("ended_at", "last_day", "pk")
    )
    by_pk = {time.pk: time for time in times}
    extended = {time.extends_id for time in times}
    found: dict[tuple[str, int], list[Bar]] = {}
    today = clock.today()
    for time in times:
        if time.pk not in extended:
            found.setdefault((time.kind, time.subject_id), []).append(_bar(time, by_pk, today))
    return found


def _bar(time: Deadline, by_pk: Mapping[int, Deadline], today: date) -> Bar:
    version = from_data(time.copy.content)
    first = time
    while first.extends_id is not None and first.extends_id in by_pk:
        first = by_pk[first.extends_id]
    # One plans by the raw date: whether the roll gives any days is not sure.
    limit = _days(time.trigger_date, first.raw_date)
    last = _days(time.trigger_date, time.last_day)
    void = time.state == State.VOID
    until = clock.local_day(time.ended_at) if void and time.ended_at else time.met_on or today
    return Bar(
        label=version.label,
        is_law=version.kind in (Kind.LAW, Kind.GOAL),
        time=time,
        days=max(_days(time.trigger_date, until), 0),
        limit=limit,
        later=last if last > limit else None,
        void=void,
        rolled=time.raw_date != time.last_day,
        extended_from=first.last_day if first is not time else None,
        why=lists.why(time, version),
        is_others=version.kind is Kind.OTHER,
    )


def _days(start: date, end: date) -> int:
    return (end - start) // timedelta(days=1)


def next_last_day(bars: Collection[Bar]) -> date:
    """Return the last day of the time that ends first of those that run; far off where none is."""
    running = [bar.time.last_day for bar in bars if bar.time.ended_at is None]
    return min(running, default=date.max)


def lateness(bars: Collection[Bar], today: date) -> bool:
    """Say whether any of the times has run out with the thing undone."""
    ours = (bar.time for bar in bars if not bar.is_others)
    return any(time.ended_at is None and time.last_day < today for time in ours)
