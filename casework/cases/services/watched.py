"""Bevakad tid i ärendet: begun, reviewed, extended, done, or no longer asked for.

The times of the law that follow from no other step of the case (LVU, LVM, placements, FL).
Every step raises ``NotVisible``, ``NotAllowed``, ``InvalidInput`` (with the field) or
``ConflictError``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.cases.models import Case, DropReason, TimeStep, WatchedTime, WatchedTimeRow
from casework.cases.order import check_order
from casework.cases.rules import RULES
from casework.cases.services.gathering import lock_cases
from casework.cases.watchable import EXTENDABLE, ONCE, WATCHABLE, recurs
from casework.cases.watched import KIND, owner_of, unit_of
from casework.deadlines import services
from casework.deadlines.models import Deadline
from casework.deadlines.recording import version_of
from casework.deadlines.rules import Kind
from casework.deadlines.services import Start
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput


def begin_time(
    actor: Actor, case_id: int, rule: str, trigger_date: date, *, reviewed_on: date | None = None
) -> WatchedTime:
    """Begin a time of ``rule`` (one of ``WATCHABLE``) in a case, from ``trigger_date``.

    ``reviewed_on``: the latest review there has been, from which a time that recurs then counts.
    """
    with unit_of_work(actor) as work:
        case = Case.objects.locked(actor, case_id)
        policy.require(actor, "begin_time", case, RULES)
        if rule not in WATCHABLE:
            raise InvalidInput("Välj vilken tid som ska bevakas.", field="rule")
        today = clock.local_day(work.at)
        check_order("Tiden kan inte räknas från", trigger_date, today=today, field="trigger_date")
        if reviewed_on is not None:
            _check_review(rule, trigger_date, reviewed_on, today)
        _refuse_second(case, rule, trigger_date)
        counted_from = reviewed_on or trigger_date
        time = WatchedTime.objects.create(
            board_id=case.board_id,
            case=case,
            rule=rule,
            began_on=trigger_date,
            counted_from=counted_from,
            unit_id=unit_of(case),
            handler_id=case.handler_id,
            protected=case.protected,
        )
        this = _Step(actor, work, time)
        this.tell(TimeStep.BEGUN, trigger_date)
        if reviewed_on is not None:
            this.tell(TimeStep.REVIEWED, reviewed_on)
        this.start(counted_from, again=reviewed_on is not None)
        work.audit("case.time_begun", time, data={"rule": rule})
    return time


def reviewed(actor: Actor, time_id: int, *, on: date) -> WatchedTime:
    """Note a review: it meets the running time, and the next counts from it."""
    with _step(actor, "review_time", time_id) as this:
        time = this.time
        if not recurs(time.rule, time.counted_from):
            raise ConflictError("Tiden löper en gång. Anteckna att den är klar.")
        if on <= time.counted_from:
            raise InvalidInput(
                f"Tiden räknas redan från {time.counted_from}. Ange en senare dag.", field="on"
            )
        check_order("Prövningen kan inte ha gjorts", on, today=this.today)
        services.meet(this.running(), on, this.work.at)
        time.counted_from = on
        time.save(update_fields=["counted_from"])
        this.start(on, again=True)
        this.tell(TimeStep.REVIEWED, on)
        this.work.audit("case.time_reviewed", time, data={"rule": time.rule})
    return time


def extend(actor: Actor, time_id: int, *, until: date, decided_on: date) -> WatchedTime:
    """Note a decision to extend, taken before the time was out: through ``until``."""
    with _step(actor, "extend_time", time_id) as this:
        time, running = this.time, this.running()
        if time.rule not in EXTENDABLE:
            raise ConflictError("Lagen ger ingen möjlighet att förlänga tiden.")
        check_order(
            "Förlängningen kan inte ha beslutats",
            decided_on,
            ("tiden räknas från", time.counted_from),
            today=this.today,
            field="decided_on",
        )
        last_day = running.last_day
        if decided_on > last_day:
            raise InvalidInput(
                f"Tiden kan inte förlängas {decided_on}: den gick ut {last_day}. En förlängning "
                "som beslutas efter det gäller inte.",
                field="decided_on",
            )
        if until <= last_day:
            raise InvalidInput(
                f"Tiden kan inte förlängas till {until}: den går redan till {last_day}.",
                field="until",
            )
        services.extend(running, until, decided_on, this.work.at)
        this.tell(TimeStep.EXTENDED, decided_on, until=until)
        this.work.audit("case.time_extended", time, data={"rule": time.rule, "until": until})
    return time


def done(actor: Actor, time_id: int, *, on: date) -> WatchedTime:
    """Note that what the time asks for was done on ``on``; nothing more is watched."""
    with _step(actor, "time_done", time_id) as this:
        this.check_end("Tiden kan inte vara klar", on)
        running = this.running()
        is_others = version_of(running.copy_id).kind is Kind.OTHER
        if is_others and on > running.last_day:
            # Somebody else's time is over: nobody here has missed anything.
            services.void(running, this.work.at)
        else:
            services.meet(running, on, this.work.at)
        this.end(TimeStep.DONE, on)
        this.work.audit("case.time_done", this.time, data={"rule": this.time.rule})
    return this.time


def drop(actor: Actor, time_id: int, *, on: date, reason: str) -> WatchedTime:
    """Stop watching from ``on``, for a ``DropReason``.

    A time that had run out by then was missed all the same, unless it was added by mistake.
    """
    with _step(actor, "drop_time", time_id) as this:
        if reason not in DropReason.values:
            raise InvalidInput("Välj varför tiden inte gäller längre.", field="reason")
        this.check_end("Tiden kan inte upphöra", on)
        running = this.running()
        is_others = version_of(running.copy_id).kind is Kind.OTHER
        if on <= running.last_day or is_others or reason == DropReason.MISTAKE:
            services.void(running, this.work.at)
        else:
            services.meet(running, on, this.work.at)
        this.end(TimeStep.DROPPED, on, reason)
        this.work.audit("case.time_dropped", this.time, data={"reason": reason})
    return this.time


@dataclass
class _Step:
    """One step under way with a watched time, the case locked before it."""

    actor: Actor
    work: Work
    time: WatchedTime

    @property
    def today(self) -> date:
        return clock.local_day(self.work.at)

    def running(self) -> Deadline:
        """Lock and return the turn that runs."""
        (running,) = services.open_for(Q(kind=KIND, subject_id=self.time.pk))
        return running

    def start(self, day: date, *, again: bool) -> None:
        """Begin a turn that counts from ``day``."""
        time = self.time
        given = Start(KIND, time.pk, time.rule, day, owner_of(time), again=again)
        services.start(given, self.work.at)

    def check_end(self, doing: str, on: date) -> None:
        check_order(doing, on, ("den räknas från", self.time.counted_from), today=self.today)

    def end(self, step: TimeStep, on: date, reason: str = "") -> None:
        self.time.ended_on, self.time.dropped = on, reason
        self.time.save(update_fields=["ended_on", "dropped"])
        self.tell(step, on, reason=reason)

    def tell(
        self, step: TimeStep, on: date, *, until: date | None = None, reason: str = ""
    ) -> None:
        WatchedTimeRow.objects.create(
            record=self.time,
            step=step,
            on=on,
            until=until,
            reason=reason,
            recorded_at=self.work.at,
            actor_id=self.actor.user_id,
        )


@contextmanager
def _step(actor: Actor, name: str, time_id: int) -> Iterator[_Step]:
    with unit_of_work(actor) as work:
        seen = WatchedTime.objects.get_visible(actor, time_id)
        # The case first, as in every other step.
        lock_cases([seen.case_id])
        time = WatchedTime.objects.locked(actor, time_id)
        policy.require(actor, name, time, RULES)
        if time.ended_on is not None:
            raise ConflictError(f"Tiden är redan avslutad ({time.ended_on}).")
        yield _Step(actor, work, time)


def _check_review(rule: str, began_on: date, reviewed_on: date, today: date) -> None:
    if not recurs(rule, began_on):
        raise InvalidInput("Tiden löper en gång och har ingen prövning.", field="reviewed_on")
    if reviewed_on <= began_on:
        raise InvalidInput(
            f"Prövningen kan inte ha gjorts {reviewed_on}: tiden började {began_on}.",
            field="reviewed_on",
        )
    check_order("Prövningen kan inte ha gjorts", reviewed_on, today=today, field="reviewed_on")


def _refuse_second(case: Case, rule: str, trigger_date: date) -> None:
    before = case.watched_times.filter(rule=rule).exclude(dropped=DropReason.MISTAKE)
    if rule in ONCE and before.exclude(dropped=DropReason.WITHDRAWN).exists():
        raise ConflictError("Tiden kan börja en gång i varje ärende, och har gjort det.")
    if before.filter(began_on=trigger_date, ended_on__isnull=True).exists():
        raise ConflictError(f"Tiden bevakas redan från {trigger_date}.")
