"""Every step of a case once through the API; whom it refuses, and with what words."""

from datetime import date, datetime
from typing import Any

import pytest

from casework.cases.models import Case, Intake, Investigation
from casework.models import AuditEvent
from tests.conftest import Place, make_place
from tests.factories.times import instant

pytestmark = pytest.mark.django_db
DAY = "2026-03-02"


@pytest.fixture(autouse=True)
def _spring(at: Any) -> None:
    at(date(2026, 3, 30))


def child(number: str = "Ä1") -> dict[str, Any]:
    return {"case_number": number, "sex": "female", "birth_year": 2015}


def come_in(client: Any, place: Place, **given: Any) -> Any:
    body = {
        "unit": place.unit.pk,
        "received_at": "2026-03-02T10:00:00+01:00",
        "kind": "report",
        "people": [child()],
        "source": "Skola",
    }
    return client.post("/api/v1/intakes/", body | given)


def opened(client: Any, place: Place, **given: Any) -> Any:
    body = {"unit": place.unit.pk, "opened_on": DAY, **child()}
    return client.post("/api/v1/investigations/", body | given)


def granted(client: Any, place: Place, **given: Any) -> Any:
    body = {
        "unit": place.unit.pk,
        "case_number": "Ä1",
        "statute": "SoL",
        "measure": "Kontaktfamilj",
        "decided_on": DAY,
    }
    return client.post("/api/v1/decisions/", body | given)


def walk(client: Any, resource: str, key: int, *steps: tuple[str, dict[str, Any]]) -> Any:
    """Take the steps in order; return the record as it is after the last."""
    for name, body in steps:
        answer = client.post(f"/api/v1/{resource}/{key}/{name}/", body)
        assert answer.status_code == 200, (name, answer.json())
    return answer.json()


def test_siblings_in_one_anmalan_are_an_intake_each_with_one_entry(place: Place, api: Any) -> None:
    answer = come_in(api("amina"), place, people=[child("Ä1"), child("Ä2")])
    assert answer.status_code == 201, answer.json()
    made = Intake.objects.order_by("pk")
    assert [intake.case.number for intake in made if intake.case] == ["Ä1", "Ä2"]
    assert answer.json() == {
        "entry": str(made[0].entry),
        "intakes": [{"id": intake.pk, "case": intake.case_id} for intake in made],
    }
    assert {intake.entry for intake in made} == {made[0].entry}


def test_an_anmalan_from_what_came_in_to_the_end_of_following_up(place: Place, api: Any) -> None:
    amina = api("amina")
    key = come_in(amina, place, feedback_asked=True).json()["intakes"][0]["id"]
    decided = walk(
        amina,
        "intakes",
        key,
        ("protection-assessment", {"at": "2026-03-02T15:00:00+01:00"}),
        ("preliminary-assessment", {"outcome": "opened", "on": "2026-03-05", "reason": "Oro"}),
    )
    assert (decided["outcome"], decided["reason"]) == ("opened", "Oro")
    investigation = Investigation.objects.get()
    assert decided["investigation"] == investigation.pk
    told = walk(amina, "intakes", key, ("give-feedback", {"on": "2026-03-06"}))
    assert told["feedback_given_on"] == "2026-03-06"
    states = {time["rule"]: time["state"] for time in told["deadlines"]}
    assert states == {
        "protection_assessment": "met",
        "preliminary_assessment": "met",
        "reporter_feedback": "met",
    }
    closed = walk(
        amina,
        "investigations",
        investigation.pk,
        ("extend", {"until": "2026-08-01", "decided_on": "2026-03-20", "reason": "Väntar på BUP"}),
        ("close", {"on": "2026-03-25", "outcome": "no_measure"}),
        ("begin-follow-up", {"on": "2026-03-26"}),
        ("end-follow-up", {"on": "2026-03-29"}),
    )
    assert (closed["closed_on"], closed["outcome"]) == ("2026-03-25", "no_measure")
    assert closed["follow_up_ended_on"] == "2026-03-29"
    assert closed["extensions"] == [
        {"until": "2026-08-01", "decided_on": "2026-03-20", "reason": "Väntar på BUP"}
    ]


def test_feedback_is_asked_for_later_and_waived_with_a_reason(place: Place, api: Any) -> None:
    amina = api("amina")
    key = come_in(amina, place).json()["intakes"][0]["id"]
    asked = walk(amina, "intakes", key, ("ask-feedback", {"on": "2026-03-04"}))
    assert asked["feedback_asked"] is True
    waived = walk(amina, "intakes", key, ("waive-feedback", {"reason": "Olämpligt"}))
    assert waived["feedback_asked"] is False


