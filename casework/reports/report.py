"""Making the report: every registered table for every area asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casework.access import policy
from casework.audit.work import record_reading
from casework.organisation.models import Role, ServiceArea, Unit
from casework.reports.selection import PUBLIC, Selection
from casework.reports.tables import QUALITY_TABLES, Content, QualityTable, Row
from casework.reports.tokens import Figure, seal
from casework.shared.clock import STOCKHOLM
from casework.shared.swedish import sort_key


@dataclass(frozen=True)
class Table:
    """One table of one area, made."""

    definition: QualityTable
    area: ServiceArea
    content: Content
    notes: Sequence[str]
    queries: Sequence[str | None]


@dataclass(frozen=True)
class Report:
    """All tables of a selection."""

    selection: Selection
    tables: Sequence[Table]


def make_report(selection: Selection) -> Report:
    """Count every table of the selection, area by area; one audit event."""
    scope = selection.once("scope", _scope_notes)
    tables = [
        _table(selection, definition, area, scope)
        for area in selection.areas
        for _, definition in QUALITY_TABLES.items()
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
        },
    )
    return Report(selection, tables)


def _table(
    selection: Selection, definition: QualityTable, area: ServiceArea, scope: Sequence[str]
) -> Table:
    content = definition.build(selection, area)
    queries = [_query(selection, definition, area, row) for row in content.rows]
    return Table(definition, area, content, [*content.notes, *scope], queries)


def _query(
    selection: Selection, definition: QualityTable, area: ServiceArea, row: Row
) -> str | None:
    # What leaves the house leads to no case.
    if row.find is None or selection.edition == PUBLIC:
        return None
    return seal(
        Figure(
            board_id=selection.board.pk,
            table=definition.key,
            area_id=area.pk,
            label=str(row.cells[0]),
            period_from=selection.period_from,
            period_to=selection.period_to,
            as_of=selection.as_of,
            known_at=selection.known_at,
            find=row.find,
        )
    )


def _scope_notes(selection: Selection) -> list[str]:
    """Say so where the numbers are of some units alone."""
    actor = selection.actor
    if actor.is_system or actor.has(*policy.BOARD_WIDE):
        return []
    units = Unit.objects.filter(pk__in=actor.units(Role.MANAGER, Role.HEAD))
    names = sorted(set(units.values_list("name", flat=True)), key=sort_key)
    return [
        f"Räknat för {', '.join(names)}. Ärenden med skyddade personuppgifter räknas bara för "
        "hela området."
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
    for row, query in zip(table.content.rows, table.queries, strict=True):
        rows.append({"cells": list(row.cells)} | ({"query": query} if query else {}))
    return {
        "key": table.definition.key,
        "area": table.area.name,
        "title": table.definition.title,
        "columns": list(table.definition.columns),
        "rows": rows,
        "total": table.content.total,
        "facts": dict(table.content.facts),
        "notes": list(table.notes),
    }
