"""A made report as pages show it: cells as text, figures as links, a picture beside."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from casework.reports import plots
from casework.reports.report import Report, Table
from casework.reports.selection import Selection
from casework.reports.tables import Row
from casework.shared.clock import STOCKHOLM


@dataclass(frozen=True)
class ShownCell:
    """A cell as text; ``url`` leads to the cases behind it."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class ShownTable:
    """A table ready for a template; ``plot`` is an SVG picture, or empty.

    ``is_text``: its cells are words and no numbers, so that each row is a case.
    """

    id: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[ShownCell]]
    total: str
    notes: Sequence[str]
    plot: str
    is_text: bool = False


@dataclass(frozen=True)
class ShownArea:
    """A chapter: an area and its tables."""

    name: str
    tables: Sequence[ShownTable]


def about(selection: Selection) -> list[tuple[str, str]]:
    """Return the days that the figures are of, as terms and texts."""
    known_at = selection.known_at.astimezone(STOCKHOLM)
    return [
        ("Rapporterade", f"{selection.period_from} – {selection.period_to}"),
        ("Läget den", str(selection.as_of)),
        ("Enligt det som var känt", f"{known_at:%Y-%m-%d kl. %H.%M}"),
    ]


def shown(report: Report, link: Callable[[str], str] | None = None) -> list[ShownArea]:
    """Return the report's chapters; ``link`` makes the address of a figure's cases."""
    return [
        ShownArea(name, [_table(table, link) for table in tables])
        for name, tables in groupby(report.tables, key=lambda table: table.area.name)
    ]


def _table(table: Table, link: Callable[[str], str] | None) -> ShownTable:
    definition = table.definition
    rows = [
        list(_cells(row, link(query) if link and query else ""))
        for row, query in zip(table.rows, table.queries, strict=True)
    ]
    return ShownTable(
        id=f"{definition.key.replace('.', '-')}-{table.area.pk}",
        title=definition.title,
        columns=definition.columns,
        rows=rows,
        total=plots.swedish_number(table.content.total),
        notes=table.notes,
        plot=_plot(table),
        is_text=bool(rows) and all(_is_text(row) for row in table.content.rows),
    )


def _is_text(row: Row) -> bool:
    return all(isinstance(cell, str) for cell in row.cells)


def _cells(row: Row, url: str) -> Iterator[ShownCell]:
    for place, cell in enumerate(row.cells):
        if isinstance(cell, int):
            yield ShownCell(plots.swedish_number(cell), url if place == 1 and cell else "")
        else:
            yield ShownCell(cell, url if place == 1 and _is_text(row) else "")


def _plot(table: Table) -> str:
    """Draw the table where there is something to compare; those apart are in no split of it."""
    title = f"{table.definition.title}, {table.area.name}"
    bars = [
        (str(row.cells[0]), row.cells[1])
        for row in table.content.rows
        if isinstance(row.cells[1], int)
    ]
    if not any(count for _, count in bars):
        return ""
    if table.definition.plot == "bars":
        return plots.horizontal_bars(title, bars)
    if table.definition.plot == "ages" and len(bars) == len(plots.AGE_LABELS):
        first, second, third = (count for _, count in bars)
        return plots.age_bars(title, [("Alla avvikelser", (first, second, third))])
    return ""
