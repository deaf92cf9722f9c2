"""Bringing the times of locked records in line with how they stand.

The times follow from what is told of a record and its case (``casework.cases.clocks``), so they
are brought up to date in the transaction that tells something: by a step, by an import, when a
unit is replaced. For many records it is done in a few statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q

from casework.cases import clocks, watched
from casework.cases.clocks import Clock, Inquiry
from casework.cases.models import (
    CaseRecord,
    Decision,
    Intake,
    IntakeFeedbackRow,
    Investigation,
    InvestigationExtensionRow,
    WatchedTime,
)
from casework.deadlines import services
from casework.deadlines.local_rules import BoardRules
from casework.deadlines.models import Deadline, State
from casework.deadlines.rules import rule_on
from casework.deadlines.services import Owner, Start
from casework.deadlines.terms import reckon

KINDS: dict[str, type[Any]] = {
    "intake": Intake,
    "investigation": Investigation,
    "decision": Decision,
}
LABELS = {"intake": "Aktualisering", "investigation": "Utredning", "decision": "Beslut"}
# Those and the times begun by hand: all that has times, steps and a place on the case's page.
ALL_KINDS: dict[str, type[Any]] = KINDS | {watched.KIND: WatchedTime}
ALL_LABELS = LABELS | {watched.KIND: watched.LABEL}
# Whether the times are a child's is settled when they begin, and a move to another unit does not
# end them.
_CHILDRENS = (clocks.PROTECTION, clocks.PRELIMINARY, clocks.INVESTIGATION)
# Those whose length a board may set.
_BOARDS_OWN = (clocks.PROTECTION, clocks.ADULT, clocks.ECONOMIC)
_CHUNK = 5000


def watch_cases(case_ids: Iterable[int], now: datetime, *, history: bool = False) -> None:
    """Bring the times of all records of the cases in line; the records are locked.

    ``history``: what began before now is not told, nor proposed where it was missed.
    """
    wanted = sorted(set(case_ids))
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        for kind, model in KINDS.items():
            _watch(kind, model.objects.filter(case__in=chunk), now, history)
        watched.follow(chunk, now)


def watch_records(kind: str, ids: Collection[int], now: datetime, *, history: bool = False) -> None:
    """Bring the times of some records in line, as above; for records that belong to no case."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        _watch(
            kind, KINDS[kind].objects.filter(pk__in=wanted[start : start + _CHUNK]), now, history
        )


def watch_touched(
    kind: str, ids: Collection[int], case_ids: Iterable[int], now: datetime, *, history: bool
) -> None:
    """Bring in line the records ``ids`` of a kind and all records of the cases."""
    alone = KINDS[kind].objects.filter(pk__in=ids, case__isnull=True)
    watch_records(kind, list(alone.values_list("pk", flat=True)), now, history=history)
    watch_cases(case_ids, now, history=history)


def _watch(kind: str, found: Any, now: datetime, history: bool) -> None:
    records = list(found.select_related("unit__area").order_by("pk"))
    if not records:
        return
    times = list(
        Deadline.objects.filter(
            kind=kind, subject_id__in=[record.pk for record in records], rule__in=clocks.RULES[kind]
        )
        .select_for_update(no_key=True)
        .order_by("pk")
    )
    of_record: dict[int, list[Deadline]] = defaultdict(list)
    for time in times:
        of_record[time.subject_id].append(time)
    plan = _Plan(kind, now, history=history)
    for record, wanted in _wanted(kind, records, of_record):
        plan.compare(record, wanted, of_record[record.pk])
    plan.carry_out()


