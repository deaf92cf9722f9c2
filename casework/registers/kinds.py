"""What a kind of register says about itself, so that one frame imports them all."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Generic, TypeVar

from casework.access.actor import Actor
from casework.access.querysets import RecordQuerySet
from casework.organisation.boards import find_board
from casework.organisation.models import Board
from casework.organisation.unit_names import UnitNames
from casework.registers.cells import Cells
from casework.registers.models import ImportBatch
from casework.registers.problems import Problem
from casework.registers.reading import Table
from casework.shared import clock
from casework.shared.hooks import Registry

Row = TypeVar("Row")

_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]00:00(?::00)?")


@dataclass(frozen=True)
class Column:
    """A column of the file.

    ``required`` says whether the header must be there (its cells may still be empty where
    sense allows); ``personal`` columns never show earlier values on a screen. A ``timed`` column
    holds days with their time.
    """

    name: str
    required: bool = True
    personal: bool = False
    help: str = ""
    timed: bool = False

    def cell(self, text: str) -> str:
        """Return the cell as the column means it.

        Most programs write a day into a spreadsheet as its midnight; where the column has no
        times the midnight is dropped, so that the row is the same row as from a CSV file.
        """
        midnight = None if self.timed else _MIDNIGHT.fullmatch(text)
        return midnight[1] if midnight else text


@dataclass(frozen=True)
class Parsed(Generic[Row]):
    """A row made into the kind's own type, with what the file calls it and all its cells."""

    line: int
    external_id: str
    cells: Mapping[str, str]
    row: Row


@dataclass(frozen=True)
class Known:
    """A record that the register knows already: its id and its row as last imported, and when."""

    object_id: int
    cells: Mapping[str, str]
    read_at: datetime | None = None


NEW, CHANGED = "new", "changed"


@dataclass(frozen=True)
class Difference:
    """A row that the import adds or changes; ``changes`` holds (column, before, after).

    ``hidden``: its record is not open to the importer, who is told no more than that it changes.
    """

    line: int
    external_id: str
    state: str
    object_id: int | None = None
    changes: tuple[tuple[str, str, str], ...] = ()
    hidden: bool = False


@dataclass(frozen=True)
class Run:
    """One import under way: for whom, by whom, recorded when."""

    board: Board
    actor: Actor
    recorded_at: datetime
    units: UnitNames

    @property
    def today(self) -> date:
        """The Stockholm day of the import."""
        return clock.local_day(self.recorded_at)


class RegisterKind(ABC, Generic[Row]):
    """Base of the kinds; one instance per import, so that it may keep what it looks up.

    The frame (``casework.registers.running``) reads the file, finds out what is new, changed and
    unchanged, and calls ``parse`` for what is not unchanged; then, only if no row is refused,
    ``add``, ``change`` and ``finish`` within one transaction.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    key_columns: ClassVar[tuple[str, ...]] = ("id",)
    # Headers, as plainly written, that no file may have, and why not.
    refused_headers: ClassVar[Mapping[str, str]] = {}
    # The model's name as the audit trail has it.
    record_kind: ClassVar[str]
    # Who works where, and who may what, is for the Systemförvaltare alone.
    administrator_only: ClassVar[bool] = False
    # Whether ``finish`` may refuse, so that only trying tells whether a file can be taken in.
    finds_faults_at_end: ClassVar[bool] = False
    # Templates read what the class says; they would make an instance of it otherwise.
    do_not_call_in_templates: ClassVar[bool] = True

    def __init__(self, run: Run) -> None:
        self.run = run

    @classmethod
    def board_of_file(cls, name: str | None, table: Table) -> Board:
        """Return the board that a command imports into; ``InvalidInput`` where unclear."""
        return find_board(name)

    def external_id(self, cells: Mapping[str, str]) -> str:
        """Return what names the row within the board; empty where the row names nothing."""
        if not cells.get(self.key_columns[0]):
            return ""
        return "|".join(cells.get(column, "") for column in self.key_columns)

    @abstractmethod
    def parse(self, cells: Cells) -> Row | None:
        """Return the row with all its values checked; faults are noted in ``cells``."""

    def cross_check(self, rows: Sequence[Parsed[Row]]) -> Iterable[Problem]:
        """Return faults that show only when rows are seen together."""
        return ()

    def known(self, external_ids: Sequence[str]) -> Mapping[str, Known]:
        """Return records that bear these ids without ever having been imported."""
        return {}

    def handled_here(self, rows: Mapping[str, Known]) -> Mapping[str, str]:
        """Return, for records handled here since they were imported: id → what we call them."""
        return {}

    @property
    @abstractmethod
    def records(self) -> RecordQuerySet[Any] | None:
        """The records that the rows are about; None: configuration, all open to who imports it."""

    def hidden(self, rows: Mapping[str, Known]) -> set[str]:
        """Return the ids of rows whose record the importer may not open.

        What was there before, and what we call it, is not for them.
        """
        records = self.records
        if records is None:
            return set()
        found = records.visible_to(self.run.actor).filter(
            pk__in=[known.object_id for known in rows.values()]
        )
        seen = set(found.values_list("pk", flat=True))
        return {key for key, known in rows.items() if known.object_id not in seen}

    @abstractmethod
    def add(self, rows: Sequence[Parsed[Row]], batch: ImportBatch) -> list[int]:
        """Save new rows; return the ids of their records in the same order."""

    @abstractmethod
    def change(self, row: Parsed[Row], known: Known, batch: ImportBatch) -> None:
        """Apply a row that differs from the one imported last."""

    def finish(self, batch: ImportBatch) -> Iterable[Problem]:
        """Do what follows when all rows are in; faults found here stop the import too."""
        return ()

    def summarise(self, differences: Sequence[Difference]) -> list[str]:
        """Return in sentences, without personal text, what the import changed; none: no need."""
        return []


REGISTER_KINDS: Registry[type[RegisterKind]] = Registry("Register kind")


def register(kind: type[RegisterKind]) -> type[RegisterKind]:
    """Make a kind known by its key."""
    return REGISTER_KINDS.register(kind.key, kind)
