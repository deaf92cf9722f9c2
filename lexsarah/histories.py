"""The chronicle of a lex Sarah report: in which tables its history lies, what it folds into."""

from collections.abc import Sequence
from typing import Any

from casework.shared import blind_index
from casework.shared.chronicle import Attribute, Chronicle
from casework.shared.versions import Fact
from lexsarah import states
from lexsarah.models import (
    Report,
    ReportNotificationRow,
    ReportOutcomeRow,
    ReportProtectionRow,
    ReportRegistrationRow,
    ReportSeriousRow,
    ReportStatusRow,
    ReportUnitRow,
    ReportVersion,
)

REGISTRATION, STATUS, UNIT, PROTECTION = "registration", "status", "unit", "protection"
SERIOUS, OUTCOME, NOTIFICATION = "serious", "outcome", "notification"

_NOTHING: dict[str, Any] = {
    "protected": False,
    "assessed_on": None,
    "outcome": "",
    "decided_on": None,
    "actions": "",
    "notified_on": None,
    "ivo_number": "",
    "supplemented_on": None,
}


def _fold(facts: Sequence[Fact]) -> dict[str, Any] | None:
    """Return how it stands once ``facts`` have taken effect (see ``versions.timeline``)."""
    state = dict(_NOTHING)
    seen = set()
    for fact in facts:
        state |= fact.value
        seen.add(fact.attribute)
    if not {REGISTRATION, STATUS, UNIT} <= seen:
        return None
    if state["outcome"] and state["status"] in states.UNDECIDED:
        # A register tells the decision alone: nothing more is known to be left to do.
        state["status"] = states.CLOSED
    state["serious_on"] = _serious_on(state)
    state["search_terms"] = blind_index.terms(state["event"])
    return state


def _serious_on(state: dict[str, Any]) -> Any:
    """Return the day on which it was first found serious; None where it is not, or no longer."""
    decided = state["decided_on"] if state["outcome"] in states.TO_IVO else None
    assessed = state["assessed_on"]
    if state["outcome"] and decided is None and state["notified_on"] is None:
        return None
    days = [day for day in (assessed, decided, state["notified_on"]) if day is not None]
    return min(days, default=None)


REPORTS = Chronicle(
    Report,
    ReportVersion,
    {
        REGISTRATION: Attribute(ReportRegistrationRow, ("registered_on", "occurred_on", "event")),
        STATUS: Attribute(ReportStatusRow, ("status",)),
        UNIT: Attribute(ReportUnitRow, ("unit_id", "area_id", "unit_name")),
        PROTECTION: Attribute(ReportProtectionRow, ("protected",)),
        SERIOUS: Attribute(
            ReportSeriousRow, ("assessed_on", "reason"), {"assessed_on": None, "reason": ""}
        ),
        OUTCOME: Attribute(
            ReportOutcomeRow,
            ("outcome", "decided_on", "actions"),
            {"outcome": "", "decided_on": None, "actions": ""},
        ),
        NOTIFICATION: Attribute(
            ReportNotificationRow,
            ("notified_on", "ivo_number", "supplemented_on"),
            {"notified_on": None, "ivo_number": "", "supplemented_on": None},
        ),
    },
    _fold,
    along=("version",),
)
