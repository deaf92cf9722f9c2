"""Lex Sarah reports through the API."""

from datetime import date
from typing import Any

import pytest

from casework.models import AuditEvent
from lexsarah.models import Report, Reporter
from lexsarah.services import investigating
from tests.conftest import Place
from tests.lexsarah.factory import EVENT, handed_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/lexsarah-reports/"


@pytest.fixture(autouse=True)
def _spring(at: Any) -> None:
    at(date(2026, 3, 30))


def test_sas_lists_and_reads_and_nobody_else_finds_any(place: Place, as_user: Any) -> None:
    report = handed_in(place, safe_now="no")
    listed = as_user("sara").get(URL, {"status": "received"}).json()["results"]
    assert [(row["number"], row["safe_now"]) for row in listed] == [(report.number, "no")]
    assert "event" not in listed[0]
    assert AuditEvent.objects.latest("id").action == "lexsarah.listed"
    answer = as_user("sara").get(f"{URL}{report.pk}/")
    assert (answer.json()["event"], answer["ETag"]) == (EVENT, f'"{report.version}"')
    assert not {"reporter", "user", "name"} & answer.json().keys()
    for name in ("amina", "eva", "vera"):
        assert as_user(name).get(URL).json()["results"] == []
        assert as_user(name).get(f"{URL}{report.pk}/").status_code == 404


def test_anybody_hands_in_a_report(place: Place, as_user: Any) -> None:
    given = {
        "event": EVENT,
        "occurred_on": "2026-03-29",
        "unit": place.unit.pk,
        "safe_now": "unknown",
        "statute": "LSS",
    }
    answer = as_user("amina").post(URL, given, "application/json")
    report = Report.objects.get()
    assert (answer.status_code, answer.json()["number"]) == (201, report.number)
    assert (report.statute, Reporter.objects.get().user) == ("LSS", place.user("amina"))
    refused = as_user("amina").post(URL, given | {"occurred_on": "2026-03-31"}, "application/json")
    assert (refused.status_code, refused.json()["field"]) == (400, "occurred_on")


def test_another_boards_unit_is_not_known(place: Place, other_place: Place, as_user: Any) -> None:
    given = {
        "event": EVENT,
        "occurred_on": "2026-03-29",
        "unit": other_place.unit.pk,
        "safe_now": "yes",
    }
    assert as_user("amina").post(URL, given, "application/json").status_code == 400
    assert not Report.objects.exists()


def test_the_handelselogg_is_that_of_the_page(place: Place, as_user: Any) -> None:
    report = handed_in(place)
    investigating.start_investigation(place.actor("sara"), report.pk)
    url = f"{URL}{report.pk}/events/"
    shown = as_user("sara").get(url).json()
    assert [(one["what"], one["who"], one["day"]) for one in shown] == [
        ("Utredningen inleddes", "Sara Norr", "2026-03-30"),
        ("Rapporten lämnades", "", "2026-03-30"),
    ]
    assert "Amina" not in str(shown)
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.subject_ids) == ("lexsarah.read", [report.pk])
    for name in ("amina", "eva", "vera"):
        assert as_user(name).get(url).status_code == 404
