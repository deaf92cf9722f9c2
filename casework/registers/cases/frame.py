"""What the registers of the case system have in common."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.db.models import Q

from casework.access.querysets import RecordQuerySet
from casework.cases.histories import OWN, REGISTRATION
from casework.cases.models import Case, Sex
from casework.cases.services.claiming import release_unnamed
from casework.cases.services.gathering import gather
from casework.cases.services.importing import Given, add, amend, registered_here
from casework.cases.services.opening import end_overtaken
from casework.cases.watching import watch_touched
from casework.deadlines.calendar import FIRST_YEAR
from casework.registers.cases.summary import Words, summarise
from casework.registers.cells import Cells
from casework.registers.kinds import Column, Difference, Known, Parsed, RegisterKind, Run
from casework.registers.models import ImportBatch
from casework.registers.problems import Problem
from casework.shared import personnummer
from casework.shared.chronicle import Chronicle, Stamp, valid_facts
from casework.shared.versions import Fact

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
    words: ClassVar[Words]
    # The column that tells of what has happened since, by attribute of the chronicle.
    told: ClassVar[Mapping[str, str]]
    # Which of the register's records are still open.
    is_open: ClassVar[Q]

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._cases: set[int] = set()
        self._changed: list[tuple[int, Given]] = []
        # Rows as read by their ids in the file, and the records that they made or changed.
        self._read: dict[str, Given] = {}
        self._ids: set[int] = set()
        # How many rows were registered here before they came by file.
        self.adopted = 0

    @property
    def records(self) -> RecordQuerySet[Any]:
        manager: Any = self.chronicle.record._default_manager
        found: RecordQuerySet[Any] = manager.filter(board=self.run.board)
        return found

    def parse(self, cells: Cells) -> Given | None:
        given = self.read(cells, self.external_id(cells.values))
        if given is not None:
            self._read[given.external_id] = given
        return given

    @abstractmethod
    def read(self, cells: Cells, external_id: str) -> Given | None:
        """Return the row, None where it cannot be told what it says."""

    def handled_here(self, rows: Mapping[str, Known]) -> Mapping[str, str]:
        """Return those worked with here since they were last read, where the file says otherwise.

        What no register tells (handler, feedback …) is no hindrance.
        """
        facts = self.chronicle.facts(known.object_id for known in rows.values())
        name = self.chronicle.record._meta.verbose_name
        found = {}
        for external_id, known in rows.items():
            row, of_record = self._read[external_id], facts[known.object_id]
            told = {one.attribute: one.value for one in row.since}
            told |= _registration(row, known, of_record)
            since = known.read_at
            collides = {
                fact.attribute
                for fact in self._spoken_of(of_record)
                if not fact.imported
                and fact.attribute not in OWN
                and (since is None or fact.recorded_at > since)
                and not _agrees(told.get(fact.attribute), fact.value)
            }
            if collides:
                which = ", ".join(self.told[one] for one in self.told if one in collides)
                found[external_id] = f"{name} {external_id}" + (f" ({which})" if which else "")
        return found

    def _spoken_of(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        """Return the facts that the file can deny: of what happens again, the latest alone."""
        valid = valid_facts(facts)
        return [
            fact
            for fact in facts
            if not self.chronicle.attributes[fact.attribute].again
            or fact is self.chronicle.corrected_by_register(fact.attribute, valid[fact.attribute])
        ]

    def add(self, rows: Sequence[Parsed[Given]], batch: ImportBatch) -> list[int]:
        given = [parsed.row for parsed in rows]
        here = registered_here(self.chronicle, self.run.board, given)
        # Of those that the importer may not open, not even that they were here is told.
        self.adopted += self.records.visible_to(self.run.actor).filter(pk__in=here.values()).count()
        self._changed += [(here[row.external_id], row) for row in given if row.external_id in here]
        new = [row for row in given if row.external_id not in here]
        added, cases = add(self.chronicle, self.run.board, new, self._stamp(batch))
        self._cases |= cases
        ids = here | {row.external_id: key for row, key in zip(new, added, strict=True)}
        self._ids |= set(ids.values())
        return [ids[row.external_id] for row in given]

    def change(self, row: Parsed[Given], known: Known, batch: ImportBatch) -> None:
        # Gathered, and written together at the end: one by one takes ten times as long.
        self._changed.append((known.object_id, row.row))
        self._ids.add(known.object_id)

    def finish(self, batch: ImportBatch) -> Iterable[Problem]:
        stamp = self._stamp(batch)
        for start in range(0, len(self._changed), _CHUNK):
            rows = self._changed[start : start + _CHUNK]
            self._cases |= amend(self.chronicle, self.run.board, rows, stamp)
        gather(self._cases, stamp)
        here = Stamp(self.run.recorded_at, self.run.actor.user_id)
        end_overtaken(self.run.board.pk, self._cases, here)
        release_unnamed(self._protected(), here, self.run.today)
        # What lies before the import is history: computed, and nobody is told of it.
        watch_touched(self.record_kind, self._ids, self._cases, self.run.recorded_at, history=True)
        return ()

    def _protected(self) -> list[int]:
        """Return the run's cases that have skyddade personuppgifter, which are few."""
        protected = Case.objects.filter(board=self.run.board, protected=True)
        return [key for key in protected.values_list("pk", flat=True) if key in self._cases]

    def summarise(self, differences: Sequence[Difference]) -> list[str]:
        """Return the difference list of the run."""
        still_open = self.records.exclude(external_id="").filter(self.is_open).count()
        return summarise(differences, self.words, adopted=self.adopted, still_open=still_open)

    def _stamp(self, batch: ImportBatch) -> Stamp:
        return Stamp(self.run.recorded_at, self.run.actor.user_id, batch.pk)


def _registration(
    row: Given, known: Known, facts: Sequence[Fact]
) -> dict[str, Mapping[str, object]]:
    """Return what the file says of the registration, as far as it says anything new.

    A reason that was given here adds to what the file says of the rest.
    """
    if row.case_number != known.cells.get("ärende", "").strip():
        return {}
    first = valid_facts(facts)[REGISTRATION][0].value
    return {REGISTRATION: {} if _agrees(row.registration, first) else row.registration}


def _agrees(told: Mapping[str, object] | None, here: Mapping[str, object]) -> bool:
    """Say whether the file says what was said here; what it leaves empty it does not deny."""
    return told is not None and all(
        value in ("", None) or here[name] == value for name, value in told.items()
    )


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
    """Return the number of the case, empty where there is none yet; a personnummer is none."""
    number = cells.text("ärende", longest=60)
    if personnummer.find(number):
        # What stands there is not repeated.
        cells.refuse("ärende", "Det ser ut som ett personnummer. Skriv ärendets nummer.")
    return number


def sex(cells: Cells) -> str:
    """Return the sex as statistics have it, empty where it is not given."""
    return cells.choice("kön", SEXES) or ""
