"""The times that run, through the API: whose, by which rule, until when and why."""

from datetime import date
from typing import Any

import pytest

from casework.cases.models import Investigation
from casework.models import AuditEvent, Deadline
from tests.conftest import Place, make_report
from tests.factories.cases import decide, investigate, take_in

pytestmark = pytest.mark.django_db
LIST = "/api/v1/deadlines/"


@pytest.fixture(autouse=True)
def _spring(at: Any) -> None:
    at(date(2026, 3, 2))


def rules(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [row["rule"] for row in answer.json()["results"]]


def test_a_time_says_what_it_belongs_to_its_rule_its_dates_and_why(place: Place, api: Any) -> None:
    investigation = investigate(place, "Ä7")
    (shown,) = api("amina").get(LIST).json()["results"]
    why = shown.pop("why")
    time = Deadline.objects.get()
    assert shown == {
        "id": time.pk,
        "kind": "investigation",
        "subject": investigation.pk,
        "number": "Ä7",
        "unit": {"id": place.unit.pk, "name": "Enheten"},
        "handler": None,
        "protected": False,
        "rule": "child_investigation",
        "label": "Barnutredning",
        "rule_kind": "law",
        "law": "SoL 2025:400",
        "provision": "20:3",
        "trigger_date": "2026-03-02",
        "raw_date": "2026-07-02",
        "last_day": "2026-07-02",
        "days_left": 122,
        "state": "running",
        "open": True,
        "met_on": None,
        "extends": None,
    }
    assert "måndag 2 mars 2026" in why[0]
    assert api("amina").get(f"{LIST}{time.pk}/").json()["why"] == why


def test_a_rolled_day_keeps_both_dates_and_says_so(place: Place, api: Any, at: Any) -> None:
    at(date(2026, 6, 5))
    (intake,) = take_in(place)
    times = api("amina").get(f"{LIST}?kind=intake&subject={intake.pk}").json()["results"]
    time = next(one for one in times if one["rule"] == "preliminary_assessment")
    # Midsummer's eve is no working day.
    assert (time["raw_date"], time["last_day"]) == ("2026-06-19", "2026-06-22")
    assert any("midsommarafton" in sentence for sentence in time["why"])


def test_what_has_ended_has_no_days_left(place: Place, api: Any) -> None:
    key = investigate(place).pk
    amina = api("amina")
    body = {"on": "2026-03-02", "outcome": "dismissed"}
    assert amina.post(f"/api/v1/investigations/{key}/close/", body).status_code == 200
    (shown,) = amina.get(f"{LIST}?rule=child_investigation").json()["results"]
    told = [shown[name] for name in ("state", "open", "met_on", "days_left")]
    assert told == ["met", False, "2026-03-02", None]


def test_times_are_seen_by_whoever_may_open_what_they_belong_to(
    place: Place, other_place: Place, api: Any
) -> None:
    investigate(place, "Ä1")
    investigate(place, "Ä2", by="sven", unit=place.sister_unit)
    investigate(other_place, "Ä3")
    make_report(place)

    def numbers(name: str) -> list[str]:
        answer = api(name).get(f"{LIST}?kind=investigation")
        return [row["number"] for row in answer.json()["results"]]

    assert numbers("amina") == ["Ä1"]
    assert numbers("erik") == ["Ä2"]
    assert numbers("anna") == ["Ä1", "Ä2"]
    assert numbers("farid") == numbers("simon") == []
    assert numbers("vera") == ["•••", "•••"]
    theirs = Deadline.objects.get(
        kind="investigation", subject_id=Investigation.objects.get(case__number="Ä3").pk
    )
    assert api("sara").get(f"{LIST}{theirs.pk}/").status_code == 404


def test_protected_ones_are_for_the_named_alone(place: Place, api: Any) -> None:
    investigation = investigate(place)
    url = f"/api/v1/cases/{investigation.case_id}/set-protection/"
    assert api("sara").post(url, {"protected": True}).status_code == 200
    assert rules(api("amina").get(LIST)) == []
    assert rules(api("nils").get(LIST)) == ["child_investigation"]


def test_times_are_narrowed_by_state_rule_unit_kind_and_day(place: Place, api: Any) -> None:
    investigate(place)
    decide(place)
    amina = api("amina")
    both = ["unexecuted_decision", "child_investigation"]
    for query, wanted in {
        "": both,
        "state=running": both,
        "state=met": [],
        "state=met&state=running": both,
        "open=true": both,
        "rule=unexecuted_decision": ["unexecuted_decision"],
        "kind=investigation": ["child_investigation"],
        f"unit={place.unit.pk}": both,
        f"unit={place.sister_unit.pk}": [],
        "due_before=2026-06-02": ["unexecuted_decision"],
        "due_before=2026-06-01": [],
        "due_after=2026-06-03": ["child_investigation"],
    }.items():
        assert rules(amina.get(f"{LIST}?{query}")) == wanted, query
    for query, field in {"state=klar": "state", "due_before=snart": "due_before"}.items():
        answer = amina.get(f"{LIST}?{query}")
        assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_a_page_is_one_audit_event_and_times_are_only_read(place: Place, api: Any) -> None:
    investigate(place)
    amina = api("amina")
    (shown,) = amina.get(LIST).json()["results"]
    event = AuditEvent.objects.get(action="deadline.listed")
    assert (event.subject_kind, event.subject_ids) == ("deadline", [shown["id"]])
    for method in ("post", "put", "patch", "delete"):
        assert getattr(amina, method)(LIST, {}).status_code == 405
