"""Files made to break the reader: each is read or refused in words, soon and in little memory."""

import io
import os
import signal
import sys
import threading
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from openpyxl.cell import Cell
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from casework.models import Board
from casework.registers import reading
from casework.registers.problems import UnreadableFile
from casework.registers.reading import read_table
from tests.casework.bombs import READ, REFUSED

# Those that take more than a second; tests/attack tries them all.
HEAVY = {"strings of 150 MB", "50001 rows", "50000 rows", "much memory", "empty rows"}
HEAVY |= {"many members", "sheet of 250 MB", "styles of 150 MB", "ends in empty lines"}


@pytest.mark.parametrize("title", sorted(REFUSED.keys() - HEAVY))
def test_what_would_break_a_reader_is_refused_in_words(title: str) -> None:
    name, make = REFUSED[title]
    with pytest.raises(UnreadableFile) as refused:
        read_table(name, make())
    assert refused.value.problem.message.endswith(".")
    assert refused.value.problem.line >= 1


@pytest.mark.parametrize("title", sorted(READ.keys() - HEAVY))
def test_gaps_and_emptiness_cost_nothing(title: str) -> None:
    name, make, rows = READ[title]
    assert len(read_table(name, make()).rows) == rows


def test_the_rows_keep_the_numbers_that_the_sheet_gives_them() -> None:
    name, make, _ = READ["row 1,000,000,000"]
    assert [row.line for row in read_table(name, make()).rows] == [2, 1_000_000_000]


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGALRM, signal.SIGXCPU, signal.SIGSEGV])
def test_a_reader_that_is_ended_says_so(by: signal.Signals, monkeypatch: Any) -> None:
    started = reading._started

    def ended(suffix: str) -> Any:
        process = started(suffix)
        os.kill(process.pid, by)
        return process

    monkeypatch.setattr(reading, "_started", ended)
    with pytest.raises(UnreadableFile) as refused:
        read_table("f.csv", b"id;enhet\nA1;Enheten\n")
    slow = "60 sekunder" in refused.value.problem.message
    assert slow is (by in {signal.SIGALRM, signal.SIGXCPU})
    assert "Dela den" in refused.value.problem.message


def test_a_reader_without_time_is_ended_by_the_system(monkeypatch: Any, tmp_path: Path) -> None:
    """The bounds are the kernel's: a reader that hangs is ended from outside."""
    code = (
        "from casework.registers.reader import __main__ as reader, bounds\n"
        "bounds.MOST_SECONDS = 1\nreader.confine()\n"
        "while True: pass\n"
    )
    monkeypatch.setattr(reading, "_started", lambda suffix: _python(code))
    with pytest.raises(UnreadableFile, match="60 sekunder"):
        read_table("f.csv", b"id\nA1\n")


def test_a_reader_can_neither_swell_nor_write(monkeypatch: Any, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from casework.registers.reader import __main__ as reader\n"
        "reader.confine()\n"
        "try: bytearray(140 * 1024 * 1024)\n"
        "except MemoryError: reader.write(['small'])\n"
        f"try: open({str(tmp_path / 'x')!r}, 'wb', 0).write(b'x')\n"
        "except OSError: reader.write([1, ['no disk']])\n"
        "reader.write({})\nsys.stdout.flush()\n"
    )
    monkeypatch.setattr(reading, "_started", lambda suffix: _python(code))
    table = read_table("f.csv", b"id\nA1\n")
    assert table.headers == ("small",)
    assert table.rows[0].cells == ("no disk",)


def test_a_reader_knows_no_secrets_and_nothing_of_the_service(monkeypatch: Any) -> None:
    code = (
        "import os, sys\n"
        "from casework.registers.reader import __main__ as reader\n"
        "reader.write([*map(str, os.environ.keys() - {'LC_CTYPE'})] or ['none'])\n"
        "found = {'django', 'openpyxl', 'casework.models'} & sys.modules.keys()\n"
        "reader.write([1, [str(sorted(found))]])\nreader.write({})\nsys.stdout.flush()\n"
    )
    monkeypatch.setattr(reading, "_started", lambda suffix: _python(code))
    table = read_table("f.csv", b"id\nA1\n")
    assert table.headers == ("none",)
    assert table.rows[0].cells == ("[]",)