def test_an_investigation_opened_within_thirty_days_of_the_last_is_shown_as_taken_up_anew(
    place: Place, api: Any
) -> None:
    amina = api("amina")
    first = opened(amina, place)
    assert first.status_code == 201, first.json()
    key = first.json()["id"]
    assert first["Location"].endswith(f"/api/v1/investigations/{key}/")
    walk(amina, "investigations", key, ("close", {"on": "2026-03-10", "outcome": "no_measure"}))
    second = opened(amina, place, opened_on="2026-03-20").json()["id"]
    shown = amina.get(f"/api/v1/investigations/{second}/").json()
    assert shown["restarted_after"] == "2026-03-10"
    (case,) = amina.get("/api/v1/cases/?restarted=true").json()["results"]
    assert case["under_way"] == ["investigated"]


def test_a_decision_executed_interrupted_and_resumed(place: Place, api: Any) -> None:
    amina = api("amina")
    key = granted(amina, place).json()["id"]
    shown = walk(
        amina,
        "decisions",
        key,
        ("give-reason", {"reason": "Familj saknas"}),
        ("execute", {"on": "2026-03-05"}),
        ("interrupt", {"on": "2026-03-10"}),
        ("resume", {"on": "2026-03-20"}),
    )
    days = [shown[name] for name in ("executed_on", "interrupted_on", "resumed_on")]
    assert days == ["2026-03-05", "2026-03-10", "2026-03-20"]
    assert shown["reason"] == "Familj saknas"


def test_a_decision_ended_without_execution(place: Place, api: Any) -> None:
    amina = api("amina")
    key = granted(amina, place).json()["id"]
    body = {"on": "2026-03-20", "reason": "Återtagen ansökan"}
    shown = walk(amina, "decisions", key, ("end-without-execution", body))
    assert (shown["ended_on"], shown["reason"]) == ("2026-03-20", "Återtagen ansökan")


@pytest.mark.parametrize("resource", ["intakes", "investigations", "decisions"])
def test_each_kind_is_taken_assigned_and_moved(place: Place, api: Any, resource: str) -> None:
    amina, eva = api("amina"), api("eva")
    if resource == "intakes":
        key = come_in(amina, place).json()["intakes"][0]["id"]
    else:
        key = (opened if resource == "investigations" else granted)(amina, place).json()["id"]
    taken = walk(amina, resource, key, ("assign", {"to": place.user("amina").pk}))
    assert taken["handler"]["name"] == "Amina Norr"
    given = walk(eva, resource, key, ("assign", {"to": place.user("frida").pk}))
    assert given["handler"]["name"] == "Frida Norr"
    left = walk(eva, resource, key, ("assign", {"to": None}))
    assert left["handler"] is None
    moved = eva.post(f"/api/v1/{resource}/{key}/move/", {"to": place.sister_unit.pk})
    assert (moved.status_code, moved.content) == (204, b"")
    assert eva.get(f"/api/v1/{resource}/{key}/").status_code == 404


def test_protection_hides_the_case_and_all_in_it_at_once(place: Place, api: Any) -> None:
    key = come_in(api("amina"), place).json()["intakes"][0]["id"]
    case = Case.objects.get()
    url = f"/api/v1/cases/{case.pk}/set-protection/"
    hidden = api("amina").post(url, {"protected": True})
    assert (hidden.status_code, hidden.content) == (204, b"")
    for name in ("amina", "anna", "vera"):
        assert api(name).get(f"/api/v1/intakes/{key}/").status_code == 404, name
        assert api(name).get(f"/api/v1/cases/{case.pk}/").status_code == 404, name
    shown = api("sara").post(url, {"protected": False})
    assert (shown.status_code, shown.json()["protected"]) == (200, False)


def refused(answer: Any) -> tuple[int, str, str | None]:
    """Return status, code and field of a refusal; it has words too."""
    body = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert body["message"]
    return answer.status_code, body["code"], body["field"]


