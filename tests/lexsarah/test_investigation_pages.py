"""The investigation on screen: the document, notes, similar events, and acts of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.models import AuditEvent
from casework.shared import clock
from deviations.models import Cause
from lexsarah import parts
from lexsarah.models import DocumentPart, EarlierEvent, Examined, Note, Report, ReportCause
from lexsarah.services import causes, documenting, investigating, notes
from lexsarah.services.notes import NewNote
from tests.conftest import Place, make_report
from tests.lexsarah.factory import EVENT, handed_in
from tests.lexsarah.test_investigation import lock
from tests.lexsarah.test_pages import act
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
BY_ITSELF: Any = {"HTTP_X_REQUESTED_WITH": "autosave"}


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(date(2026, 3, 30))


@pytest.fixture
def report(place: Place) -> Report:
    """One that Sara investigates."""
    return investigating.start_investigation(place.actor("sara"), handed_in(place).pk)


def address(report: Report, rest: str) -> str:
    return f"/lex-sarah/{report.pk}/{rest}/"


def test_the_document_is_written_part_by_part_without_script(
    place: Place, as_user: Login, report: Report
) -> None:
    sara = as_user("sara")
    shown = page(sara, address(report, "utredning"))
    for part in parts.PARTS:
        assert part.label in shown
        assert part.missing in shown
    assert EVENT in shown
    given = {"version": 0, "text": "Så var det.\r\n\r\nOch så.", "choice": "yes"}
    answer = sara.post(address(report, "utredning/informed"), given, follow=True)
    after = answer.content.decode()
    assert answer.redirect_chain[-1][0].endswith("#del-informed")
    assert "Så var det." in after
    assert "Sparat 30 mars kl." in after
    assert parts.BY_KEY["informed"].missing not in after
    assert parts.BY_KEY["event"].missing in after
    row = DocumentPart.objects.get()
    assert (row.text, row.choice, row.version) == ("Så var det.\n\nOch så.", "yes", 1)
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.subject_ids) == ("lexsarah.investigation_read", [report.pk])


def test_as_one_types_the_version_comes_back(as_user: Login, report: Report) -> None:
    sara, where = as_user("sara"), address(report, "utredning/event")
    answer = sara.post(where, {"version": 0, "text": "Ett"}, **BY_ITSELF)
    assert (answer.status_code, answer["ETag"]) == (204, '"1"')
    answer = sara.post(where, {"version": 1, "text": "Ett två"}, **BY_ITSELF)
    assert (answer.status_code, answer["ETag"]) == (204, '"2"')
    stale = sara.post(where, {"version": 1, "text": "Något annat"}, **BY_ITSELF)
    assert (stale.status_code, stale["ETag"]) == (409, '"2"')
    said = stale.content.decode()
    assert "Ett två" in said
    assert "Något annat" in said
    assert "<html" not in said
    assert DocumentPart.objects.get().text == "Ett två"
    assert sara.post(where, {"text": "Utan version"}, **BY_ITSELF).status_code == 422
    # What is left to write is brought up to date beside it, and is no reading of its own.
    before = AuditEvent.objects.count()
    left = page(sara, f"{address(report, 'utredning')}?visa=kvar")
    assert parts.BY_KEY["event"].missing not in left
    assert parts.BY_KEY["noticed"].missing in left
    assert AuditEvent.objects.count() == before


def test_both_texts_are_shown_and_saving_again_is_a_choice(as_user: Login, report: Report) -> None:
    sara, where = as_user("sara"), address(report, "utredning/recurrence")
    sara.post(where, {"version": 0, "text": "Det som står.", "choice": "no"})
    stale = {"version": 0, "text": "Det jag skrev.", "choice": "yes"}
    answer = sara.post(where, stale)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Inget har skrivits över" in text
    assert text.count("Det jag skrev.") == 2
    assert "Det som står." in text
    assert DocumentPart.objects.get().text == "Det som står."
    assert 'value="1"' in text
    assert sara.post(where, stale | {"version": 1}).status_code == 302
    row = DocumentPart.objects.get()
    assert (row.text, row.choice, row.version) == ("Det jag skrev.", "yes", 2)


def test_put_forward_it_is_read_only_and_what_was_typed_is_not_lost(
    place: Place, as_user: Login, report: Report
) -> None:
    sara, where = as_user("sara"), address(report, "utredning/event")
    sara.post(where, {"version": 0, "text": "Det som står."})
    lock(place, report)
    for extra, html in (({}, True), (BY_ITSELF, False)):
        answer = sara.post(where, {"version": 1, "text": "För sent skrivet."}, **extra)
        text = answer.content.decode()
        assert (answer.status_code, "<html" in text) == (409, html)
        assert "För sent skrivet." in text
        assert "inte sparat" in text
    for reader in ("sara", "birgit"):
        shown = page(as_user(reader), address(report, "utredning"))
        assert "Det som står." in shown
        assert "Utredningen är låst" in shown
        assert "<textarea" not in shown
    assert as_user("birgit").post(where, {}).status_code == 403


def test_who_is_examined_gets_in_nowhere(place: Place, as_user: Login, report: Report) -> None:
    Examined.objects.create(report=report, user=place.user("sara"), added_at=clock.now())
    for rest in ("utredning", "anteckningar", "liknande", "typ", "granskad"):
        answer = as_user("sara").get(address(report, rest))
        assert (answer.status_code, "granskas" in answer.content.decode()) == (403, True), rest
        assert as_user("eva").get(address(report, rest)).status_code == 404
    overview = page(as_user("sara"), f"/lex-sarah/{report.pk}/")
    assert address(report, "utredning") not in overview
    assert address(report, "anteckningar") not in overview


def test_a_part_that_is_not_there_and_too_long_a_text(as_user: Login, report: Report) -> None:
    sara = as_user("sara")
    assert sara.post(address(report, "utredning/nonsens"), {"version": 0}).status_code == 404
    assert sara.get(address(report, "utredning/event")).status_code == 405
    long = {"version": 0, "text": "x" * (documenting.LONGEST + 1)}
    answer = sara.post(address(report, "utredning/event"), long)
    assert (answer.status_code, "Korta den" in answer.content.decode()) == (422, True)


def test_a_personnummer_is_warned_of_and_nothing_is_altered(as_user: Login, report: Report) -> None:
    sara, text = as_user("sara"), "Gäller 19121212-1212 i dag."
    warned = sara.post("/lex-sarah/personnummer/", {"text": text}).content.decode()
    assert "ett personnummer" in warned
    assert "19121212-1212" not in warned
    assert "personnummer" not in sara.post("/lex-sarah/personnummer/").content.decode()
    answer = sara.post(
        address(report, "utredning/event"), {"version": 0, "text": text}, follow=True
    )
    assert "Det ser ut att stå ett personnummer" in answer.content.decode()
    assert DocumentPart.objects.get().text == text


def test_causes_are_chosen_in_the_document(
    place: Place, as_user: Login, report: Report, cause: Cause
) -> None:
    sara, where = as_user("sara"), address(report, "utredning/orsaker")
    given = {"cause": cause.pk, "text": "För få på kvällen."}
    chosen = sara.post(where, given, follow=True).content.decode()
    assert "För få på kvällen." in chosen
    twice = sara.post(where, given | {"text": "Mer."})
    assert (twice.status_code, "redan vald" in twice.content.decode()) == (409, True)
    lacking = sara.post(where, {"cause": "", "text": "Egna ord."})
    said = lacking.content.decode()
    assert (lacking.status_code, "Välj en orsak." in said, "Egna ord." in said) == (422, True, True)
    remove = f"{where}{ReportCause.objects.get().pk}/"
    assert "Orsaken är borttagen." in sara.post(remove, follow=True).content.decode()
    assert "redan borttagen" in sara.post(remove, follow=True).content.decode()


def test_notes_are_written_read_and_corrected(place: Place, as_user: Login, report: Report) -> None:
    sara, where = as_user("sara"), address(report, "anteckningar")
    assert "Inga anteckningar än" in page(sara, where)
    given = {
        "on": "2026-03-29",
        "source": "Samtal med nattpersonalen",
        "nature": "fact",
        "text": "Larmet var avstängt.",
    }
    said = sara.post(where, given, follow=True).content.decode()
    for word in ("Larmet var avstängt.", "Faktauppgift", "nattpersonalen", "29 mars 2026"):
        assert word in said
    assert AuditEvent.objects.latest("id").action == "lexsarah.notes_read"
    twice = sara.post(where, given)
    assert (twice.status_code, "redan sparad" in twice.content.decode()) == (409, True)
    ahead = sara.post(where, given | {"on": "2026-03-31", "text": "I morgon."})
    text = ahead.content.decode()
    assert (ahead.status_code, "framåt i tiden" in text, "I morgon." in text) == (422, True, True)
    lacking = sara.post(where, given | {"source": "", "nature": ""}).content.decode()
    assert "Skriv varifrån uppgiften kommer." in lacking
    assert "Välj faktauppgift eller bedömning." in lacking
    note = Note.objects.get()
    correction = f"{where}{note.pk}/"
    assert "Larmet var avstängt." in page(sara, correction)
    after = sara.post(correction, given | {"text": "Larmet var på."}, follow=True).content.decode()
    for word in ("Larmet var avstängt.", "Larmet var på.", "Rättad", "Rättelse"):
        assert word in after
    again = sara.post(correction, given | {"text": "Nej."})
    assert (again.status_code, "redan rättad" in again.content.decode()) == (409, True)
    other = handed_in(place)
    assert sara.get(f"/lex-sarah/{other.pk}/anteckningar/{note.pk}/").status_code == 404


def test_the_decider_reads_notes_and_is_offered_no_form(
    place: Place, as_user: Login, report: Report
) -> None:
    written = NewNote(date(2026, 3, 30), "Eva", "fact", "Larmet gick.")
    notes.add_note(place.actor("sara"), report.pk, written)
    lock(place, report)
    shown = page(as_user("birgit"), address(report, "anteckningar"))
    assert "Larmet gick." in shown
    assert "Ny anteckning" not in shown
    assert "Rätta" not in shown
    assert as_user("birgit").post(address(report, "anteckningar"), {}).status_code == 403


def test_similar_events_are_gone_through(place: Place, as_user: Login, report: Report) -> None:
    old = handed_in(place)
    odd = make_report(place, by="sven", unit=place.far_unit, description="Något annat.")
    sara, where = as_user("sara"), address(report, "liknande")
    shown = page(sara, where)
    assert old.number in shown
    assert "100 procent av orden är desamma." in shown
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.subject_ids) == (
        "lexsarah.earlier_read",
        sorted([report.pk, old.pk]),
    )
    given = {"which": f"report-{old.pk}", "verb": "accept"}
    lacking = sara.post(f"{where}bedom/", given)
    assert lacking.status_code == 422
    assert "Skriv varför det hände igen." in lacking.content.decode()
    accepted = sara.post(f"{where}bedom/", given | {"reason": "Ingen rutin."}, follow=True)
    assert "Ingen rutin." in accepted.content.decode()
    assert "Inga förslag" in accepted.content.decode()
    assert "Ingen rutin." in page(sara, address(report, "utredning"))
    found = page(sara, f"{where}?nummer={odd.number}")
    assert "Något annat." in found
    assert "finns inte bland det du kan öppna" in page(sara, f"{where}?nummer=nonsens")
    sara.post(f"{where}bedom/", {"which": f"deviation-{odd.pk}", "verb": "dismiss"})
    assert EarlierEvent.objects.get(deviation=odd).accepted is False
    assert sara.post(f"{where}bedom/", {"which": "report-9999999"}).status_code == 404
    lock(place, report)
    locked = page(sara, where)
    assert "Ingen rutin." in locked
    assert "<textarea" not in locked
    late = sara.post(f"{where}bedom/", given | {"reason": "Sent."})
    assert late.status_code == 409


def test_kind_mas_and_examined_have_pages_of_their_own(
    place: Place, as_user: Login, report: Report
) -> None:
    sara = as_user("sara")
    assert "Brister i bemötande" in act(sara, report, "typ", event_kind="treatment")
    act(sara, report, "mas", on="2026-03-30", note="Läkemedlet.")
    act(sara, report, "granskad", user=place.user("birgit").pk)
    shown = page(sara, address(report, "utredning"))
    for word in ("Brister i bemötande", "MAS informerad", place.user("birgit").display_name):
        assert word in shown
    act(sara, report, "inte-granskad", user=place.user("birgit").pk)
    after = page(sara, address(report, "utredning"))
    assert place.user("birgit").display_name not in after


@pytest.mark.parametrize("rest", ["utredning", "anteckningar", "liknande", "granskad", "typ"])
def test_no_page_asks_more_than_fifteen_questions(
    place: Place, as_user: Login, report: Report, cause: Cause, rest: str
) -> None:
    sara = place.actor("sara")
    causes.add_cause(sara, report.pk, cause=cause)
    for part in parts.PARTS:
        documenting.save_part(sara, report.pk, part.key, text="Så.", expected_version=0)
    for text in "abc":
        notes.add_note(sara, report.pk, NewNote(date(2026, 3, 30), "Eva", "fact", text))
        handed_in(place)
        make_report(place, description=EVENT)
        Examined.objects.create(
            report=report, user=place.user({"a": "gun", "b": "rut", "c": "vera"}[text]),
            added_at=clock.now(),
        )  # fmt: skip
    client = as_user("sara")
    page(client, address(report, rest))
    with CaptureQueriesContext(connection) as asked:
        page(client, address(report, rest))
    assert len(asked) <= 15, [query["sql"][:120] for query in asked]
