"""Benchmarks: each is a ratio of ours against a peer in the same run, never a bare time."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.shared.hooks import Registry

ROUNDS = 7


@dataclass(frozen=True)
class Result:
    """One line of ``var/bench.json``; times in milliseconds."""

    name: str
    ours_ms: float
    base_ms: float
    ratio: float
    goal: float
    rows: int
    queries: int


# A benchmark measures and returns its lines; none where the data it needs is not loaded.
BENCHMARKS: Registry[Callable[[], list[Result]]] = Registry("Benchmark")


def compare(
    name: str,
    ours: Callable[[], object],
    base: Callable[[], object],
    *,
    goal: float,
    rows: int,
    rounds: int = ROUNDS,
) -> Result:
    """Measure ``ours`` against ``base``, turn about, and compare the fastest of each.

    What else the machine does only ever adds to a time. Both are run once before, so that neither
    pays for a cold cache. The queries of ``ours`` are counted in a round of their own.
    """
    base()
    ours()
    with CaptureQueriesContext(connection) as captured:
        ours()
    queries = len(captured)
    times: dict[str, list[float]] = {"ours": [], "base": []}
    for _ in range(rounds):
        for who, run in (("ours", ours), ("base", base)):
            start = time.perf_counter()
            run()
            times[who].append((time.perf_counter() - start) * 1000)
    return result(
        name,
        min(times["ours"]),
        min(times["base"]),
        goal=goal,
        rows=rows,
        queries=queries,
    )


def result(
    name: str, ours_ms: float, base_ms: float, *, goal: float, rows: int, queries: int = 0
) -> Result:
    """Return a line from two times that were measured in the same run."""
    return Result(
        name,
        round(ours_ms, 2),
        round(base_ms, 2),
        round(ours_ms / base_ms, 2),
        goal,
        rows,
        queries,
    )
