"""Benchmarks of deviations: the report's tables, the Inkorg, and taking in a register."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, Model
from django.test import Client
from django.urls import reverse

from casework.access.actor import Actor
from casework.kit.bench import BENCHMARKS, Result, compare
from casework.models import (
    Administration,
    Board,
    Department,
    ImportBatch,
    ImportedRow,
    Membership,
    Role,
    ServiceArea,
    Unit,
    User,
)
from casework.registers.reading import Table, read_table
from casework.registers.running import import_table
from casework.reports.selection import Selection, select
from casework.reports.tables import QUALITY_TABLES
from casework.shared import clock
from deviations import states
from deviations.models import (
    Action,
    Category,
    CategoryRow,
    Cause,
    CausesRow,
    Deviation,
    DeviationVersion,
    EffectRow,
    ProtectionRow,
    RegistrationRow,
    StatusRow,
    UnitRow,
)

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


# What a row of the register becomes: known by the board, or by the deviation that it is part of.
_OF_BOARD: tuple[type[Model], ...] = (
    Category,
    Cause,
    ImportBatch,
    Deviation,
    DeviationVersion,
    ImportedRow,
)
_OF_DEVIATION: tuple[type[Model], ...] = (
    Action,
    RegistrationRow,
    StatusRow,
    UnitRow,
    CategoryRow,
    CausesRow,
    EffectRow,
    ProtectionRow,
)
IMPORT_ROWS = 3_000
# Reading, checking, enciphering and indexing each text, and the fold of its history, are ours
# alone; the base has nothing to do but put down what came of it. About ten when first measured.
IMPORT_GOAL = 15.0


def imports() -> list[Result]:
    """Take in 3,000 deviations, against COPY of every row that comes of them. Keeps nothing."""
    with transaction.atomic():
        board = _board_to_fill()
        table = _register(IMPORT_ROWS)
        copies = _copied(board, table)
        line = compare(
            f"inläsning, {IMPORT_ROWS} rader mot COPY",
            partial(_taken_in, board, table),
            partial(_put_down, copies),
            goal=IMPORT_GOAL,
            rows=IMPORT_ROWS,
            rounds=3,
        )
        transaction.set_rollback(True)
    return [line]


def _board_to_fill() -> Board:
    board = Board.objects.create(name="Inläsningsnämnden", is_demo=True)
    area = ServiceArea.objects.create(board=board, name="Vuxna")
    administration = Administration.objects.create(board=board, name=board.name)
    department = Department.objects.create(administration=administration, name="Vuxna")
    Unit.objects.create(board=board, department=department, area=area, name="Utredning vuxna")
    return board


def _register(count: int) -> Table:
    """Return a file of deviations, closed and with all that follows, as the reader hands it on."""
    head = (
        "id;enhet;rapporterad;inträffad;upptäckt;kategori;underkategori;beskrivning;ärende;status;"
        "avslutad;orsaker;åtgärd;effekt"
    )
    lines = [
        f"A{number};Utredning vuxna;2024-{number % 12 + 1:02}-10;2024-01-08;2024-01-09;"
        f"Handläggning;Utredningstid;Utredningen blev klar {number % 90 + 1} dagar för sent.;"
        f"Ä{number};Avslutad;2025-02-{number % 28 + 1:02};Problem med bemanning|Rutin saknas;"
        "Genomgång på APT;Förbättring"
        for number in range(count)
    ]
    return read_table("avvikelser.csv", "\n".join([head, *lines]).encode())


@contextmanager
def _taken_back() -> Iterator[None]:
    """Check the constraints that wait for the end of a transaction, then take it all back."""
    with transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def _taken_in(board: Board, table: Table) -> None:
    with _taken_back():
        _import(board, table)


def _import(board: Board, table: Table) -> None:
    outcome = import_table(Actor.system(board), "avvikelser", table, board)
    if outcome.problems:
        raise RuntimeError(f"The register was refused: {outcome.problems[0]}")


def _copied(board: Board, table: Table) -> list[tuple[str, bytes]]:
    """Return per table what COPY takes to put the imported rows down again."""
    copies = []
    deviations = "SELECT id FROM deviations_deviation WHERE board_id = %s"
    chosen = [(model, "board_id = %s") for model in _OF_BOARD]
    chosen += [(model, f"deviation_id IN ({deviations})") for model in _OF_DEVIATION]
    with _taken_back():
        _import(board, table)
        with connection.cursor() as cursor:
            for model, condition in chosen:
                name = model._meta.db_table
                columns = ", ".join(str(field.column) for field in model._meta.concrete_fields)
                query = f"SELECT {columns} FROM {name} WHERE {condition}"  # noqa: S608
                with cursor.copy(f"COPY ({query}) TO STDOUT", [board.pk]) as out:
                    copies.append((f"COPY {name} ({columns}) FROM STDIN", b"".join(out)))
    return copies


def _put_down(copies: list[tuple[str, bytes]]) -> None:
    with _taken_back(), connection.cursor() as cursor:
        for statement, data in copies:
            with cursor.copy(statement) as into:
                into.write(data)


BENCHMARKS.register("tables", tables)
BENCHMARKS.register("inbox", inbox)
BENCHMARKS.register("import", imports)
