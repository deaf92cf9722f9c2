"""The audit trail under many writers, and the sweep of the watch."""

import os
import statistics
from dataclasses import dataclass

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from casework.audit.throughput import changes_made
from casework.audit.verify import verify
from casework.deadlines import measuring
from casework.kit.bench import ROUNDS, Result, result
from casework.organisation.models import Board, Unit

WRITERS = 8
DUE, OPEN = 10_000, 100_000


def audit() -> list[Result]:
    """Eight processes writing audited changes, against the same changes without audit."""
    seconds = float(os.environ.get("BENCH_AUDIT_SECONDS", "60"))
    with transaction.atomic():
        board, _ = Board.objects.get_or_create(name="Mätnämnden", defaults={"is_demo": True})
    bare = changes_made(processes=WRITERS, seconds=seconds / 2, audited=False, board=board) * 2
    audited = changes_made(processes=WRITERS, seconds=seconds, audited=True, board=board)
    verdict = verify()
    if verdict.broken:
        raise RuntimeError(f"The audit chain does not verify after the run: {verdict.broken}")
    return [
        result(
            f"ändring med logg, {audited / seconds:.0f}/s mot {bare / seconds:.0f}/s",
            1000 * seconds / audited,
            1000 * seconds / bare,
            goal=2.0,
            rows=audited,
        )
    ]


def deadlines() -> list[Result]:
    """A sweep with 10,000 due: against the bare SQL, and among ten times as many open ones."""
    unit = Unit.objects.order_by("pk").first()
    if unit is None:
        return []
    count = int(os.environ.get("BENCH_OPEN", OPEN))
    before = _sweeps(unit, count)
    more = _sweeps(unit, 10 * count)
    after = _sweeps(unit, count)
    return [
        result(
            f"bevakning, {DUE} förfallna, mot ren SQL",
            statistics.median(before.ours),
            statistics.median(before.base),
            goal=3.0,
            rows=count,
            queries=before.queries,
        ),
        # Far apart in time: what else the machine does then is least in the fastest of each.
        result(
            f"bevakning, {DUE} förfallna, {10 * count} öppna mot {count}",
            min(more.ours),
            min(*before.ours, *after.ours),
            goal=1.3,
            rows=10 * count,
            queries=more.queries,
        ),
    ]


@dataclass(frozen=True)
class _Sweeps:
    """What sweeps and the same in bare SQL took, in milliseconds, and the queries of a sweep."""

    ours: list[float]
    base: list[float]
    queries: int


def _sweeps(unit: Unit, count: int) -> _Sweeps:
    with measuring.filled(unit, DUE, count) as until:
        measuring.milliseconds(lambda: measuring.bare(until))
        with CaptureQueriesContext(connection) as captured:
            measuring.milliseconds(lambda: measuring.swept(until))
        ours, base = [], []
        for _ in range(ROUNDS):
            ours.append(measuring.milliseconds(lambda: measuring.swept(until)))
            base.append(measuring.milliseconds(lambda: measuring.bare(until)))
    return _Sweeps(ours, base, len(captured))
