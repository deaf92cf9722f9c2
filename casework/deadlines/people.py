"""Who stands on a rung of the ladder on a day: handläggare, Förste, Enhetschef, Avdelningschef."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q

from casework.access.actor import Actor
from casework.deadlines.board_models import DutyFunction
from casework.deadlines.models import Deadline
from casework.deadlines.rules import Rung
from casework.deadlines.subjects import SUBJECTS
from casework.organisation.models import Absence, Membership, Role, Unit, User

LADDER = (Rung.HANDLER, Rung.SENIOR, Rung.MANAGER, Rung.HEAD)
_ROLES = {Rung.SENIOR: Role.SENIOR, Rung.MANAGER: Role.MANAGER}


class People:
    """The organisation of one day, each question asked once."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._users: dict[int, User] = {}
        self._actors: dict[int, Actor] = {}
        self._roles: dict[int, dict[tuple[str, str, int], set[int]]] = {}
        self._stand_ins: dict[int, dict[int, set[int]]] = {}
        self._successors: dict[int, dict[int, set[int]]] = {}
        self._functions: dict[int, list[DutyFunction]] = {}

    def for_rung(self, deadline: Deadline, rung: Rung) -> list[User]:
        """Return who is to be told: those on the rung or, where nobody is, on the next above.

        Whoever is away is stood in for by the Ersättare of the day. Only those who may open what
        it is about count, so a protected case climbs past whoever is not named for it.
        """
        if rung is Rung.DUTY and (functions := self.functions(deadline)):
            members = {user.pk for function in functions for user in function.members.all()}
            on_duty = list(self._who_may(deadline, members))
            if on_duty or any(function.email for function in functions):
                return on_duty
        # Where no function can be reached, those who lead the unit are told.
        rungs = (Rung.SENIOR, Rung.MANAGER) if rung is Rung.DUTY else (rung,)
        found = {user.pk: user for one in rungs for user in self._able(deadline, one)}
        for higher in LADDER[LADDER.index(rungs[-1]) + 1 :]:
            if found:
                break
            found = {user.pk: user for user in self._able(deadline, higher)}
        if rung is Rung.MANAGER:
            found |= {user.pk: user for user in self._awaiting(deadline)}
        return list(found.values()) or self._told_last(deadline)

    def _awaiting(self, deadline: Deadline) -> Iterator[User]:
        awaited_by = SUBJECTS[deadline.kind].awaited_by
        if awaited_by is not None:
            yield from self._who_may(deadline, awaited_by(deadline.subject_id))

    def _told_last(self, deadline: Deadline) -> list[User]:
        roles = SUBJECTS[deadline.kind].told_last
        if not roles:
            return []
        members = Membership.objects.valid_on(self._day).filter(
            board=deadline.board_id, role__in=roles
        )
        return list(self._who_may(deadline, members.values_list("user_id", flat=True)))

    def functions(self, deadline: Deadline) -> list[DutyFunction]:
        """Return the functions on duty: those of the unit's department, else the whole board's."""
        board_id = deadline.board_id
        if board_id not in self._functions:
            on_duty = DutyFunction.objects.valid_on(self._day).filter(board_id=board_id)
            self._functions[board_id] = list(on_duty.prefetch_related("members"))
        known = self._functions[board_id]
        departments = self._departments(deadline) if known else set()
        own = [function for function in known if function.department_id in departments]
        return own or [function for function in known if function.department_id is None]

    def _departments(self, deadline: Deadline) -> set[int]:
        units = Unit.objects.filter(pk__in=self._with_successors(deadline))
        return set(units.values_list("department_id", flat=True))

    def _able(self, deadline: Deadline, rung: Rung) -> Iterator[User]:
        yield from self._who_may(deadline, self._on(deadline, rung))

    def _who_may(self, deadline: Deadline, user_ids: Iterable[int]) -> Iterator[User]:
        for user in self._present(deadline.board_id, user_ids):
            if user.is_active and self.sees(user, deadline):
                yield user

    def sees(self, user: User, deadline: Deadline) -> bool:
        """Say whether ``user`` may open what the time belongs to, on the day."""
        records = SUBJECTS[deadline.kind].visible(self.actor(user))
        return records.filter(pk=deadline.subject_id).exists()

    def actor(self, user: User) -> Actor:
        """Return the person with the roles of the day."""
        if user.pk not in self._actors:
            self._actors[user.pk] = Actor.of(user, on=self._day)
        return self._actors[user.pk]

    def _on(self, deadline: Deadline, rung: Rung) -> set[int]:
        if rung is Rung.HANDLER:
            return {deadline.handler_id} if deadline.handler_id else set()
        roles = self._roles_of(deadline.board_id)
        units = self._with_successors(deadline)
        if rung is Rung.HEAD:
            departments = self._departments(deadline)
            keys = [(str(Role.HEAD), "department", department) for department in departments]
        else:
            keys = [(str(_ROLES[rung]), "unit", unit) for unit in units]
        return set().union(*(roles.get(key, set()) for key in keys))

    def _roles_of(self, board_id: int) -> dict[tuple[str, str, int], set[int]]:
        if board_id not in self._roles:
            found: dict[tuple[str, str, int], set[int]] = defaultdict(set)
            memberships = Membership.objects.valid_on(self._day).filter(
                board_id=board_id, role__in=[Role.SENIOR, Role.MANAGER, Role.HEAD]
            )
            for member in memberships:
                if member.unit_id:
                    found[member.role, "unit", member.unit_id].add(member.user_id)
                if member.department_id:
                    found[member.role, "department", member.department_id].add(member.user_id)
            self._roles[board_id] = found
        return self._roles[board_id]

    def _with_successors(self, deadline: Deadline) -> set[int]:
        """Return the unit and those that have replaced it, however many times over."""
        board_id = deadline.board_id
        if board_id not in self._successors:
            later: dict[int, set[int]] = defaultdict(set)
            pairs = Unit.objects.filter(board_id=board_id, replaces__isnull=False)
            for unit, older in pairs.values_list("pk", "replaces"):
                later[older].add(unit)
            self._successors[board_id] = later
        reached: set[int] = set()
        queue = [deadline.unit_id]
        while queue:
            unit = queue.pop()
            if unit not in reached:
                reached.add(unit)
                queue.extend(self._successors[board_id].get(unit, ()))
        return reached

    def _present(self, board_id: int, user_ids: Iterable[int]) -> list[User]:
        """Return the people, each who is away today exchanged for who stands in."""
        if board_id not in self._stand_ins:
            stand_ins: dict[int, set[int]] = defaultdict(set)
            for absence in Absence.objects.valid_on(self._day).filter(board_id=board_id):
                stand_ins[absence.user_id].add(absence.substitute_id)
            self._stand_ins[board_id] = stand_ins
        away = self._stand_ins[board_id]
        wanted = set().union(*(away.get(user_id, {user_id}) for user_id in user_ids))
        if missing := wanted - self._users.keys():
            users = User.objects.filter(Q(pk__in=missing), board_id=board_id)
            self._users |= {user.pk: user for user in users}
        return [self._users[user_id] for user_id in sorted(wanted) if user_id in self._users]
