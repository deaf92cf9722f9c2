"""What lex Sarah is measured against counts the same, and the measured pages are opened."""

from datetime import timedelta
from typing import Any

import pytest

from casework.kit.bench import compare
from casework.models import ServiceArea
from casework.shared import clock
from lexsarah import benchmarks
from lexsarah.models import Report

pytestmark = pytest.mark.django_db


def test_plain_queries_count_what_the_tables_count() -> None:
    end = clock.today()
    start = end - timedelta(days=3 * 365)
    with benchmarks.filled(60) as (board,):
        area = ServiceArea.objects.filter(board=board).order_by("pk")[0]
        for name in benchmarks.PLAIN:
            total = benchmarks.ours(board, area, name, start, end)
            given: dict[str, Any] = {"board": board.pk, "area": area.pk, "start": start, "end": end}
            assert benchmarks.plain(name, **given) == total > 0
    assert not Report.objects.exists()


def test_the_pages_cost_as_many_queries_however_many_reports_there_are() -> None:
    with benchmarks.filled(6, 60) as (small, large):
        for what, route, query in benchmarks.PAGES:
            few, many = (benchmarks.opening(board, route, query) for board in (small, large))
            line = compare(what, many, few, goal=benchmarks.GOAL, rows=60, rounds=1)
            assert 0 < line.queries <= 15, what
