"""From a file to a table of texts: CSV in the shapes that are about, and XLSX.

Nothing is interpreted here beyond what the file format itself says: a date cell of a spreadsheet
becomes ``YYYY-MM-DD`` (with ``HH:MM`` where the cell shows a time), so that the same register
reads alike from either format.
"""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

import openpyxl

from casework.registers.problems import Problem, UnreadableFile

LARGEST_FILE = 30 * 1024 * 1024
# A spreadsheet is a compressed archive; a small one may unfold to more than memory holds.
_LARGEST_UNFOLDED = 500 * 1024 * 1024
_DELIMITERS = (";", ",", "\t")


@dataclass(frozen=True)
class TableRow:
    """One row: its line in the file and its cells in the order of the headers."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A file as read: headers in the file's order, rows that are not empty.

    ``problems`` are the rows that do not fit the header; they are not among ``rows``.
    """

    file_name: str
    headers: tuple[str, ...]
    rows: tuple[TableRow, ...]
    problems: tuple[Problem, ...] = ()


def read_table(file_name: str, content: bytes) -> Table:
    """Read a CSV or XLSX file.

    Cells are stripped of surrounding white space. Raises ``UnreadableFile`` for what is no table:
    too large, another format, unclosed quotation marks.
    """
    if len(content) > LARGEST_FILE:
        raise _unreadable(1, "Filen är större än 30 MB. Dela den i flera filer.")
    suffix = PurePath(file_name).suffix.lower()
    if suffix == ".xlsx" or content.startswith(b"PK\x03\x04"):
        numbered = list(_xlsx_rows(content))
    elif suffix in {".xls", ".ods"}:
        raise _unreadable(1, "Filformatet läses inte. Spara filen som CSV eller som .xlsx.")
    else:
        numbered = list(_csv_rows(_decode(content)))
    filled = [(line, cells) for line, cells in numbered if any(cells)]
    if not filled:
        raise _unreadable(1, "Filen är tom. Den ska börja med en rad rubriker.")
    (_, headers), *rows = filled
    width = len(headers)
    while width and not headers[width - 1]:
        width -= 1
    fitted = [_fit(line, cells, width) for line, cells in rows]
    return Table(
        file_name,
        tuple(headers[:width]),
        tuple(row for row in fitted if isinstance(row, TableRow)),
        tuple(row for row in fitted if isinstance(row, Problem)),
    )


def _unreadable(line: int, message: str) -> UnreadableFile:
    return UnreadableFile(Problem(line, "filen", message))


def _fit(line: int, cells: list[str], width: int) -> TableRow | Problem:
    if any(cells[width:]):
        return Problem(
            line,
            "raden",
            f"Raden har fler celler än rubrikraden ({width}). Sätt citattecken om en text som "
            "innehåller skiljetecknet.",
        )
    if len(cells) < width:
        return Problem(
            line,
            "raden",
            f"Raden har {len(cells)} celler men rubrikraden har {width}. Lägg till de celler som "
            "saknas; de får vara tomma.",
        )
    return TableRow(line, tuple(cells[:width]))


def _decode(content: bytes) -> str:
    if b"\x00" in content:
        raise _unreadable(1, "Filen är inte text. Spara den som CSV UTF-8 eller som .xlsx.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _unreadable(line, "Teckenkodningen är okänd. Spara filen som CSV UTF-8.") from error


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line on which the row begins, cells); a quoted cell may go over several lines."""
    header = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [_plain(cell) for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise _unreadable(
            line,
            "Raden går inte att läsa. Se efter att citattecken står i par runt texten.",
        ) from error


def _xlsx_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unfolded = sum(part.file_size for part in archive.infolist())
        if unfolded > _LARGEST_UNFOLDED:
            raise _unreadable(1, "Kalkylbladet är för stort. Dela det i flera filer.")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # Some programs write a wrong size into the sheet; without it every row is read.
        sheet.reset_dimensions()
        rows = [
            (line, [_cell_text(cell) for cell in cells])
            for line, cells in enumerate(sheet.iter_rows(), start=1)
        ]
        book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
        raise _unreadable(1, "Filen går inte att läsa som .xlsx. Spara om den.") from error
    # Without a size, rows end at their last filled cell.
    width = max((len(cells) for _, cells in rows), default=0)
    yield from ((line, _padded(cells, width)) for line, cells in rows)


def _padded(cells: Iterable[str], width: int) -> list[str]:
    filled = list(cells)
    return filled + [""] * (width - len(filled))


def _cell_text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if isinstance(value, datetime):
        shows_time = "h" in (cell.number_format or "").lower() or (value.hour or value.minute)
        seconds = ":%S" if value.second else ""
        return value.strftime(f"%Y-%m-%d %H:%M{seconds}" if shows_time else "%Y-%m-%d")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _plain(str(value))


def _plain(text: str) -> str:
    # Some systems write å as an a with a ring: the same letter, and another word to a computer.
    return unicodedata.normalize("NFC", text).strip()
