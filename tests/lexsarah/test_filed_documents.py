"""Documents that came: entered in the list, and kept with the report as they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from casework.models import AuditEvent
from casework.shared.errors import InvalidInput
from casework.shared.uploads import MAX_BYTES, Upload
from lexsarah.events.log import events_of
from lexsarah.models import RegistryEntry, Report, StoredDocument
from lexsarah.services import papers, registry
from lexsarah.services.registry import Entry
from tests.conftest import Place
from tests.lexsarah.factory import handed_in
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TODAY = date(2026, 3, 30)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
FIELDS = {"on": "2026-03-30", "direction": "in", "party": "Regionen", "subject": "Journalutdrag"}


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(TODAY)


@pytest.fixture
def report(place: Place) -> Report:
    return handed_in(place)


def address(report: Report, rest: str = "") -> str:
    return f"/lex-sarah/{report.pk}/handlingar/{rest}"


def sent(content: bytes = PDF, name: str = "Journal för Maj Persson.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def enter(place: Place, report: Report, content: bytes = PDF, name: str = "x.pdf") -> RegistryEntry:
    entry = Entry(TODAY, "in", "Journalutdrag", "Regionen", file=Upload(name, content))
    return registry.register_document(place.actor("sara"), report.pk, entry=entry)


def test_it_is_kept_encrypted_as_it_came_under_a_name_that_names_nobody(
    place: Place, report: Report, as_user: Login
) -> None:
    sara = as_user("sara")
    told = sara.post(address(report), FIELDS | {"file": sent()}, follow=True).content.decode()
    assert "Handlingen är införd i förteckningen och sparad." in told
    document = StoredDocument.objects.get()
    assert (document.kind, document.number, document.title) == ("filed", 1, "Journalutdrag")
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM lexsarah_storeddocument")
        (stored,) = cursor.fetchone()
    assert "%PDF" not in stored
    file = sara.get(address(report, f"{document.pk}/fil/"))
    assert (file.content, file["Content-Type"]) == (PDF, "application/pdf")
    assert f"{report.number}-1-inford-handling.pdf" in file["Content-Disposition"]
    assert "Maj" not in told + str(list(RegistryEntry.objects.values_list()))
    event = AuditEvent.objects.get(action="lexsarah.document_registered")
    assert event.data == {"entry": document.entries.get().pk, "number": 1}
    # The log tells of it once.
    said = [one.what for one in events_of(place.actor("sara"), report)]
    assert said.count("Handling fördes in i förteckningen") == 1
    assert not any("sparades" in what for what in said)


def test_a_picture_is_offered_to_ivo(place: Place, report: Report, as_user: Login) -> None:
    entry = enter(place, report, JPEG, "foto.JPG")
    sara = as_user("sara")
    assert "Journalutdrag, handling 1 (JPEG)" in page(sara, f"/lex-sarah/{report.pk}/ivo/")
    listed = page(sara, address(report))
    assert "Handling 1" in listed
    assert entry.document is not None
    assert papers.content_of(entry.document) == JPEG


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("skript.html", b"<script>1</script>", "kan inte bifogas"),
        ("bild.pdf", JPEG, "kan inte bifogas"),
        ("tom.pdf", b"", "tom"),
        ("stor.pdf", PDF + b"0" * MAX_BYTES, "större än 10 MB"),
    ],
)
def test_what_may_not_be_kept_is_refused_and_nothing_is_entered(
    place: Place, report: Report, as_user: Login, name: str, content: bytes, says: str
) -> None:
    answer = as_user("sara").post(address(report), FIELDS | {"file": sent(content, name)})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert says in text
    assert 'value="Journalutdrag"' in text
    assert not RegistryEntry.objects.exists()
    assert not StoredDocument.objects.exists()
    with pytest.raises(InvalidInput) as error:
        enter(place, report, content, name)
    assert error.value.field == "file"


def test_a_form_that_goes_back_says_that_the_file_is_to_be_chosen_again(
    report: Report, as_user: Login
) -> None:
    given = FIELDS | {"subject": "", "file": sent()}
    text = as_user("sara").post(address(report), given).content.decode()
    assert "Välj filen igen" in text
    assert not StoredDocument.objects.exists()
    assert "Välj filen igen" not in page(as_user("sara"), address(report))


def test_a_correction_keeps_the_file_or_takes_another_and_the_old_one_stays(
    place: Place, report: Report, as_user: Login
) -> None:
    wrong = enter(place, report)
    sara = as_user("sara")
    sara.post(address(report, f"rad/{wrong.pk}/"), FIELDS | {"party": "Polisen"})
    right = RegistryEntry.objects.get(corrects=wrong)
    assert right.document == wrong.document
    again = FIELDS | {"file": sent(JPEG, "foto.jpg")}
    sara.post(address(report, f"rad/{right.pk}/"), again)
    latest = RegistryEntry.objects.get(corrects=right)
    assert latest.document is not None
    assert (latest.document.number, StoredDocument.objects.count()) == (2, 2)
    assert sara.get(address(report, f"{wrong.document_id}/fil/")).content == PDF


def test_the_diarium_has_the_line_and_not_the_file(
    place: Place, report: Report, as_user: Login
) -> None:
    entry = enter(place, report)
    rut = as_user("rut")
    shown = page(rut, f"/lex-sarah/diarium/{report.pk}/")
    assert "Journalutdrag" in shown
    assert "/fil/" not in shown
    for name in ("rut", "eva", "amina", "vera"):
        answer = as_user(name).get(address(report, f"{entry.document_id}/fil/"))
        assert answer.status_code == 404


def test_through_the_api(report: Report, as_user: Login) -> None:
    url = f"/api/v1/lexsarah-reports/{report.pk}/"
    sara = as_user("sara")
    made = sara.post(f"{url}registry/", FIELDS | {"file": sent()})
    assert made.status_code == 201
    (document,) = sara.get(f"{url}documents/").json()
    assert made.json()[-1]["document"] == document["id"]
    file = sara.get(f"{url}documents/{document['id']}/")
    assert (file.content, file["Cache-Control"]) == (PDF, "no-store")
    assert file["Content-Disposition"].startswith("attachment")
    refused = sara.post(f"{url}registry/", FIELDS | {"file": sent(b"x", "x.exe")})
    assert (refused.status_code, refused.json()["field"]) == (400, "file")
    assert RegistryEntry.objects.count() == 1
    plain = sara.post(f"{url}registry/", FIELDS, content_type="application/json")
    assert plain.status_code == 201