def _wanted(
    kind: str, records: Sequence[Any], times: Mapping[int, Sequence[Deadline]]
) -> Iterable[tuple[Any, list[Clock]]]:
    inquiries = _inquiries(records) if kind != "decision" else {}
    extensions = _extensions(records) if kind == "investigation" else {}
    asked = _asked(records) if kind == "intake" else {}
    for record in records:
        of_case = inquiries.get(record.case_id or 0, ())
        begun = any(time.rule in _CHILDRENS for time in times.get(record.pk, ()))
        if kind == "intake":
            is_childs = begun or record.unit.area.for_children
            asked_on = asked.get(record.pk)
            yield (
                record,
                list(clocks.of_intake(record, of_case, is_childs=is_childs, asked_on=asked_on)),
            )
        elif kind == "investigation":
            is_childs = begun or _is_childs(record)
            told = extensions.get(record.pk, ())
            yield (
                record,
                list(
                    clocks.of_investigation(
                        record,
                        of_case,
                        told,
                        is_childs=is_childs,
                        area=record.unit.area.name,
                    )
                ),
            )
        else:
            yield record, list(clocks.of_decision(record))


def _is_childs(investigation: Investigation) -> bool:
    return clocks.is_childs(
        investigation.kind, in_childrens_area=investigation.unit.area.for_children
    )


def _inquiries(records: Iterable[CaseRecord]) -> dict[int, list[Inquiry]]:
    """Return the investigations of the records' cases, by case."""
    cases = {record.case_id for record in records if record.case_id}
    found: dict[int, list[Inquiry]] = defaultdict(list)
    for one in Investigation.objects.filter(case__in=cases).select_related("unit__area"):
        inquiry = Inquiry(one.pk, one.opened_on, one.intake_on, one.closed_on, _is_childs(one))
        found[one.case_id or 0].append(inquiry)
    return found


def _asked(records: Iterable[Any]) -> dict[int, date]:
    """Return when feedback was asked for, the last time where it was waived in between."""
    asked = [record.pk for record in records if record.feedback_asked and record.decided_on]
    if not asked:
        return {}
    rows = IntakeFeedbackRow.objects.filter(
        record__in=asked, feedback_asked=True, feedback_given_on__isnull=True
    )
    return dict(rows.order_by("pk").values_list("record_id", "effective_on"))


def _extensions(records: Iterable[Any]) -> dict[int, list[tuple[date, date | None]]]:
    """Return (through, decided on) of each investigation's extensions that hold."""
    extended = [record.pk for record in records if record.extended_to]
    rows = InvestigationExtensionRow.objects.filter(record__in=extended)
    taken_back = rows.filter(corrects__isnull=False).values("corrects")
    found: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    valid = rows.filter(~Q(pk__in=taken_back), through__isnull=False)
    for record, through, decided_on in valid.values_list("record_id", "through", "decided_on"):
        if through is not None:
            found[record].append((through, decided_on))
    return found


@lru_cache(maxsize=4096)
def _last_day(rule: str, trigger_date: date) -> date | None:
    """Return the last day by the rule; None where it sets none."""
    version = rule_on(rule, trigger_date)
    if version.term is None:
        return None
    return reckon(trigger_date, version.term, rolls=version.rolls).last_day


@dataclass(frozen=True)
class _Course:
    """A clock with where it ends: the extensions that count, and what came of it."""

    clock: Clock
    extended: tuple[date, ...]
    last_day: date

    @classmethod
    def of(cls, clock: Clock, last_day: date) -> "_Course":
        extended = []
        for through, decided_on in clock.extensions:
            # One decided when the time was out is none (SoL 20:3).
            if decided_on <= last_day < through:
                extended.append(through)
                last_day = through
        return cls(clock, tuple(extended), last_day)

    @property
    def fell_away(self) -> bool:
        fell_on = self.clock.fell_on
        return fell_on is not None and fell_on <= self.last_day

    @property
    def done_on(self) -> date | None:
        """The day on which it was met or, run out before, no longer asked for."""
        if self.clock.met_on is not None:
            return self.clock.met_on
        return None if self.fell_away else self.clock.fell_on


