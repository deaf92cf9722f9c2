"""Cases with something in every history, without a file."""

from datetime import date, datetime, time

from casework.cases.histories import (
    ASSESSMENT,
    CLOSING,
    DECISIONS,
    END,
    EXECUTION,
    EXTENSION,
    INTAKES,
    INTERRUPTION,
    INVESTIGATIONS,
    OUTCOME,
    RESUMPTION,
)
from casework.cases.services.gathering import gather
from casework.cases.services.importing import Given, add
from casework.shared import clock
from casework.shared.chronicle import Stamp, Told
from tests.conftest import Place

DAY = date(2026, 2, 2)


def make_case(place: Place, number: str = "Ä1") -> None:
    """An intake that led to an investigation and a decision, all of them over."""
    received = datetime.combine(DAY, time(10), clock.STOCKHOLM)
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
                Told(EXTENSION, DAY, {"through": DAY, "decided_on": DAY}),
                Told(CLOSING, DAY, {"closed_on": DAY}),
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
