"""What an act does to the times of its record: start, meet, extend, void, follow.

Called inside the transaction of the act. Before a time changes, all that has fallen due is written
down first: what is recorded then never depends on whether the sweep had run already.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from casework.deadlines import failures
from casework.deadlines.copies import as_data, digest
from casework.deadlines.local_rules import BoardRules
from casework.deadlines.models import Deadline, FailedRow, Miss, RuleCopy, State
from casework.deadlines.plan import plan, proposes
from casework.deadlines.recording import Plans, next_after, record, version_of
from casework.deadlines.rules import Kind, RuleVersion
from casework.deadlines.terms import reckon
from casework.deadlines.working_time import day_begins
from casework.shared.clock import local_day
from casework.shared.errors import ConflictError


@dataclass(frozen=True)
class Owner:
    """Whose a time is; the subject's own values."""

    board_id: int
    unit_id: int
    handler_id: int | None
    protected: bool


@dataclass(frozen=True)
class Start:
    """A time to begin: ``own_date`` is its last day where the rule sets none.

    ``history`` is for what lies before: it is computed, and nothing that fell due before now is
    told, recorded as missed or proposed. ``met_on`` is the day it was met, where it was, and
    ``extended`` the days to which it was extended while it ran, one after the other. ``again``: a
    following turn of a rule that recurs, from the latest review.
    """

    kind: str
    subject_id: int
    rule: str
    trigger_date: date
    owner: Owner
    own_date: date | None = None
    history: bool = False
    met_on: date | None = None
    extended: tuple[date, ...] = ()
    again: bool = False


def start(given: Start, now: datetime) -> Deadline | None:
    """Begin a time; None where the rule sets none and no day of its own was given.

    Raises ``UnknownRule``, and ``OutsideCalendar`` for years whose holidays are not known.
    """
    return next(iter(start_many([given], now)), None)


def start_many(given: Iterable[Start], now: datetime) -> list[Deadline]:
    """Begin many times in a few statements."""
    rules, kept = BoardRules(), _Copies()
    chains = [(one, time) for one in given if (time := _time(one, rules, kept, now)) is not None]
    latest = Deadline.objects.bulk_create([time for _, time in chains])
    for place in range(max((len(one.extended) for one, _ in chains), default=0)):
        longer = [
            (number, _longer(one, time, one.extended[place], now))
            for number, (one, time) in enumerate(zip((c[0] for c in chains), latest, strict=True))
            if place < len(one.extended)
        ]
        Deadline.objects.bulk_create([time for _, time in longer])
        for number, time in longer:
            latest[number] = time
    return latest


class _Copies:
    """The rule versions that apply, each kept once."""

    def __init__(self) -> None:
        self._by_version: dict[int, tuple[RuleVersion, RuleCopy]] = {}

    def of(self, version: RuleVersion) -> RuleCopy:
        # Kept beside its copy, so that its identity stays its own.
        if id(version) not in self._by_version:
            data = as_data(version)
            copy, _ = RuleCopy.objects.get_or_create(
                digest=digest(data), defaults={"key": version.key, "content": data}
            )
            self._by_version[id(version)] = (version, copy)
        return self._by_version[id(version)][1]


def _time(given: Start, rules: BoardRules, kept: _Copies, now: datetime) -> Deadline | None:
    owner = given.owner
    version = rules.version_in_unit(
        given.rule, given.trigger_date, board_id=owner.board_id, unit_id=owner.unit_id
    )
    if given.again:
        version = version.next_turn
    if given.own_date is not None:
        raw_date = last_day = given.own_date
    elif version.term is not None:
        reckoned = reckon(given.trigger_date, version.term, rolls=version.rolls)
        raw_date, last_day = reckoned.raw_date, reckoned.last_day
    else:
        return None
    time = Deadline(
        board_id=owner.board_id,
        kind=given.kind,
        subject_id=given.subject_id,
        unit_id=owner.unit_id,
        handler_id=owner.handler_id,
        protected=owner.protected,
        rule=version.key,
        copy=kept.of(version),
        trigger_date=given.trigger_date,
        raw_date=raw_date,
        last_day=last_day,
        started_at=now,
        settled_until=now if given.history else min(now, _just_before(given.trigger_date)),
    )
    if given.extended:
        time.state, time.ended_at = State.EXTENDED, now
    else:
        _stand(time, given, version, now)
    return time


def _longer(given: Start, time: Deadline, until: date, now: datetime) -> Deadline:
    """Return the time (unsaved) that ``time`` was extended to."""
    longer = _extension(time, until, now)
    longer.settled_until = time.settled_until
    if until == given.extended[-1]:
        _stand(longer, given, version_of(time.copy_id), now)
    else:
        longer.state, longer.ended_at = State.EXTENDED, now
    return longer


def _stand(time: Deadline, given: Start, version: RuleVersion, now: datetime) -> None:
    """Let a new time stand as it does today: met, run out before, or running."""
    if given.met_on is not None:
        time.state = State.MET if given.met_on <= time.last_day else State.MISSED
        time.met_on, time.ended_at = given.met_on, now
        return
    if given.history and time.last_day < local_day(now) and version.kind is not Kind.OTHER:
        time.state = State.MISSED
    time.next_action_at = next_after(plan(version, time), time.settled_until)


def _just_before(day: date) -> datetime:
    """Return the last instant that what falls due as the day begins is not yet settled."""
    return day_begins(day) - timedelta(microseconds=1)