@dataclass
class _Plan:
    """What is to be done with the times of many records of a kind."""

    kind: str
    now: datetime
    history: bool
    starts: list[Start] = field(default_factory=list)
    met: list[tuple[Deadline, date]] = field(default_factory=list)
    fallen: list[Deadline] = field(default_factory=list)
    followed: list[tuple[Deadline, Owner]] = field(default_factory=list)
    rules: BoardRules = field(default_factory=BoardRules)

    def compare(self, record: Any, wanted: Iterable[Clock], times: Sequence[Deadline]) -> None:
        """Note what the times of one record lack."""
        owner = Owner(record.board_id, record.unit_id, record.handler_id, record.protected)
        running = {time.rule: time for time in times if time.ended_at is None}
        for clock in wanted:
            last_day = self._last_day(record, clock, times)
            if last_day is None:
                continue
            course = _Course.of(clock, last_day)
            time = running.pop(clock.rule, None)
            if time is not None and not _leads_to(time, course):
                # What is told of the record has been corrected since the time began.
                self.fallen.append(time)
                self._begin(record.pk, course, owner, history=True)
            elif time is not None:
                self._go_on(time, course, owner)
            else:
                before = [one for one in times if _is_of(one, clock) and one.ended_at is not None]
                self._return_to(record.pk, course, owner, before)
        self.fallen += running.values()

    def _last_day(self, record: Any, clock: Clock, times: Sequence[Deadline]) -> date | None:
        """Return the last day by the rule; None where it sets none."""
        if clock.rule not in _BOARDS_OWN:
            return _last_day(clock.rule, clock.trigger_date)
        # What the board has set is settled when the time begins, whatever it sets later.
        if of_it := [time for time in times if _is_of(time, clock)]:
            return of_it[-1].last_day
        version = self.rules.version(
            clock.rule,
            clock.trigger_date,
            board_id=record.board_id,
            area_id=record.unit.area_id,
        )
        if version.term is None:
            return None
        return reckon(clock.trigger_date, version.term, rolls=version.rolls).last_day

    def _go_on(self, time: Deadline, course: _Course, owner: Owner) -> None:
        for through, decided_on in course.clock.extensions:
            if decided_on <= time.last_day < through:
                time = services.extend(time, through, decided_on, self.now)
        if course.done_on is not None:
            self.met.append((time, course.done_on))
        elif course.fell_away:
            self.fallen.append(time)
        else:
            self.followed.append((time, owner))

    def _return_to(
        self, record_id: int, course: _Course, owner: Owner, before: Sequence[Deadline]
    ) -> None:
        """Begin what has not been, or is to run again as what ended it has been corrected."""
        ended = before[-1] if before else None
        if ended is None:
            self._begin(record_id, course, owner, history=self.history)
        elif course.done_on is not None and ended.met_on is not None:
            if ended.last_day != course.last_day:
                self._begin(record_id, course, owner, history=True)
            elif ended.met_on != course.done_on:
                services.amend_met(ended, course.done_on)
        elif not course.fell_away or ended.state != State.VOID:
            self._begin(record_id, course, owner, history=True)

    def _begin(self, record_id: int, course: _Course, owner: Owner, *, history: bool) -> None:
        if course.fell_away:
            return
        clock = course.clock
        self.starts.append(
            Start(
                self.kind,
                record_id,
                clock.rule,
                clock.trigger_date,
                owner,
                history=history or course.done_on is not None,
                met_on=course.done_on,
                extended=course.extended,
            )
        )

    def carry_out(self) -> None:
        """Do it; what ends first, since a rule runs once at a time for a record."""
        if self.met:
            services.meet_many(self.met, self.now)
        if self.fallen:
            services.void_many(self.fallen, self.now)
        moved: dict[Owner, list[Deadline]] = defaultdict(list)
        for time, owner in self.followed:
            moved[owner].append(time)
        for owner, times in moved.items():
            services.follow(times, owner, self.now)
        services.start_many(self.starts, self.now)


def _is_of(time: Deadline, clock: Clock) -> bool:
    return time.rule == clock.rule and time.trigger_date == clock.trigger_date


def _leads_to(time: Deadline, course: _Course) -> bool:
    """Say whether the running time can still become what is wanted by meeting or extending it."""
    return _is_of(time, course.clock) and (
        time.last_day == course.last_day or time.last_day in course.extended or time.extends is None
    )
