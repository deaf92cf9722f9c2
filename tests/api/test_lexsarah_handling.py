"""From receipt to investigation and IVO through the API, as on screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.models import Membership, Role
from lexsarah.models import Report, Reporter
from tests.conftest import Place, make_report
from tests.lexsarah.factory import EVENT, handed_in, running

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
URL = "/api/v1/lexsarah-reports/"
DAY = "2026-03-02"


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(date(2026, 3, 2))


def act(client: Client, report: Report, name: str, **body: Any) -> Any:
    report.refresh_from_db()
    return client.post(
        f"{URL}{report.pk}/{name}/",
        body,
        content_type="application/json",
        headers={"If-Match": f'"{report.version}"'},
    )


def test_from_receipt_to_the_notification(place: Place, as_user: Login) -> None:
    make_report(place, possible_misconduct=True, safe_now="no")
    report, sara = Report.objects.get(), as_user("sara")
    refused = act(sara, report, "start-investigation")
    assert (refused.status_code, refused.json()["field"]) == (400, "statute")
    safe = act(sara, report, "make-safe", on=DAY, how="Flyttad i dag.")
    assert safe.json()["safe_on"] == DAY
    serious = act(sara, report, "assess-serious", on=DAY, reason="Fara för liv.")
    assert (serious.json()["serious_on"], serious.json()["status"]) == (DAY, "received")
    assert running(report)["lex_sarah_ivo"].last_day == date(2026, 3, 3)
    notified = act(sara, report, "notify-ivo", on=DAY).json()
    assert (notified["notified_on"], notified["ivo_number"]) == (DAY, "")
    started = act(sara, report, "start-investigation", statute="LSS").json()
    assert (started["status"], started["statute"]) == ("investigating", "LSS")
    assert started["investigator"]["id"] == place.user("sara").pk
    numbered = act(sara, report, "notify-ivo", on=DAY, ivo_number="3.2.1-5/2026").json()
    assert numbered["ivo_number"] == "3.2.1-5/2026"
    not_finished = act(sara, report, "supplement-ivo", on=DAY)
    assert not_finished.status_code == 409
    assert "Utredningen är inte klar" in not_finished.json()["message"]


def test_what_is_kept_of_it_is_noted(place: Place, as_user: Login) -> None:
    report, sara = handed_in(place), as_user("sara")
    number = act(sara, report, "set-registry-number", number="SN 2026/12").json()
    assert number["registry_number"] == "SN 2026/12"
    assert act(sara, report, "protect", protected=True).json()["protected"] is True
    moved = act(sara, report, "move", to=place.sister_unit.pk).json()
    assert moved["unit"]["id"] == place.sister_unit.pk
    chosen = act(sara, report, "assign-investigator", to=place.user("sara").pk).json()
    assert chosen["investigator"]["id"] == place.user("sara").pk
    assert act(sara, report, "assign-investigator", to=None).json()["investigator"] is None
    refused = act(sara, report, "assign-investigator", to=place.user("vera").pk)
    assert (refused.status_code, refused.json()["field"]) == (400, "to")


def test_from_a_page_that_is_old_nothing_is_done(place: Place, as_user: Login) -> None:
    report = handed_in(place)
    url, body = f"{URL}{report.pk}/notify-ivo/", {"on": DAY}
    sara, json = as_user("sara"), "application/json"
    assert sara.post(url, body, content_type=json).status_code == 428
    stale = sara.post(url, body, content_type=json, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    report.refresh_from_db()
    assert report.notified_on is None


def test_an_examined_sas_notes_that_the_person_is_safe_and_nothing_else(
    place: Place, as_user: Login
) -> None:
    report = handed_in(place, safe_now="no")
    Membership.objects.create(user=place.user("eva"), board=place.board, role=Role.SAS)
    eva = as_user("eva")
    for name, body in (
        ("start-investigation", {}),
        ("assign-investigator", {"to": None}),
        ("assess-serious", {"on": DAY, "reason": "Fara."}),
        ("notify-ivo", {"on": DAY}),
        ("move", {"to": place.sister_unit.pk}),
    ):
        assert act(eva, report, name, **body).status_code == 403, name
    assert act(eva, report, "make-safe", on=DAY, how="Flyttad.").status_code == 200
    # To whose unit it is, without that role, it does not exist.
    assert act(as_user("frida"), report, "make-safe", on=DAY, how="Flyttad.").status_code == 404


def test_what_came_on_paper_is_entered_by_the_registrator(place: Place, as_user: Login) -> None:
    body = {
        "event": EVENT,
        "occurred_on": "2026-02-20",
        "unit": place.unit.pk,
        "safe_now": "yes",
        "name": "Maj Persson",
        "received_on": "2026-02-23",
    }
    url, json = f"{URL}from-paper/", "application/json"
    assert as_user("amina").post(url, body, content_type=json).status_code == 403
    answer = as_user("rut").post(url, body, content_type=json)
    assert answer.status_code == 201
    assert "Persson" not in answer.content.decode()
    report = Report.objects.get()
    assert report.registered_on == date(2026, 2, 23)
    assert Reporter.objects.get().name == "Maj Persson"
    assert running(report)["lex_sarah_investigation"].trigger_date == date(2026, 2, 23)
