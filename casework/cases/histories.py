"""The chronicles of intakes, investigations and decisions: what their facts fold into."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.cases.models import (
    Decision,
    DecisionEndRow,
    DecisionExecutionRow,
    DecisionHandlerRow,
    DecisionInterruptionRow,
    DecisionProtectionRow,
    DecisionRegistrationRow,
    DecisionResumptionRow,
    DecisionUnitRow,
    DecisionVersion,
    Intake,
    IntakeAssessmentRow,
    IntakeFeedbackRow,
    IntakeHandlerRow,
    IntakeOutcomeRow,
    IntakeProtectionRow,
    IntakeRegistrationRow,
    IntakeUnitRow,
    IntakeVersion,
    Investigation,
    InvestigationClosingRow,
    InvestigationExtensionRow,
    InvestigationFollowUpRow,
    InvestigationHandlerRow,
    InvestigationProtectionRow,
    InvestigationRegistrationRow,
    InvestigationUnitRow,
    InvestigationVersion,
)
from casework.cases.terms import INVESTIGATION
from casework.deadlines.terms import raw_date
from casework.shared import clock
from casework.shared.chronicle import Attribute, Chronicle
from casework.shared.versions import Fact

REGISTRATION, UNIT, PROTECTION = "registration", "unit", "protection"
HANDLER = "handler"
ASSESSMENT, OUTCOME, FEEDBACK = "assessment", "outcome", "feedback"
EXTENSION, CLOSING, FOLLOW_UP = "extension", "closing", "follow_up"
EXECUTION, INTERRUPTION, RESUMPTION, END = "execution", "interruption", "resumption", "end"
# What no register tells: telling it here is no reason to refuse what a register tells later.
OWN = (UNIT, HANDLER, PROTECTION, FEEDBACK, FOLLOW_UP)

_UNIT_FIELDS = ("unit_id", "area_id", "unit_name")


def _latest(facts: Sequence[Fact]) -> dict[str, Any] | None:
    """Return the values that hold after ``facts``, None before the record is registered."""
    state: dict[str, Any] = {"protected": False, "handler_id": None}
    seen = set()
    for fact in facts:
        state |= fact.value
        seen.add(fact.attribute)
    return state if {REGISTRATION, UNIT} <= seen else None


def _intake(facts: Sequence[Fact]) -> dict[str, Any] | None:
    state = _latest(facts)
    if state is None:
        return None
    none = {
        "assessed_at": None,
        "outcome": "",
        "decided_on": None,
        "reason": "",
        "feedback_asked": False,
        "feedback_given_on": None,
    }
    return none | state | {"received_on": clock.local_day(state["received_at"])}


def _investigation(facts: Sequence[Fact]) -> dict[str, Any] | None:
    state = _latest([fact for fact in facts if fact.attribute != EXTENSION])
    if state is None:
        return None
    decided = [fact.value for fact in facts if fact.attribute == EXTENSION]
    # Every extension counts, not the latest alone: one may reach on from another.
    extensions = [value for value in decided if value["through"] is not None]
    out = raw_date(state["opened_on"], INVESTIGATION)
    in_time = [one for one in extensions if (one["decided_on"] or date.min) <= out]
    course = {
        "extended_to": max((one["through"] for one in extensions), default=None),
        "extended_in_time_to": max((one["through"] for one in in_time), default=None),
    }
    none = {"closed_on": None, "outcome": "", "follow_up_on": None, "follow_up_ended_on": None}
    return none | state | course


def _decision(facts: Sequence[Fact]) -> dict[str, Any] | None:
    state = _latest(facts)
    none = dict.fromkeys(("interrupted_on", "resumed_on", "executed_on", "ended_on"))
    return None if state is None else none | state


INTAKES = Chronicle(
    Intake,
    IntakeVersion,
    {
        REGISTRATION: Attribute(
            IntakeRegistrationRow,
            ("case_id", "received_at", "kind", "source", "sex", "birth_year"),
        ),
        UNIT: Attribute(IntakeUnitRow, _UNIT_FIELDS),
        HANDLER: Attribute(IntakeHandlerRow, ("handler_id",), {"handler_id": None}),
        PROTECTION: Attribute(IntakeProtectionRow, ("protected",)),
        ASSESSMENT: Attribute(IntakeAssessmentRow, ("assessed_at",), {"assessed_at": None}),
        OUTCOME: Attribute(
            IntakeOutcomeRow,
            ("outcome", "decided_on", "reason"),
            {"outcome": "", "decided_on": None, "reason": ""},
        ),
        FEEDBACK: Attribute(
            IntakeFeedbackRow,
            ("feedback_asked", "feedback_given_on", "feedback_reason"),
            {"feedback_asked": False, "feedback_given_on": None, "feedback_reason": ""},
        ),
    },
    _intake,
)
INVESTIGATIONS = Chronicle(
    Investigation,
    InvestigationVersion,
    {
        REGISTRATION: Attribute(
            InvestigationRegistrationRow,
            (
                "case_id",
                "opened_on",
                "intake_on",
                "kind",
                "intake_kind",
                "sex",
                "birth_year",
            ),
        ),
        UNIT: Attribute(InvestigationUnitRow, _UNIT_FIELDS),
        HANDLER: Attribute(InvestigationHandlerRow, ("handler_id",), {"handler_id": None}),
        PROTECTION: Attribute(InvestigationProtectionRow, ("protected",)),
        EXTENSION: Attribute(
            InvestigationExtensionRow,
            ("through", "decided_on", "reason"),
            {"through": None, "decided_on": None, "reason": ""},
            again=True,
        ),
        CLOSING: Attribute(
            InvestigationClosingRow, ("closed_on", "outcome"), {"closed_on": None, "outcome": ""}
        ),
        FOLLOW_UP: Attribute(
            InvestigationFollowUpRow,
            ("follow_up_on", "follow_up_ended_on"),
            {"follow_up_on": None, "follow_up_ended_on": None},
        ),
    },
    _investigation,
)
DECISIONS = Chronicle(
    Decision,
    DecisionVersion,
    {
        REGISTRATION: Attribute(
            DecisionRegistrationRow,
            ("case_id", "statute", "sex", "measure", "decided_on", "reason"),
        ),
        UNIT: Attribute(DecisionUnitRow, _UNIT_FIELDS),
        HANDLER: Attribute(DecisionHandlerRow, ("handler_id",), {"handler_id": None}),
        PROTECTION: Attribute(DecisionProtectionRow, ("protected",)),
        EXECUTION: Attribute(DecisionExecutionRow, ("executed_on",), {"executed_on": None}),
        INTERRUPTION: Attribute(
            DecisionInterruptionRow, ("interrupted_on",), {"interrupted_on": None}, again=True
        ),
        RESUMPTION: Attribute(
            DecisionResumptionRow, ("resumed_on",), {"resumed_on": None}, again=True
        ),
        END: Attribute(DecisionEndRow, ("ended_on",), {"ended_on": None}),
    },
    _decision,
)
ALL = (INTAKES, INVESTIGATIONS, DECISIONS)
