"""What happens in each of many cases for measuring: drawn by lot, the same each time.

Every step is told on the day it was taken and recorded in the hours after it, as by those who
register as they work. What would lie ahead has not been told yet.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from casework.cases.histories import (
    ASSESSMENT,
    CLOSING,
    DECISIONS,
    END,
    EXECUTION,
    EXTENSION,
    FEEDBACK,
    FOLLOW_UP,
    HANDLER,
    INTAKES,
    INTERRUPTION,
    INVESTIGATIONS,
    OUTCOME,
    PROTECTION,
    REGISTRATION,
    RESUMPTION,
    UNIT,
)
from casework.cases.models import (
    CHILD_INVESTIGATION,
    Case,
    IntakeKind,
    IntakeOutcome,
    InvestigationOutcome,
    Sex,
    Statute,
)
from casework.demo.cases import MEASURES, SOURCES, WAITS
from casework.organisation.models import Unit
from casework.shared.chronicle import Chronicle, Told
from casework.shared.clock import STOCKHOLM, local_day
from casework.shared.versions import Fact

YEARS = 3
DAY = timedelta(days=1)
_NOT_OPENED = "Uppgifterna ger inte anledning att utreda"


@dataclass(frozen=True)
class Home:
    """A unit with the one who works there."""

    unit: Unit
    worker_id: int


@dataclass
class Diary:
    """A record that is not saved yet, and what is told of it, each with its instant."""

    chronicle: Chronicle
    record: Any
    worker_id: int
    told: list[tuple[Told, datetime]] = field(default_factory=list)

    def facts(self) -> list[Fact]:
        """Return what is told as facts; their order stands for the keys of their rows."""
        return [
            Fact((told.attribute, place), told.attribute, dict(told.value), told.effective_on, at)
            for place, (told, at) in enumerate(self.told)
        ]


class Courses:
    """Draws the courses of cases; ``today`` is the first day of which nothing is told."""

    def __init__(self, rng: random.Random, today: date) -> None:
        self.rng = rng
        self.today = today

    def days(self, count: int) -> list[date]:
        """Return the days on which so many cases begin, in order."""
        ago = (int(self.rng.random() * 365 * YEARS) + 1 for _ in range(count))
        return sorted(self.today - days * DAY for days in ago)

    def of(self, case: Case, home: Home, day: date) -> Iterator[Diary]:
        """Yield the records of a case that begins on ``day``."""
        return _Course(self, case, home).run(day)


class _Course:
    """One case on its way."""

    def __init__(self, courses: Courses, case: Case, home: Home) -> None:
        self.rng, self.today = courses.rng, courses.today
        self.case, self.home = case, home
        self.childs = home.unit.area.for_children
        self.marked = self.rng.random() < 0.01
        born = self.rng.randint(0, 17) if self.childs else self.rng.randint(18, 80)
        self.person = {
            "sex": self.rng.choice((Sex.FEMALE.value, Sex.MALE.value)),
            "birth_year": self.today.year - YEARS - born,
        }
        self.handled = self.rng.random() < 0.8

    def run(self, day: date) -> Iterator[Diary]:
        """Yield the records: an intake, what it led to, and what came of that."""
        intake, kind, opened_on = self._intake(day)
        yield intake
        if opened_on is None:
            return
        inquiry, closed_on, with_measure = self._investigation(opened_on, day, kind)
        yield inquiry
        if self.rng.random() < 0.06:
            # Somebody reports anew while it is investigated.
            yield self._intake(opened_on + self.rng.randint(1, 60) * DAY, while_open=True)[0]
        if closed_on is not None and with_measure:
            yield self._decision(closed_on)
        elif closed_on is not None and self.rng.random() < 0.05:
            again = closed_on + self.rng.randint(3, 29) * DAY
            if again < self.today:
                yield self._investigation(again, None, "")[0]

    def _chance(self, often: float) -> bool:
        return self.rng.random() < often

    def _begin(self, chronicle: Chronicle, day: date, **registration: Any) -> Diary:
        unit = self.home.unit
        letter = chronicle.record.__name__[:3].upper()
        record = chronicle.record(
            board_id=self.case.board_id,
            case=self.case,
            marked=self.marked,
            external_id=f"{letter}-{self.case.pk}-{day}",
        )
        diary = Diary(chronicle, record, self.home.worker_id)
        in_unit = {"unit_id": unit.pk, "area_id": unit.area_id, "unit_name": unit.name}
        told: dict[str, Mapping[str, Any]] = {
            REGISTRATION: {"case_id": self.case.pk, **registration},
            UNIT: in_unit,
            PROTECTION: {"protected": self.marked},
        }
        if self.handled:
            told[HANDLER] = {"handler_id": self.home.worker_id}
        self._tell(diary, day, told)
        return diary

    def _tell(self, diary: Diary, day: date, told: Mapping[str, Mapping[str, Any]]) -> bool:
        """Tell of a day unless it lies ahead; say whether it was told."""
        if day >= self.today:
            return False
        at = datetime.combine(day, time(8), STOCKHOLM) + timedelta(
            minutes=self.rng.randint(0, 500), seconds=self.rng.randint(0, 59)
        )
        if diary.told:
            # What is known of a record grows in the order in which it was registered.
            at = max(at, diary.told[-1][1] + timedelta(minutes=1))
        diary.told += [(Told(name, day, value), at) for name, value in told.items()]
        return True

    def _intake(
        self, day: date, *, while_open: bool = False
    ) -> tuple[Diary, IntakeKind, date | None]:
        """Return an intake, its kind, and the day on which it led to an investigation, if so."""
        rng = self.rng
        # One that would come only in the days ahead comes yesterday.
        day = min(day, self.today - DAY)
        usual = (0.7, 0.2, 0.1) if self.childs else (0.15, 0.75, 0.1)
        (kind,) = rng.choices(list(IntakeKind), usual)
        received_at = datetime.combine(day, time(rng.randint(8, 16), rng.randint(0, 59)), STOCKHOLM)
        diary = self._begin(
            INTAKES,
            day,
            received_at=received_at,
            kind=kind.value,
            source=rng.choice(SOURCES),
            **self.person,
        )
        asked = kind == IntakeKind.REPORT and self._chance(0.15)
        if asked:
            self._feedback(diary, day, None)
        decided_on = day + (rng.randint(15, 25) if self._chance(0.07) else rng.randint(2, 13)) * DAY
        if self.childs and kind == IntakeKind.REPORT:
            hours = 60 if self._chance(0.03) else rng.choice((1, 2, 3, 5, 20))
            assessed_at = received_at + timedelta(hours=hours)
            assessed_on = local_day(assessed_at)
            decided_on = max(decided_on, assessed_on)
            self._tell(diary, assessed_on, {ASSESSMENT: {"assessed_at": assessed_at}})
        opens = not while_open and self._chance(0.4 if kind == IntakeKind.REPORT else 0.75)
        outcome = {
            "outcome": (IntakeOutcome.OPENED if opens else IntakeOutcome.NOT_OPENED).value,
            "decided_on": decided_on,
            "reason": "" if opens else _NOT_OPENED,
        }
        decided = self._tell(diary, decided_on, {OUTCOME: outcome})
        if asked and decided and self._chance(0.95):
            given_on = decided_on + rng.randint(0, 12) * DAY
            self._feedback(diary, given_on, given_on)
        return diary, kind, decided_on if opens and decided else None

    def _feedback(self, diary: Diary, day: date, given_on: date | None) -> None:
        value = {"feedback_asked": True, "feedback_given_on": given_on, "feedback_reason": ""}
        self._tell(diary, day, {FEEDBACK: value})

    def _investigation(
        self, opened_on: date, intake_on: date | None, intake_kind: str
    ) -> tuple[Diary, date | None, bool]:
        """Return an investigation, the day it was closed if it was, and whether with a measure."""
        rng = self.rng
        diary = self._begin(
            INVESTIGATIONS,
            opened_on,
            opened_on=opened_on,
            intake_on=intake_on,
            kind=CHILD_INVESTIGATION if self.childs else "Vuxenutredning",
            intake_kind=intake_kind,
            **self.person,
        )
        course = rng.random()
        days = rng.randint(30, 118)
        if course < 0.06:
            # Extended in time, then closed within the extension or after it.
            decided_on, through = opened_on + rng.randint(95, 118) * DAY, opened_on + 180 * DAY
            days = rng.randint(125, 190)
            value = {"through": through, "decided_on": decided_on, "reason": "Utlåtande dröjer"}
            self._tell(diary, decided_on, {EXTENSION: value})
        elif course < 0.14:
            days = rng.randint(124, 240)
        closed_on = opened_on + days * DAY
        with_measure = self._chance(0.55)
        ended_in = InvestigationOutcome.MEASURE if with_measure else InvestigationOutcome.NO_MEASURE
        closing = {"closed_on": closed_on, "outcome": ended_in.value}
        closed = self._tell(diary, closed_on, {CLOSING: closing})
        if closed and not with_measure and self.childs and self._chance(0.1):
            self._follow_up(diary, closed_on)
        return diary, closed_on if closed else None, with_measure

    def _follow_up(self, diary: Diary, began: date) -> None:
        for day, ended_on in ((began, None), (began + 55 * DAY, began + 55 * DAY)):
            value = {"follow_up_on": began, "follow_up_ended_on": ended_on}
            self._tell(diary, day, {FOLLOW_UP: value})

    def _decision(self, day: date) -> Diary:
        rng = self.rng
        measure, law = rng.choice(MEASURES)
        executed_on = day + (95 if self._chance(0.05) else rng.randint(5, 80)) * DAY
        waits = self._chance(0.08)
        diary = self._begin(
            DECISIONS,
            day,
            statute=Statute(law).value,
            sex=self.person["sex"],
            measure=measure,
            decided_on=day,
            reason=rng.choice(WAITS) if waits else "",
        )
        if waits:
            # Most are ended at last; the others wait on.
            if self._chance(0.8):
                ended_on = day + rng.randint(40, 200) * DAY
                self._tell(diary, ended_on, {END: {"ended_on": ended_on}})
            return diary
        executed = self._tell(diary, executed_on, {EXECUTION: {"executed_on": executed_on}})
        if executed and self._chance(0.06):
            self._interruption(diary, executed_on + rng.randint(10, 90) * DAY)
        return diary

    def _interruption(self, diary: Diary, day: date) -> None:
        if self._tell(diary, day, {INTERRUPTION: {"interrupted_on": day}}) and self._chance(0.9):
            resumed_on = day + self.rng.randint(5, 110) * DAY
            self._tell(diary, resumed_on, {RESUMPTION: {"resumed_on": resumed_on}})
