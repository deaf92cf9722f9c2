"""The sweep: find what has fallen due, write it down, propose what was missed.

It asks by state, never by day, so a run that never happened is made up for by the next. Rows are
claimed in short transactions and passed over where somebody else holds them, so any number may run
at once and any may be killed. What is recorded follows from the plan of each time alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from casework.deadlines import failures
from casework.deadlines.models import Deadline, FailedRow, Miss
from casework.deadlines.recording import Plans, Tally, record, version_of
from casework.deadlines.subjects import ON_MISSED, Missed
from casework.shared import clock

M = TypeVar("M", Deadline, Miss)

BATCH = 500
_COLUMNS = (
    "pk", "board_id", "copy_id", "trigger_date", "raw_date", "last_day", "settled_until", "state"
)  # fmt: skip


@dataclass(frozen=True)
class _Claimed:
    """A row that is locked in this transaction."""

    pk: int
    board_id: int
    copy_id: int
    trigger_date: date
    raw_date: date
    last_day: date
    settled_until: datetime
    state: str


class Sweep:
    """One run: ``until`` is the instant it looks from, ``now`` the one it writes down."""

    def __init__(self, until: datetime, now: datetime) -> None:
        self.until, self.now = until, now
        self.tally, self._plans = Tally(), Plans()
        self._failed_before: frozenset[int] = frozenset()

    def run(self) -> Tally:
        """Handle all that is due, batch by batch, and return what came of it."""
        self._failed_before = failures.known(FailedRow.Act.SWEEP)
        while ids := self._batch():
            self._one_by_one(ids)
        self._propose()
        return self.tally

    def _batch(self) -> Sequence[int]:
        """Record batches until none is due (nothing returned) or one fails (its ids returned)."""
        while True:
            claimed: list[_Claimed] = []
            try:
                with transaction.atomic():
                    claimed = self._claim(Deadline.objects.all(), BATCH)
                    if not claimed:
                        return ()
                    self._record(claimed)
            except failures.NOT_THE_ROW:
                raise
            except Exception:
                return [row.pk for row in claimed]

    def _claim(self, rows: QuerySet[Deadline], at_most: int) -> list[_Claimed]:
        due = (
            rows.filter(next_action_at__lte=self.until)
            .order_by("next_action_at")
            .select_for_update(skip_locked=True, no_key=True)
            .values_list(*_COLUMNS)
        )
        return [_Claimed(*row) for row in due[:at_most]]

    def _record(self, claimed: Sequence[_Claimed]) -> None:
        found = record(claimed, self._plans, until=self.until, now=self.now, tell=True)
        if again := self._failed_before.intersection(row.pk for row in claimed):
            failures.mended(FailedRow.Act.SWEEP, again, self.now)
        self.tally.notices += found.notices
        self.tally.escalations += found.escalations
        self.tally.missed += found.missed

    def _one_by_one(self, ids: Sequence[int]) -> None:
        """Handle the rows of a batch that failed, so that the faulty one alone is put off."""
        for pk in ids:
            row = Deadline.objects.filter(pk=pk)
            self._attempt(FailedRow.Act.SWEEP, row, "next_action_at", self._record_one)

    def _record_one(self, row: QuerySet[Deadline]) -> None:
        if claimed := self._claim(row, 1):
            self._record(claimed)

    def _propose(self) -> None:
        waiting = Miss.objects.filter(try_at__lte=self.until).order_by("try_at", "pk")
        for pk in list(waiting.values_list("pk", flat=True)):
            row = Miss.objects.filter(pk=pk, try_at__lte=self.until)
            self._attempt(FailedRow.Act.PROPOSE, row, "try_at", self._propose_one)

    def _propose_one(self, row: QuerySet[Miss]) -> None:
        """Let the hooks propose what they will, in the transaction that marks it as done."""
        miss = row.select_for_update(skip_locked=True, no_key=True).first()
        if miss is None:
            return
        deadline = Deadline.objects.get(pk=miss.deadline_id)
        asks = version_of(deadline.copy_id).asks_lex_sarah
        missed = Missed(deadline, miss.unit, deadline.last_day, asks)
        # Each is asked, also where one has proposed something already.
        proposed = [propose(missed) for _, propose in ON_MISSED.items()]
        miss.try_at, miss.proposed_at = None, self.now if any(proposed) else None
        miss.save(update_fields=["try_at", "proposed_at"])
        failures.mended(FailedRow.Act.PROPOSE, [miss.pk], self.now)
        self.tally.proposals += sum(proposed)

    def _attempt(
        self, act: str, row: QuerySet[M], due_column: str, handle: Callable[[QuerySet[M]], None]
    ) -> None:
        """Handle one row in a transaction of its own; where that fails, note it and go on."""
        try:
            with transaction.atomic():
                handle(row)
        except failures.NOT_THE_ROW:
            raise
        except Exception as error:
            self.tally.failed += 1
            with transaction.atomic():
                found = row.select_for_update(no_key=True).first()
                if found is None:
                    return
                deadline = found.deadline if isinstance(found, Miss) else found
                retry_at = failures.note(act, found.pk, deadline.board_id, error, self.now)
                # Not again in this run, however far ahead it looks.
                ahead = max(retry_at, self.until + timedelta(minutes=1))
                row.update(**{due_column: ahead})


def sweep(at: datetime | None = None, *, dry_run: bool = False) -> Tally:
    """Run once as at the instant ``at`` (default: now) and return what came of it.

    What is written down bears the present time all the same. ``dry_run`` does everything and
    takes it back.
    """
    now = clock.now()
    run = Sweep(at or now, now)
    if not dry_run:
        return run.run()
    with transaction.atomic():
        tally = run.run()
        transaction.set_rollback(True)
    return tally
