"""Proposal, decision and measures through the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from lexsarah.models import Decision, Measure, Report
from tests.conftest import Place
from tests.lexsarah.deciding import (
    REASONS,
    decided,
    delegate,
    delivered,
    document,
    investigated,
    measure,
)
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
URL = "/api/v1/lexsarah-reports/"
MEASURES = "/api/v1/lexsarah-measures/"


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(date(2026, 3, 2))


def post(client: Client, url: str, version: int | None, **body: Any) -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return client.post(url, body, content_type="application/json", headers=headers)


def test_proposed_and_decided_each_from_what_was_read(place: Place, as_user: Login) -> None:
    delegate(place)
    report = investigated(place)
    sara, birgit = as_user("sara"), as_user("birgit")
    body = {"outcome": "risk", "reasons": REASONS, "decider": place.user("birgit").pk}
    assert post(sara, f"{URL}{report.pk}/propose/", None, **body).status_code == 428
    answer = post(sara, f"{URL}{report.pk}/propose/", report.version, **body)
    assert (answer.status_code, answer.json()["status"]) == (200, "proposed")
    given = {"outcome": "misconduct", "reasons": "Det blev så."}
    stale = post(birgit, f"{URL}{report.pk}/decide/", report.version, **given)
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    report.refresh_from_db()
    done = post(birgit, f"{URL}{report.pk}/decide/", report.version, **given)
    assert (done.json()["status"], done.json()["outcome"]) == ("decided", "misconduct")
    read = sara.get(f"{URL}{report.pk}/decisions/").json()
    assert read["decisions"][0]["delegation_name"] == "Punkt 4.2"
    assert read["proposals"][0]["outcome"] == "risk"


def test_what_is_missing_is_named(place: Place, as_user: Login) -> None:
    delegate(place)
    report = handed_in(place)
    Report.objects.filter(pk=report.pk).update(status="investigating")
    document(report, without="police")
    body = {"outcome": "risk", "reasons": REASONS, "decider": place.user("birgit").pk}
    answer = post(as_user("sara"), f"{URL}{report.pk}/propose/", report.version, **body)
    assert (answer.status_code, answer.json()["code"]) == (400, "incomplete")
    assert "polisanmält" in answer.json()["message"]
    assert not Decision.objects.exists()


def test_a_measure_from_proposal_to_done_by_its_owner(place: Place, as_user: Login) -> None:
    report = decided(place)
    sara, birgit, eva = as_user("sara"), as_user("birgit"), as_user("eva")
    body = {
        "cause": report.causes.get().pk,
        "text": "Ny rutin.",
        "owner": place.user("eva").pk,
        "due_on": "2026-04-01",
    }
    made = post(sara, f"{URL}{report.pk}/measures/", None, **body)
    assert made.status_code == 201
    one = f"{MEASURES}{made.json()['id']}/"
    assert eva.get(one).status_code == 404
    assert post(birgit, f"{one}decide/", None, verdict="approved").status_code == 428
    assert post(birgit, f"{one}decide/", 9, verdict="approved").status_code == 412
    approved = post(birgit, f"{one}decide/", 1, verdict="approved")
    assert approved.json()["stage"] == "approved"
    assert eva.get(one).status_code == 404
    delivered(place, report, "eva")
    assert eva.get(one).json()["text"] == "Ny rutin."
    assert [row["id"] for row in eva.get(MEASURES).json()["results"]] == [made.json()["id"]]
    assert post(eva, f"{one}decide/", 2, verdict="rejected").status_code == 403
    done = post(eva, f"{one}finish/", 2, on="2026-03-02", how="Klart.")
    assert (done.status_code, done.json()["stage"]) == (200, "done")
    early = post(sara, f"{one}assess/", 3, effect="better", text="Bra.")
    assert early.status_code == 409
    assert as_user("vera").get(one).status_code == 404


def test_of_protected_persons_the_owner_reads_nothing(place: Place, as_user: Login) -> None:
    report = decided(place, protected=True)
    delivered(place, report, "eva")
    one = measure(place, report)
    partly = {"verdict": "partly", "comment": "Bara i Lilla bostaden."}
    post(as_user("birgit"), f"{MEASURES}{one.pk}/decide/", 1, **partly)
    assert Measure.objects.get().stage == "approved"
    for shown in (
        as_user("eva").get(f"{MEASURES}{one.pk}/").json(),
        as_user("eva").get(MEASURES).json()["results"][0],
    ):
        assert "Skyddade personuppgifter" in shown["text"]
        assert "Lilla bostaden" not in str(shown)
    assert as_user("sara").get(f"{MEASURES}{one.pk}/").json()["comment"] == partly["comment"]


def test_the_owner_reads_what_was_approved_and_not_how_the_effect_was_assessed(
    place: Place, as_user: Login
) -> None:
    report = decided(place)
    delivered(place, report, "eva")
    one = measure(place, report)
    partly = {"verdict": "partly", "comment": "Bara på vardagar."}
    post(as_user("birgit"), f"{MEASURES}{one.pk}/decide/", 1, **partly)
    Measure.objects.filter(pk=one.pk).update(
        done_on=date(2026, 3, 2), effect="better", effect_text="Larmen besvaras nu."
    )
    shown = as_user("eva").get(f"{MEASURES}{one.pk}/").json()
    assert "Bara på vardagar." in shown["text"]
    assert "Larmen" not in str(shown)
    assert as_user("sara").get(f"{MEASURES}{one.pk}/").json()["effect_text"].startswith("Larmen")
