"""Acts that are certain to overlap: each has read all it reads before the first may write."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from casework.shared.errors import DomainError

# Guards against hanging: nothing is measured by it.
_PATIENCE = 60.0


def waiting() -> int:
    """Return how many connections wait for a lock: this one's, or that of one who waits for it."""
    with connection.cursor() as cursor:
        # Within a transaction the activity is otherwise the one first looked at.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
        )
        return int(cursor.fetchone()[0])


def until_they_wait(acts: Sequence[Future[Any]]) -> None:
    """Return when each act has come to what this connection has locked, or has ended."""
    end = time.monotonic() + _PATIENCE
    while waiting() < sum(not act.done() for act in acts):
        assert time.monotonic() < end, "the acts never came to the lock"
        time.sleep(0.01)


def at_once(model: type[Model], *acts: Callable[[], Any]) -> list[Any]:
    """Do the acts over each other, on connections of their own; return results and refusals.

    Nobody may lock or write a row of ``model`` until all have come to where they would.
    """

    def do(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except DomainError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {model._meta.db_table} IN EXCLUSIVE MODE")
            begun: list[Future[Any]] = []
            for act in acts:  # they queue at the lock in the order given
                begun.append(pool.submit(do, act))
                until_they_wait(begun)
            assert waiting() >= 2, "fewer than two came to the lock: nothing overlaps"
        return [act.result() for act in begun]


def refusals(results: Sequence[Any]) -> list[str]:
    """Return the code of each refusal, "" for what was done, in order of the acts."""
    return [one.code if isinstance(one, DomainError) else "" for one in results]
