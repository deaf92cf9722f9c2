"""The report as a document to edit and to print: a chapter for each area, a table, its picture."""

from collections.abc import Iterator, Sequence

from casework.reports.report import Report
from casework.reports.showing import ShownTable, about, shown
from casework.shared.papers.content import (
    Block,
    Break,
    Facts,
    Heading,
    Paper,
    Picture,
    Table,
    Text,
)

TITLE = "Kvalitetsrapport"
EMPTY = "Inga rader att visa."
TOTAL = "Ärenden totalt"
# What more columns than these need is a page on its side.
_UPRIGHT = 5
# What a column needs beside its longest word, and what it may need at most, in letters.
_AIR, _LONGEST = 4, 30


def paper(report: Report) -> Paper:
    """Return the report as a paper; a table that says nothing says so."""
    selection = report.selection
    board = selection.board.name
    return Paper(
        title=TITLE,
        foot=f"{TITLE}, {board}",
        author=board,
        blocks=(
            Facts((("Nämnd", board), *about(selection))),
            *(
                block
                for place, area in enumerate(shown(report))
                for block in _chapter(area.name, area.tables, is_first=place == 0)
            ),
        ),
    )


def _chapter(name: str, tables: Sequence[ShownTable], *, is_first: bool) -> Iterator[Block]:
    if not is_first:
        yield Break()
    yield Heading(name)
    was_lying = False
    for table in tables:
        is_lying = bool(table.rows) and len(table.columns) > _UPRIGHT
        if is_lying or was_lying:
            yield Break(lying=is_lying)
        was_lying = is_lying
        yield from _table(name, table)


def _table(area: str, table: ShownTable) -> Iterator[Block]:
    yield Heading(table.title, level=3)
    if table.rows:
        is_words = table.is_text or len(table.columns) > _UPRIGHT
        rows = [[cell.text for cell in row] for row in table.rows]
        if not is_words:
            rows.append([TOTAL, table.total, *[""] * (len(table.columns) - 2)])
        yield Table(
            f"{table.title}, {area}",
            tuple(table.columns),
            tuple(tuple(row) for row in rows),
            widths=_widths(table.columns, rows),
            figures=not is_words,
        )
        if is_words:
            yield Text(f"{TOTAL}: {table.total}")
    else:
        yield Text(EMPTY)
    if table.plot:
        yield Picture(table.plot, f"Samma siffror som diagram: {table.title}.")
    for note in table.notes:
        yield Text(note)


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Return how wide each column is to be, in letters: no word in it is broken.

    Of a column of running text the longest cell counts, up to a limit.
    """
    return tuple(
        _AIR
        + max(
            *(len(word) for word in heading.split()),
            *(min(len(row[place]), _LONGEST) for row in rows),
        )
        for place, heading in enumerate(columns)
    )
