"""Making the report: every registered table for every area asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casework.audit.work import record_reading
from casework.organisation.models import ServiceArea
from casework.reports.selection import PUBLIC, Selection
from casework.reports.tables import (
    APART_NOTE,
    Content,
    QualityTable,
    Row,
    in_order,
    with_those_apart,
)
from casework.reports.tokens import Figure, seal
from casework.shared.clock import STOCKHOLM


@dataclass(frozen=True)
class Table:
    """One table of one area, made; ``rows`` are all that it shows, with an address or None each."""

    definition: QualityTable
    area: ServiceArea
    content: Content
    rows: Sequence[Row]
    notes: Sequence[str]
    queries: Sequence[str | None]


@dataclass(frozen=True)
class Report:
    """All tables of a selection."""

    selection: Selection
    tables: Sequence[Table]


def make_report(selection: Selection, part: str = "") -> Report:
    """Count every table of the selection (or of one part), area by area; one audit event."""
    scope = _scope_notes(selection)
    tables = [
        _table(selection, definition, area, scope)
        for area in selection.areas
        for definition in in_order()
        if part in ("", definition.part)
    ]
    record_reading(
        selection.actor,
        "report.made",
        kind="servicearea",
        ids=[area.pk for area in selection.areas],
        data={
            "from": selection.period_from.isoformat(),
            "to": selection.period_to.isoformat(),
            "as_of": selection.as_of.isoformat(),
            "known_at": selection.known_at.isoformat(),
            "min_count": selection.min_count,
            "edition": selection.edition,
            "part": part,
        },
    )
    return Report(selection, tables)


def _table(
    selection: Selection, definition: QualityTable, area: ServiceArea, scope: Sequence[str]
) -> Table:
    content = definition.build(selection, area)
    rows = with_those_apart(content, len(definition.columns))
    queries = [_query(selection, definition, area, row) for row in rows]
    notes = [*content.notes, *([APART_NOTE] if content.apart else []), *scope]
    return Table(definition, area, content, rows, notes, queries)


def _query(
    selection: Selection, definition: QualityTable, area: ServiceArea, row: Row
) -> str | None:
    # What leaves the house leads to no case.
    if row.find is None or selection.edition == PUBLIC:
        return None
    return seal(
        Figure(
            board_id=selection.board.pk,
            table=definition.name,
            area_id=area.pk,
            label=row.label or str(row.cells[0]),
            period_from=selection.period_from,
            period_to=selection.period_to,
            as_of=selection.as_of,
            known_at=selection.known_at,
            find=row.find,
        )
    )


def _scope_notes(selection: Selection) -> list[str]:
    """Say so where the numbers are of some units alone."""
    if not selection.unit_names:
        return []
    return [
        f"Räknat för {', '.join(selection.unit_names)}. Ärenden med skyddade personuppgifter "
        "räknas bara för hela området."
    ]


def as_data(report: Report) -> dict[str, Any]:
    """Return the report in the shape of the contract, ready for JSON."""
    selection = report.selection
    return {
        "board": selection.board.name,
        "period": {
            "from": selection.period_from.isoformat(),
            "to": selection.period_to.isoformat(),
        },
        "as_of": selection.as_of.isoformat(),
        "known_at": selection.known_at.astimezone(STOCKHOLM).isoformat(),
        "edition": selection.edition,
        "tables": [_table_data(table) for table in report.tables],
    }


def _table_data(table: Table) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for row, query in zip(table.rows, table.queries, strict=True):
        rows.append({"cells": list(row.cells)} | ({"query": query} if query else {}))
    return {
        "key": table.definition.key,
        "area": table.area.name,
        **table.definition.variant,
        "title": table.definition.title,
        "columns": list(table.definition.columns),
        "rows": rows,
        "total": table.content.total,
        "facts": dict(table.content.facts),
        "notes": list(table.notes),
    }
