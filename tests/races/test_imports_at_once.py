"""The same register file taken in twice at the very same time."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection

from casework.access.actor import Actor
from casework.registers.models import ImportBatch
from casework.registers.reading import read_table
from casework.registers.running import Outcome, import_table
from deviations.models import Deviation
from tests.conftest import Place, make_place

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 3
FILE = "\n".join(
    [
        "id;enhet;rapporterad;inträffad;upptäckt;kategori;underkategori;beskrivning;ärende;"
        "status;avslutad;orsaker;åtgärd;effekt",
        *(f"{n};Enheten;2022-03-0{n};;;Post;;Text {n};;Pågående;;;;" for n in range(1, ROWS + 1)),
    ]
)


@pytest.fixture
def place(transactional_db: None) -> Place:
    """The board, kept by real transactions."""
    return make_place("Norr")


def _take_in(place: Place, advance: object = None) -> Outcome:
    table = read_table("avvikelser.csv", FILE.encode())
    told = advance if callable(advance) else lambda rows: None
    return import_table(Actor.system(place.board), "avvikelser", table, place.board, advance=told)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks "
            "WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


def test_the_second_finds_what_the_first_has_taken_in(place: Place) -> None:
    second: list[Future[Outcome]] = []

    def late() -> Outcome:
        try:
            return _take_in(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:

        def while_under_way(rows: int) -> None:
            # The first has written its rows and not committed: the second begins now.
            second.append(pool.submit(late))
            while not (_somebody_waits() or second[0].done()):
                time.sleep(0.01)

        first = _take_in(place, while_under_way)
        again = second[0].result(timeout=60)
    assert (first.added, first.unchanged, first.problems) == (ROWS, 0, [])
    assert (again.added, again.unchanged, again.problems) == (0, ROWS, [])
    assert Deviation.objects.count() == ROWS
    assert sorted(ImportBatch.objects.values_list("added", flat=True)) == [0, ROWS]
