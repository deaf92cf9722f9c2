"""A measure gets another owner: what was decided about it stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from casework.models import Deadline, User
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput
from lexsarah.asked import own_measures
from lexsarah.events.log import events_of
from lexsarah.models import Measure, Report
from lexsarah.services import deciding, measures
from lexsarah.services.measure_times import KIND
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, decided, delegate, delivered, investigated, measure
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Travel = Callable[[date], object]
Login = Callable[..., Client]
TODAY = date(2026, 3, 2)
API = "/api/v1/lexsarah-measures/"


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


@pytest.fixture
def one(place: Place) -> Measure:
    """One that Eva is to do: approved in part."""
    report = decided(place)
    delivered(place, report, "eva")
    given = {"verdict": "partly", "comment": "Bara på natten."}
    return measures.decide_measure(place.actor("birgit"), measure(place, report).pk, **given)


def reassign(place: Place, one: Measure, name: str, **given: int) -> Measure:
    return measures.reassign_measure(place.actor("sara"), one.pk, owner=place.user(name), **given)


def has(place: Place, name: str) -> list[Measure]:
    return list(own_measures(place.actor(name)))


def test_the_new_owner_has_it_with_its_time_and_the_decision_stays(
    place: Place, one: Measure
) -> None:
    moved = reassign(place, one, "erik", expected_version=one.version)
    assert (has(place, "eva"), has(place, "erik")) == ([], [moved])
    moved.refresh_from_db()
    for field in ("text", "due_on", "verdict", "comment", "decided_by_id", "decided_at"):
        assert getattr(moved, field) == getattr(one, field), field
    time = Deadline.objects.get(kind=KIND, subject_id=one.pk)
    assert (time.handler, time.last_day) == (place.user("erik"), one.due_on)
    said = {event.what for event in events_of(place.actor("sara"), Report.objects.get())}
    assert "Åtgärd: Erik Norr ansvarar, i stället för Eva Norr" in said


def test_an_examined_owner_has_it_with_the_delgivning(place: Place, one: Measure) -> None:
    # Anna heads the department of the examined unit.
    reassign(place, one, "anna")
    assert has(place, "anna") == []
    delivered(place, Report.objects.get(), "anna")
    assert has(place, "anna") == [one]


def test_before_the_decision_too(place: Place) -> None:
    delegate(place)
    one = measure(place, investigated(place))
    reassign(place, one, "erik")
    assert Measure.objects.get().owner == place.user("erik")


def test_while_it_is_before_the_decider_an_old_page_decides_nothing(place: Place) -> None:
    delegate(place)
    report = investigated(place)
    one = measure(place, report)
    put = {"outcome": "misconduct", "reasons": REASONS, "decider": place.user("birgit")}
    deciding.propose(place.actor("sara"), report.pk, **put)
    report.refresh_from_db()
    seen = report.version
    reassign(place, one, "erik")
    given = {"outcome": "misconduct", "reasons": REASONS, "expected_version": seen}
    with pytest.raises(ConflictError) as error:
        deciding.decide(place.actor("birgit"), report.pk, **given)
    assert error.value.code == "stale"


def test_not_to_the_same_nor_to_one_who_has_left_nor_into_another_board(
    place: Place, other_place: Place, one: Measure
) -> None:
    with pytest.raises(InvalidInput, match="Eva Norr ansvarar redan"):
        reassign(place, one, "eva")
    User.objects.filter(pk=place.user("erik").pk).update(is_active=False)
    place.user("erik").refresh_from_db()
    for strange in (place.user("erik"), other_place.user("eva")):
        with pytest.raises(InvalidInput) as error:
            measures.reassign_measure(place.actor("sara"), one.pk, owner=strange)
        assert error.value.field == "owner"
    assert has(place, "eva") == [one]


def test_not_once_it_is_done_nor_on_an_old_page(place: Place, one: Measure) -> None:
    with pytest.raises(ConflictError) as error:
        reassign(place, one, "erik", expected_version=one.version - 1)
    assert error.value.code == "stale"
    measures.finish_own(place.actor("eva"), one.pk, on=clock.today(), how="Klart.")
    with pytest.raises(ConflictError, match="redan utförd"):
        reassign(place, one, "erik")


def test_on_screen(place: Place, one: Measure, as_user: Login) -> None:
    sara = as_user("sara")
    url = f"/lex-sarah/{one.report_id}/atgarder/{one.pk}/ansvarig/"
    assert url in page(sara, f"/lex-sarah/{one.report_id}/beslut/")
    form = page(sara, url)
    assert "Byt ansvarig för åtgärden" in form
    assert f'<option value="{place.user("erik").pk}"' in form
    assert f'<option value="{place.user("eva").pk}"' not in form
    wanting = sara.post(url, {"version": one.version, "owner": ""})
    assert wanting.status_code == 422
    assert "Välj vem som ansvarar." in wanting.content.decode()
    given = {"version": one.version, "owner": place.user("erik").pk}
    told = sara.post(url, given, follow=True).content.decode()
    assert "Den nya ansvariga har åtgärden." in told
    assert "Ansvarig Erik Norr" in told
    assert url not in page(as_user("birgit"), f"/lex-sarah/{one.report_id}/beslut/")


def test_through_the_api(place: Place, one: Measure, as_user: Login) -> None:
    sara, url = as_user("sara"), f"{API}{one.pk}/reassign/"
    given = {"owner": place.user("erik").pk}
    options = {"content_type": "application/json"}
    assert sara.post(url, given, **options).status_code == 428
    stale = sara.post(url, given, headers={"If-Match": '"1"'}, **options)
    assert stale.status_code == 412
    answer = sara.post(url, given, headers={"If-Match": f'"{one.version}"'}, **options)
    assert answer.status_code == 200
    assert answer.json()["owner"]["id"] == place.user("erik").pk


def test_the_next_step_asks_for_another_when_the_owner_has_left(
    place: Place, one: Measure, as_user: Login
) -> None:
    sara, url = as_user("sara"), f"/lex-sarah/{one.report_id}/"
    assert "av Eva Norr" in page(sara, url)
    User.objects.filter(pk=place.user("eva").pk).update(is_active=False)
    assert "Eva Norr har slutat. Byt ansvarig för åtgärden." in page(sara, url)
    reassign(place, one, "erik")
    assert "har slutat" not in page(sara, url)
