"""Aktualisering: what comes in, the assessment of protection, the decision whether to open.

SoL 2025:400 19-20 kap. (SoL 2001:453 11 kap. 1 a §, 14 kap. 1 b §). Every step raises
``NotVisible``, ``NotAllowed``, ``InvalidInput`` (with the field) or ``ConflictError``.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.access.actor import Actor
from casework.cases.clocks import PROTECTION
from casework.cases.histories import ASSESSMENT, FEEDBACK, INTAKES, INVESTIGATIONS, OUTCOME
from casework.cases.models import Intake, IntakeKind, IntakeOutcome, Investigation
from casework.cases.order import check_instant, check_order
from casework.cases.services.door import (
    Person,
    Step,
    about,
    beginning,
    local_day_of,
    required,
    settle,
    step,
)
from casework.cases.services.opening import open_after
from casework.deadlines.models import Deadline
from casework.organisation.models import Unit, User
from casework.shared import clock
from casework.shared.chronicle import Told
from casework.shared.errors import ConflictError, InvalidInput

_SOURCE_LENGTH = 200


@dataclass(frozen=True)
class NewIntake:
    """What came in: one anmälan, ansökan or other information, about one person or siblings.

    ``kind`` is an ``IntakeKind``, ``source`` who told (Skola, Polis …; no name). ``other_unit``:
    a case may be another unit's, and follows.
    """

    unit: Unit
    received_at: datetime
    kind: str
    people: Sequence[Person]
    source: str = ""
    feedback_asked: bool = False
    handler: User | None = None
    other_unit: bool = False


def register_intake(actor: Actor, given: NewIntake) -> list[Intake]:
    """Register what came in: one record and one clock for each person, one entry for all.

    A person whose case has skyddade personuppgifter gets a protected record, which the actor may
    not be able to open afterwards.
    """
    with beginning(actor, given.unit, given.handler, other_unit=given.other_unit) as this:
        day = local_day_of(given.received_at, now=this.work.at, field_name="received_at")
        if given.kind not in IntakeKind.values:
            raise InvalidInput("Välj hur det kom in.", field="kind")
        if given.feedback_asked and given.kind != IntakeKind.REPORT:
            raise InvalidInput("Bara en anmälare kan få återkoppling.", field="feedback_asked")
        source = given.source.strip()
        if len(source) > _SOURCE_LENGTH:
            raise InvalidInput("Texten är längre än 200 tecken. Korta den.", field="source")
        if not given.people:
            raise InvalidInput("Fyll i minst ett ärende.", field="case_number")
        cases = this.cases(given.people)
        entry = uuid.uuid4()
        intakes = [Intake(entry=entry) for _ in given.people]
        common = {"received_at": given.received_at, "kind": given.kind, "source": source}
        asked = {"feedback_asked": True, "feedback_given_on": None, "feedback_reason": ""}
        this.save(
            INTAKES,
            [
                (intake, case, common | about(person, day))
                for intake, case, person in zip(intakes, cases, given.people, strict=True)
            ],
            day,
            *([Told(FEEDBACK, day, asked)] if given.feedback_asked else []),
        )
        settle(INTAKES, intakes, this.stamp)
        this.work.audit(
            "case.intake_registered",
            kind="intake",
            ids=[intake.pk for intake in intakes],
            data={"entry": str(entry)},
        )
    return intakes


def assess_protection(actor: Actor, intake_id: int, *, at: datetime) -> Intake:
    """Note when the omedelbara skyddsbedömningen was made (SoL 20:1): that instant counts.

    ``ConflictError`` where none is to be made.
    """
    with step(actor, "assess_protection", INTAKES, intake_id) as this:
        intake: Intake = this.record
        if not (needs_assessment(intake) or _awaits_assessment(intake)):
            raise ConflictError("Skyddsbedömningen görs bara av en anmälan som gäller ett barn.")
        if intake.assessed_at is not None:
            raise ConflictError(f"Skyddsbedömningen är redan gjord ({_text(intake.assessed_at)}).")
        doing = "Skyddsbedömningen kan inte ha gjorts"
        check_instant(doing, at, ("aktualiseringen kom in", intake.received_at), now=this.work.at)
        this.tell(ASSESSMENT, clock.local_day(at), assessed_at=at)
        this.work.audit("case.protection_assessed", intake)
    return intake


def decide_intake(
    actor: Actor,
    intake_id: int,
    *,
    outcome: str,
    on: date,
    reason: str = "",
    kind: str | None = None,
) -> tuple[Intake, Investigation | None]:
    """Decide to open an investigation (``IntakeOutcome.OPENED``) or not to, with the reason.

    Opening it is part of the decision: the investigation is returned beside the intake. ``kind``
    is its utredningstyp; None takes Barnutredning in an area of children's. A decision not to
    open needs a reason, and one about a child's anmälan the skyddsbedömning first.
    """
    with step(actor, "decide_intake", INTAKES, intake_id) as this:
        intake: Intake = this.record
        if intake.outcome:
            raise ConflictError(f"Beslutet är redan fattat ({intake.decided_on}).")
        if outcome not in (IntakeOutcome.OPENED, IntakeOutcome.NOT_OPENED):
            raise InvalidInput("Välj om utredning ska inledas.", field="outcome")
        reason = reason.strip()
        if outcome == IntakeOutcome.NOT_OPENED:
            reason = required(reason, "reason", "Skriv varför utredning inte inleds.")
        assessed_on = clock.local_day(intake.assessed_at) if intake.assessed_at else None
        if needs_assessment(intake) and assessed_on is None:
            raise ConflictError("Skyddsbedömningen saknas. Anteckna den innan du beslutar.")
        check_order(
            "Beslutet kan inte fattas",
            on,
            ("aktualiseringen kom in", intake.received_on),
            ("skyddsbedömningen gjordes", assessed_on),
            today=this.today,
        )
        this.tell(OUTCOME, on, outcome=outcome, decided_on=on, reason=reason)
        opened = None
        if outcome == IntakeOutcome.OPENED:
            opened = open_after(this, intake, on, kind)
            if opened.case_id is None:
                # No case brings its times in line when the step is taken.
                settle(INVESTIGATIONS, [opened], this.stamp)
        this.work.audit("case.intake_decided", intake, data={"outcome": outcome})
    return intake, opened


def needs_assessment(intake: Intake) -> bool:
    """Say whether a skyddsbedömning is to be made: an anmälan about a child."""
    return intake.kind == IntakeKind.REPORT and intake.unit.area.for_children


def _awaits_assessment(intake: Intake) -> bool:
    """Say whether its time runs: moved to another area, it is a child's still."""
    times = Deadline.objects.open().filter(kind="intake", subject_id=intake.pk, rule=PROTECTION)
    return times.exists()