def _python(code: str) -> Any:
    return reading.subprocess.Popen(
        [sys.executable, "-S", "-c", code],
        cwd=reading._ROOT,
        env={},
        stdin=reading.subprocess.PIPE,
        stdout=reading.subprocess.PIPE,
    )


def test_several_threads_read_at_once() -> None:
    found: list[int] = []
    content = b"id;enhet\n" + b"A;b\n" * 500
    threads = [
        threading.Thread(target=lambda: found.append(len(read_table("f.csv", content).rows)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [500, 500, 500]


MOMENT = datetime.fromisoformat("2022-03-04T05:06:07")
VALUES: list[tuple[Any, str | None]] = [
    (MOMENT, None),
    (MOMENT.replace(second=0), "yyyy-mm-dd"),
    (MOMENT.date(), "d mmm yyyy"),
    (datetime.fromisoformat("2022-03-04"), 'yyyy-mm-dd "kl"'),
    (datetime.fromisoformat("2022-03-04"), "[$-41D]d mmmm yyyy;@"),
    (datetime.fromisoformat("2022-03-04"), "yyyy-mm-dd hh:mm"),
    (date(1900, 1, 15), None),
    (date(1900, 3, 1), None),
    (time(14, 5), None),
    (0.25, "h:mm"),
    (timedelta(hours=30, minutes=5), None),
    (1.5, "[h]:mm:ss"),
    (44624, "General"),
    (44624.5, '"dag" 0'),
    (44624, "[Red]0.00"),
    (44624, "0000"),
    (44624.75, "yyyy\\-mm\\-dd"),
    (3_000_000_000, "yyyy-mm-dd"),
    (-5, "yyyy-mm-dd"),
    (2014.0, None),
    (0.1, None),
    (1e300, None),
    (True, None),
    (False, None),
    ("  Räk\u0301a  ", None),
    ("rad ett\nrad två", None),
    ("&<>\"'", None),
    ("#N/A", None),
    ("00012", None),
]


@pytest.mark.filterwarnings("ignore:Cell .* is marked as a date")
@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_every_kind_of_cell_reads_as_another_reader_has_it(epoch: datetime | None) -> None:
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    sheet = book.active
    sheet.append(["värde", "sist"])
    for value, number_format in VALUES:
        sheet.append([value, "x"])
        if number_format:
            sheet.cell(sheet.max_row, 1).number_format = number_format
    stream = io.BytesIO()
    book.save(stream)
    again = openpyxl.load_workbook(io.BytesIO(stream.getvalue()), data_only=True).active
    wanted = [_written(again.cell(row, 1)) for row in range(2, again.max_row + 1)]
    table = read_table("f.xlsx", stream.getvalue())
    assert [row.cells[0] for row in table.rows] == wanted


def _written(cell: Cell) -> str:
    """What a register writes for a cell, said anew."""
    value: Any = cell.value
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if isinstance(value, datetime):
        timed = "h" in cell.number_format or value.hour or value.minute
        seconds = ":%S" if value.second else ""
        return value.strftime(f"%Y-%m-%d %H:%M{seconds}" if timed else "%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFC", str(value)).strip()


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["filled XFD2", "malformed sheet", "201 columns"])
def test_the_command_says_the_same_and_saves_nothing(
    title: str, tmp_path: Path, capsys: Any
) -> None:
    name, make = REFUSED[title]
    path = tmp_path / name
    path.write_bytes(make())
    with pytest.raises(SystemExit) as ended:
        call_command("import_register", "organisation", str(path))
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.err.startswith(f"{path}:")
    assert said.out.endswith("0 rader, 0 nya, 0 oförändrade, 0 uppdaterade, 1 fel\n")
    assert not Board.objects.exists()


def test_the_command_takes_no_more_into_memory_than_it_reads(
    monkeypatch: Any, tmp_path: Path
) -> None:
    from casework.management.commands import import_register

    path = tmp_path / "f.csv"
    with path.open("wb") as file:
        file.truncate(400 * 1024 * 1024)
    sizes: list[int] = []
    read: Callable[..., Any] = read_table

    def noted(name: str, content: bytes) -> Any:
        sizes.append(len(content))
        return read(name, content)

    monkeypatch.setattr(import_register, "read_table", noted)
    with pytest.raises(SystemExit):
        call_command("import_register", "organisation", str(path))
    assert sizes == [30 * 1024 * 1024 + 1]
