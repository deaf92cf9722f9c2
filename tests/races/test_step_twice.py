"""Two people take steps in one case at the same moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from casework.cases.models import Case, Investigation
from casework.cases.services import care, intakes
from casework.cases.services.door import Person
from casework.cases.services.intakes import NewIntake
from casework.models import Deadline
from casework.shared import clock
from tests.conftest import Place, make_place
from tests.races.overlapping import at_once, refusals


@pytest.fixture
def place(transactional_db: None) -> Place:
    """The board, kept by real transactions."""
    return make_place("Norr")


def test_an_intake_is_decided_once_and_one_investigation_opens(place: Place) -> None:
    amina = place.actor("amina")
    now = clock.now()
    given = NewIntake(place.unit, now, "report", [Person("Ä1")])
    (intake,) = intakes.register_intake(amina, given)
    intakes.assess_protection(amina, intake.pk, at=clock.now())
    day = clock.today()

    def decide(who: str) -> Callable[[], object]:
        actor = place.actor(who)
        return lambda: intakes.decide_intake(actor, intake.pk, outcome="opened", on=day)

    results = at_once(Case, decide("amina"), decide("frida"))
    assert sorted(refusals(results)) == ["", "conflict"]
    assert Investigation.objects.count() == 1
    assert Deadline.objects.open().count() == 1


def test_steps_in_the_records_of_one_case_wait_for_each_other(place: Place) -> None:
    amina, eva = place.actor("amina"), place.actor("eva")
    day = clock.today()
    given = NewIntake(place.unit, clock.now(), "report", [Person("Ä1")])
    (first,) = intakes.register_intake(amina, given)
    (second,) = intakes.register_intake(amina, given)
    case_id = first.case_id or 0
    results = at_once(
        Case,
        lambda: intakes.assess_protection(eva, first.pk, at=clock.now()),
        lambda: intakes.ask_feedback(eva, second.pk, on=day),
        lambda: care.set_protection(eva, case_id, protected=True),
    )
    assert refusals(results) == ["", "", ""]
    first.refresh_from_db()
    assert (first.assessed_at is not None, first.protected) == (True, True)
    assert set(Deadline.objects.open().values_list("protected", flat=True)) == {True}
