"""Benchmarks of lex Sarah: the counted tables against SQL, and pages among many reports.

What is measured is made for it, in a transaction that is taken back: a board has few reports in a
year, and none of the demo's boards has enough of them to show what grows.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from casework.access.actor import Actor
from casework.demo.organisation import fill_to_scale
from casework.kit.bench import BENCHMARKS, Result, compare
from casework.models import Board, Role, ServiceArea, Unit, User
from casework.registers.reading import Table, read_table
from casework.registers.running import import_table
from casework.reports.selection import select
from casework.reports.tables import QUALITY_TABLES
from casework.shared import clock
from lexsarah import states
from lexsarah.models import Report, ReportVersion

MANY, FEW = 3_000, 30
GOAL = 2.0
# A table of so few takes a few milliseconds, of which looking up the board's areas is one.
TABLE_GOAL = 3.0
_WHERE = """
  FROM lexsarah_report r JOIN casework_unit u ON u.id = r.unit_id
 WHERE r.board_id = %(board)s AND u.area_id = %(area)s
"""
# What somebody would write who had only the reports as they stand today.
PLAIN = {
    "outcomes": (
        f"SELECT r.outcome, count(*) {_WHERE} AND r.registered_on BETWEEN %(start)s AND %(end)s"
        " GROUP BY 1"
    ),
    "quarterly": (
        f"SELECT date_trunc('quarter', r.notified_on), count(*) {_WHERE}"
        " AND r.notified_on BETWEEN %(start)s AND %(end)s GROUP BY 1"
    ),
}
# Name of the page, route, what comes after it; "report": the latest report there.
PAGES = (
    ("startsidan", "start", ""),
    ("nya rapporter", "lex-sarah-list", ""),
    ("alla rapporter", "lex-sarah-list", "?state=all"),
    ("en rapport", "report", ""),
    ("begärt", "lex-sarah-requests", ""),
)


@contextmanager
def filled(*counts: int) -> Iterator[list[Board]]:
    """Yield a board with as many reports for each of ``counts``; all is taken back on leaving."""
    with transaction.atomic():
        boards = []
        for number, count in enumerate(counts):
            board = Board.objects.create(name=f"Mätnämnd {number} för lex Sarah", is_demo=True)
            fill_to_scale(board, board.name, prefix=f"lexsarah{number}.")
            outcome = import_table(Actor.system(board), "lexsarah", register(board, count), board)
            if outcome.problems:
                raise RuntimeError(f"The register was refused: {outcome.problems[0]}")
            boards.append(board)
        with connection.cursor() as cursor:
            for model in (Report, ReportVersion):
                cursor.execute(f"ANALYZE {model._meta.db_table}")
        yield boards
        transaction.set_rollback(True)


def register(board: Board, count: int) -> Table:
    """Return a file of the last three years' reports: one in six open, one in six sent to IVO."""
    head = (
        "id;enhet;inträffad;rapporterad;händelse;bedömning;beslutad;åtgärder;"
        "anmäld_ivo;ivo_diarienummer"
    )
    units = list(Unit.objects.filter(board=board).order_by("pk").values_list("name", flat=True))
    today = clock.today()
    kinds = ["", *states.OUTCOMES.values()]
    lines = []
    for number in range(count):
        reported = today - timedelta(days=120 + number * 975 // count)
        kind = kinds[number % len(kinds)]
        decided = reported + timedelta(days=40 + number % 50) if kind else ""
        is_serious = kind == states.OUTCOMES[states.SERIOUS]
        notified = reported + timedelta(days=2) if is_serious else ""
        lines.append(
            f"L{number};{units[number % len(units)]};{reported - timedelta(days=3)};{reported};"
            f"Insatsen uteblev i {number % 9 + 1} dagar.;{kind};{decided};Ny rutin|Genomgång;"
            f"{notified};{'3.1-' + str(number) if is_serious else ''}"
        )
    return read_table("lexsarah.csv", "\n".join([head, *lines]).encode())


def tables() -> list[Result]:
    """Count the last three years of the fullest area of a board with 3,000 reports."""
    with filled(MANY) as (board,):
        area = ServiceArea.objects.filter(board=board).order_by("pk")[0]
        return [_table(board, area, name) for name in PLAIN]


def _table(board: Board, area: ServiceArea, name: str) -> Result:
    end = clock.today()
    start = end - timedelta(days=3 * 365)
    return compare(
        f"lex Sarah, tabell {name}",
        partial(ours, board, area, name, start, end),
        partial(plain, name, board=board.pk, area=area.pk, start=start, end=end),
        goal=TABLE_GOAL,
        rows=MANY,
    )


def ours(board: Board, area: ServiceArea, name: str, start: date, end: date) -> int:
    """Make the table of the period and return its total."""
    selection = select(Actor.system(board), board, period_from=start, period_to=end, area=area.name)
    return QUALITY_TABLES[f"lexsarah.{name}"].build(selection, area).total


def plain(name: str, **given: int | date) -> int:
    """Count the same in plain SQL and return the total."""
    with connection.cursor() as cursor:
        cursor.execute(PLAIN[name], given)
        return sum(row[-1] for row in cursor.fetchall())


def pages() -> list[Result]:
    """Open what SAS opens, with 3,000 reports on the board and with 30."""
    # The pages name their static files as they are served.
    call_command("collectstatic", interactive=False, verbosity=0)
    with filled(FEW, MANY) as (small, large):
        return [
            compare(
                f"lex Sarah, {what}, {MANY} mot {FEW}",
                opening(large, route, query),
                opening(small, route, query),
                goal=GOAL,
                rows=MANY,
            )
            for what, route, query in PAGES
        ]


def opening(board: Board, route: str, query: str) -> Callable[[], object]:
    """Return what opens the page as the board's SAS."""
    sas = User.objects.get(board=board, memberships__role=Role.SAS)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(sas)
    latest = Report.objects.filter(board=board).latest("registered_on", "pk")
    routes = {
        "report": ("lex-sarah", [latest.pk]),
        "lex-sarah-requests": ("lex-sarah-requests", [latest.pk]),
    }
    name, values = routes.get(route, (route, []))
    address = reverse(name, args=values) + query

    def open_page() -> object:
        response = browser.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")
        return response

    return open_page


BENCHMARKS.register("lexsarah-tables", tables)
BENCHMARKS.register("lexsarah-pages", pages)
