"""The report as a file."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from casework.reports.documents import paper
from casework.reports.report import Report, Table, as_data
from casework.reports.showing import about, shown
from casework.shared.papers import pdf, word
from casework.shared.tabular import Sheet, csv_bytes, workbook_bytes


@dataclass(frozen=True)
class FileFormat:
    """A format that the report can be had in."""

    content_type: str
    make: Callable[[Report], bytes]

    @property
    def is_text(self) -> bool:
        """Whether it can be read in a terminal."""
        return self.content_type.startswith(("text/", "application/json"))


def _json(report: Report) -> bytes:
    return (json.dumps(as_data(report), ensure_ascii=False, indent=1) + "\n").encode()


def _column_names(tables: Sequence[Table]) -> list[str]:
    """Name the columns of tables put under each other: by the name that all agree on."""
    names = []
    for place in range(max((len(table.definition.columns) for table in tables), default=0)):
        found = {
            table.definition.columns[place]
            for table in tables
            if place < len(table.definition.columns)
        }
        fallback = "Rad" if place == 0 else f"Värde {place}"
        names.append(found.pop() if len(found) == 1 else fallback)
    return names


def _csv(report: Report) -> bytes:
    columns = ["key", "area", *_column_names(report.tables)]
    rows: list[list[Any]] = [
        [table.definition.key, table.area.name, *row.cells]
        for table in report.tables
        for row in table.rows
    ]
    return csv_bytes(columns, (row + [None] * (len(columns) - len(row)) for row in rows))


def _about(report: Report) -> Iterator[tuple[str, str]]:
    selection = report.selection
    yield "Nämnd", selection.board.name
    yield "Verksamhetsområden", ", ".join(area.name for area in selection.areas)
    yield from about(selection)
    for table in report.tables:
        for note in table.notes:
            yield f"{table.area.name}: {table.definition.title}", note


def _xlsx(report: Report) -> bytes:
    """One sheet for each table, with its areas under each other, after a sheet on the whole."""
    sheets = [Sheet("Om rapporten", ["Uppgift", ""], list(_about(report)))]
    by_name: dict[str, list[Table]] = {}
    for table in report.tables:
        by_name.setdefault(table.definition.name, []).append(table)
    for tables in by_name.values():
        definition = tables[0].definition
        rows = [[table.area.name, *row.cells] for table in tables for row in table.rows]
        sheets.append(Sheet(definition.title, ["Verksamhetsområde", *definition.columns], rows))
    return workbook_bytes(sheets)


@cache
def _document_style() -> str:
    return (Path(__file__).parent / "document.css").read_text(encoding="utf-8")


def _html(report: Report) -> bytes:
    """A document that stands alone: to read, print or send on."""
    context = {
        "areas": shown(report),
        "board": report.selection.board,
        "about": about(report.selection),
        "style": mark_safe(f"<style>{_document_style()}</style>"),  # noqa: S308 our own file
    }
    return render_to_string("casework/reports/document.html", context).encode()


def _docx(report: Report) -> bytes:
    return word.word(paper(report))


def _pdf(report: Report) -> bytes:
    return pdf.pdf(paper(report))


FORMATS = {
    "json": FileFormat("application/json", _json),
    "csv": FileFormat("text/csv; charset=utf-8", _csv),
    "xlsx": FileFormat("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "docx": FileFormat(word.CONTENT_TYPE, _docx),
    "pdf": FileFormat(pdf.CONTENT_TYPE, _pdf),
    "html": FileFormat("text/html; charset=utf-8", _html),
}
