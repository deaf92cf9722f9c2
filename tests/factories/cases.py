"""Cases with something in every history, without a file."""

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
    RESUMPTION,
)
from casework.cases.models import Decision, Intake, Investigation
from casework.cases.services.decisions import NewDecision, register_decision
from casework.cases.services.door import Person
from casework.cases.services.gathering import gather
from casework.cases.services.importing import Given, add
from casework.cases.services.intakes import NewIntake, register_intake
from casework.cases.services.investigations import NewInvestigation, open_investigation
from casework.shared import clock
from casework.shared.chronicle import Stamp, Told
from tests.conftest import Place

DAY = date(2026, 2, 2)


def make_case(place: Place, number: str = "Ä1") -> None:
    """An intake that led to an investigation and a decision, all of them over."""
    received = datetime.combine(DAY, time(10), clock.STOCKHOLM)
    handled = Told(HANDLER, DAY, {"handler_id": place.user("amina").pk})
    given = {
        INTAKES: (
            {
                "received_at": received,
                "kind": "report",
                "source": "Skola",
                "sex": "female",
                "birth_year": 2015,
            },
            [
                Told(ASSESSMENT, DAY, {"assessed_at": received}),
                Told(OUTCOME, DAY, {"outcome": "opened", "decided_on": DAY, "reason": "Oro"}),
                Told(
                    FEEDBACK,
                    DAY,
                    {"feedback_asked": True, "feedback_given_on": DAY, "feedback_reason": ""},
                ),
                handled,
            ],
        ),
        INVESTIGATIONS: (
            {
                "opened_on": DAY,
                "intake_on": DAY,
                "kind": "",
                "intake_kind": "report",
                "sex": "female",
                "birth_year": 2015,
            },
            [
                Told(EXTENSION, DAY, {"through": DAY, "decided_on": DAY, "reason": "Skäl"}),
                Told(CLOSING, DAY, {"closed_on": DAY, "outcome": "no_measure"}),
                Told(FOLLOW_UP, DAY, {"follow_up_on": DAY, "follow_up_ended_on": DAY}),
                handled,
            ],
        ),
        DECISIONS: (
            {
                "statute": "SoL",
                "sex": "female",
                "measure": "Kontaktfamilj",
                "decided_on": DAY,
                "reason": "",
            },
            [
                Told(EXECUTION, DAY, {"executed_on": DAY}),
                Told(INTERRUPTION, DAY, {"interrupted_on": DAY}),
                Told(RESUMPTION, DAY, {"resumed_on": DAY}),
                Told(END, DAY, {"ended_on": DAY}),
                handled,
            ],
        ),
    }
    stamp = Stamp(clock.now(), None)
    cases: set[int] = set()
    for place_in_file, (chronicle, (registration, since)) in enumerate(given.items()):
        row = Given(
            f"{number}-{place_in_file}", number, place.unit, DAY, False, registration, tuple(since)
        )
        cases |= add(chronicle, place.board, [row], stamp)[1]
    gather(cases, stamp)


def take_in(place: Place, *numbers: str, by: str = "amina", **given: Any) -> list[Intake]:
    """Register an anmälan about the cases ``numbers`` (one by default) an hour ago in the unit."""
    fields: dict[str, Any] = {
        "unit": place.unit,
        "received_at": clock.now() - timedelta(hours=1),
        "kind": "report",
        "source": "Skola",
        "people": [Person(number) for number in numbers or ("Ä1",)],
    }
    return register_intake(place.actor(by), NewIntake(**(fields | given)))


def investigate(
    place: Place, number: str = "Ä1", *, by: str = "amina", **given: Any
) -> Investigation:
    """Open an investigation today in the unit."""
    fields: dict[str, Any] = {
        "unit": place.unit,
        "person": Person(number),
        "opened_on": clock.today(),
    }
    return open_investigation(place.actor(by), NewInvestigation(**(fields | given)))


def decide(place: Place, number: str = "Ä1", *, by: str = "amina", **given: Any) -> Decision:
    """Register a decision of today in the unit."""
    fields: dict[str, Any] = {
        "unit": place.unit,
        "person": Person(number),
        "statute": "SoL",
        "measure": "Kontaktfamilj",
        "decided_on": clock.today(),
    }
    return register_decision(place.actor(by), NewDecision(**(fields | given)))
