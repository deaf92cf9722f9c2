"""The delegationsordning through the API: begun, replaced and ended, each from what was read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.models import AuditEvent
from lexsarah.models import DelegationRule
from tests.conftest import Place

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
URL = "/api/v1/lexsarah-delegation-rules/"
ROW = {
    "name": "Punkt 4.2",
    "outcome": "risk",
    "role": "avdelningschef",
    "by_investigator": False,
    "valid_from": "2026-03-02",
}


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(date(2026, 3, 2))


@pytest.fixture
def simon(as_user: Login) -> Client:
    return as_user("simon")


def post(client: Client, url: str, tag: str | None = None, **body: Any) -> Any:
    headers = {} if tag is None else {"If-Match": tag}
    return client.post(url, body, content_type="application/json", headers=headers)


def test_begun_and_replaced_and_what_was_stays(
    place: Place, simon: Client, at: Callable[[Any], Any]
) -> None:
    made = post(simon, URL, **ROW)
    assert made.status_code == 201
    assert made.json()["valid_to"] is None
    url = made["Location"].removeprefix("http://testserver")
    assert simon.get(url)["ETag"] == made["ETag"]
    new = ROW | {"name": "Punkt 4.3", "by_investigator": True, "valid_from": "2026-04-01"}
    assert post(simon, f"{url}replace/", **new).status_code == 428
    assert post(simon, f"{url}replace/", '"1"', **new).status_code == 412
    replaced = post(simon, f"{url}replace/", made["ETag"], **new)
    assert (replaced.status_code, replaced.json()["name"]) == (201, "Punkt 4.3")
    assert simon.get(url).json()["valid_to"] == "2026-03-31"
    # Both in the list; one on each day.
    assert len(simon.get(URL).json()["results"]) == 2
    for day, name in (("2026-03-31", "Punkt 4.2"), ("2026-04-01", "Punkt 4.3")):
        (held,) = simon.get(URL, {"on": day}).json()["results"]
        assert held["name"] == name
    event = AuditEvent.objects.filter(action="lexsarah.delegation_changed").latest("id")
    assert event.data["act"] == "changed"
    # What has been read before it was replaced is stale now.
    assert post(simon, f"{url}end/", made["ETag"], last_day="2026-03-10").status_code == 412


def test_ended_on_a_day(simon: Client) -> None:
    made = post(simon, URL, **ROW)
    url = f"{URL}{made.json()['id']}/"
    yesterday = post(simon, f"{url}end/", made["ETag"], last_day="2026-03-01")
    assert (yesterday.status_code, yesterday.json()["field"]) == (400, "last_day")
    ended = post(simon, f"{url}end/", made["ETag"], last_day="2026-06-30")
    assert (ended.status_code, ended.json()["valid_to"]) == (200, "2026-06-30")
    assert ended["ETag"] != made["ETag"]


def test_one_that_has_not_begun_has_an_end_or_goes_altogether(simon: Client) -> None:
    made = post(simon, URL, **ROW | {"valid_from": "2026-05-01"})
    url = f"{URL}{made.json()['id']}/"
    ended = post(simon, f"{url}end/", made["ETag"], last_day="2026-06-30")
    assert (ended.status_code, ended.json()["valid_to"]) == (200, "2026-06-30")
    assert post(simon, f"{url}end/", ended["ETag"], last_day="2026-04-30").status_code == 204
    assert simon.get(url).status_code == 404
    assert not DelegationRule.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"outcome": "annat"}, "outcome"),
        ({"role": "medarbetare"}, "role"),
        ({"valid_from": "i dag"}, "valid_from"),
    ],
)
def test_what_is_wrong_is_said_by_field(simon: Client, wrong: dict[str, str], field: str) -> None:
    answer = post(simon, URL, **ROW | wrong)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_the_same_row_twice_is_refused(simon: Client) -> None:
    assert post(simon, URL, **ROW).status_code == 201
    again = post(simon, URL, **ROW)
    assert (again.status_code, again.json()["field"]) == (400, "role")


def test_only_whoever_keeps_it_meets_it(
    place: Place, other_place: Place, simon: Client, as_user: Login
) -> None:
    made = post(simon, URL, **ROW)
    url = f"{URL}{made.json()['id']}/"
    for name in ("sara", "birgit", "eva"):
        assert as_user(name).get(URL).status_code == 403
        assert post(as_user(name), URL, **ROW).status_code == 403
    stranger = Client()
    stranger.force_login(other_place.user("simon"))
    assert stranger.get(URL).json()["results"] == []
    assert stranger.get(url).status_code == 404
    assert post(stranger, f"{url}end/", made["ETag"], last_day="2026-06-30").status_code == 404
