"""Papers on screen: the tab Handlingar, the page for IVO, masked copies, the appendix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.models import AuditEvent
from deviations.models import Cause
from lexsarah.models import IvoLetter, RegistryEntry, Report, StoredDocument
from lexsarah.services import investigating, papers
from tests.conftest import Place
from tests.lexsarah.factory import EVENT, handed_in
from tests.lexsarah.paper_factory import (
    CASE_NUMBER,
    investigated,
    pdf_text,
    storing,
    write_decision,
)
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TODAY = date(2026, 3, 30)
ENTRY = {"on": "2026-03-30", "direction": "in", "party": "Regionen", "subject": "Journalutdrag"}


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(TODAY)


@pytest.fixture
def report(place: Place) -> Report:
    return handed_in(place, case_number=CASE_NUMBER, statute="SoL")


@pytest.fixture
def decided(place: Place, cause: Cause) -> Report:
    found = investigated(place, cause)
    with storing(place, found) as this:
        write_decision(this, place)
        papers.store_decision(this)
    return found


def address(report: Report, rest: str = "") -> str:
    return f"/lex-sarah/{report.pk}/{rest}"


def test_what_is_kept_can_be_downloaded_and_it_is_audited(decided: Report, as_user: Login) -> None:
    sara = as_user("sara")
    text = page(sara, address(decided, "handlingar/"))
    assert "Utredning och beslut, handling 1" in text
    kept = StoredDocument.objects.get(content_type="application/pdf")
    answer = sara.get(address(decided, f"handlingar/{kept.pk}/fil/"))
    assert pdf_text(answer.content).startswith("Utredning och beslut enligt lex Sarah")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert f"{decided.number}-1-utredning-och-beslut.pdf" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.latest("id").action == "lexsarah.document_read"
    other = handed_in_elsewhere(kept)
    assert sara.get(address(other, f"handlingar/{kept.pk}/fil/")).status_code == 404
    assert as_user("eva").get(address(decided, "handlingar/")).status_code == 404


def handed_in_elsewhere(kept: StoredDocument) -> Report:
    """Another report than the one the file is of."""
    found = Report.objects.exclude(pk=kept.report_id).first()
    assert found is not None
    return found


def test_a_document_is_entered_and_corrected(report: Report, as_user: Login) -> None:
    sara = as_user("sara")
    url = address(report, "handlingar/")
    text = sara.post(url, ENTRY, follow=True).content.decode()
    assert "Handlingen är införd" in text
    assert "Journalutdrag" in text
    row = RegistryEntry.objects.get()
    corrected = ENTRY | {"subject": "Intyg"}
    text = sara.post(f"{url}rad/{row.pk}/", corrected, follow=True).content.decode()
    assert "<s>Journalutdrag</s>" in text
    assert "Intyg" in text
    answer = sara.get(f"{url}?format=csv")
    assert "Intyg" in answer.content.decode()
    assert AuditEvent.objects.latest("id").action == "lexsarah.registry_exported"


def test_a_name_in_the_subject_is_asked_about_and_nothing_typed_is_lost(
    report: Report, as_user: Login
) -> None:
    sara = as_user("sara")
    url = address(report, "handlingar/")
    given = ENTRY | {"subject": "Samtal med Amina Norr"}
    assert 'name="anyway"' not in page(sara, url)
    assert 'name="anyway"' not in sara.post(url, given | {"direction": ""}).content.decode()
    answer = sara.post(url, given)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Här står ett namn (Amina Norr)" in text
    assert 'name="anyway"' in text
    assert 'value="Samtal med Amina Norr"' in text
    assert not RegistryEntry.objects.exists()
    sara.post(url, given | {"anyway": "on"})
    assert RegistryEntry.objects.count() == 1


def test_the_page_for_ivo_shows_each_field_to_copy(report: Report, as_user: Login) -> None:
    sara = as_user("sara")
    text = page(sara, address(report, "ivo/"))
    assert EVENT in text
    assert 'data-copy="ivo-event"' in text
    assert "7. Typ av händelse" in text
    assert "<title>IVO, " in text
    assert "Anteckna IVO:s nummer" not in text
    # What is lacking is a press away.
    assert f'<a href="{address(report, "typ/")}">Ange typ av händelse</a>' in text
    assert "onclick" not in text
    answer = sara.get(address(report, "ivo/?format=pdf"))
    assert EVENT in pdf_text(answer.content)
    assert sara.get(address(report, "ivo/?format=docx")).content.startswith(b"PK")
    assert sara.get(address(report, "ivo/?format=exe")).status_code == 400
    text = sara.post(address(report, "ivo/"), follow=True).content.decode()
    assert "Anmälan till IVO, handling 1" in text


def test_ivos_letters_are_noted_and_answered(place: Place, report: Report, as_user: Login) -> None:
    sara = as_user("sara")
    investigating.record_ivo_notification(place.actor("sara"), report.pk, on=TODAY)
    report.refresh_from_db()
    letter = {
        "version": report.version,
        "kind": "question",
        "came_on": "2026-03-30",
        "text": "Hur ser bemanningen ut?",
        "answer_due_on": "2026-04-10",
    }
    noted = f'<a href="{address(report, "anmal-ivo/")}">Anteckna IVO:s nummer</a>'
    assert noted in page(sara, address(report, "ivo/"))
    url = address(report, "ivo/brev/")
    stale = sara.post(url, letter | {"version": 1})
    assert stale.status_code == 409
    assert "Hur ser bemanningen ut?" in stale.content.decode()
    text = sara.post(url, letter, follow=True).content.decode()
    assert "Hur ser bemanningen ut?" in text
    assert "10 apr" in text
    asked = IvoLetter.objects.get()
    answer = {"version": 1, "answered_on": "2026-03-30", "answer": "Två på natten."}
    text = sara.post(f"{url}{asked.pk}/", answer, follow=True).content.decode()
    assert "Besvarad" in text
    assert "Två på natten." in text
    assert sara.get(f"{url}{asked.pk}/").status_code == 409


def test_a_masked_copy_is_looked_at_and_then_kept(decided: Report, as_user: Login) -> None:
    sara = as_user("sara")
    url = address(decided, "handlingar/maskad-kopia/")
    shown = sara.get(url)
    seen = shown.context["form"]["fingerprint"].value()
    given = {
        "fingerprint": seen,
        "names": "on",
        "case_number": "on",
        "passages": "Samma schema.",
        "grounds": "26 kap. 1 § OSL.",
        "verb": "preview",
    }
    looked_at = sara.post(url, given)
    preview = looked_at.content.decode()
    after = preview.split("Så här blir kopian")[1]
    assert "■■■■■" in after
    assert "Samma schema" not in after
    assert CASE_NUMBER not in after
    missing = sara.post(url, given | {"passages": "Finns inte här"})
    assert missing.status_code == 422
    assert "Finns inte här" in missing.content.decode()
    before = StoredDocument.objects.count()
    assert sara.post(url, given | {"verb": "make", "fingerprint": "annan"}).status_code == 409
    assert StoredDocument.objects.count() == before
    given |= {"verb": "make", "previewed": looked_at.context["form"]["previewed"].value()}
    text = sara.post(url, given, follow=True).content.decode()
    assert "Maskad kopia, handling 2" in text


@pytest.mark.parametrize(
    "changed",
    [
        {"names": ""},
        {"case_number": ""},
        {"passages": ""},
        {"passages": "Samma schema.\nhände igen"},
        {"grounds": "Andra skäl."},
        {"place": True},
        {"previewed": ""},
    ],
    ids=str,
)
def test_only_what_was_looked_at_is_kept(
    decided: Report, as_user: Login, changed: dict[str, object]
) -> None:
    sara = as_user("sara")
    url = address(decided, "handlingar/maskad-kopia/")
    shown = sara.get(url)
    if "place" in changed:
        changed = {"place": shown.context["choices"][0].token}
    given = {
        "fingerprint": shown.context["form"]["fingerprint"].value(),
        "names": "on",
        "case_number": "on",
        "passages": "Samma schema.",
        "grounds": "26 kap. 1 § OSL.",
    }
    looked_at = sara.post(url, given | {"verb": "preview"})
    given["previewed"] = looked_at.context["form"]["previewed"].value()
    before = StoredDocument.objects.count()
    other = {name: value for name, value in (given | changed).items() if value}
    answer = sara.post(url, other | {"verb": "make"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Kopian är inte sparad än" in text
    assert "Så här blir kopian" in text
    assert StoredDocument.objects.count() == before
    again = other | {"previewed": answer.context["form"]["previewed"].value(), "verb": "make"}
    assert sara.post(url, again).status_code == 302
    assert StoredDocument.objects.count() > before


def test_the_appendix_is_for_sas(place: Place, report: Report, as_user: Login) -> None:
    sara = as_user("sara")
    url = "/lex-sarah/bilaga/?since=2026-01-01&until=2026-03-31"
    assert "Ingen anmälan under perioden" in page(sara, url)
    investigating.record_ivo_notification(place.actor("sara"), report.pk, on=TODAY)
    assert report.number in page(sara, url)
    answer = sara.get(f"{url}&format=pdf")
    assert "Händelse 1" in pdf_text(answer.content)
    assert AuditEvent.objects.latest("id").action == "lexsarah.appendix_read"
    assert sara.get(f"{url}&format=docx").content.startswith(b"PK")
    wrong = sara.get("/lex-sarah/bilaga/?since=2026-04-01&until=2026-03-31")
    assert wrong.status_code == 422
    assert as_user("eva").get(url).status_code == 403


@pytest.mark.parametrize("rest", ["handlingar/", "ivo/", "handlingar/maskad-kopia/"])
def test_pages_take_few_queries(decided: Report, as_user: Login, rest: str) -> None:
    sara = as_user("sara")
    sara.get(address(decided, rest))
    with CaptureQueriesContext(connection) as queries:
        assert sara.get(address(decided, rest)).status_code == 200
    asked = [query["sql"][:90] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 15, "\n".join(asked)
