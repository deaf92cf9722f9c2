"""What the registers of the case system have in common."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import ClassVar

from casework.cases.histories import UNIT
from casework.cases.models import Sex
from casework.cases.services.gathering import gather
from casework.cases.services.importing import Given, add, amend
from casework.deadlines.calendar import FIRST_YEAR
from casework.registers.cells import Cells
from casework.registers.kinds import Column, Known, Parsed, RegisterKind, Run
from casework.registers.models import ImportBatch
from casework.registers.problems import Problem
from casework.shared.chronicle import Chronicle, Stamp

SEXES = {
    "Flicka": Sex.FEMALE.value,
    "Kvinna": Sex.FEMALE.value,
    "Pojke": Sex.MALE.value,
    "Man": Sex.MALE.value,
}
ID = Column("id", help="Radens nummer i ärendesystemet.")
UNIT_COLUMN = Column("enhet", help="Enheten som den hette den dagen.")
CASE = Column("ärende", personal=True, help="Ärendets nummer, aldrig personnummer")
SEX = Column("kön", personal=True, help=f"{', '.join(SEXES)} eller tom")
BIRTH_YEAR = Column("födelseår", personal=True, help="ÅÅÅÅ eller tom")
PROTECTED = Column("skyddad", required=False, help="Ja för skyddade personuppgifter")

_EARLIEST_BIRTH = 1900
# Rows corrected together.
_CHUNK = 500


class CaseRegister(RegisterKind[Given]):
    """Base of the three registers; each says how its rows read."""

    chronicle: ClassVar[Chronicle]

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._cases: set[int] = set()
        self._changed: list[tuple[int, Given]] = []

    def parse(self, cells: Cells) -> Given | None:
        return self.read(cells, self.external_id(cells.values))

    @abstractmethod
    def read(self, cells: Cells, external_id: str) -> Given | None:
        """Return the row, None where it cannot be told what it says."""

    def handled_here(self, rows: Mapping[str, Known]) -> Mapping[str, str]:
        """Return those that anybody here has worked with."""
        keys = {known.object_id: external_id for external_id, known in rows.items()}
        touched = self.chronicle.touched_by_hand(keys, leaving_out=[UNIT])
        name = self.chronicle.record._meta.verbose_name
        return {keys[key]: f"{name} {keys[key]}" for key in touched}

    def add(self, rows: Sequence[Parsed[Given]], batch: ImportBatch) -> list[int]:
        given = [parsed.row for parsed in rows]
        ids, cases = add(self.chronicle, self.run.board, given, self._stamp(batch))
        self._cases |= cases
        return ids

    def change(self, row: Parsed[Given], known: Known, batch: ImportBatch) -> None:
        # Gathered, and written together at the end: one by one takes ten times as long.
        self._changed.append((known.object_id, row.row))

    def finish(self, batch: ImportBatch) -> Iterable[Problem]:
        stamp = self._stamp(batch)
        for start in range(0, len(self._changed), _CHUNK):
            rows = self._changed[start : start + _CHUNK]
            self._cases |= amend(self.chronicle, self.run.board, rows, stamp)
        gather(self._cases, stamp)
        return ()

    def _stamp(self, batch: ImportBatch) -> Stamp:
        return Stamp(self.run.recorded_at, self.run.actor.user_id, batch.pk)


def past_day(cells: Cells, column: str, today: date, *, required: bool = False) -> date | None:
    """Return a day that has come, in a year for which legal times can be counted."""
    day = cells.day(column, required=required)
    cells.not_after_today(column, day, today)
    if day is not None and day.year < FIRST_YEAR:
        cells.refuse(column, f"{day} är före {FIRST_YEAR}. Rätta året.")
    return day


def in_order(cells: Cells, *days: tuple[str, date | None]) -> None:
    """Refuse each (column, day) that comes before one given earlier; None is not compared."""
    for place, (column, day) in enumerate(days):
        for earlier_column, earlier in days[:place]:
            if day is not None and earlier is not None and day < earlier:
                cells.not_before(column, earlier_column, day, earlier)
                break


def birth_year(cells: Cells, on: date | None) -> int | None:
    """Return the year of birth; a child that is expected may be born the year after ``on``."""
    year = cells.whole("födelseår")
    if year is None or on is None:
        return None
    if not _EARLIEST_BIRTH <= year <= on.year + 1:
        cells.refuse("födelseår", f"{year} är inget rimligt födelseår. Rätta året.")
        return None
    return year


def case_number(cells: Cells) -> str:
    """Return the number of the case, empty where there is none yet."""
    return cells.text("ärende", longest=60)


def sex(cells: Cells) -> str:
    """Return the sex as statistics have it, empty where it is not given."""
    return cells.choice("kön", SEXES) or ""
