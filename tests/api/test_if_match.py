"""Every act of the API that edits what somebody has read says which version it was made from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from rest_framework.test import APIClient

from casework.api.authentication import make_token
from casework.models import Membership, Role
from deviations.models import Deviation
from lexsarah.models import DelegationRule, Report
from tests.conftest import Place, make_report
from tests.factories.handling import equipped, make_registers
from tests.lexsarah.deciding import decided, delegate, measure
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

Login = Callable[..., APIClient]
# Acts on what two people may have before them at once: without a version they are refused.
DEVIATION = "classify close close-simply close-without-action investigate"
REPORT = """
    assess-serious assign-decider assign-investigator classify close close-short decide
    follow-measures make-safe move name-examined notify-ivo outside-texts point-to-mas propose
    protect publish-lesson reopen return-proposal set-registry-number start-investigation
    supplement-ivo take-back-proposal unname-examined
"""
MEASURE = "assess decide finish reassign withdraw"
RULE = "end replace"
OTHERS = """
    lexsarah-asked/{id}/answer lexsarah-asked/{id}/draft
    lexsarah-provider-information/{id}/correct lexsarah-provider-information/{id}/finish
    lexsarah-provider-information/{id}/follow-up
    lexsarah-reports/{id}/document/{part} lexsarah-reports/{id}/ivo-letters/{letter_id}/answer
