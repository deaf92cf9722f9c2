"""How every step of a case begins and ends: allowed, locked, reloaded; told, watched, audited."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from casework.access import leading, policy
from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.cases import watching
from casework.cases.histories import PROTECTION, REGISTRATION, UNIT
from casework.cases.models import Case, Sex
from casework.cases.rules import RULES
from casework.cases.services.claiming import check_claim, check_handler
from casework.cases.services.gathering import CaseSeed, cases_of, gather, lock_cases
from casework.deadlines.calendar import FIRST_YEAR
from casework.organisation.models import Membership, Unit, User
from casework.shared import clock, personnummer
from casework.shared.chronicle import Chronicle, Stamp, Told
from casework.shared.errors import ConflictError, InvalidInput, NotVisible

_EARLIEST_BIRTH = 1900


@dataclass(frozen=True)
class Person:
    """Whom a record is about: the case number (never a personnummer) and what statistics need."""

    case_number: str
    sex: str = ""
    birth_year: int | None = None


@dataclass
class Step:
    """One step under way on a locked record."""

    actor: Actor
    chronicle: Chronicle
    record: Any
    work: Work

    @property
    def today(self) -> date:
        """The Stockholm day of the step."""
        return clock.local_day(self.work.at)

    @property
    def stamp(self) -> Stamp:
        """When and by whom it is recorded."""
        return Stamp(self.work.at, self.actor.user_id)

    def tell(self, attribute: str, on: date, **value: object) -> None:
        """Write that ``attribute`` has ``value`` from the day ``on``."""
        self.chronicle.write([(self.record, [Told(attribute, on, value)])], self.stamp)


@contextmanager
def step(actor: Actor, name: str, chronicle: Chronicle, record_id: int) -> Iterator[Step]:
    """Open the door for one step; when it is taken, case and times are brought up to date.

    Raises ``NotVisible`` (also for what is hidden) and ``NotAllowed``.
    """
    with unit_of_work(actor) as work:
        records = chronicle.record._default_manager
        seen = records.get_visible(actor, record_id)
        # The case first, for all alike: two steps in one case cannot lock each other out.
        lock_cases([seen.case_id] if seen.case_id else [])
        record = records.locked(actor, record_id)
        if record.case_id != seen.case_id:
            raise ConflictError("Uppgiften hör till ett annat ärende nu. Ladda om sidan.")
        policy.require(actor, name, record, RULES)
        taken = Step(actor, chronicle, record, work)
        yield taken
        settle(chronicle, [record], taken.stamp)


def settle(chronicle: Chronicle, records: Sequence[Any], stamp: Stamp) -> None:
    """Bring the cases of ``records`` and all their times up to date."""
    cases = {record.case_id for record in records if record.case_id}
    gather(cases, stamp)
    kind = str(chronicle.record._meta.model_name)
    ids = [record.pk for record in records]
    watching.watch_touched(kind, ids, cases, stamp.recorded_at, history=False)


@dataclass
class Beginning:
    """New records under way, all of one unit."""

    actor: Actor
    unit: Unit
    work: Work
    handler: User | None = None
    other_unit: bool = False

    @property
    def today(self) -> date:
        """The Stockholm day of the step."""
        return clock.local_day(self.work.at)

    @property
    def stamp(self) -> Stamp:
        """When and by whom it is recorded."""
        return Stamp(self.work.at, self.actor.user_id)

    def cases(self, people: Sequence[Person], field_name: str = "case_number") -> list[Case]:
        """Return the locked cases of ``people``, made where they are new.

        Raises ``InvalidInput`` and ``ConflictError`` for what the unit may not register in.
        """
        numbers = [person.case_number.strip() for person in people]
        if not all(numbers):
            raise InvalidInput("Fyll i ärendets nummer.", field=field_name)
        if any(len(number) > 60 for number in numbers):
            raise InvalidInput("Ärendets nummer är längre än 60 tecken.", field=field_name)
        if len(set(numbers)) < len(numbers):
            raise InvalidInput("Samma ärende står två gånger. Ta bort det ena.", field=field_name)
        if any(personnummer.find(number) for number in numbers):
            message = "Det ser ut som ett personnummer. Skriv ärendets nummer."
            raise InvalidInput(message, field=field_name)
        seeds = [CaseSeed(number, self.unit.pk) for number in numbers]
        found = cases_of(self.unit.board, seeds)
        lock_cases([case.pk for case in found.values()])
        locked = Case.objects.select_related("unit").in_bulk([case.pk for case in found.values()])
        cases = [locked[found[number].pk] for number in numbers]
        check_claim(self.actor, self.unit, cases, self.today, other_unit=self.other_unit)
        check_handler(self.actor, self.unit, cases, self.handler, self.today)
        return cases

    def save(
        self,
        chronicle: Chronicle,
        new: Sequence[tuple[Any, Case, dict[str, object]]],
        on: date,
        *since: Told,
    ) -> None:
        """Save new records: (unsaved record, its case, what its registration tells)."""
        unit = self.unit
        in_unit = {"unit_id": unit.pk, "area_id": unit.area_id, "unit_name": unit.name}
        stories = []
        for record, case, registration in new:
            record.board_id = unit.board_id
            told = [
                Told(REGISTRATION, on, {"case_id": case.pk, **registration}),
                Told(UNIT, on, in_unit),
                Told(PROTECTION, on, {"protected": case.protected}),
                *since,
            ]
            if self.handler is not None:
                told.append(Told("handler", on, {"handler_id": self.handler.pk}))
            stories.append((record, told))
        chronicle.write_new(stories, self.stamp)


@contextmanager
def beginning(
    actor: Actor, unit: Unit, handler: User | None = None, *, other_unit: bool = False
) -> Iterator[Beginning]:
    """Open the door for new records of ``unit``; ``other_unit``: of another unit's cases too.

    Raises ``NotVisible`` for another board's unit, ``NotAllowed`` for one where the actor does
    not work, ``InvalidInput`` for one that is no more or a handler who does not work there.
    """
    if unit.board_id != actor.board_id:
        raise NotVisible
    leading.require_workplace(actor, [unit.pk])
    if not unit.is_valid_on(clock.today()):
        raise InvalidInput("Enheten finns inte längre. Välj den som har ersatt den.", field="unit")
    if handler is not None:
        require_works_in(handler, unit.pk, clock.today(), protected=False, field_name="handler")
    with unit_of_work(actor) as work:
        yield Beginning(actor, unit, work, handler, other_unit)


def require_works_in(
    user: User, unit_id: int, on: date, *, protected: bool, field_name: str = "to"
) -> None:
    """Raise ``InvalidInput`` unless ``user`` works in the unit that day, and may see the record."""
    works_here = Membership.objects.valid_on(on).filter(user=user, unit_id=unit_id)
    if not user.is_active or not works_here.exists():
        raise InvalidInput("Välj någon som arbetar i enheten i dag.", field=field_name)
    if protected and not works_here.filter(sees_protected=True).exists():
        raise InvalidInput(
            "Ärendet har skyddade personuppgifter: välj någon av dem som är namngivna.",
            field=field_name,
        )


def about(person: Person, on: date) -> dict[str, object]:
    """Return sex and birth year as a registration tells them; ``InvalidInput`` for what none has.

    A child that is expected may be born the year after ``on``.
    """
    if person.sex not in Sex.values:
        raise InvalidInput("Välj kön, eller lämna det tomt.", field="sex")
    year = person.birth_year
    if year is not None and not _EARLIEST_BIRTH <= year <= on.year + 1:
        raise InvalidInput(f"{year} är inget rimligt födelseår. Rätta året.", field="birth_year")
    return {"sex": person.sex, "birth_year": year}


def required(value: str, field_name: str, message: str) -> str:
    """Return ``value`` stripped; raise ``InvalidInput`` where nothing is left."""
    value = value.strip()
    if not value:
        raise InvalidInput(message, field=field_name)
    return value


def local_day_of(instant: datetime, *, now: datetime, field_name: str) -> date:
    """Return the day of an instant that has come; ``InvalidInput`` else."""
    if instant > now:
        raise InvalidInput("Tiden ligger framåt. Rätta den.", field=field_name)
    day = clock.local_day(instant)
    if day.year < FIRST_YEAR:
        raise InvalidInput(f"{day} är före {FIRST_YEAR}. Rätta året.", field=field_name)
    return day
