"""A table of the quality report, and the registry that every app adds its tables to.

Each app has a module ``quality_tables`` that registers its tables in the order in which they
stand in a chapter of the report.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from casework.organisation.models import ServiceArea
from casework.reports.selection import Selection
from casework.shared.hooks import Registry

Cell = str | int
NOT_SPLIT = "Visas inte uppdelat"
APART_NOTE = "Ärenden med skyddade personuppgifter ingår i summan men inte i någon annan rad."


@dataclass(frozen=True)
class Row:
    """One row: what it says, and how to find the cases behind it (None: they are not listed).

    ``label`` is what the list of cases is headed by, where that is not the first cell.
    """

    cells: Sequence[Cell]
    find: Mapping[str, Any] | None = None
    label: str = ""


@dataclass(frozen=True)
class Content:
    """A table's rows for one area; ``total`` counts records, also those in rows not shown.

    ``apart`` of them are under skyddade personuppgifter: in no row and no fact. Notes are
    sentences made from the facts.
    """

    rows: Sequence[Row]
    total: int
    apart: int
    facts: Mapping[str, int] = field(default_factory=dict)
    notes: Sequence[str] = ()


def with_those_apart(content: Content, width: int) -> list[Row]:
    """Return the rows of a table of ``width`` columns: last how many are in none of the others."""
    if not content.apart:
        return list(content.rows)
    last = Row([NOT_SPLIT, content.apart, *[""] * (width - 2)])
    return [*content.rows, last]


@dataclass(frozen=True)
class CaseLine:
    """A case in the list behind a figure, as it stood under the clocks of the figure.

    ``url`` is empty where it has no page of its own.
    """

    id: int
    number: str
    url: str
    registered_on: date
    category: str
    unit: str
    status: str
    days: int
    case_number: str


@dataclass(frozen=True)
class Cases:
    """How a table finds the cases behind a row; ``kind`` is what the audit calls them.

    ``find`` returns those that the selection's actor may both count and open, and never those
    under skyddade personuppgifter; ``line`` makes one of them ready to be listed. ``day`` and
    ``what`` say over the list what a line's day and category are.
    """

    kind: str
    find: Callable[[Selection, Mapping[str, Any]], QuerySet[Any]]
    line: Callable[[Selection, Any], CaseLine]
    day: str = "Rapporterad"
    what: str = "Kategori"


@dataclass(frozen=True)
class QualityTable:
    """A table by its key in the contract (``docs/quality-report.md``).

    ``build`` counts in the database, at most one scan of the records a table. ``plot`` names the
    picture that the table is easier to grasp by, if any. ``variant`` holds the fields by which
    tables of the same key differ. Tables of a lower ``place`` stand first.
    """

    key: str
    title: str
    columns: Sequence[str]
    build: Callable[[Selection, ServiceArea], Content]
    cases: Cases
    plot: str = ""
    variant: Mapping[str, str] = field(default_factory=dict)
    place: int = 0

    @property
    def name(self) -> str:
        """What tells it from all other tables."""
        return ":".join([self.key, *self.variant.values()])

    @property
    def part(self) -> str:
        """The part of the report that it belongs to: what its key begins with."""
        return self.key.partition(".")[0]


QUALITY_TABLES: Registry[QualityTable] = Registry("Quality table")
# What stands in the board report beside the quality report comes after the chapter's own.
BOARD_REPORT = 1


def in_order() -> list[QualityTable]:
    """Return all tables as they stand in a report."""
    return sorted((table for _, table in QUALITY_TABLES.items()), key=lambda table: table.place)


def register(*tables: QualityTable) -> None:
    """Add tables to the report; a name used twice is refused."""
    for table in tables:
        QUALITY_TABLES.register(table.name, table)