"""
REQUIRED = {
    *(f"deviations/{{id}}/{act}" for act in DEVIATION.split()),
    *(f"lexsarah-reports/{{id}}/{act}" for act in REPORT.split()),
    *(f"lexsarah-measures/{{id}}/{act}" for act in MEASURE.split()),
    *(f"lexsarah-delegation-rules/{{id}}/{act}" for act in RULE.split()),
    *OTHERS.split(),
}
DESCRIPTION = yaml.safe_load(Path(settings.BASE_DIR, "docs", "openapi.yaml").read_text())


@pytest.fixture(autouse=True)
def _spring(at: Callable[[date], object]) -> None:
    at(date(2026, 3, 4))


def test_these_acts_and_no_others_want_a_version() -> None:
    wanting = {
        path.removeprefix("/api/v1/").strip("/")
        for path, methods in DESCRIPTION["paths"].items()
        for given in methods.values()
        for one in given.get("parameters", ())
        if one.get("name") == "If-Match" and one.get("required")
    }
    assert wanting == REQUIRED


def _body(path: str, place: Place) -> dict[str, Any]:
    """Return a body that the description of the act accepts."""
    asked = DESCRIPTION["paths"][f"/api/v1/{path}/"]["post"].get("requestBody")
    if asked is None:
        return {}
    shape = _resolved(asked["content"]["application/json"]["schema"])
    return {
        name: _value(path, name, _resolved(shape["properties"][name]), place)
        for name in shape.get("required", ())
    }


def _resolved(shape: dict[str, Any]) -> dict[str, Any]:
    for one in (shape, *shape.get("allOf", ()), *shape.get("oneOf", ())):
        if "$ref" in one:
            return DESCRIPTION["components"]["schemas"][one["$ref"].rpartition("/")[2]]
    return shape


def _value(path: str, name: str, shape: dict[str, Any], place: Place) -> Any:
    if shape.get("type") == "integer" and name in {"user", "decider", "owner", "to"}:
        # A report is moved to a unit, all else is given to people.
        return place.sister_unit.pk if path.endswith("/move") else place.user("nils").pk
    if "enum" in shape:
        return shape["enum"][0]
    if shape.get("format") == "date":
        return "2026-03-04"
    return {"boolean": True, "integer": 1, "array": []}.get(shape.get("type", ""), "Text")


def _is_refused_without(client: APIClient, path: str, record: Any, place: Place) -> None:
    url = f"/api/v1/{path.replace('{id}', str(record.pk))}/"
    body = _body(path, place)
    if path.startswith("deviations/"):
        known = {"category": record.category_id, "causes": record.cause_ids}
        body |= {name: value for name, value in known.items() if name in body}
    bare = client.post(url, body)
    assert (bare.status_code, bare.json()["code"]) == (428, "version_required"), bare.json()
    for version in ('"0"', '"999"', f'"{record.version + 1}"'):
        stale = client.post(url, body, headers={"If-Match": version})
        assert stale.status_code == 412, (version, stale.json())
    now = type(record).objects.get(pk=record.pk)
    assert now.version == record.version


@pytest.mark.parametrize("act", DEVIATION.split())
def test_on_a_deviation(place: Place, api: Login, act: str) -> None:
    deviation = equipped(place, make_registers(place))
    path = f"deviations/{{id}}/{act}"
    _is_refused_without(api("eva"), path, deviation, place)


def test_an_act_that_wants_no_version_honours_the_one_that_is_sent(
    place: Place, api: Login
) -> None:
    deviation = make_report(place)
    acts: dict[str, dict[str, Any]] = {
        "receive": {},
        "assign": {"to": place.user("nils").pk},
        "ask": {"text": "Vilken dag?"},
        "move": {"to": place.sister_unit.pk, "reason": "Deras"},
        "dismiss": {"reason": "Rätt gjort."},
        "merge": {"into": make_report(place).pk},
        "send-to-sas": {"reason": "Kan vara allvarligt."},
        "set-protection": {"protected": True},
    }
    for act, body in acts.items():
        url = f"/api/v1/deviations/{deviation.pk}/{act}/"
        stale = api("eva").post(url, body, headers={"If-Match": '"999"'})
        assert stale.status_code == 412, act
    assert Deviation.objects.get(pk=deviation.pk).version == deviation.version


@pytest.mark.parametrize("act", REPORT.split())
def test_on_a_report(place: Place, api: Login, act: str) -> None:
    report = handed_in(place)
    # Sara is all that anybody may be to it, so that nothing else refuses.
    Report.objects.filter(pk=report.pk).update(
        investigator=place.user("sara"), decider=place.user("sara")
    )
    _is_refused_without(api("sara"), f"lexsarah-reports/{{id}}/{act}", report, place)


@pytest.mark.parametrize("act", MEASURE.split())
def test_on_a_measure(place: Place, api: Login, act: str) -> None:
    it = measure(place, decided(place))
    Membership.objects.create(user=place.user("birgit"), board=place.board, role=Role.SAS)
    _is_refused_without(api("birgit"), f"lexsarah-measures/{{id}}/{act}", it, place)


@pytest.mark.parametrize("act", RULE.split())
def test_on_a_row_of_the_delegation(place: Place, api: Login, act: str) -> None:
    delegate(place)
    row = DelegationRule.objects.order_by("pk")[0]
    url = f"/api/v1/lexsarah-delegation-rules/{row.pk}/{act}/"
    body = _body(f"lexsarah-delegation-rules/{{id}}/{act}", place)
    assert api("simon").post(url, body).status_code == 428
    stale = api("simon").post(url, body, headers={"If-Match": '"999"'})
    assert stale.status_code == 412


def test_an_id_of_another_board_is_unknown(place: Place, other_place: Place, api: Login) -> None:
    deviation = make_report(place)
    acts: dict[str, dict[str, Any]] = {
        "assign": {"to": other_place.user("nils").pk},
        "move": {"to": other_place.unit.pk, "reason": "Deras"},
    }
    for act, body in acts.items():
        answer = api("eva").post(f"/api/v1/deviations/{deviation.pk}/{act}/", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "does_not_exist"), act
        assert answer.json()["field"] == "to"


def test_a_token_lapses_to_the_second(place: Place, at: Callable[[datetime], object]) -> None:
    made = datetime(2026, 3, 4, 10, tzinfo=UTC)
    at(made)
    token, _ = make_token(place.user("eva"))
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    lapses = made + timedelta(days=settings.API_TOKEN_DAYS)
    second = timedelta(seconds=1)
    for when, status in ((lapses - second, 200), (lapses, 401), (lapses + second, 401)):
        at(when)
        assert client.get("/api/v1/units/").status_code == status, when