def test_what_collides_with_what_is_said_with_its_field(place: Place, api: Any) -> None:
    amina = api("amina")
    key = opened(amina, place).json()["id"]
    url = f"/api/v1/investigations/{key}/close/"
    early = amina.post(url, {"on": "2026-03-01", "outcome": "no_measure"})
    assert refused(early) == (400, "invalid", "on")
    assert "inleddes 2026-03-02" in early.json()["message"]
    empty = amina.post(url, {})
    assert {fault["field"] for fault in empty.json()["errors"]} == {"on", "outcome"}


def test_an_extension_beyond_the_calendar_is_refused_by_step_and_by_put(
    place: Place, api: Any
) -> None:
    amina, simon = api("amina"), api("simon")
    key = opened(amina, place).json()["id"]
    body = {"until": "9999-12-31", "decided_on": "2026-03-20", "reason": "Särskilda skäl"}
    answer = amina.post(f"/api/v1/investigations/{key}/extend/", body)
    assert refused(answer) == (400, "invalid", "until")
    row = {"unit": "Enheten", "opened_on": DAY, "extended_to": "2100-01-01"}
    answer = simon.put("/api/v1/investigations/U-1/", row)
    assert refused(answer) == (400, "invalid", "extended_to")


def test_siblings_and_people_are_checked_where_they_stand(place: Place, api: Any) -> None:
    amina = api("amina")
    twice = come_in(amina, place, people=[child("Ä1"), child("Ä1")])
    assert refused(twice) == (400, "invalid", "case_number")
    odd = come_in(amina, place, people=[child("Ä1"), {"sex": "x"}])
    assert {fault["field"] for fault in odd.json()["errors"]} == {
        "people.1.case_number",
        "people.1.sex",
    }
    assert not Intake.objects.exists()


def test_a_step_out_of_turn_is_a_conflict(place: Place, api: Any) -> None:
    amina = api("amina")
    key = come_in(amina, place).json()["intakes"][0]["id"]
    body = {"outcome": "opened", "on": "2026-03-05"}
    answer = amina.post(f"/api/v1/intakes/{key}/preliminary-assessment/", body)
    assert refused(answer) == (409, "conflict", None)
    assert "Skyddsbedömningen saknas" in answer.json()["message"]


def test_who_sees_and_may_not_is_told_before_the_body_is_looked_at(place: Place, api: Any) -> None:
    key = opened(api("amina"), place).json()["id"]
    for name in ("sara", "vera"):
        answer = api(name).post(f"/api/v1/investigations/{key}/close/", {})
        assert refused(answer) == (403, "not_allowed", None), name
    assert refused(opened(api("sara"), place))[0] == 403
    assert refused(opened(api("amina"), place, unit=place.sister_unit.pk))[0] == 403


def test_what_is_hidden_and_what_is_not_there_answer_alike(place: Place, api: Any) -> None:
    other = make_place("Söder")
    key = opened(api("amina"), place).json()["id"]
    for client in (api("sven"), api("farid"), api("simon"), api("sara", other)):
        for one in (key, key + 1000, 10**30, "U-finns-inte"):
            url = f"/api/v1/investigations/{one}/close/"
            assert refused(client.post(url, {}))[:2] == (404, "not_found")
    foreign = opened(api("amina"), place, unit=other.unit.pk)
    assert refused(foreign) == (400, "does_not_exist", "unit")


def test_each_step_is_audited_as_on_screen(place: Place, api: Any) -> None:
    amina = api("amina")
    key = come_in(amina, place).json()["intakes"][0]["id"]
    at = datetime.isoformat(instant("2026-03-02 15:00"))
    walk(amina, "intakes", key, ("protection-assessment", {"at": at}))
    told = AuditEvent.objects.filter(action="case.protection_assessed").get()
    assert (told.subject_ids, told.actor_id) == ([key], place.user("amina").pk)


def test_a_case_of_another_unit_is_asked_about_and_a_hidden_one_is_not(
    place: Place, api: Any
) -> None:
    opened(api("amina"), place)
    there = {"unit": place.sister_unit.pk}
    for ask in (come_in, opened, granted):
        answer = ask(api("sven"), place, **there)
        assert (answer.status_code, answer.json()["code"]) == (409, "other_unit")
    assert granted(api("sven"), place, **there, other_unit=True).status_code == 201
    case = Case.objects.get()
    hidden = api("sara").post(f"/api/v1/cases/{case.pk}/set-protection/", {"protected": True})
    assert hidden.status_code == 200
    answer = come_in(api("farid"), place, unit=place.far_unit.pk, other_unit=True)
    assert (answer.status_code, answer.json()["field"]) == (400, "case_number")
