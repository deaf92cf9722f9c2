"""Tables as files: CSV for Swedish Excel and XLSX, with nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from casework.shared.clock import STOCKHOLM

# A text that begins so is taken for a formula when a spreadsheet opens the file (OWASP, "CSV
# injection"); a name or a description typed by anybody may begin so.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST_CELL = 32_767
_SHEET_NAME_LENGTH = 31


@dataclass(frozen=True)
class Sheet:
    """One table: its title, its columns and rows of plain values (text, numbers, dates, None)."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


def harmless(text: str) -> str:
    """Return ``text`` such that a spreadsheet shows it and never computes it."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a CSV file: ``;`` between cells, UTF-8 with a byte order mark, CRLF.

    So it opens right in Excel set to Swedish: decimal comma, ISO dates, Ja/Nej, local time.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([_as_text(value) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def xlsx_bytes(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "Register"
) -> bytes:
    """Return an XLSX file of one sheet; numbers and dates are real numbers and dates."""
    return workbook_bytes([Sheet(title, columns, rows)])


def workbook_bytes(sheets: Iterable[Sheet]) -> bytes:
    """Return an XLSX file with one sheet for each table, named by its title."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    taken: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_sheet_name(sheet.title, taken))
        page.freeze_panes(1, 0)
        widths = [len(column) for column in sheet.columns]
        for column, name in enumerate(sheet.columns):
            page.write_string(0, column, harmless(name), heading)
        for number, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row):
                _write_cell(page, number, column, value, formats)
                if column < len(widths):
                    widths[column] = max(widths[column], len(str(value or "")))
        for column, width in enumerate(widths):
            page.set_column(column, column, min(60, width + 2))
    book.close()
    return stream.getvalue()


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return _local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return harmless(str(value))


def _local(value: datetime) -> datetime:
    return value.astimezone(STOCKHOLM).replace(tzinfo=None) if value.tzinfo else value


def _write_cell(
    page: Any, row: int, column: int, value: Any, formats: dict[type[date], Any]
) -> None:
    if value is None:
        return
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        page.write_number(row, column, value)
    elif isinstance(value, datetime):
        page.write_datetime(row, column, _local(value), formats[datetime])
    elif isinstance(value, date):
        page.write_datetime(row, column, value, formats[date])
    else:
        text = _as_text(value)
        if len(text) > _LONGEST_CELL:
            text = text[: _LONGEST_CELL - 1] + "…"
        page.write_string(row, column, text)


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a name that Excel accepts, different from those taken (in any letter case)."""
    plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in title).strip(" '") or "Blad"
    name, number = plain[:_SHEET_NAME_LENGTH], 2
    while name.lower() in taken:
        ending = f" {number}"
        name = plain[: _SHEET_NAME_LENGTH - len(ending)] + ending
        number += 1
    taken.add(name.lower())
    return name
