"""Cases as they come to be through their steps, one thing at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.cases.models import Intake, Investigation
from casework.cases.services import decisions, intakes, investigations
from casework.cases.services.decisions import NewDecision
from casework.cases.services.door import Person
from casework.cases.services.intakes import NewIntake
from casework.cases.services.investigations import NewInvestigation
from tests.conftest import Place
from tests.factories.times import instant

DAY = date(2026, 3, 2)


def come_in(place: Place, by: str = "amina", **given: Any) -> list[Intake]:
    """Register an anmälan about one child, with what differs in ``given``."""
    fields: dict[str, Any] = {
        "unit": place.unit,
        "received_at": instant("2026-03-02 10:00"),
        "kind": "report",
        "people": [Person("Ä1", "female", 2015)],
        "source": "Skola",
    }
    return intakes.register_intake(place.actor(by), NewIntake(**(fields | given)))


def opened(place: Place, by: str = "amina", **given: Any) -> Investigation:
    """Open an investigation of a child on 2 March, with what differs in ``given``."""
    fields: dict[str, Any] = {"unit": place.unit, "person": Person("Ä1"), "opened_on": DAY}
    return investigations.open_investigation(place.actor(by), NewInvestigation(**(fields | given)))


def granted(place: Place, by: str = "amina", **given: Any) -> Any:
    """Register a decision of 2 March, with what differs in ``given``."""
    fields: dict[str, Any] = {
        "unit": place.unit,
        "person": Person("Ä1"),
        "statute": "SoL",
        "measure": "Kontaktfamilj",
        "decided_on": DAY,
    }
    return decisions.register_decision(place.actor(by), NewDecision(**(fields | given)))


def assessed(place: Place, **given: Any) -> Intake:
    """An anmälan whose skyddsbedömning is made the same afternoon."""
    (intake,) = come_in(place, **given)
    return intakes.assess_protection(
        place.actor("amina"), intake.pk, at=instant("2026-03-02 15:00")
    )
