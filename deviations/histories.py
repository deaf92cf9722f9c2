"""The chronicle of a deviation: in which tables its history lies, and what it folds into."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from casework.shared.chronicle import Attribute, Chronicle
from casework.shared.versions import Fact
from deviations import states
from deviations.models import (
    CategoryRow,
    CausesRow,
    Deviation,
    DeviationVersion,
    EffectRow,
    ProtectionRow,
    RegistrationRow,
    StatusRow,
    UnitRow,
)

REGISTRATION, STATUS, UNIT, PROTECTION = "registration", "status", "unit", "protection"
CATEGORY, CAUSES, EFFECT = "category", "causes", "effect"

# The category's parent, which the tables of a report count too.
PARENT = "value_id__parent_id"


def _fold(facts: Sequence[Fact]) -> dict[str, Any] | None:
    """Return what is counted once ``facts`` have taken effect (see ``versions.timeline``)."""
    latest: dict[str, Any] = {CATEGORY: {"value_id": None, PARENT: None}}
    latest |= {CAUSES: {"value": [], "main_id": None}, EFFECT: {"value": ""}}
    latest |= {PROTECTION: {"value": False}}
    closed_on: date | None = None
    for fact in facts:
        if fact.attribute == STATUS:
            # Handling time stops at the first closing and runs again from a reopening on.
            if fact.value["value"] not in states.CLOSED_STATES:
                closed_on = None
            elif closed_on is None:
                closed_on = fact.effective_on
        latest[fact.attribute] = fact.value
    if not {REGISTRATION, STATUS, UNIT} <= latest.keys():
        return None
    category = latest[CATEGORY]
    return {
        "registered_on": latest[REGISTRATION]["value"],
        "status": latest[STATUS]["value"],
        "closed_on": closed_on,
        "unit_id": latest[UNIT]["value_id"],
        "area_id": latest[UNIT]["area_id"],
        "category_id": category["value_id"],
        "main_category_id": category[PARENT] or category["value_id"],
        "cause_ids": latest[CAUSES]["value"],
        "main_cause_id": latest[CAUSES]["main_id"],
        "effect": latest[EFFECT]["value"],
        "protected": latest[PROTECTION]["value"],
    }


DEVIATIONS = Chronicle(
    Deviation,
    DeviationVersion,
    {
        REGISTRATION: Attribute(RegistrationRow, ("value",)),
        STATUS: Attribute(StatusRow, ("value",)),
        UNIT: Attribute(UnitRow, ("value_id", "area_id")),
        CATEGORY: Attribute(CategoryRow, ("value_id",), related=(PARENT,)),
        CAUSES: Attribute(CausesRow, ("value", "main_id")),
        EFFECT: Attribute(EffectRow, ("value",)),
        PROTECTION: Attribute(ProtectionRow, ("value",)),
    },
    _fold,
    copied=("board_id", "about_manager", "from_watch"),
    link="deviation",
    # With the state goes its target, where it was merged: a constraint wants them together.
    along=("merged_into", "version"),
)