def ask_feedback(actor: Actor, intake_id: int, *, on: date) -> Intake:
    """Note that the reporter has asked to be told what was decided (SoL 19:6)."""
    with step(actor, "ask_feedback", INTAKES, intake_id) as this:
        intake: Intake = this.record
        if intake.kind != IntakeKind.REPORT:
            raise ConflictError("Bara en anmälare kan få återkoppling.")
        if intake.feedback_asked:
            raise ConflictError("Anmälaren har redan bett om återkoppling.")
        check_order(
            "Anmälaren kan inte ha bett om återkoppling",
            on,
            ("anmälan kom in", intake.received_on),
            today=this.today,
        )
        _tell_feedback(this, on, asked=True)
        this.work.audit("case.feedback_asked", intake)
    return intake


def give_feedback(actor: Actor, intake_id: int, *, on: date) -> Intake:
    """Note the day on which the reporter was told what was decided."""
    with step(actor, "give_feedback", INTAKES, intake_id) as this:
        intake: Intake = this.record
        _require_asked(intake)
        if intake.decided_on is None:
            raise ConflictError("Det finns inget beslut att återkoppla än.")
        check_order(
            "Återkopplingen kan inte ha lämnats",
            on,
            ("beslutet fattades", intake.decided_on),
            today=this.today,
        )
        _tell_feedback(this, on, asked=True, given_on=on)
        this.work.audit("case.feedback_given", intake)
    return intake


def waive_feedback(actor: Actor, intake_id: int, *, reason: str) -> Intake:
    """Note that no feedback is given since it would be unsuitable, and why."""
    with step(actor, "waive_feedback", INTAKES, intake_id) as this:
        intake: Intake = this.record
        _require_asked(intake)
        text = required(reason, "reason", "Skriv varför det är olämpligt med återkoppling.")
        _tell_feedback(this, this.today, asked=False, reason=text)
        this.work.audit("case.feedback_waived", intake)
    return intake


def _require_asked(intake: Intake) -> None:
    if not intake.feedback_asked:
        raise ConflictError("Anmälaren har inte bett om återkoppling.")
    if intake.feedback_given_on is not None:
        raise ConflictError(f"Återkopplingen lämnades {intake.feedback_given_on}.")


def _tell_feedback(
    this: Step, on: date, *, asked: bool, given_on: date | None = None, reason: str = ""
) -> None:
    this.tell(
        FEEDBACK, on, feedback_asked=asked, feedback_given_on=given_on, feedback_reason=reason
    )


def _text(instant: datetime) -> str:
    return f"{instant.astimezone(clock.STOCKHOLM):%Y-%m-%d %H:%M}"