def open_for(subjects: Q) -> list[Deadline]:
    """Lock and return the open times of ``subjects`` (a condition on kind and subject_id)."""
    times = Deadline.objects.open().filter(subjects).select_for_update(no_key=True)
    return list(times.order_by("pk"))


def settle(times: Sequence[Deadline], now: datetime) -> None:
    """Record what fell due for locked times up to ``now``; nothing of it is told any more."""
    plans = Plans()
    for time in times:
        if time.next_action_at is None or time.ended_at is not None:
            continue
        try:
            due = next_after(plans.of(time), time.settled_until)
            if due is None or due > now:
                continue
            with transaction.atomic():
                record([time], plans, until=now, now=now, tell=False)
        except failures.NOT_THE_ROW:
            raise
        except Exception as error:  # a faulty rule must not keep anybody from working
            failures.note(FailedRow.Act.SWEEP, time.pk, time.board_id, error, now)
            continue
        time.refresh_from_db(fields=["state", "settled_until", "next_action_at", "lapsed_unit"])


def meet(time: Deadline, on: date, now: datetime) -> None:
    """Say that what a locked time asks for was done on ``on`` (see ``meet_many``)."""
    meet_many([(time, on)], now)


def meet_many(done: Sequence[tuple[Deadline, date]], now: datetime) -> None:
    """Say of locked times on which day what each asks for was done.

    Done too late is missed. Done in time is met, also where it was registered so late that the
    time had been taken for missed; a proposal made by then stays, to be declined with a reason.
    """
    settle([time for time, _ in done], now)
    _miss([time for time, on in done if on > time.last_day], now)
    for time, on in done:
        if on <= time.last_day:
            time.state = State.MET
        time.met_on = on
    _end([time for time, _ in done], now)


def amend_met(time: Deadline, on: date) -> None:
    """Correct the day on which an ended time was met; what has been recorded of it stays."""
    time.state = State.MET if on <= time.last_day else State.MISSED
    time.met_on = on
    time.save(update_fields=["state", "met_on"])


def void(time: Deadline, now: datetime) -> None:
    """Let a locked time fall away (see ``void_many``)."""
    void_many([time], now)


def void_many(times: Sequence[Deadline], now: datetime) -> None:
    """Let locked times fall away: what they asked for is no longer asked for."""
    settle(times, now)
    for time in times:
        time.state = State.VOID
    _end(times, now)


def extend(time: Deadline, until: date, decided_on: date, now: datetime) -> Deadline:
    """End a locked time and let another run until ``until``, by the same rule and trigger.

    A time that the law sets can only be extended before it has run out (``ConflictError``). The
    board's own can be moved afterwards too; it was missed all the same.
    """
    settle([time], now)
    version = version_of(time.copy_id)
    if decided_on <= time.last_day:
        time.state = State.EXTENDED
    elif version.kind is Kind.LAW:
        raise ConflictError(
            f"Tiden gick ut {time.last_day}. En förlängning som beslutas efter det gäller inte."
        )
    else:
        _miss([time], now)
    _end([time], now)
    longer = _extension(time, until, now)
    # Registered so late that the longer time is over too, it has run out all the same.
    longer.settled_until = min(now, _just_before(until))
    longer.next_action_at = next_after(Plans().of(longer), longer.settled_until)
    longer.save(force_insert=True)
    return longer


def _extension(time: Deadline, until: date, now: datetime) -> Deadline:
    return Deadline(
        board_id=time.board_id,
        kind=time.kind,
        subject_id=time.subject_id,
        unit_id=time.unit_id,
        handler_id=time.handler_id,
        protected=time.protected,
        rule=time.rule,
        copy_id=time.copy_id,
        trigger_date=time.trigger_date,
        raw_date=until,
        last_day=until,
        extends=time,
        started_at=now,
    )


def follow(times: Iterable[Deadline], owner: Owner, now: datetime) -> None:
    """Copy unit, handler and protection onto locked times, where they have changed."""
    changed = [
        time
        for time in times
        if (time.unit_id, time.handler_id, time.protected)
        != (owner.unit_id, owner.handler_id, owner.protected)
    ]
    # The unit of the day on which a time ran out answers for it, not the one it goes to now.
    settle(changed, now)
    for time in changed:
        time.unit_id, time.handler_id = owner.unit_id, owner.handler_id
        time.protected = owner.protected
    Deadline.objects.bulk_update(changed, ["unit", "handler", "protected"])


def hand_over(kind: str, subject_ids: Collection[int], handler_id: int | None) -> None:
    """Copy a new handler onto the open times of many records at once."""
    Deadline.objects.open().filter(kind=kind, subject_id__in=subject_ids).update(handler=handler_id)


def _miss(times: Iterable[Deadline], now: datetime) -> None:
    new = [time for time in times if time.state != State.MISSED]
    for time in new:
        time.state = State.MISSED
    Miss.objects.bulk_create(
        [
            Miss(
                deadline=time,
                unit_id=time.lapsed_unit_id or time.unit_id,
                recorded_at=now,
                try_at=now if proposes(version_of(time.copy_id)) else None,
            )
            for time in new
        ],
        ignore_conflicts=True,
    )


def _end(times: Iterable[Deadline], now: datetime) -> None:
    ended = list(times)
    for time in ended:
        time.ended_at, time.next_action_at = now, None
    Deadline.objects.bulk_update(
        ended, ["state", "met_on", "ended_at", "next_action_at"], batch_size=500
    )
