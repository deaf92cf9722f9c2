"""What is asked of managers through the API: asked by SAS, answered by who is asked, delgivning."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.shared import clock
from lexsarah.models import Measure, Report, Request
from lexsarah.services import investigating
from tests.conftest import Place
from tests.lexsarah import deciding
from tests.lexsarah.factory import EVENT, handed_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/lexsarah-reports/"
MINE = "/api/v1/lexsarah-asked/"


@pytest.fixture(autouse=True)
def _spring(at: Any) -> None:
    at(date(2026, 3, 30))


@pytest.fixture
def report(place: Place) -> Report:
    return investigating.start_investigation(place.actor("sara"), handed_in(place).pk)


def asked(place: Place, of: str = "eva") -> dict[str, Any]:
    text = "Hur var bemanningen den kvällen?"
    return {"asked_of": place.user(of).pk, "text": text, "due_on": "2026-04-13"}


def test_sas_asks_the_manager_answers_and_the_report_goes_on(
    place: Place, as_user: Any, report: Report
) -> None:
    sara, eva = as_user("sara"), as_user("eva")
    url = f"{URL}{report.pk}/"
    made = sara.post(f"{url}request-statement/", asked(place), "application/json")
    assert (made.status_code, made.json()["kind"]) == (201, "statement")
    assert sara.get(url).json()["status"] == "statements"
    mine = eva.get(MINE).json()["results"]
    assert [one["number"] for one in mine] == [report.number]
    one = f"{MINE}{mine[0]['id']}/"
    read = eva.get(one)
    assert EVENT not in read.content.decode()
    saved = eva.post(
        f"{one}draft/", {"text": "Två "}, "application/json", headers={"If-Match": read["ETag"]}
    )
    assert (saved.status_code, saved.json()["draft"]) == (200, "Två ")
    stale = {"If-Match": read["ETag"]}
    body = {"text": "Två var sjuka."}
    assert eva.post(f"{one}answer/", body, "application/json").status_code == 428
    assert eva.post(f"{one}answer/", body, "application/json", headers=stale).status_code == 412
    now = {"If-Match": saved["ETag"]}
    done = eva.post(f"{one}answer/", body, "application/json", headers=now)
    assert (done.status_code, done.json()["answer"]) == (200, "Två var sjuka.")
    (shown,) = sara.get(f"{url}requests/").json()
    assert shown["answer"] == "Två var sjuka."
    assert "draft" not in shown
    assert sara.get(url).json()["status"] == "investigating"


def test_the_examined_manager_gets_at_nothing_else(
    place: Place, as_user: Any, report: Report
) -> None:
    sara, eva, url = as_user("sara"), as_user("eva"), f"{URL}{report.pk}/"
    made = sara.post(f"{url}request-safety/", asked(place, "erik"), "application/json").json()
    assert eva.get(MINE).json()["results"] == []
    assert eva.get(f"{MINE}{made['id']}/").status_code == 404
    assert eva.get(f"{url}requests/").status_code == 404
    for what in ("request-statement", "request-safety", "deliver"):
        assert eva.post(f"{url}{what}/", asked(place), "application/json").status_code == 404
    withdraw = f"{url}requests/{made['id']}/withdraw/"
    assert eva.post(withdraw).status_code == 404
    assert sara.post(withdraw).json()["withdrawn_at"]
    assert sara.post(withdraw).status_code == 409
    refused = sara.post(f"{url}request-safety/", asked(place, "amina"), "application/json")
    assert (refused.status_code, refused.json()["field"]) == (400, "asked_of")


def test_from_an_old_reading_nothing_is_asked(place: Place, as_user: Any, report: Report) -> None:
    old = {"If-Match": f'"{report.version}"'}
    investigating.set_registry_number(place.actor("sara"), report.pk, number="SN 1")
    url = f"{URL}{report.pk}/request-statement/"
    answer = as_user("sara").post(url, asked(place), "application/json", headers=old)
    assert answer.status_code == 412
    assert not Request.objects.exists()


def test_delgiven_the_manager_gets_the_decision_and_the_measures(
    place: Place, as_user: Any
) -> None:
    report = deciding.decided(place)
    Measure.objects.create(
        report=report,
        cause=report.causes.get(),
        owner=place.user("eva"),
        due_on=date(2026, 5, 1),
        text="Ny rutin.",
        verdict="approved",
        proposed_at=clock.now(),
        decided_at=clock.now(),
    )
    # The same one twice is one.
    given = {"to": [place.user("eva").pk] * 2, "on": "2026-03-30"}
    made = as_user("sara").post(f"{URL}{report.pk}/deliver/", given, "application/json")
    assert (made.status_code, made.json()[0]["to"]["id"]) == (201, place.user("eva").pk)
    eva = as_user("eva")
    with CaptureQueriesContext(connection) as queries:
        answer = eva.get("/api/v1/lexsarah-deliveries/")
    assert len(queries) <= 15
    (shown,) = answer.json()["results"]
    assert (shown["number"], shown["outcome"]) == (report.number, "misconduct")
    assert [one["text"] for one in shown["measures"]] == ["Ny rutin."]
    assert deciding.REASONS not in answer.content.decode()
    assert as_user("erik").get("/api/v1/lexsarah-deliveries/").json()["results"] == []
