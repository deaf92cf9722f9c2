"""A proposal that goes back to the investigation while a yttrande is still waited for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from lexsarah.models import Report, Request
from lexsarah.services import closing, deciding, examining, requests
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, delegate, investigated
from tests.lexsarah.test_import import agree_with_the_history
from tests.lexsarah.test_requests import ask
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Back = Callable[[Place, Report], object]
BACK: dict[str, Back] = {
    "taken back": lambda place, one: deciding.take_back_proposal(place.actor("sara"), one.pk),
    "returned": lambda place, one: deciding.return_proposal(
        place.actor("birgit"), one.pk, because="Vänta in yttrandet."
    ),
    "its decider examined": lambda place, one: examining.name_examined(
        place.actor("sara"), one.pk, user=place.user("birgit")
    ),
}


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(date(2026, 3, 2))


def put(place: Place) -> tuple[Report, Request]:
    """A report put before Birgit though Eva has not answered."""
    delegate(place)
    report = investigated(place)
    asked = ask(place, report)
    birgit = place.user("birgit")
    sara = place.actor("sara")
    deciding.propose(sara, report.pk, outcome="misconduct", reasons=REASONS, decider=birgit)
    return report, asked


@pytest.mark.parametrize("back", BACK)
def test_the_yttrande_is_waited_for_again(
    place: Place, as_user: Callable[..., Client], back: str
) -> None:
    report, asked = put(place)
    BACK[back](place, report)
    report.refresh_from_db()
    assert (report.status, report.decider) == ("statements", None)
    agree_with_the_history()
    assert "Yttrande begärt" in page(as_user("sara"), f"/lex-sarah/{report.pk}/")
    requests.answer(place.actor("eva"), asked.pk, text="Två var sjuka.")
    report.refresh_from_db()
    assert report.status == "investigating"
    agree_with_the_history()


@pytest.mark.parametrize("back", BACK)
def test_with_all_in_the_investigation_goes_on(place: Place, back: str) -> None:
    report, asked = put(place)
    requests.answer(place.actor("eva"), asked.pk, text="Två var sjuka.")
    report.refresh_from_db()
    assert report.status == "proposed"
    BACK[back](place, report)
    report.refresh_from_db()
    assert report.status == "investigating"


def test_what_is_asked_for_the_person_is_no_yttrande(place: Place) -> None:
    delegate(place)
    report = investigated(place)
    ask(place, report, kind="safety")
    birgit, sara = place.user("birgit"), place.actor("sara")
    deciding.propose(sara, report.pk, outcome="risk", reasons=REASONS, decider=birgit)
    assert deciding.take_back_proposal(sara, report.pk).status == "investigating"


def test_taken_up_again_nothing_is_waited_for_that_fell_with_the_decision(place: Place) -> None:
    report, _ = put(place)
    birgit = place.actor("birgit")
    deciding.decide(birgit, report.pk, outcome="misconduct", reasons=REASONS)
    assert closing.reopen(place.actor("sara"), report.pk, reason="Nytt.").status == "investigating"
