"""Benchmarks of the ground floor."""

import os

from django.db import transaction

from casework.audit.throughput import changes_made
from casework.audit.verify import verify
from casework.kit.bench import BENCHMARKS, Result, result
from casework.organisation.models import Board

WRITERS = 8


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


BENCHMARKS.register("audit", audit)
