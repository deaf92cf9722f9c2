"""Beslut: executed, interrupted, resumed, ended without execution (SoL 34:1-2, LSS 28 f-g §§).

Every step raises ``NotVisible``, ``NotAllowed``, ``InvalidInput`` (with the field) or
``ConflictError``.
"""

from dataclasses import dataclass
from datetime import date

from casework.access.actor import Actor
from casework.cases.histories import (
    DECISIONS,
    END,
    EXECUTION,
    INTERRUPTION,
    REGISTRATION,
    RESUMPTION,
)
from casework.cases.models import Decision, Statute
from casework.cases.order import check_order
from casework.cases.services.door import Person, Step, about, beginning, required, settle, step
from casework.organisation.models import Unit, User
from casework.shared.errors import ConflictError, InvalidInput

_MEASURE_LENGTH = 200


@dataclass(frozen=True)
class NewDecision:
    """A decision in somebody's favour: ``statute`` is a ``Statute``, ``measure`` the insats.

    ``reason`` says why it waits, where it does. ``other_unit``: the case may be another unit's,
    and follows.
    """

    unit: Unit
    person: Person
    statute: str
    measure: str
    decided_on: date
    reason: str = ""
    handler: User | None = None
    other_unit: bool = False


def register_decision(actor: Actor, given: NewDecision) -> Decision:
    """Register a decision; it is to be executed within three months (SoL 34:1)."""
    with beginning(actor, given.unit, given.handler, other_unit=given.other_unit) as this:
        on = given.decided_on
        check_order("Beslutet kan inte ha fattats", on, today=this.today, field="decided_on")
        if given.statute not in Statute.values:
            raise InvalidInput("Välj lagrum.", field="statute")
        measure = required(given.measure, "measure", "Fyll i insatsen.")
        if len(measure) > _MEASURE_LENGTH:
            raise InvalidInput("Texten är längre än 200 tecken. Korta den.", field="measure")
        (case,) = this.cases([given.person])
        decision = Decision()
        registration = {
            "statute": given.statute,
            "sex": about(given.person, on)["sex"],
            "measure": measure,
            "decided_on": on,
            "reason": given.reason.strip(),
        }
        this.save(DECISIONS, [(decision, case, registration)], on)
        settle(DECISIONS, [decision], this.stamp)
        this.work.audit("case.decision_registered", decision)
    return decision


def execute(actor: Actor, decision_id: int, *, on: date) -> Decision:
    """Note the day on which the decision was executed (SoL 34:2)."""
    with step(actor, "execute", DECISIONS, decision_id) as this:
        decision: Decision = this.record
        _require_not_ended(decision)
        if decision.executed_on is not None:
            raise ConflictError(f"Beslutet är redan verkställt ({decision.executed_on}).")
        check_order(
            "Beslutet kan inte ha verkställts",
            on,
            ("det fattades", decision.decided_on),
            today=this.today,
        )
        this.tell(EXECUTION, on, executed_on=on)
        this.work.audit("case.decision_executed", decision)
    return decision


def interrupt(actor: Actor, decision_id: int, *, on: date) -> Decision:
    """Note the day on which the execution was interrupted; resumed within three months.

    Part of a decision may be interrupted before all of it is executed. One that was interrupted
    and resumed before can be interrupted again.
    """
    with step(actor, "interrupt", DECISIONS, decision_id) as this:
        decision: Decision = this.record
        _require_not_ended(decision)
        if _is_interrupted(decision):
            raise ConflictError(f"Verkställigheten är redan avbruten ({decision.interrupted_on}).")
        check_order(
            "Verkställigheten kan inte ha avbrutits",
            on,
            ("beslutet fattades", decision.decided_on),
            ("beslutet verkställdes", decision.executed_on),
            ("verkställigheten återupptogs", decision.resumed_on),
            today=this.today,
        )
        was_resumed = decision.resumed_on is not None
        this.tell(INTERRUPTION, on, interrupted_on=on)
        if was_resumed:
            this.tell(RESUMPTION, on, resumed_on=None)
        this.work.audit("case.decision_interrupted", decision)
    return decision


def resume(actor: Actor, decision_id: int, *, on: date) -> Decision:
    """Note the day on which an interrupted execution was taken up again."""
    with step(actor, "resume", DECISIONS, decision_id) as this:
        decision: Decision = this.record
        _require_not_ended(decision)
        if not _is_interrupted(decision):
            raise ConflictError("Verkställigheten är inte avbruten.")
        check_order(
            "Verkställigheten kan inte ha återupptagits",
            on,
            ("den avbröts", decision.interrupted_on),
            today=this.today,
        )
        this.tell(RESUMPTION, on, resumed_on=on)
        this.work.audit("case.decision_resumed", decision)
    return decision


def end_without_execution(actor: Actor, decision_id: int, *, on: date, reason: str) -> Decision:
    """End a decision that waits, or stands still, without executing it; the reason is reported."""
    with step(actor, "end_without_execution", DECISIONS, decision_id) as this:
        decision: Decision = this.record
        _require_not_ended(decision)
        if decision.executed_on is not None and not _is_interrupted(decision):
            raise ConflictError(f"Beslutet är verkställt ({decision.executed_on}).")
        text = required(reason, "reason", "Skriv varför beslutet avslutas utan verkställighet.")
        check_order(
            "Beslutet kan inte avslutas",
            on,
            ("det fattades", decision.decided_on),
            ("det verkställdes", decision.executed_on),
            ("verkställigheten avbröts", decision.interrupted_on),
            ("verkställigheten återupptogs", decision.resumed_on),
            today=this.today,
        )
        _tell_reason(this, on, text)
        this.tell(END, on, ended_on=on)
        this.work.audit("case.decision_ended", decision)
    return decision


def give_reason(actor: Actor, decision_id: int, *, reason: str) -> Decision:
    """Say why a decision waits to be executed; it is reported to IVO each quarter."""
    with step(actor, "give_reason", DECISIONS, decision_id) as this:
        decision: Decision = this.record
        _require_not_ended(decision)
        text = required(reason, "reason", "Skriv varför beslutet väntar.")
        _tell_reason(this, this.today, text)
        this.work.audit("case.decision_explained", decision)
    return decision


def _tell_reason(this: Step, on: date, reason: str) -> None:
    """Tell the registration once more, with a new reason from ``on``."""
    fields = DECISIONS.attributes[REGISTRATION].fields
    this.tell(
        REGISTRATION,
        on,
        **{name: getattr(this.record, name) for name in fields} | {"reason": reason},
    )


def _is_interrupted(decision: Decision) -> bool:
    return decision.interrupted_on is not None and decision.resumed_on is None


def _require_not_ended(decision: Decision) -> None:
    if decision.ended_on is not None:
        raise ConflictError(f"Beslutet är avslutat utan verkställighet ({decision.ended_on}).")
