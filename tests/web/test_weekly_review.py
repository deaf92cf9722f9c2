"""Veckogenomgången: noted once a week for each unit, and who still has it to do."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.cases.services.weekly import note_weekly_review
from casework.models import AuditEvent, DutyFunction, WeeklyReview
from casework.shared.errors import InvalidInput, NotAllowed, NotVisible
from tests.conftest import Place
from tests.factories.inquiries import Inquiry, investigated

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
Travel = Callable[[date | datetime], object]
# A Wednesday of week 19.
TODAY = date(2026, 5, 6)
BUTTON = "Anteckna att listan är genomgången"


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


def html(client: Client, url: str = "/utredningar/") -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def note(client: Client, unit_id: int) -> str:
    answer = client.post(f"/utredningar/genomgang/{unit_id}/", follow=True)
    return " ".join(answer.content.decode().split())


def test_forste_notes_it_and_everybody_who_leads_sees_it(
    place: Place, as_user: Login, at: Travel
) -> None:
    investigated(place, Inquiry("A", TODAY - timedelta(days=9)))
    assert "Veckogenomgången vecka 19" in html(as_user("frida"))
    assert "Veckogenomgång kvar att göra" in html(as_user("frida"), "/")
    shown = note(as_user("frida"), place.unit.pk)
    assert "Veckogenomgången i Enheten är antecknad." in shown
    for name in ("frida", "eva", "anna"):
        shown = html(as_user(name))
        assert "Genomgången" in shown
        assert "6 maj, Frida Norr" in shown
        assert BUTTON not in shown
        assert "Veckogenomgång kvar att göra" not in html(as_user(name), "/")
    # Sunday is the same week, Monday another.
    at(date(2026, 5, 10))
    assert BUTTON not in html(as_user("frida"))
    at(date(2026, 5, 11))
    shown = html(as_user("frida"))
    assert BUTTON in shown
    assert "Frida Norr" not in shown.split("<main", 1)[1]


def test_the_second_who_notes_it_changes_nothing(place: Place) -> None:
    first = note_weekly_review(place.actor("frida"), place.unit.pk)
    assert note_weekly_review(place.actor("eva"), place.unit.pk) == first
    assert WeeklyReview.objects.get().noted_by == place.user("frida")
    event = AuditEvent.objects.get(action="case.weekly_reviewed")
    assert event.data == {"unit": place.unit.pk, "week": "2026-05-04"}


def test_who_may_note_it(place: Place, other_place: Place) -> None:
    for name, error in (("amina", NotAllowed), ("erik", NotAllowed), ("sara", NotAllowed)):
        with pytest.raises(error):
            note_weekly_review(place.actor(name), place.unit.pk)
    with pytest.raises(NotVisible):
        note_weekly_review(place.actor("eva"), other_place.unit.pk)
    place.unit.valid_to = TODAY - timedelta(days=1)
    place.unit.save()
    with pytest.raises(InvalidInput, match="upphört"):
        note_weekly_review(place.actor("eva"), place.unit.pk)


def test_the_head_has_a_line_for_each_unit_and_sas_for_the_chosen(
    place: Place, as_user: Login
) -> None:
    investigated(place, Inquiry("A", TODAY - timedelta(days=9)))
    investigated(place, Inquiry("B", TODAY - timedelta(days=9), unit=place.sister_unit))
    note_weekly_review(place.actor("frida"), place.unit.pk)
    shown = html(as_user("anna"))
    assert shown.count(BUTTON) == 1
    assert f'action="/utredningar/genomgang/{place.sister_unit.pk}/"' in shown
    start = html(as_user("anna"), "/")
    assert "Veckogenomgång kvar att göra" in start
    assert "Sena utredningar" not in start
    assert "Veckogenomgången" not in html(as_user("sara"))
    chosen = html(as_user("sara"), f"/utredningar/?enhet={place.sister_unit.pk}")
    assert "Inte genomgången än" in chosen
    assert BUTTON not in chosen


def test_the_head_sees_late_investigations_on_the_start_page(place: Place, as_user: Login) -> None:
    investigated(place, Inquiry("SEN", TODAY - timedelta(days=140)))
    investigated(place, Inquiry("SNART", TODAY - timedelta(days=110), unit=place.sister_unit))
    shown = html(as_user("anna"), "/")
    assert "Sena utredningar" in shown
    assert "Utredningar med mindre än 21 dagar kvar" in shown
    assert 'href="/utredningar/?visa=sena"' in shown


def test_a_protected_one_does_not_show_that_its_unit_has_any(place: Place, as_user: Login) -> None:
    investigated(place, Inquiry("SKYDD", TODAY - timedelta(days=9), protected=True))
    for name in ("frida", "anna"):
        assert "Veckogenomgång" not in html(as_user(name))
        assert "Veckogenomgång" not in html(as_user(name), "/")
    assert "Veckogenomgången" in html(as_user("eva"))


def test_the_head_sees_who_is_on_duty(place: Place, as_user: Login) -> None:
    assert "Ingen funktion är i beredskap" in html(as_user("anna"), "/")
    function = DutyFunction.objects.create(
        board=place.board, name="Socialjouren", valid_from=TODAY, email="jour@example.se"
    )
    function.members.add(place.user("nils"), place.user("amina"))
    DutyFunction.objects.create(
        board=place.board, name="Andra", department=place.other_department, valid_from=TODAY
    )
    shown = html(as_user("anna"), "/")
    assert "Socialjouren" in shown
    assert "2 personer och e-post" in shown
    assert "Andra" not in shown.split("Beredskap")[1]
    assert "Ingen funktion är i beredskap" not in shown


@pytest.mark.parametrize(("name", "url"), [("anna", "/"), ("eva", "/"), ("anna", "/utredningar/")])
def test_few_queries(place: Place, as_user: Login, name: str, url: str) -> None:
    for unit in (place.unit, place.sister_unit):
        investigated(place, Inquiry(f"A{unit.pk}", TODAY - timedelta(days=9), unit=unit))
    client = as_user(name)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    assert len(queries) <= 15, "\n".join(query["sql"][:150] for query in queries)
