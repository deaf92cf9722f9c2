"""Benchmarks of deviations: the report's tables under two clocks against none, and the Inkorg."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from casework.access.actor import Actor
from casework.kit.bench import BENCHMARKS, Result, compare
from casework.models import Board, Membership, Role, ServiceArea, User
from casework.reports.selection import Selection, select
from casework.reports.tables import QUALITY_TABLES
from casework.shared import clock
from deviations import states
from deviations.models import Deviation

# What somebody would write who had only the deviations as they stand today.
_JOINED = """
  FROM deviations_deviation d JOIN casework_unit u ON u.id = d.unit_id
  LEFT JOIN deviations_category c ON c.id = d.category_id
"""
_WHERE = """
 WHERE d.board_id = %(board)s AND u.area_id = %(area)s AND d.status <> 'merged'
   AND d.registered_on BETWEEN %(start)s AND %(end)s
"""
_FROM = f"FROM deviations_deviation d JOIN casework_unit u ON u.id = d.unit_id {_WHERE}"
_CLOSED = "d.status IN ('closed', 'closed_follow_up', 'not_deviation')"
_DAYS = "coalesce(d.closed_on, %(end)s) - d.registered_on"
PLAIN = {
    "by_category": f"SELECT d.category_id, count(*) {_FROM} GROUP BY 1",
    "by_main_category": (
        f"SELECT coalesce(c.parent_id, c.id), count(*) {_JOINED} {_WHERE} GROUP BY 1"
    ),
    "causes": f"SELECT unnest(d.cause_ids), count(*) {_FROM} GROUP BY 1",
    "effects": f"SELECT d.effect, count(*) {_FROM} GROUP BY 1",
    "handling_time": f"SELECT {_DAYS} > 30, {_DAYS} > 90, count(*) {_FROM} GROUP BY 1, 2",
    "status": f"SELECT {_CLOSED}, count(*) {_FROM} GROUP BY 1",
}
GOAL = 2.0


def tables() -> list[Result]:
    """Make each table for the last year of the largest board's largest area."""
    found = (
        Deviation.objects.values("board", "unit__area").annotate(n=Count("pk")).order_by("-n")[:1]
    )
    results = []
    for largest in found:
        board = Board.objects.get(pk=largest["board"])
        area = ServiceArea.objects.get(pk=largest["unit__area"])
        for name, plain in PLAIN.items():
            results.append(_measure(board, area, name, plain))
    return results


def _measure(board: Board, area: ServiceArea, name: str, plain: str) -> Result:
    end = clock.today()
    start = end - timedelta(days=364)
    table = QUALITY_TABLES[f"deviations.{name}"]
    rows = table.build(_selection(board, area, start, end), area).total
    given: dict[str, int | date] = {"board": board.pk, "area": area.pk, "start": start, "end": end}

    def ours() -> object:
        return table.build(_selection(board, area, start, end), area)

    return compare(f"tabell {name}", ours, partial(_run, plain, given), goal=GOAL, rows=rows)


def _selection(board: Board, area: ServiceArea, start: date, end: date) -> Selection:
    # The clocks stand at the present; turned back they cost the same.
    return select(Actor.system(board), board, period_from=start, period_to=end, area=area.name)


def _run(statement: str, given: dict[str, int | date]) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()


def inbox() -> list[Result]:
    """Open the Inkorg of the fullest unit of the largest board, and of the smallest with any.

    The page shows as many rows in both, so what differs is how much there is to choose from.
    """
    open_ones = (
        Deviation.objects.filter(status__in=states.INBOX_STATES)
        .values("board", "unit")
        .annotate(n=Count("pk"))
        .order_by("-n")
    )
    fullest: dict[int, int] = {}
    for row in open_ones:
        fullest.setdefault(row["board"], row["unit"])
    sizes = {
        board: Deviation.objects.filter(board_id=board).count()
        for board, unit in fullest.items()
        if _manager(unit) is not None
    }
    if len(sizes) < 2:
        return []
    # The page names its static files as they are served.
    call_command("collectstatic", interactive=False, verbosity=0)
    largest, smallest = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
    line = compare(
        f"inkorgen, {sizes[largest]} mot {sizes[smallest]} avvikelser",
        _opening(fullest[largest]),
        _opening(fullest[smallest]),
        goal=GOAL,
        rows=sizes[largest],
    )
    return [line]


def _manager(unit_id: int) -> User | None:
    membership = (
        Membership.objects.valid_on(clock.today())
        .filter(unit_id=unit_id, role=Role.MANAGER)
        .select_related("user")
        .first()
    )
    return membership.user if membership else None


def _opening(unit_id: int) -> Callable[[], object]:
    browser = Client(SERVER_NAME="localhost")
    manager = _manager(unit_id)
    if manager is not None:
        browser.force_login(manager)

    def open_page() -> object:
        response = browser.get(reverse("inbox"))
        if response.status_code != 200:
            raise RuntimeError(f"The Inkorg answered {response.status_code}")
        return response

    return open_page


BENCHMARKS.register("tables", tables)
BENCHMARKS.register("inbox", inbox)
