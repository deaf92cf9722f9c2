"""Somebody was first: what stands now beside what was typed, who did it, nothing overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.audit.actions import AUDIT_ACTIONS
from casework.audit.changes import is_reading, latest_changes
from casework.models import Membership, Role
from casework.shared import clock
from deviations.models import Cause
from lexsarah import states
from lexsarah.models import (
    DocumentPart,
    IvoLetter,
    Lesson,
    LessonReview,
    OutsideText,
    RegistryEntry,
    Report,
    StoredDocument,
)
from lexsarah.services import investigating, lessons, letters, outside, providers, registry
from lexsarah.services.letters import Letter
from lexsarah.services.providers import Information
from lexsarah.services.registry import Entry
from tests.conftest import Place
from tests.lexsarah.factory import handed_in
from tests.lexsarah.paper_factory import investigated

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TODAY = date(2026, 3, 30)
HEADING = "Någon annan hann före"


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any], place: Place) -> None:
    at(TODAY)
    Membership.objects.create(user=place.user("gun"), board=place.board, role=Role.SAS)


@pytest.fixture
def report(place: Place) -> Report:
    return handed_in(place)


def notified(place: Place, report: Report) -> Report:
    investigating.record_ivo_notification(place.actor("sara"), report.pk, on=TODAY)
    report.refresh_from_db()
    return report


def decided(place: Place) -> Report:
    report = handed_in(place)
    Report.objects.filter(pk=report.pk).update(
        status=states.DECIDED, outcome=states.MISCONDUCT, decided_on=TODAY
    )
    report.refresh_from_db()
    return report


def halves(text: str) -> tuple[str, str]:
    """What is said to stand now, and what was typed."""
    _, now, typed = re.split("<h2>Det som gäller nu</h2>|<h2>Det du skrev</h2>", text)
    return now, typed.split("</section>")[0]


def test_a_letter_noted_meanwhile(place: Place, report: Report, as_user: Login) -> None:
    version = notified(place, report).version
    told = Letter("question", TODAY, "Hur många var på plats?")
    letters.record_letter(place.actor("gun"), report.pk, letter=told)
    typed = {
        "version": version,
        "kind": "decision",
        "came_on": "2026-03-30",
        "text": "IVO avslutar.",
    }
    sara, url = as_user("sara"), f"/lex-sarah/{report.pk}/ivo/brev/"
    answer = sara.post(url, typed)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert HEADING in text
    assert "Fråga från IVO, kom 2026-03-30" in text
    gun = place.user("gun").display_name
    assert (
        f"30 mars 2026 {clock.now().astimezone(clock.STOCKHOLM):%H.%M}, {gun}: Antecknade brev"
        in text
    )
    assert "IVO avslutar.</textarea>" in text
    assert IvoLetter.objects.count() == 1
    # Sent again, knowing it, it holds.
    version = answer.context["form"]["version"].value()
    assert sara.post(url, typed | {"version": version}).status_code == 302
    assert IvoLetter.objects.count() == 2


def test_more_time_that_somebody_else_noted(place: Place, report: Report, as_user: Login) -> None:
    version = notified(place, report).version
    more = Letter("extension", TODAY, "Ni får till juli.", date(2026, 7, 1))
    letters.record_letter(place.actor("gun"), report.pk, letter=more)
    typed = {
        "version": version,
        "kind": "extension",
        "came_on": "2026-03-30",
        "text": "Ni får till augusti.",
        "answer_due_on": "2026-08-03",
    }
    answer = as_user("sara").post(f"/lex-sarah/{report.pk}/ivo/brev/", typed)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'Utredningen senast hos IVO</dt><dd class="lex-words">2026-07-01' in text
    assert "Ni får till augusti.</textarea>" in text


def test_a_question_that_somebody_else_has_answered(
    place: Place, report: Report, as_user: Login
) -> None:
    notified(place, report)
    told = Letter("question", TODAY, "Hur många var på plats?")
    asked = letters.record_letter(place.actor("sara"), report.pk, letter=told)
    letters.answer_letter(
        place.actor("gun"), report.pk, asked.pk, answered_on=TODAY, answer="Det var tre."
    )
    typed = {"version": 1, "answered_on": "2026-03-30", "answer": "Det var två."}
    url = f"/lex-sarah/{report.pk}/ivo/brev/{asked.pk}/"
    answer = as_user("sara").post(url, typed)
    assert answer.status_code == 409
    now, was_typed = halves(answer.content.decode())
    assert "Det var tre." in now
    assert "Det var två." in was_typed
    assert "Frågan är redan besvarad 2026-03-30." in answer.content.decode()
    assert IvoLetter.objects.get().answer == "Det var tre."
    assert as_user("sara").get(url).status_code == 409


def test_a_line_that_somebody_else_has_corrected(
    place: Place, report: Report, as_user: Login
) -> None:
    entry = Entry(TODAY, "in", "Journalutdrag", "Regionen")
    wrong = registry.register_document(place.actor("sara"), report.pk, entry=entry)
    new = Entry(TODAY, "in", "Journalkopia", "Regionen")
    stands = registry.correct_entry(place.actor("gun"), report.pk, wrong.pk, entry=new)
    typed = {"on": "2026-03-30", "direction": "out", "party": "Regionen", "subject": "Intyg"}
    url = f"/lex-sarah/{report.pk}/handlingar/rad/"
    sara = as_user("sara")
    answer = sara.post(f"{url}{wrong.pk}/", typed)
    assert answer.status_code == 409
    now, was_typed = halves(answer.content.decode())
    assert "Journalkopia" in now
    assert "Inkommen" in now
    assert "Intyg" in was_typed
    assert "Utgående" in was_typed
    assert RegistryEntry.objects.count() == 2
    # What was typed goes on from the line that stands now.
    assert f'action="{url}{stands.pk}/"' in answer.content.decode()
    assert sara.post(f"{url}{stands.pk}/", typed).status_code == 302
    assert sara.get(f"{url}{wrong.pk}/").status_code == 409


def test_a_masked_copy_of_a_text_that_has_changed(
    place: Place, cause: Cause, as_user: Login
) -> None:
    report = investigated(place, cause)
    sara, url = as_user("sara"), f"/lex-sarah/{report.pk}/handlingar/maskad-kopia/"
    page = sara.get(url)
    kept, other = page.context["choices"][-1], page.context["choices"][0]
    changed = DocumentPart.objects.filter(report=report).order_by("pk")[0]
    DocumentPart.objects.filter(pk=changed.pk).update(text="Något helt annat.\n\nOch mer.")
    gone = next(one for one in page.context["choices"] if one.text == changed.text)
    typed = {
        "fingerprint": page.context["form"]["fingerprint"].value(),
        "names": "on",
        "passages": "Samma schema.",
        "grounds": "26 kap. 1 § OSL.",
        "place": [kept.token, other.token, gone.token],
        "verb": "make",
    }
    answer = sara.post(url, typed)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert HEADING in text
    assert "Samma schema." in text
    # Each tick stays with its own text, wherever that stands now, and with no other.
    ticked = [
        one.token for one in answer.context["choices"] if one.place in answer.context["ticked"]
    ]
    assert {kept.token, other.token} <= set(ticked)
    assert gone.token not in ticked
    assert not StoredDocument.objects.filter(kind="masked").exists()
    fingerprint = answer.context["form"]["fingerprint"].value()
    typed["fingerprint"] = fingerprint
    # Nobody has looked at a copy of the text as it is now.
    answer = sara.post(url, typed)
    assert answer.status_code == 422
    typed["previewed"] = answer.context["form"]["previewed"].value()
    assert sara.post(url, typed).status_code == 302
    assert StoredDocument.objects.filter(kind="masked").exists()


def test_words_that_somebody_else_has_written(place: Place, as_user: Login) -> None:
    report = decided(place)
    outside.write(place.actor("gun"), report.pk, event="Ett barn fick vänta.")
    typed = {"verb": "write", "version": report.version, "event": "Någon fick vänta."}
    sara, url = as_user("sara"), f"/lex-sarah/{report.pk}/utat/"
    answer = sara.post(url, typed)
    assert answer.status_code == 409
    now, was_typed = halves(answer.content.decode())
    assert "Ett barn fick vänta." in now
    assert "Någon fick vänta." in was_typed
    assert place.user("gun").display_name in answer.content.decode()
    assert OutsideText.objects.count() == 1
    # The new wording is what would be approved, not the one that was read.
    approval = sara.post(url, {"verb": "approve", "text_id": 0})
    assert approval.status_code == 409
    assert "skrivits om" in approval.content.decode()


def test_a_lesson_that_somebody_else_has_sent(place: Place, as_user: Login) -> None:
    report = decided(place)
    lessons.publish(
        place.actor("gun"), report.pk, title="Tillsyn", text="Titta till den som väntar."
    )
    typed = {
        "verb": "publish",
        "version": report.version,
        "title": "Väntan",
        "text": "Låt ingen vänta ensam.",
        "read": "on",
    }
    answer = as_user("sara").post(f"/lex-sarah/{report.pk}/utat/", typed)
    assert answer.status_code == 409
    now, was_typed = halves(answer.content.decode())
    assert "Titta till den som väntar." in now
    assert "Låt ingen vänta ensam." in was_typed
    assert Lesson.objects.count() == 1


def test_a_lesson_gone_through_twice(place: Place, as_user: Login) -> None:
    report = decided(place)
    lesson = lessons.publish(place.actor("sara"), report.pk, title="Tillsyn", text="Titta till.")
    lessons.review(place.actor("eva"), lesson.pk, unit=place.unit, held_on=TODAY)
    typed = {"unit": place.unit.pk, "held_on": "2026-03-30"}
    answer = as_user("eva").post(f"/lex-sarah/lardomar/{lesson.pk}/", typed)
    assert answer.status_code == 409
    assert "gick igenom lärdomen 2026-03-30" in answer.content.decode()
    assert place.user("eva").display_name in answer.content.decode()
    assert LessonReview.objects.count() == 1


class TestProviderInformation:
    def taken_in(self, place: Place) -> Any:
        given = Information("Hemmet AB", "En medicin gavs fel.", TODAY)
        return providers.take_in(place.actor("rut"), given)

    def test_followed_by_somebody_else(self, place: Place, as_user: Login) -> None:
        found = self.taken_in(place)
        providers.follow_up(place.actor("gun"), found.pk, text="Vi har ringt.", registry_number="7")
        typed = {"verb": "follow-up", "version": 1, "text": "Möte bokat.", "registry_number": "8"}
        sara, url = as_user("sara"), f"/lex-sarah/utforare/{found.pk}/"
        answer = sara.post(url, typed)
        assert answer.status_code == 409
        now, was_typed = halves(answer.content.decode())
        assert "Vi har ringt." in now
        assert "Möte bokat." in was_typed
        gun = place.user("gun").display_name
        assert f"{gun}: Antecknade vad som görs" in answer.content.decode()
        found.refresh_from_db()
        assert found.follow_up == "Vi har ringt."
        version = answer.context["following"]["version"].value()
        assert sara.post(url, typed | {"version": version}).status_code == 302

    def test_done_with_by_somebody_else(self, place: Place, as_user: Login) -> None:
        found, gun = self.taken_in(place), place.actor("gun")
        providers.follow_up(gun, found.pk, text="Vi har ringt.")
        providers.finish(gun, found.pk, on=TODAY)
        typed = {"verb": "follow-up", "version": 1, "text": "Möte bokat."}
        answer = as_user("sara").post(f"/lex-sarah/utforare/{found.pk}/", typed)
        assert answer.status_code == 409
        now, was_typed = halves(answer.content.decode())
        assert "Vi har ringt." in now
        assert "Möte bokat." in was_typed
        assert "Det du skrev är inte sparat" in answer.content.decode()


def test_an_act_on_a_stale_page_says_who_was_first(
    place: Place, report: Report, as_user: Login
) -> None:
    investigating.set_registry_number(place.actor("gun"), report.pk, number="SN 2026/1")
    typed = {"version": report.version, "number": "SN 2026/2"}
    answer = as_user("sara").post(f"/lex-sarah/{report.pk}/diarienummer/", typed)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert f"{place.user('gun').display_name}: Antecknade diarienummer" in text
    assert 'value="SN 2026/2"' in text


def test_what_stands_is_beside_what_was_typed(place: Place, report: Report, as_user: Login) -> None:
    sara, url = as_user("sara"), f"/lex-sarah/{report.pk}/"
    investigating.set_registry_number(place.actor("sara"), report.pk, number="SN 2026/17")
    refused = sara.post(f"{url}diarienummer/", {"version": report.version, "number": "SN 18"})
    assert refused.status_code == 409
    shown = refused.content.decode().split("Det som gäller nu</h2>")[1]
    now = shown.split("Det du skrev")[0]
    assert "SN 2026/17" in now
    assert "SN 18" not in now
    number = "3.2.1-7/2026"
    notified: dict[str, Any] = {"on": clock.today(), "ivo_number": number}
    investigating.record_ivo_notification(place.actor("sara"), report.pk, **notified)
    typed = {"version": report.version, "on": "2026-03-01", "ivo_number": ""}
    text = sara.post(f"{url}anmal-ivo/", typed).content.decode()
    assert number in text.split("Det som gäller nu</h2>")[1].split("Det du skrev")[0]


def test_who_reported_is_not_among_what_is_told(
    place: Place, report: Report, as_user: Login
) -> None:
    Report.objects.filter(pk=report.pk).update(version=7)
    typed = {"version": report.version, "number": "SN 2026/2"}
    answer = as_user("sara").post(f"/lex-sarah/{report.pk}/diarienummer/", typed)
    assert answer.status_code == 409
    assert place.user("amina").display_name not in answer.content.decode()


def test_readings_are_told_apart_from_acts(place: Place, report: Report, as_user: Login) -> None:
    readings = ("Läste ", "Tog ut ", "Tog fram ", "Öppnade ", "Hämtade ")
    for action, label in AUDIT_ACTIONS.items():
        if action.startswith("lexsarah."):
            assert is_reading(action) == label.startswith(readings), action
    as_user("sara").get(f"/lex-sarah/{report.pk}/")
    assert [one.what for one in latest_changes(report)] == ["Lämnade lex Sarah-rapport"]
