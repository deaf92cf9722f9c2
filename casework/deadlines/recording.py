"""Writing down what has fallen due: the one way in, for the sweep and for every act alike.

Rows are locked by the caller. Whatever is inserted is unique and is inserted in the transaction
that moves the time on, so that neither a kill nor a second run can lose or double anything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

from django.db import connection

from casework.deadlines.copies import from_data
from casework.deadlines.models import RuleCopy, State
from casework.deadlines.plan import Entry, What, plan, proposes, send_after
from casework.deadlines.rules import RuleVersion, Rung

UPWARDS = (Rung.MANAGER, Rung.HEAD)


class Due(Protocol):
    """What is asked of a time: a model instance has it, and so has a row of the sweep."""

    @property
    def pk(self) -> int: ...

    @property
    def copy_id(self) -> int: ...

    @property
    def trigger_date(self) -> date: ...

    @property
    def raw_date(self) -> date: ...

    @property
    def last_day(self) -> date: ...

    @property
    def settled_until(self) -> datetime: ...

    @property
    def state(self) -> str: ...


@dataclass
class Tally:
    """What came of a sweep; ``escalations`` are those of the notices that went to chefer."""

    notices: int = 0
    escalations: int = 0
    missed: int = 0
    proposals: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return (
            f"notices: {self.notices}, escalations: {self.escalations}, missed: {self.missed}, "
            f"proposals: {self.proposals}, failed: {self.failed}"
        )


@lru_cache(maxsize=1024)
def version_of(copy_id: int) -> RuleVersion:
    """Return a rule as it was kept; copies are never changed, so each is read once."""
    return from_data(RuleCopy.objects.get(pk=copy_id).content)


class Plans:
    """The plans of times, each rule and each set of dates worked out once."""

    def __init__(self) -> None:
        self._plans: dict[tuple[int, date, date, date], tuple[Entry, ...]] = {}

    def of(self, row: Due) -> tuple[Entry, ...]:
        """Return all entries of a time."""
        key = (row.copy_id, row.trigger_date, row.raw_date, row.last_day)
        if key not in self._plans:
            self._plans[key] = plan(version_of(row.copy_id), row)
        return self._plans[key]


def next_after(entries: Iterable[Entry], instant: datetime) -> datetime | None:
    """Return when something falls due after ``instant``."""
    return next((entry.at for entry in entries if entry.at > instant), None)


@dataclass
class _Rows:
    """What is to be written, column by column."""

    notices: list[tuple[Any, ...]] = field(default_factory=list)
    times: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, row: Due, plans: Plans, until: datetime, *, tell: bool) -> None:
        entries = plans.of(row)
        new = [entry for entry in entries if row.settled_until < entry.at <= until]
        steps = [(e.at, e.step, rung) for e in new if e.step is not None for rung in e.step.to]
        # After an outage several steps fall due at once: who gets more than one is told the last.
        newest = {rung: number for number, (_, _, rung) in enumerate(steps)}
        for number, (at, step, rung) in enumerate(steps):
            told = tell and newest[rung] == number
            self.notices.append(
                (row.pk, step.key, rung, at, told, step.at_once, send_after(step, rung, at))
            )
        whats = {entry.what for entry in new}
        missed = What.MISSED in whats and row.state == State.RUNNING
        self.times.append(
            (
                row.pk,
                next_after(entries, until),
                What.LAPSED in whats,
                missed,
                missed and proposes(version_of(row.copy_id)),
            )
        )


_NOTICES = """
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::boolean[],
                         %s::boolean[], %s::timestamptz[])
        AS g (deadline_id, step, rung, due_at, told, at_once, send_after)
), new AS (
    INSERT INTO casework_notice (deadline_id, step, rung, due_at, recorded_at, told, at_once)
    SELECT deadline_id, step, rung, due_at, %s, told, at_once FROM given
    ON CONFLICT (deadline_id, step, rung) DO NOTHING
    RETURNING id, deadline_id, step, rung, told
), queued AS (
    INSERT INTO casework_outbox (notice_id, send_after, state)
    SELECT new.id, given.send_after, 'waiting'
      FROM new JOIN given USING (deadline_id, step, rung) WHERE new.told
)
SELECT count(*), count(*) FILTER (WHERE rung = ANY(%s)) FROM new
"""
# What is to be proposed is due from the moment it is known, however far ahead a sweep looked.
_TIMES = """
WITH moved AS (
    UPDATE casework_deadline d
       SET settled_until = greatest(d.settled_until, %(until)s),
           next_action_at = g.next_at,
           lapsed_unit_id = CASE WHEN g.lapsed THEN d.unit_id ELSE d.lapsed_unit_id END,
           state = CASE WHEN g.missed THEN 'missed' ELSE d.state END
      FROM unnest(%(ids)s::bigint[], %(next)s::timestamptz[], %(lapsed)s::boolean[],
                  %(missed)s::boolean[], %(proposes)s::boolean[])
        AS g (id, next_at, lapsed, missed, proposes)
     WHERE d.id = g.id
    RETURNING d.id, coalesce(d.lapsed_unit_id, d.unit_id) AS unit_id, g.missed, g.proposes
), new AS (
    INSERT INTO casework_miss (deadline_id, unit_id, recorded_at, try_at)
    SELECT id, unit_id, %(now)s, CASE WHEN proposes THEN least(%(now)s, %(until)s) END
      FROM moved WHERE missed
    ON CONFLICT (deadline_id) DO NOTHING
    RETURNING id
)
SELECT count(*) FROM new
"""


def record(
    rows: Sequence[Due], plans: Plans, *, until: datetime, now: datetime, tell: bool
) -> Tally:
    """Record all that has fallen due for ``rows`` up to and including ``until``.

    ``tell`` puts notices into the outbox; without it they are recorded alone.
    """
    found = _Rows()
    for row in rows:
        found.add(row, plans, until, tell=tell)
    tally = Tally()
    with connection.cursor() as cursor:
        if found.notices:
            columns = [list(column) for column in zip(*found.notices, strict=True)]
            cursor.execute(_NOTICES, [*columns, now, [rung.value for rung in UPWARDS]])
            tally.notices, tally.escalations = cursor.fetchone() or (0, 0)
        if found.times:
            ids, following, lapsed, missed, to_propose = (
                list(column) for column in zip(*found.times, strict=True)
            )
            given = {
                "ids": ids,
                "next": following,
                "lapsed": lapsed,
                "missed": missed,
                "proposes": to_propose,
            }
            cursor.execute(_TIMES, given | {"until": until, "now": now})
            (tally.missed,) = cursor.fetchone() or (0,)
    return tally
