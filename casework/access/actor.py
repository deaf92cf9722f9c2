"""The actor: a person with the roles of today, or the system itself on behalf of a board."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from casework.organisation.models import (
    UNIT_ROLES,
    Absence,
    Board,
    Membership,
    Role,
    Unit,
    User,
)
from casework.shared import clock
from casework.shared.errors import NotAllowed


@dataclass(frozen=True)
class Actor:
    """Everything that rules of access ask about who acts; built once per request.

    Units that a unit has replaced count as the unit itself, so nobody loses sight of old cases
    when units are renamed or merged.
    """

    user_id: int | None
    board_id: int
    roles: frozenset[str] = frozenset()
    units_by_role: dict[str, frozenset[int]] = field(default_factory=dict, hash=False)
    protected_units: frozenset[int] = frozenset()
    helped_units: frozenset[int] = frozenset()
    # Those for whom the actor is Ersättare today, and the roles held without standing in for them.
    stands_in_for: frozenset[int] = frozenset()
    own_roles: frozenset[str] = frozenset()
    # Until which day the actor worked in or led each unit that has been left: no sight comes of it.
    left_units: dict[int, date] = field(default_factory=dict, hash=False)
    is_system: bool = False

    @classmethod
    def system(cls, board: Board) -> Actor:
        """Return the actor for commands and tasks that the operator runs for ``board``."""
        return cls(user_id=None, board_id=board.pk, is_system=True)

    @classmethod
    def of(cls, user: User, on: date | None = None) -> Actor:
        """Return ``user`` with the roles of the day, those stood in for included.

        Raises ``NotAllowed`` where the user belongs to no board.
        """
        if user.board_id is None:
            raise NotAllowed("Kontot hör inte till någon nämnd. Be systemförvaltaren om en roll.")
        day = on or clock.today()
        stood_in_for = (
            Absence.objects.valid_on(day)
            .filter(substitute=user, board_id=user.board_id)
            .values("user_id")
        )
        ended = Q(user=user, valid_to__lt=day)
        valid = Q(pk__in=Membership.objects.valid_on(day).values("pk"))
        held = list(
            Membership.objects.filter(board_id=user.board_id).filter(
                ended | valid & (Q(user=user) | Q(user_id__in=stood_in_for))
            )
        )
        memberships = [m for m in held if m.valid_to is None or m.valid_to >= day]
        left = [m for m in held if m.valid_to is not None and m.valid_to < day]
        places = any(m.unit_id or m.department_id for m in held)
        organisation = _Organisation.of(user.board_id) if places else _Organisation()
        units_by_role: dict[str, set[int]] = defaultdict(set)
        protected: set[int] = set()
        for membership in memberships:
            units = organisation.units_of(membership)
            units_by_role[membership.role] |= units
            if membership.sees_protected:
                protected |= units
        senior = units_by_role.get(Role.SENIOR, set())
        helped = organisation.with_predecessors(senior & organisation.helped)
        return cls(
            user_id=user.pk,
            board_id=user.board_id,
            roles=frozenset(membership.role for membership in memberships),
            units_by_role={role: frozenset(units) for role, units in units_by_role.items()},
            protected_units=frozenset(protected),
            helped_units=frozenset(helped),
            stands_in_for=frozenset(m.user_id for m in memberships if m.user_id != user.pk),
            own_roles=frozenset(m.role for m in memberships if m.user_id == user.pk),
            left_units=_left(left, organisation),
        )

    def has(self, *roles: str) -> bool:
        """Say whether the actor has any of ``roles``."""
        return any(role in self.roles for role in roles)

    def units(self, *roles: str) -> frozenset[int]:
        """Return the ids of the units in which the actor has any of ``roles``."""
        return frozenset().union(*(self.units_by_role.get(role, frozenset()) for role in roles))

    @property
    def own_units(self) -> frozenset[int]:
        """The units that the actor works in or leads, in whatever role."""
        return self.units(*UNIT_ROLES, Role.HEAD)

    @property
    def workplaces(self) -> frozenset[int]:
        """The units whose people are the actor's colleagues of every day."""
        return self.units(*UNIT_ROLES)

    @property
    def case_units(self) -> frozenset[int]:
        """The units in which the actor handles cases."""
        return self.units(Role.WORKER, Role.SENIOR)

    @property
    def managed_units(self) -> frozenset[int]:
        """The units whose Enhetschef the actor is, or stands in for."""
        return self.units(Role.MANAGER)

    @property
    def headed_units(self) -> frozenset[int]:
        """The units of the departments that the actor heads."""
        return self.units(Role.HEAD)

    @property
    def led_units(self) -> frozenset[int]:
        """The units that the actor leads: as their Enhetschef, or as head of the department."""
        return self.units(Role.MANAGER, Role.HEAD)

    @property
    def supervised_units(self) -> frozenset[int]:
        """The units whose work the actor plans: those led, and the Förste's own."""
        return self.units(Role.SENIOR, Role.MANAGER, Role.HEAD)

    @property
    def inbox_units(self) -> frozenset[int]:
        """The units whose inbox the actor works in: as manager, or helping the manager."""
        return self.managed_units | self.helped_units

    @property
    def answered_units(self) -> frozenset[int]:
        """The units whose deviations the actor answers for: by their inbox, or as head."""
        return self.inbox_units | self.headed_units


@dataclass
class _Organisation:
    """What a board's units are to each other, read in one query."""

    of_department: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    replaced: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    # Where the förste socialsekreterare helps with the inbox.
    helped: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, board_id: int) -> _Organisation:
        found = cls()
        rows = Unit.objects.filter(board_id=board_id).values_list(
            "pk", "department_id", "forste_helps_with_inbox", "replaces"
        )
        for unit, department, is_helped, older in rows:
            found.of_department[department].add(unit)
            if is_helped:
                found.helped.add(unit)
            if older:
                found.replaced[unit].add(older)
        return found

    def units_of(self, membership: Membership) -> set[int]:
        """Return the units of a membership and what they replaced; none of the whole board's."""
        own = (
            {membership.unit_id}
            if membership.unit_id
            else self.of_department[membership.department_id or 0]
        )
        return self.with_predecessors(own)

    def with_successors(self, units: set[int]) -> set[int]:
        """Return ``units`` and all that have replaced any of them: open records follow there."""
        later = {unit for unit in self.replaced if self.with_predecessors({unit}) & units}
        return units | later

    def with_predecessors(self, units: Iterable[int]) -> set[int]:
        """Return ``units`` and all that they have replaced, however long ago."""
        reached: set[int] = set()
        queue = list(units)
        while queue:
            unit = queue.pop()
            if unit not in reached:
                reached.add(unit)
                queue.extend(self.replaced.get(unit, ()))
        return reached


def _left(memberships: Iterable[Membership], organisation: _Organisation) -> dict[int, date]:
    """Return until which day, the latest, each unit of the ended ``memberships`` was the own."""
    latest: dict[int, date] = {}
    for membership in memberships:
        if membership.role not in (*UNIT_ROLES, Role.HEAD) or membership.valid_to is None:
            continue
        for unit in organisation.with_successors(organisation.units_of(membership)):
            latest[unit] = max(membership.valid_to, latest.get(unit, membership.valid_to))
    return latest
