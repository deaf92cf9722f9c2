"""The register organisation: units, with the department, administration and area they are in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from casework.organisation.boards import find_board
from casework.organisation.hooks import UNIT_RECORDS
from casework.organisation.models import Administration, Board, Department, ServiceArea, Unit
from casework.organising.units import follow_successor
from casework.registers.cells import Cells
from casework.registers.kinds import Column, Known, Parsed, RegisterKind, Run
from casework.registers.models import ImportBatch
from casework.registers.problems import Problem
from casework.registers.reading import Table
from casework.shared.errors import InvalidInput

# Investigations of this area are children's where the file itself does not say.
CHILDREN_AREA = "Barn och unga"


@dataclass(frozen=True)
class UnitRowData:
    """One unit as the file has it."""

    name: str
    department: str
    administration: str
    area: str
    valid_from: date | None
    valid_to: date | None
    replaces: tuple[str, ...]


class OrganisationRegister(RegisterKind[UnitRowData]):
    """Units known by enhet + gäller_från; creates whatever they belong to."""

    key = "organisation"
    label = "Organisation"
    record_kind = "unit"
    key_columns = ("enhet", "gäller_från")
    administrator_only = True
    finds_faults_at_end = True
    columns: ClassVar = (
        Column("enhet"),
        Column("avdelning"),
        Column("förvaltning"),
        Column("verksamhetsområde"),
        Column("gäller_från", required=False, help="Tom: från början."),
        Column("gäller_till", required=False, help="Sista dagen. Tom: tills vidare."),
        Column("ersätter", required=False, help="Enheter som den ersätter, åtskilda med |."),
    )

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._departments = {
            (department.administration.name, department.name): department
            for department in Department.objects.filter(
                administration__board=run.board
            ).select_related("administration")
        }
        self._administrations = {a.name: a for a in run.board.administrations.all()}
        self._areas = {area.name: area for area in run.board.areas.all()}
        self._foreign = set(
            Administration.objects.exclude(board=run.board).values_list("name", flat=True)
        )
        # Names whose rows are refused: what would be wrong without those rows need not be.
        self._refused: set[str] = set()
        self._moved: list[Unit] = []
        self._done: list[tuple[Parsed[UnitRowData], Unit]] = []

    @classmethod
    def board_of_file(cls, name: str | None, table: Table) -> Board:
        """Return the board, made where it is new.

        It is named by ``name``, else by the file's förvaltning, whichever exists first.
        """
        if name:
            try:
                return find_board(name)
            except InvalidInput:
                return Board.objects.create(name=name.strip())
        titles = _administrations_in(table)
        existing = set(
            Board.objects.filter(administrations__name__in=titles).values_list("pk", flat=True)
        )
        if len(existing) == 1:
            return Board.objects.get(pk=existing.pop())
        if len(titles) == 1 and not existing:
            return Board.objects.get_or_create(name=titles[0])[0]
        if not titles:
            return find_board(None)
        raise InvalidInput(
            f"Filen har flera förvaltningar ({', '.join(titles)}). Ange nämnden med --board, "
            "eller dela filen.",
            field="board",
        )

    def external_id(self, cells: Mapping[str, str]) -> str:
        """Return "enhet|gäller_från"; empty without enhet."""
        return f"{cells['enhet']}|{cells.get('gäller_från', '')}" if cells.get("enhet") else ""

    def known(self, external_ids: Sequence[str]) -> Mapping[str, Known]:
        """Return units made by hand, as rows of the file."""
        wanted = set(external_ids)
        if not wanted:
            return {}
        units = Unit.objects.filter(
            board=self.run.board, name__in={name.rpartition("|")[0] for name in wanted}
        ).select_related("department__administration", "area")
        found = {}
        for unit in units.prefetch_related("replaces"):
            cells = {
                "enhet": unit.name,
                "avdelning": unit.department.name,
                "förvaltning": unit.department.administration.name,
                "verksamhetsområde": unit.area.name,
                "gäller_från": str(unit.valid_from or ""),
                "gäller_till": str(unit.valid_to or ""),
                "ersätter": "|".join(sorted(old.name for old in unit.replaces.all())),
            }
            found[self.external_id(cells)] = Known(unit.pk, cells)
        return {key: known for key, known in found.items() if key in wanted}

    def handled_here(self, rows: Mapping[str, Known]) -> Mapping[str, str]:
        """Return units whose department, area or last day were changed by hand since."""
        imported = {key: known for key, known in rows.items() if known.read_at is not None}
        units = Unit.objects.select_related("department", "area").in_bulk(
            [known.object_id for known in imported.values()]
        )
        handled = {}
        for key, known in imported.items():
            unit, cells = units[known.object_id], known.cells
            same = (
                unit.department.name == cells["avdelning"]
                and unit.area.name == cells["verksamhetsområde"]
                # A successor may have ended the unit without the file's saying so.
                and cells.get("gäller_till", "") in {"", str(unit.valid_to or "")}
            )
            if not same:
                handled[key] = f"enheten {unit.name}"
        return handled

    @property
    def records(self) -> None:
        return None

    def parse(self, cells: Cells) -> UnitRowData | None:
        row = UnitRowData(
            name=cells.text("enhet", required=True, longest=180),
            department=cells.text("avdelning", required=True, longest=200),
            administration=cells.text("förvaltning", required=True, longest=200),
            area=cells.text("verksamhetsområde", required=True, longest=200),
            valid_from=cells.day("gäller_från"),
            valid_to=cells.day("gäller_till"),
            replaces=tuple(cells.many("ersätter")),
        )
        cells.not_before("gäller_till", "gäller_från", row.valid_to, row.valid_from)
        if row.administration in self._foreign:
            cells.refuse("förvaltning", "Förvaltningen hör till en annan nämnd. Rätta namnet.")
        if row.replaces and row.valid_from is None:
            cells.refuse("gäller_från", "En enhet som ersätter en annan behöver en första dag.")
        if cells.problems:
            self._refused.add(row.name)
        return row

    def cross_check(self, rows: Sequence[Parsed[UnitRowData]]) -> Iterable[Problem]:
        """Refuse a unit that replaces one that is nowhere to be found."""
        in_file = {parsed.row.name for parsed in rows} | self._refused
        return [
            Problem(parsed.line, "ersätter", f"Enheten ”{name}” finns inte. Rätta namnet.")
            for parsed in rows
            for name in parsed.row.replaces
            if name not in in_file and name not in self.run.units
        ]

    def add(self, rows: Sequence[Parsed[UnitRowData]], batch: ImportBatch) -> list[int]:
        ids = []
        for parsed in rows:
            row = parsed.row
            unit = Unit.objects.create(
                board=self.run.board,
                name=row.name,
                department=self._department(row),
                area=self._area(row.area),
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            self._done.append((parsed, unit))
            ids.append(unit.pk)
        return ids

    def change(self, row: Parsed[UnitRowData], known: Known, batch: ImportBatch) -> None:
        unit = Unit.objects.select_for_update(of=("self",)).get(pk=known.object_id)
        area = self._area(row.row.area)
        if unit.area_id != area.pk:
            unit.area = area
            self._moved.append(unit)
        unit.department = self._department(row.row)
        if row.row.valid_to is not None or known.cells.get("gäller_till"):
            unit.valid_to = row.row.valid_to
        unit.save(update_fields=["area", "department", "valid_to"])
        self._done.append((row, unit))

    def finish(self, batch: ImportBatch) -> Iterable[Problem]:
        problems = [*self._replace(), *self._overlaps()]
        if not problems:
            for unit in self._moved:
                for _, records in UNIT_RECORDS.items():
                    records.regroup(self.run.actor, unit, batch)
            for old, new in self._successors():
                follow_successor(self.run.actor, old, new)
        return problems

    def _replace(self) -> list[Problem]:
        """Tie each unit to those it replaces, and end these the day before."""
        by_name: dict[str, list[Unit]] = defaultdict(list)
        for unit in Unit.objects.filter(board=self.run.board):
            by_name[unit.name].append(unit)
        problems = []
        for parsed, unit in self._done:
            if unit.valid_from is None:
                unit.replaces.clear()
                continue
            last_day = unit.valid_from - timedelta(days=1)
            replaced = []
            for name in parsed.row.replaces:
                before = [
                    u for u in by_name[name] if u.valid_from is None or u.valid_from <= last_day
                ]
                if not before:
                    # One that is nowhere, or refused itself, has been told of already.
                    if by_name[name] and name not in self._refused:
                        message = (
                            f"Enheten ”{name}” fanns inte före {unit.valid_from}. Rätta dagen."
                        )
                        problems.append(Problem(parsed.line, "ersätter", message))
                    continue
                old = max(before, key=lambda u: u.valid_from or date.min)
                if old.valid_to is None:
                    old.valid_to = last_day
                    old.save(update_fields=["valid_to"])
                replaced.append(old)
            unit.replaces.set(replaced)
        return problems

    def _overlaps(self) -> list[Problem]:
        """Refuse two rows of one name that are true on the same day."""
        by_name: dict[str, list[Unit]] = defaultdict(list)
        names = {unit.name for _, unit in self._done}
        in_file = {unit.pk for _, unit in self._done}
        for unit in Unit.objects.filter(board=self.run.board, name__in=names):
            by_name[unit.name].append(unit)
        problems = []
        # A unit that was replaced in this run has got its last day since its row was saved.
        ends = {unit.pk: unit.valid_to for units in by_name.values() for unit in units}
        for parsed, unit in self._done:
            if unit.name in self._refused:
                continue
            first, last = unit.valid_from or date.min, ends[unit.pk] or date.max
            others = [other for other in by_name[unit.name] if other.pk != unit.pk]
            for other in others:
                began = other.valid_from or date.min
                if began <= first <= (other.valid_to or date.max):
                    message = (
                        f"Enheten ”{unit.name}” gäller redan den dagen (från "
                        f"{other.valid_from or 'början'}). Ge den äldre raden en sista dag."
                    )
                    problems.append(Problem(parsed.line, "gäller_från", message))
                # Where the later row is of this file too, the fault is told there.
                elif first < began <= last and other.pk not in in_file:
                    message = (
                        f"Enheten ”{unit.name}” finns redan från {other.valid_from}. Ge raden en "
                        "sista dag före det."
                    )
                    problems.append(Problem(parsed.line, "gäller_till", message))
        return problems

    def _successors(self) -> list[tuple[Unit, Unit]]:
        """Return (replaced, successor) where there is one alone and its day has come.

        All of the board's, not only this file's, so that a unit whose day came after the file
        was read is followed the next time.
        """
        followers: dict[int, list[int]] = defaultdict(list)
        for new, old in Unit.replaces.through.objects.filter(
            from_unit__board=self.run.board
        ).values_list("from_unit_id", "to_unit_id"):
            followers[old].append(new)
        single = {old: new[0] for old, new in followers.items() if len(new) == 1}
        units = Unit.objects.select_related("area").in_bulk([*single, *single.values()])
        return [
            (units[old], units[new])
            for old, new in single.items()
            if units[new].is_valid_on(self.run.today)
        ]

    def _department(self, row: UnitRowData) -> Department:
        key = (row.administration, row.department)
        if key not in self._departments:
            self._departments[key] = Department.objects.create(
                administration=self._administration(row.administration), name=row.department
            )
        return self._departments[key]

    def _administration(self, name: str) -> Administration:
        if name not in self._administrations:
            self._administrations[name] = Administration.objects.create(
                board=self.run.board, name=name
            )
        return self._administrations[name]

    def _area(self, name: str) -> ServiceArea:
        if name not in self._areas:
            self._areas[name] = ServiceArea.objects.create(
                board=self.run.board, name=name, for_children=name == CHILDREN_AREA
            )
        return self._areas[name]


def _administrations_in(table: Table) -> list[str]:
    for place, header in enumerate(table.headers):
        if header.casefold() == "förvaltning":
            return list(dict.fromkeys(row.cells[place] for row in table.rows if row.cells[place]))
    return []
