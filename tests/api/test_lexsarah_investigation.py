"""The lex Sarah investigation through the API: If-Match, both texts on a conflict, who gets in."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from casework.models import AuditEvent
from deviations.models import Cause
from lexsarah.models import DocumentPart, Examined, Note, Report
from lexsarah.services import documenting, investigating
from tests.conftest import Place
from tests.lexsarah.factory import handed_in
from tests.lexsarah.test_investigation import lock

pytestmark = pytest.mark.django_db

Api = Callable[..., APIClient]
URL = "/api/v1/lexsarah-reports/"


@pytest.fixture(autouse=True)
def _spring(at: Any) -> None:
    at(date(2026, 3, 30))


@pytest.fixture
def report(place: Place) -> Report:
    """One that Sara investigates."""
    return investigating.start_investigation(place.actor("sara"), handed_in(place).pk)


def test_a_part_is_saved_under_if_match_and_a_conflict_gives_both(api: Api, report: Report) -> None:
    sara, where = api("sara"), f"{URL}{report.pk}/document/event/"
    assert sara.post(where, {"text": "Ett"}).status_code == 428
    assert sara.post(where, {"text": "Ett"}, HTTP_IF_MATCH='"nej"').status_code == 412
    saved = sara.post(where, {"text": "Ett"}, HTTP_IF_MATCH='"0"')
    assert (saved.status_code, saved["ETag"], saved.json()["version"]) == (200, '"1"', 1)
    lost = sara.post(where, {"text": "Två"}, HTTP_IF_MATCH='"0"')
    said = lost.json()
    assert (lost.status_code, lost["ETag"], said["code"]) == (409, '"1"', "stale")
    assert (said["stands"]["text"], said["sent"]["text"]) == ("Ett", "Två")
    assert said["stands"]["saved_by"]["name"]
    assert DocumentPart.objects.get().text == "Ett"
    assert sara.post(where, {"text": "Två"}, HTTP_IF_MATCH=lost["ETag"]).status_code == 200
    wrong = sara.post(where, {"text": "Två", "choice": "yes"}, HTTP_IF_MATCH='"2"')
    assert (wrong.status_code, wrong.json()["field"]) == (400, "choice")
    nowhere = sara.post(f"{URL}{report.pk}/document/nonsens/", {}, HTTP_IF_MATCH='"0"')
    assert nowhere.status_code == 404


def test_the_document_says_what_is_missing(api: Api, place: Place, report: Report) -> None:
    documenting.save_part(
        place.actor("sara"), report.pk, "event", text="Så var det.", expected_version=0
    )
    answer = api("sara").get(f"{URL}{report.pk}/document/").json()
    first, second = answer["parts"][:2]
    assert (first["part"], first["text"], first["version"]) == ("event", "Så var det.", 1)
    assert (second["version"], second["saved_at"]) == (0, None)
    assert "event" not in answer["missing"]
    assert "noticed" in answer["missing"]
    assert AuditEvent.objects.latest("id").action == "lexsarah.investigation_read"


def test_notes_are_written_and_corrected(api: Api, report: Report) -> None:
    sara, where = api("sara"), f"{URL}{report.pk}/notes/"
    given = {"on": "2026-03-29", "source": "Eva", "nature": "fact", "text": "Larmet var av."}
    first = sara.post(where, given)
    assert (first.status_code, first.json()["corrects"]) == (201, None)
    correction = given | {"text": "Larmet var på.", "corrects": first.json()["id"]}
    second = sara.post(where, correction)
    assert second.json()["corrects"] == first.json()["id"]
    listed = sara.get(where).json()
    assert [one["corrected_by"] for one in listed] == [second.json()["id"], None]
    assert sara.post(where, correction | {"text": "Nej."}).status_code == 409
    assert sara.post(where, given | {"on": "2026-03-31"}).json()["field"] == "on"
    assert Note.objects.count() == 2


def test_causes_and_earlier_events(api: Api, place: Place, report: Report, cause: Cause) -> None:
    sara, base = api("sara"), f"{URL}{report.pk}/"
    chosen = sara.post(f"{base}causes/", {"cause": cause.pk, "text": "För få."})
    assert (chosen.status_code, chosen.json()["name"]) == (201, cause.name)
    assert [one["text"] for one in sara.get(f"{base}causes/").json()] == ["För få."]
    assert sara.post(f"{base}causes/{chosen.json()['id']}/remove/").json() == []
    old = handed_in(place)
    (proposed,) = sara.get(f"{base}earlier-events/").json()["proposals"]
    assert (proposed["record"], proposed["id"], bool(proposed["why"])) == ("report", old.pk, True)
    stand = {"record": "report", "id": old.pk, "accepted": True}
    assert sara.post(f"{base}earlier-events/", stand).json()["field"] == "reason"
    judged = sara.post(f"{base}earlier-events/", stand | {"reason": "Ingen rutin."})
    assert (judged.status_code, judged.json()["accepted"]) == (200, True)
    listed = sara.get(f"{base}earlier-events/").json()
    assert (len(listed["judged"]), listed["proposals"]) == (1, [])


def test_kind_mas_and_examined_are_edits(api: Api, place: Place, report: Report) -> None:
    sara, base = api("sara"), f"{URL}{report.pk}/"
    birgit = place.user("birgit").pk
    acts: list[tuple[str, dict[str, Any]]] = [
        ("classify", {"event_kind": "legal"}),
        ("point-to-mas", {"on": "2026-03-30", "note": "Läkemedlet."}),
        ("name-examined", {"user": birgit}),
        ("unname-examined", {"user": birgit}),
    ]
    for name, body in acts:
        assert sara.post(f"{base}{name}/", body).status_code == 428
        tag = sara.get(base)["ETag"]
        done = sara.post(f"{base}{name}/", body, HTTP_IF_MATCH=tag)
        assert (done.status_code, done["ETag"] != tag) == (200, True), done.content
        assert sara.post(f"{base}{name}/", body, HTTP_IF_MATCH=tag).status_code == 412
        named = [one["id"] for one in sara.get(f"{base}examined/").json()]
        assert named == ([birgit] if name == "name-examined" else [])
    report.refresh_from_db()
    assert (report.event_kind, report.mas_note) == ("legal", "Läkemedlet.")


READS = ("document", "notes", "causes", "earlier-events", "examined")


@pytest.mark.parametrize("what", READS)
def test_who_reads_and_who_does_not(api: Api, place: Place, report: Report, what: str) -> None:
    where = f"{URL}{report.pk}/{what}/"
    for name in ("amina", "eva", "anna", "birgit", "vera"):
        assert api(name).get(where).status_code == 404
    lock(place, report)
    assert api("birgit").get(where).status_code == 200
    assert api("sara").get(where).status_code == 200
    Examined.objects.create(report=report, user=place.user("sara"), added_at=report.reported_at)
    assert api("sara").get(where).status_code == 403
