"""Watched times through the API: begun, each step once, whom it refuses."""

from datetime import date
from typing import Any

import pytest

from casework.cases.models import Case, WatchedTime
from tests.api.test_case_steps import granted, walk
from tests.conftest import Place

pytestmark = pytest.mark.django_db
URL = "/api/v1/watched-times/"
DAY = "2026-03-02"


@pytest.fixture(autouse=True)
def _spring(at: Any) -> None:
    at(date(2026, 3, 30))


def begun(client: Any, **given: Any) -> Any:
    body = {"case": Case.objects.get().pk, "rule": "moving_ban", "trigger_date": DAY}
    return client.post(URL, body | given)


def test_a_time_is_begun_reviewed_and_dropped(place: Place, api: Any) -> None:
    amina = api("amina")
    granted(amina, place)
    answer = begun(amina)
    assert answer.status_code == 201
    made = answer.json()
    assert answer["Location"].endswith(f"{URL}{made['id']}/")
    assert (made["rule_label"], made["case"]["number"]) == ("Flyttningsförbud", "Ä1")
    assert [turn["last_day"] for turn in made["deadlines"]] == ["2026-06-02"]
    shown = walk(
        amina,
        "watched-times",
        made["id"],
        ("review", {"on": "2026-03-16"}),
        ("drop", {"on": "2026-03-30", "reason": "ceased"}),
    )
    assert (shown["counted_from"], shown["dropped"]) == ("2026-03-16", "ceased")
    assert sorted(turn["state"] for turn in shown["deadlines"]) == ["met", "void"]
    assert [row["id"] for row in amina.get(URL).json()["results"]] == [made["id"]]
    assert amina.get(f"{URL}{made['id']}/").json()["rule"] == "moving_ban"


def test_a_time_is_extended_and_done(place: Place, api: Any) -> None:
    amina = api("amina")
    granted(amina, place)
    key = begun(amina, rule="lvu_application").json()["id"]
    shown = walk(
        amina,
        "watched-times",
        key,
        ("extend", {"until": "2026-04-20", "decided_on": "2026-03-30"}),
        ("done", {"on": "2026-03-30"}),
    )
    assert shown["ended_on"] == "2026-03-30"


def test_what_does_not_hold_is_refused_and_the_hidden_is_not_there(place: Place, api: Any) -> None:
    amina = api("amina")
    granted(amina, place)
    assert begun(amina, rule="child_investigation").status_code == 400
    assert begun(amina, trigger_date="2026-04-01").status_code == 400
    key = begun(amina).json()["id"]
    assert begun(amina).status_code == 409
    assert amina.post(f"{URL}{key}/extend/", {"until": DAY, "decided_on": DAY}).status_code == 409
    assert api("farid").get(f"{URL}{key}/").status_code == 404
    assert begun(api("farid")).status_code == 404
    assert api("sara").post(f"{URL}{key}/done/", {"on": DAY}).status_code == 403
    assert WatchedTime.objects.get().ended_on is None
