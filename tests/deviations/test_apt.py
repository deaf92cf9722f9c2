"""Genomgången på APT: the unit's deviations without text and reporter."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from casework.shared import clock
from casework.shared.errors import InvalidInput, NotAllowed
from deviations.models import Deviation, UnitReview
from deviations.services.cooperation import record_unit_review, set_protection
from tests.conftest import Place, make_report
from tests.factories.handling import equipped, make_registers

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]


def apt(client: Client, query: str = "") -> str:
    answer = client.get(f"/apt/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_whole_unit_sees_what_happened_and_not_who_or_what_was_written(
    place: Place, as_user: Login
) -> None:
    deviation = equipped(place, make_registers(place), by="nils", case_number="2026-4711")
    text = apt(as_user("amina"))
    assert deviation.number in text
    assert "Utredningstid" in text
    assert "Problem med bemanning" in text
    assert "1 av 1 klara" in text
    for hidden in (deviation.description, "Nils", "2026-4711", "Gick igenom bemanningen"):
        assert hidden not in text


@pytest.mark.parametrize("given", [{"protected": True}, {"about_manager": True}])
def test_protected_and_about_the_manager_are_left_out(
    place: Place, as_user: Login, given: dict[str, Any]
) -> None:
    deviation = make_report(place, by="eva", **given)
    for name in ("amina", "eva", "anna"):
        assert deviation.number not in apt(as_user(name))


def test_other_units_are_not_gone_through(place: Place, as_user: Login) -> None:
    other = make_report(place, by="sven", unit=place.sister_unit)
    assert other.number not in apt(as_user("amina"), f"?unit={place.sister_unit.pk}")
    assert other.number in apt(as_user("anna"), f"?unit={place.sister_unit.pk}")


@pytest.mark.parametrize("name", ["sara", "vera", "simon", "rut"])
def test_who_is_in_no_unit_has_no_apt(place: Place, as_user: Login, name: str) -> None:
    assert as_user(name).get("/apt/").status_code == 403


def test_the_days_narrow_what_is_shown(place: Place, as_user: Login, at: Any) -> None:
    at(date(2026, 1, 12))
    old = make_report(place)
    at(date(2026, 6, 1))
    new = make_report(place)
    client = as_user("eva")
    text = apt(client)
    assert new.number in text
    assert old.number not in text
    assert old.number in apt(client, "?from_day=2026-01-01&to_day=2026-02-01")


def test_the_review_is_noted_with_its_day(place: Place, as_user: Login) -> None:
    deviation = make_report(place)
    eva = as_user("eva")
    answer = eva.post("/apt/", {"held_on": clock.today()}, follow=True)
    assert "är antecknad" in answer.content.decode()
    review = UnitReview.objects.get()
    assert list(review.deviations.all()) == [deviation]
    assert "Tidigare genomgångar" in apt(as_user("amina"))


def test_the_future_is_refused_on_its_field(place: Place, as_user: Login) -> None:
    make_report(place)
    answer = as_user("eva").post("/apt/", {"held_on": clock.today() + timedelta(days=1)})
    assert answer.status_code == 422
    assert "Ange en dag som varit." in answer.content.decode()


def test_workers_look_and_do_not_note(place: Place, as_user: Login) -> None:
    make_report(place)
    assert "Anteckna genomgången" not in apt(as_user("amina"))
    assert as_user("amina").post("/apt/", {"held_on": clock.today()}).status_code == 403


def test_only_the_units_own_are_noted(place: Place) -> None:
    own = make_report(place)
    other = make_report(place, by="sven", unit=place.sister_unit)
    eva, today = place.actor("eva"), clock.today()
    with pytest.raises(InvalidInput):
        record_unit_review(eva, place.unit, held_on=today, deviation_ids=[other.pk])
    with pytest.raises(NotAllowed):
        record_unit_review(eva, place.sister_unit, held_on=today, deviation_ids=[other.pk])
    review = record_unit_review(eva, place.unit, held_on=today, deviation_ids=[own.pk, other.pk])
    assert list(review.deviations.all()) == [Deviation.objects.get(pk=own.pk)]


def test_what_is_marked_later_leaves_the_number_of_an_earlier_review(
    place: Place, as_user: Login
) -> None:
    kept, marked = make_report(place), make_report(place)
    record_unit_review(
        place.actor("eva"),
        place.unit,
        held_on=clock.today(),
        deviation_ids=[kept.pk, marked.pk],
    )
    assert ": 2 avvikelser" in apt(as_user("amina"))
    set_protection(place.actor("sara"), marked.pk, protected=True)
    assert ": 1 avvikelser" in apt(as_user("amina"))
