"""Whoever is examined has a measure when the decision is delgivet to them, by every door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from casework.deadlines.people import People
from casework.deadlines.rules import Rung
from casework.models import Absence, Deadline
from casework.shared import clock
from casework.shared.errors import NotVisible
from lexsarah.asked import own_measures
from lexsarah.models import Measure, Report
from lexsarah.services import closing, deciding, examining, measures
from lexsarah.services.verdicts import Verdict
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, decided, delegate, delivered, investigated, measure

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
DAY = date(2026, 3, 2)
TEXT = "Ny rutin för tillsyn på natten."
OWN = "/mina-atgarder/"


@pytest.fixture(autouse=True)
def _spring(at: Callable[[date], object]) -> None:
    at(DAY)


def approved(place: Place, report: Report, owner: str) -> Measure:
    one = measure(place, report, owner=place.user(owner))
    return measures.decide_measure(place.actor("birgit"), one.pk, verdict="approved")


def told(one: Measure) -> set[str]:
    """Who is told that it is to be done."""
    time = Deadline.objects.get(kind="lex_sarah_measure", subject_id=one.pk, rule="action_due")
    return {user.username.partition("-")[0] for user in People(DAY).for_rung(time, Rung.HANDLER)}


@pytest.mark.parametrize("owner", ["eva", "anna", "amina"])
def test_of_the_examined_unit(place: Place, as_user: Login, owner: str) -> None:
    report = decided(place)
    one = approved(place, report, owner)
    browser, door = as_user(owner), f"/lex-sarah/atgarder/{one.pk}/"
    assert not own_measures(place.actor(owner)).exists()
    assert TEXT not in browser.get(OWN).content.decode()
    assert "Åtgärder efter lex Sarah" not in browser.get("/").content.decode()
    assert browser.get(door).status_code == 404
    assert browser.get(f"/api/v1/lexsarah-measures/{one.pk}/").status_code == 404
    assert browser.get("/api/v1/lexsarah-measures/").json()["results"] == []
    assert browser.get(f"{OWN}?format=csv").content.decode().count(report.number) == 0
    with pytest.raises(NotVisible):
        measures.finish_own(place.actor(owner), one.pk, on=DAY, how="Klart.")
    assert told(one) == {place.user("sara").username.partition("-")[0]}
    delivered(place, report, owner)
    assert TEXT in browser.get(OWN).content.decode()
    assert browser.get(door).status_code == 200
    assert told(one) == {place.user(owner).username.partition("-")[0]}
    assert measures.finish_own(place.actor(owner), one.pk, on=DAY, how="Klart.").done_on == DAY


def test_who_is_not_examined_has_it_at_once(place: Place) -> None:
    one = approved(place, decided(place), "erik")
    assert own_measures(place.actor("erik")).get() == one


def test_who_is_named_until_it_is_said_that_they_are_not(place: Place) -> None:
    sara, report = place.actor("sara"), investigated(place)
    one = measure(place, report, owner=place.user("sven"))
    for name in ("sven", "farid"):
        examining.name_examined(sara, report.pk, user=place.user(name))
    delegate(place)
    put = {"outcome": "risk", "reasons": REASONS}
    deciding.propose(sara, report.pk, **put, decider=place.user("birgit"))
    verdicts = [Verdict(one.pk, "approved", "")]
    deciding.decide(place.actor("birgit"), report.pk, **put, measures=verdicts)
    assert not own_measures(place.actor("sven")).exists()
    closing.reopen(sara, report.pk, reason="Sven var inte med.")
    examining.unname_examined(sara, report.pk, user=place.user("sven"))
    assert own_measures(place.actor("sven")).get() == one


def test_who_stands_in_for_an_examined_owner_waits_as_the_owner_does(place: Place) -> None:
    report = decided(place)
    one = approved(place, report, "eva")
    Absence.objects.create(
        user=place.user("eva"),
        substitute=place.user("erik"),
        board=place.board,
        valid_from=DAY,
        valid_to=DAY,
    )
    assert not own_measures(place.actor("erik")).exists()
    delivered(place, report, "eva")
    assert own_measures(place.actor("erik")).get() == one


def test_a_new_decision_is_delgivet_before_what_it_asks(
    place: Place, at: Callable[[date], object]
) -> None:
    report, sara = decided(place), place.actor("sara")
    first = approved(place, report, "eva")
    delivered(place, report, "eva")
    at(DAY + timedelta(days=1))
    closing.reopen(sara, report.pk, reason="Nytt vittne.")
    birgit = place.user("birgit")
    deciding.propose(sara, report.pk, outcome="risk", reasons=REASONS, decider=birgit)
    deciding.decide(place.actor("birgit"), report.pk, outcome="risk", reasons=REASONS)
    second = approved(place, report, "eva")
    assert list(own_measures(place.actor("eva"))) == [first]
    delivered(place, report, "eva")
    assert set(own_measures(place.actor("eva"))) == {first, second}


def test_the_next_step_says_that_it_is_to_be_delgivet_first(place: Place, as_user: Login) -> None:
    report, sara = decided(place), as_user("sara")
    approved(place, report, "amina")
    delivered(place, report, "eva")
    overview = f"/lex-sarah/{report.pk}/"
    said = "Delge beslutet till Amina Norr, så att åtgärden kan börja."
    assert said in sara.get(overview).content.decode()
    assert "Amina Norr" in sara.get(f"{overview}delge/").content.decode()
    delivered(place, report, "amina")
    shown = sara.get(overview).content.decode()
    assert said not in shown
    assert f"av {place.user('amina').display_name}" in shown
    assert clock.today() + timedelta(days=30) == Measure.objects.get().due_on


def test_of_protected_persons_it_says_whom_it_cannot_go_to(place: Place, as_user: Login) -> None:
    report = decided(place, protected=True)
    approved(place, report, "amina")
    shown = as_user("sara").get(f"/lex-sarah/{report.pk}/").content.decode()
    assert "inte utsedd att se skyddade personuppgifter i enheten. Anteckna själv när" in shown
