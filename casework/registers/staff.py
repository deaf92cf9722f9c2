"""The register personal: who works where, in which role, from when until when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from casework.access import granting
from casework.accounts import changes
from casework.audit.work import unit_of_work
from casework.organisation.models import (
    ANSWERING_ROLES,
    UNIT_ROLES,
    Department,
    Membership,
    Role,
    Unit,
    User,
)
from casework.organising import grants
from casework.organising.memberships import require_no_longer
from casework.registers.cells import Cells
from casework.registers.kinds import Column, Known, Parsed, RegisterKind, Run
from casework.registers.models import ImportBatch
from casework.registers.problems import Problem
from casework.shared.errors import InvalidInput

_ROLES: dict[str, str] = {label: value for value, label in Role.choices}


@dataclass(frozen=True)
class StaffRow:
    """A person in one role."""

    username: str
    first_name: str
    last_name: str
    email: str
    title: str
    role: str
    unit: Unit | None
    department: Department | None
    valid_from: date | None
    valid_to: date | None

    @property
    def person(self) -> tuple[str, str, str, str]:
        """What is the same on every row of one person."""
        return (self.first_name, self.last_name, self.email, self.title)


class StaffRegister(RegisterKind[StaffRow]):
    """One row per person and role; a person with several roles has several rows."""

    key = "personal"
    label = "Personal"
    record_kind = "membership"
    key_columns = ("användarnamn", "roll", "enhet", "gäller_från")
    administrator_only = True
    # A sight of cases and no configuration: see ``memberships.name_for_protected``.
    refused_headers: ClassVar = {
        "namngiven_skydd": "Vem som ser skyddade personuppgifter bestämmer enhetschefen under "
        "Organisation, aldrig en fil."
    }
    columns: ClassVar = (
        Column("användarnamn", help="Det som personen loggar in med."),
        Column("förnamn", personal=True),
        Column("efternamn", personal=True),
        Column("e-post", personal=True),
        Column("titel"),
        Column("roll", help=", ".join(_ROLES)),
        Column("enhet", help="För medarbetare, förste socialsekreterare och enhetschef."),
        Column("avdelning", help="För avdelningschef."),
        Column("gäller_från", required=False),
        Column("gäller_till", required=False),
    )

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        departments = Department.objects.filter(administration__board=run.board)
        self._departments = {department.name: department for department in departments}
        self._users: dict[str, User] = {}
        self._foreign: set[str] = set()
        # As it was before the file: its own rows do not ask one another.
        self._in_force_from = granting.in_force_from(run.board.pk, run.recorded_at)
        for user in User.objects.only("username", "board", "email"):
            if user.board_id == run.board.pk:
                self._users[user.username] = user
            else:
                self._foreign.add(user.username)

    def external_id(self, cells: Mapping[str, str]) -> str:
        """Return who, as what, where and from when.

        Where somebody works in a unit, the avdelning beside it is only for the reader.
        """
        if not cells.get("användarnamn"):
            return ""
        place = cells.get("enhet") or cells.get("avdelning", "")
        return "|".join(
            (cells["användarnamn"], cells.get("roll", ""), place, cells.get("gäller_från", ""))
        )

    def known(self, external_ids: Sequence[str]) -> Mapping[str, Known]:
        """Return roles given by hand, as rows of the file."""
        wanted = set(external_ids)
        if not wanted:
            return {}
        memberships = Membership.objects.filter(
            board=self.run.board, user__username__in={name.partition("|")[0] for name in wanted}
        ).select_related("user", "unit", "department")
        found = {}
        for membership in memberships:
            user = membership.user
            cells = {
                "användarnamn": user.username,
                "förnamn": user.first_name,
                "efternamn": user.last_name,
                "e-post": user.email,
                "titel": user.title,
                "roll": Role(membership.role).label,
                "enhet": membership.unit.name if membership.unit else "",
                "avdelning": membership.department.name if membership.department else "",
                "gäller_från": str(membership.valid_from or ""),
                "gäller_till": str(membership.valid_to or ""),
            }
            found[self.external_id(cells)] = Known(membership.pk, cells)
        return {key: known for key, known in found.items() if key in wanted}

    @property
    def records(self) -> None:
        return None

    def parse(self, cells: Cells) -> StaffRow | None:
        username = cells.text("användarnamn", required=True, longest=150)
        role = cells.choice("roll", _ROLES, required=True)
        valid_from, valid_to = cells.day("gäller_från"), cells.day("gäller_till")
        cells.not_before("gäller_till", "gäller_från", valid_to, valid_from)
        if username in self._foreign:
            cells.refuse("användarnamn", "Namnet är upptaget i en annan nämnd. Välj ett annat.")
        user = self._users.get(username)
        if user is not None and user.pk == self.run.actor.user_id:
            cells.refuse("användarnamn", "Den egna rollen ändras av en annan systemförvaltare.")
        row = StaffRow(
            username=username,
            first_name=cells.text("förnamn", longest=150),
            last_name=cells.text("efternamn", required=True, longest=150),
            email=cells.text("e-post", longest=254),
            title=cells.text("titel", longest=100),
            role=role or "",
            unit=self._unit(cells, role, valid_from),
            department=self._department(cells, role),
            valid_from=valid_from,
            valid_to=valid_to,
        )
        if row.email and "@" not in row.email:
            cells.refuse("e-post", "Adressen saknar @. Rätta den.")
        return row

    def _unit(self, cells: Cells, role: str | None, valid_from: date | None) -> Unit | None:
        if role in UNIT_ROLES:
            return cells.unit("enhet", self.run.units, valid_from or self.run.today)
        if role and cells.text("enhet"):
            cells.refuse("enhet", "Rollen gäller inte en enhet. Lämna cellen tom.")
        return None

    def _department(self, cells: Cells, role: str | None) -> Department | None:
        name = cells.text("avdelning", required=role == Role.HEAD)
        if not name or role != Role.HEAD:
            # Which department a unit belongs to is for the register organisation to say.
            return None
        if name not in self._departments:
            cells.refuse("avdelning", f"Avdelningen ”{name}” finns inte. Rätta namnet.")
        return self._departments.get(name)

    def cross_check(self, rows: Sequence[Parsed[StaffRow]]) -> Iterable[Problem]:
        """Refuse rows that say different things about one person."""
        first: dict[str, Parsed[StaffRow]] = {}
        problems = []
        for parsed in rows:
            other = first.setdefault(parsed.row.username, parsed)
            if other.row.person != parsed.row.person:
                message = (
                    f"Namn, e-post och titel skiljer sig från rad {other.line} om samma person. "
                    "Skriv lika på båda raderna."
                )
                problems.append(Problem(parsed.line, "användarnamn", message))
        return problems + self._lengthened(rows)

    def _lengthened(self, rows: Sequence[Parsed[StaffRow]]) -> list[Problem]:
        """Refuse to lengthen roles that are given anew, so that others are asked."""
        held = {
            (one.user.username, one.role, one.department_id, one.valid_from): one
            for one in Membership.objects.filter(
                board=self.run.board, role__in=ANSWERING_ROLES
            ).select_related("user")
        }
        problems = []
        for parsed in rows:
            row = parsed.row
            place = row.department.pk if row.department else None
            before = held.get((row.username, row.role, place, row.valid_from))
            try:
                if before is not None:
                    require_no_longer(before, row.valid_to)
            except InvalidInput as error:
                problems.append(Problem(parsed.line, "gäller_till", error.message))
        return problems

    def handled_here(self, rows: Mapping[str, Known]) -> Mapping[str, str]:
        """Return roles that were ended by hand since they were imported."""
        imported = {key: known for key, known in rows.items() if known.read_at is not None}
        memberships = Membership.objects.in_bulk([known.object_id for known in imported.values()])
        handled = {}
        for key, known in imported.items():
            membership = memberships[known.object_id]
            if str(membership.valid_to or "") != known.cells.get("gäller_till", ""):
                handled[key] = f"rollen för {known.cells['användarnamn']}"
        return handled

    def add(self, rows: Sequence[Parsed[StaffRow]], batch: ImportBatch) -> list[int]:
        ids = []
        for parsed in rows:
            row = parsed.row
            membership = Membership(
                user=self._person(row),
                board=self.run.board,
                role=row.role,
                unit=row.unit,
                department=row.department,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            with unit_of_work(self.run.actor) as work:
                grants.give(self.run.actor, work, membership, self._in_force_from)
            ids.append(membership.pk)
        return ids

    def change(self, row: Parsed[StaffRow], known: Known, batch: ImportBatch) -> None:
        self._person(row.row)
        Membership.objects.filter(pk=known.object_id).update(valid_to=row.row.valid_to)

    def _person(self, row: StaffRow) -> User:
        user = self._users.get(row.username)
        if user is None:
            user = User(username=row.username, board=self.run.board, email=row.email)
            user.set_unusable_password()
            self._users[row.username] = user
        user.first_name, user.last_name, user.title = row.first_name, row.last_name, row.title
        if user._state.adding:
            user.save()
        else:
            user.save(update_fields=["first_name", "last_name", "title"])
        if row.email.lower() != user.email.lower():
            changes.change_email(self.run.actor, user, row.email)
        return user
