"""How much a sweep costs: so many times due among so many open ones, and the same in bare SQL."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from casework.deadlines import services
from casework.deadlines.sweep import BATCH, Sweep
from casework.deadlines.working_time import day_begins
from casework.organisation.models import Unit

RULE = "deviation_handling"

_FILL = """
INSERT INTO casework_deadline (
    board_id, kind, subject_id, unit_id, protected, rule, copy_id, trigger_date, raw_date, last_day,
    state, settled_until, next_action_at, started_at)
SELECT %(board)s, 'measured', n, %(unit)s, false, %(rule)s, %(copy)s, day, day + 30, day + 30,
       'running', %(until)s::timestamptz - interval '1 minute', due, %(until)s
  FROM generate_series(1, %(count)s) AS n
 CROSS JOIN LATERAL (
    SELECT %(day)s::date + CASE WHEN n <= %(due)s THEN 0 ELSE 1 + n %% 300 END AS day,
           CASE WHEN n <= %(due)s THEN %(until)s::timestamptz
                ELSE %(until)s::timestamptz + make_interval(days => 1 + n %% 300) END AS due
 ) dated
"""
# What has to be done in any case: claim a batch, insert once, queue, and move the times on.
_BARE = """
WITH due AS (
    SELECT id FROM casework_deadline WHERE next_action_at <= %(until)s
     ORDER BY next_action_at LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED
), new AS (
    INSERT INTO casework_notice (deadline_id, step, rung, due_at, recorded_at, told, at_once)
    SELECT id, 'before_7', 'handler', %(until)s, %(until)s, true, false FROM due
    ON CONFLICT (deadline_id, step, rung) DO NOTHING RETURNING id
), queued AS (
    INSERT INTO casework_outbox (notice_id, send_after, state)
    SELECT id, %(until)s, 'waiting' FROM new
)
UPDATE casework_deadline SET settled_until = %(until)s, next_action_at = %(next)s
 WHERE id IN (SELECT id FROM due)
"""


@contextmanager
def filled(unit: Unit, due: int, count: int) -> Iterator[datetime]:
    """Fill the table for as long as the block lasts; yields the instant at which ``due`` are due.

    ``count`` are open in all. Times that are there already stand aside meanwhile.
    """
    day = date(2026, 3, 2)
    with transaction.atomic():
        given = services.Start("measured", 0, RULE, day, _owner(unit))
        first = services.start(given, day_begins(day))
        if first is None or first.next_action_at is None:
            raise ValueError(f"{RULE} has no steps")
        until = first.next_action_at
        values: dict[str, Any] = {
            "board": unit.board_id,
            "unit": unit.pk,
            "rule": RULE,
            "copy": first.copy_id,
            "day": day,
            "until": until,
            "count": count,
            "due": due,
        }
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE casework_deadline SET next_action_at = NULL "
                "WHERE next_action_at IS NOT NULL"
            )
            cursor.execute(_FILL, values)
            cursor.execute("ANALYZE casework_deadline")
        try:
            yield until
        finally:
            transaction.set_rollback(True)


def _owner(unit: Unit) -> services.Owner:
    return services.Owner(unit.board_id, unit.pk, None, protected=False)


def swept(until: datetime) -> None:
    """Sweep as the service does."""
    Sweep(until, until).run()


def bare(until: datetime) -> None:
    """Claim and insert the same rows batch by batch, and nothing else."""
    values: dict[str, Any] = {"until": until, "batch": BATCH, "next": until + timedelta(days=7)}
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BARE, values)
            if cursor.rowcount == 0:
                return


def milliseconds(run: Callable[[], None]) -> float:
    """Return how long ``run`` takes; what it wrote is taken back."""
    with transaction.atomic():
        start = time.perf_counter()
        run()
        taken = (time.perf_counter() - start) * 1000
        transaction.set_rollback(True)
    return taken
