"""The shapes in which a register file may come, and those in which one goes out."""

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from casework.registers.problems import UnreadableFile
from casework.registers.reading import read_table
from casework.shared.clock import STOCKHOLM
from casework.shared.tabular import Sheet, csv_bytes, workbook_bytes, xlsx_bytes

TEXT = "id;enhet;orsaker\nA1;Förskolan Ö;a|b\n\nA2;Söder;\n"


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_text_file_reads_alike_in_every_shape(
    encoding: str, delimiter: str, newline: str
) -> None:
    content = TEXT.replace(";", delimiter).replace("\n", newline).encode(encoding)
    table = read_table("f.csv", content)
    assert table.headers == ("id", "enhet", "orsaker")
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("A1", "Förskolan Ö", "a|b")),
        (4, ("A2", "Söder", "")),
    ]


def test_lines_are_those_of_the_file_after_a_cell_of_several_lines() -> None:
    content = b'id;text\nA1;"rad ett\nrad; tva ""x"""\nA2;kort\n'
    table = read_table("f.csv", content)
    assert [(row.line, row.cells[1]) for row in table.rows] == [
        (2, 'rad ett\nrad; tva "x"'),
        (4, "kort"),
    ]


def test_rows_that_do_not_fit_the_header_are_named_and_the_others_read() -> None:
    table = read_table("f.csv", b"id;enhet\nA1;x;y\nA2\nA3;z;\n")
    assert [problem.line for problem in table.problems] == [2, 3]
    assert [row.cells for row in table.rows] == [("A3", "z")]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("f.csv", b"", 1),
        ("f.csv", b'id;enhet\nA1;"oavslutad\n', 2),
        ("f.csv", "id;enhet\nA1;å".encode("utf-16"), 1),
        ("f.csv", b"id;enhet\nA1;\x81\xff", 2),
        ("f.xlsx", b"inte ett kalkylblad", 1),
        ("f.xls", b"\xd0\xcf\x11\xe0", 1),
    ],
)
def test_what_is_no_table_is_refused_with_the_place(name: str, content: bytes, line: int) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_table(name, content)
    assert refused.value.problem.line == line
    assert refused.value.problem.message


def test_a_spreadsheet_gives_dates_times_and_numbers_as_the_register_writes_them() -> None:
    content = workbook(
        ["id", "rapporterad", "inkommen", "födelseår", "skyddad", "sent"],
        [
            "A1",
            date(2022, 1, 10),
            datetime.fromisoformat("2022-01-10T14:05"),
            2014,
            True,
            "2022-01-11",
        ],
        [None, None, None, None, None, None],
        ["A2", None, datetime.fromisoformat("2022-01-10"), 2014.0],
        ["A3", None, datetime.fromisoformat("2022-01-10T14:05:30")],
    )
    table = read_table("f.xlsx", content)
    assert table.rows[0].cells == (
        "A1", "2022-01-10", "2022-01-10 14:05", "2014", "Ja", "2022-01-11",
    )  # fmt: skip
    assert (table.rows[1].line, table.rows[1].cells[3]) == (4, "2014")
    assert table.rows[2].cells[2] == "2022-01-10 14:05:30"


EVIL = ["=1+1", "+46", "-1", "@SUM(A1)", "\t=1", "\r=1"]


def test_no_cell_of_a_text_file_is_a_formula() -> None:
    text = csv_bytes(["=rubrik"], [[cell] for cell in EVIL]).decode("utf-8-sig")
    table = read_table("f.csv", text.encode())
    assert table.headers == ("'=rubrik",)
    assert all(row.cells[0].startswith("'") for row in table.rows)


def test_no_cell_of_a_spreadsheet_is_a_formula_and_numbers_stay_numbers() -> None:
    content = xlsx_bytes(["a", "b"], [[cell, -5] for cell in EVIL])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    for row in list(sheet.rows)[1:]:
        assert row[0].data_type == "s"
        assert row[0].value.startswith("'")
        assert row[1].value == -5


def test_a_text_file_is_as_swedish_excel_wants_it() -> None:
    content = csv_bytes(
        ["a", "b", "c", "d", "e"],
        [[0.5, date(2022, 1, 2), datetime(2022, 7, 1, 8, tzinfo=STOCKHOLM), True, None]],
    )
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[1] == "0,5;2022-01-02;2022-07-01 08:00;Ja;"


def test_sheets_are_named_by_their_tables_whatever_these_are_called() -> None:
    long = "Avvikelser: kategori/typ av avvikelse, antal"
    content = workbook_bytes([Sheet(long, ["a"], []), Sheet(long, ["a"], []), Sheet("", [], [])])
    names = openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    assert len(set(names)) == 3
    assert all(len(name) <= 31 for name in names)
