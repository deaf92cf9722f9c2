"""Reporting: what is asked, who gets it, drafts, files, and that one report is one report."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from docx import Document
from openpyxl import Workbook

from casework.models import AuditEvent, Membership, Role
from casework.shared import clock, uploads
from casework.shared.errors import InvalidInput, NotVisible
from casework.shared.uploads import Upload
from deviations import risk, states
from deviations.models import (
    Attachment,
    Category,
    Concerns,
    Deviation,
    DeviationVersion,
    Draft,
    DraftFile,
    SafeNow,
)
from deviations.services import attaching, drafts, reporter
from deviations.services.reporting import Report, report
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    """Keep files in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def given(place: Place, **other: Any) -> Report:
    fields: dict[str, Any] = {
        "description": "Mötet ställdes in och ingen sade till.",
        "occurred_on": clock.today(),
        "unit": place.unit,
        "safe_now": SafeNow.YES,
    }
    return Report(**(fields | other))


def test_a_report_is_in_the_managers_sight_at_once(place: Place) -> None:
    deviation = make_report(place)
    assert list(Deviation.objects.visible_to(place.actor("eva"))) == [deviation]
    assert deviation.status == states.REPORTED
    assert DeviationVersion.objects.get().status == states.REPORTED


def test_a_report_leaves_one_audit_event_without_text(place: Place) -> None:
    deviation = make_report(place)
    event = AuditEvent.objects.get()
    assert (event.action, event.subject_ids) == ("deviation.reported", [deviation.pk])
    assert deviation.description not in str(event.data)


def test_what_was_typed_is_unreadable_in_the_database(place: Place) -> None:
    make_report(place, done_at_once="Ringde vårdnadshavaren")
    with connection.cursor() as cursor:
        cursor.execute("SELECT description || done_at_once FROM deviations_deviation")
        (stored,) = cursor.fetchone() or ("",)
    assert "månader" not in stored
    assert "vårdnadshavaren" not in stored


def _tomorrow() -> date:
    return clock.today() + timedelta(days=1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", "   "),
        ("safe_now", ""),
        ("safe_now", "kanske"),
        ("occurred_on", None),
        ("occurred_on", _tomorrow),
        ("noticed_on", _tomorrow),
        ("noticed_on", lambda: clock.today() - timedelta(days=1)),
        ("concerns", "någon"),
    ],
)
def test_what_is_refused_names_its_field(
    place: Place, field: str, value: str | Callable[[], date] | None
) -> None:
    entered = value() if callable(value) else value
    with pytest.raises(InvalidInput) as refused:
        report(place.actor("amina"), given(place, **{field: entered}))
    assert refused.value.field == field
    assert not Deviation.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_unit_a_colleague_or_a_category_of_another_board_is_refused(
    place: Place, other_place: Place
) -> None:
    foreign = Category.objects.create(board=other_place.board, name="Annat")
    over_the_wall = {
        "unit": other_place.unit,
        "on_behalf_of": other_place.user("amina"),
        "category": foreign,
    }
    for field, value in over_the_wall.items():
        with pytest.raises(InvalidInput) as refused:
            report(place.actor("amina"), given(place, **{field: value}))
        assert refused.value.field == field


def test_a_unit_or_a_category_that_has_ended_is_refused(place: Place, category: Category) -> None:
    yesterday = clock.today() - timedelta(days=1)
    category.valid_to = place.sister_unit.valid_to = yesterday
    for field, value in {"unit": place.sister_unit, "category": category}.items():
        with pytest.raises(InvalidInput) as refused:
            report(place.actor("amina"), given(place, **{field: value}))
        assert refused.value.field == field


def test_nobody_reports_on_behalf_of_themselves_or_of_one_who_has_left(place: Place) -> None:
    nils = place.user("nils")
    nils.is_active = False
    for colleague in (place.user("amina"), nils):
        with pytest.raises(InvalidInput) as refused:
            report(place.actor("amina"), given(place, on_behalf_of=colleague))
        assert refused.value.field == "on_behalf_of"


def test_on_behalf_of_a_colleague_both_see_it(place: Place) -> None:
    deviation = make_report(place, by="amina", on_behalf_of=place.user("nils"))
    for name in ("amina", "nils"):
        assert list(reporter.own_reports(place.actor(name))) == [deviation]
    assert not Deviation.objects.visible_to(place.actor("frida")).exists()


def test_a_possible_misconduct_reaches_sas_and_the_manager_at_once(place: Place) -> None:
    deviation = make_report(place, possible_misconduct=True)
    for name in ("sara", "eva"):
        assert deviation in Deviation.objects.visible_to(place.actor(name))
    assert deviation.priority == risk.MISCONDUCT
    received = reporter.receivers(deviation)
    assert received.sas
    assert received.names == ["Eva Norr"]


def test_about_my_manager_passes_the_unit_by(place: Place) -> None:
    deviation = make_report(place, about_manager=True)
    assert not Deviation.objects.visible_to(place.actor("eva")).exists()
    assert deviation in Deviation.objects.visible_to(place.actor("anna"))
    received = reporter.receivers(deviation)
    assert (received.role, received.names) == ("Avdelningschef", ["Anna Norr"])


def test_protected_is_for_the_named_and_sas_alone(place: Place) -> None:
    deviation = make_report(place, by="amina", protected=True)
    seeing = {
        name
        for name in place.people
        if Deviation.objects.visible_to(place.actor(name)).filter(pk=deviation.pk).exists()
    }
    # Nils is named in the unit too, but has nothing to do with the report.
    assert seeing == {"eva", "sara"}
    assert not reporter.own_reports(place.actor("amina")).exists()


def test_where_someone_is_not_safe_it_comes_first_in_the_inbox(place: Place) -> None:
    assert make_report(place, safe_now=SafeNow.NO).priority == risk.UNSAFE


# Drafts


def save(place: Place, key: uuid.UUID, who: str = "amina", **fields: str) -> Draft:
    return drafts.save_draft(place.actor(who), key, fields)


def test_a_draft_is_kept_as_it_stands_and_is_its_authors_alone(
    place: Place, other_place: Place
) -> None:
    key = uuid.uuid4()
    save(place, key, description="Halv men")
    save(place, key, description="Halv mening", safe_now="no")
    (draft,) = drafts.drafts_of(place.actor("amina"))
    assert drafts.fields_of(draft) == {"description": "Halv mening", "safe_now": "no"}
    for actor in (place.actor("eva"), place.actor("sara"), other_place.actor("amina")):
        with pytest.raises(NotVisible):
            drafts.open_draft(actor, key)
        with pytest.raises(NotVisible):
            drafts.save_draft(actor, key, {"description": "Kapad"})
        with pytest.raises(NotVisible):
            drafts.discard_draft(actor, key)
        with pytest.raises(NotVisible):
            report(actor, given(place), draft_key=key)
    assert drafts.fields_of(Draft.objects.get())["description"] == "Halv mening"


def test_a_draft_is_unreadable_in_the_database(place: Place) -> None:
    save(place, uuid.uuid4(), description="Barnet sov över")
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM deviations_draft")
        (stored,) = cursor.fetchone() or ("",)
    assert stored
    assert "Barnet" not in stored


def test_submitting_twice_gives_one_report(place: Place) -> None:
    key = uuid.uuid4()
    actor = place.actor("amina")
    first = report(actor, given(place), draft_key=key)
    again = report(actor, given(place, description="Något annat"), draft_key=key)
    assert again == first
    assert Deviation.objects.get().description == "Mötet ställdes in och ingen sade till."
    assert AuditEvent.objects.filter(action="deviation.reported").count() == 1


def test_a_submitted_draft_is_emptied_and_a_late_autosave_brings_nothing_back(
    place: Place,
) -> None:
    key = uuid.uuid4()
    save(place, key, description="Mötet")
    deviation = report(place.actor("amina"), given(place), draft_key=key)
    save(place, key, description="Mötet ställdes in")
    draft = Draft.objects.get()
    assert (draft.content, draft.submitted_as) == ("", deviation)
    assert drafts.drafts_of(place.actor("amina")) == []
    # Nor can the trace of what was submitted be thrown away.
    drafts.discard_draft(place.actor("amina"), key)
    assert Draft.objects.get().submitted_as == deviation


def test_a_refused_report_leaves_its_draft(place: Place) -> None:
    key = uuid.uuid4()
    save(place, key, description="Mötet")
    with pytest.raises(InvalidInput):
        report(place.actor("amina"), given(place, safe_now=""), draft_key=key)
    assert drafts.fields_of(Draft.objects.get()) == {"description": "Mötet"}


def test_a_discarded_draft_is_gone_with_its_files(
    place: Place, storage: Path, django_capture_on_commit_callbacks: Any
) -> None:
    key = uuid.uuid4()
    actor = place.actor("amina")
    drafts.save_draft(actor, key, {}, files=[Upload("brev.pdf", PDF)])
    assert stored_files(storage)
    with django_capture_on_commit_callbacks(execute=True):
        drafts.discard_draft(actor, key)
    assert not Draft.objects.exists()
    assert not stored_files(storage)


# Files


def stored_files(storage: Path) -> list[Path]:
    return [path for path in storage.rglob("*") if path.is_file()]


def word() -> bytes:
    document, stream = Document(), io.BytesIO()
    document.add_paragraph("Hej")
    document.save(stream)
    return stream.getvalue()


def excel() -> bytes:
    book, stream = Workbook(), io.BytesIO()
    book.save(stream)
    return stream.getvalue()


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def name_of_file(value: object) -> str:
    """Name a case by its file alone: what is in it differs from one making to the next."""
    return value[-20:] if isinstance(value, str) else ""


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("brev.pdf", PDF, "application/pdf"),
        ("BREV.PDF", PDF, "application/pdf"),
        ("bild.png", PNG, "image/png"),
        ("bild.jpg", JPEG, "image/jpeg"),
        ("bild.jpeg", JPEG, "image/jpeg"),
        ("brev.docx", word(), uploads.ALLOWED[".docx"]),
        ("tabell.xlsx", excel(), uploads.ALLOWED[".xlsx"]),
    ],
    ids=name_of_file,
)
def test_files_that_may_be_attached(name: str, content: bytes, expected: str) -> None:
    assert uploads.check(Upload(name, content)) == expected


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("program.exe", b"MZ\x90\x00\x03\x00\x00\x00"),
        ("program.pdf", b"MZ\x90\x00\x03\x00\x00\x00"),
        ("sida.pdf", b"<html><script>alert(1)</script></html>"),
        ("brev.html", PDF),
        ("bild.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("tom.pdf", b""),
        ("stor.pdf", PDF + b"0" * uploads.MAX_BYTES),
        ("n" * 200 + ".pdf", PDF),
    ],
    ids=name_of_file,
)
def test_files_that_may_not(name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        uploads.check(Upload(name, content))
    assert refused.value.field == "files"


def test_files_come_along_encrypted_with_their_names(place: Place, storage: Path) -> None:
    deviation = make_report(place, files=[Upload("Anna Anka.pdf", PDF)])
    attachment = Attachment.objects.get()
    (stored,) = stored_files(storage)
    assert PDF not in stored.read_bytes()
    assert "Anka" not in str(stored)
    assert (attachment.deviation, attachment.name) == (deviation, "Anna Anka.pdf")
    assert attaching.content(attachment) == PDF


def test_a_file_kept_with_the_draft_becomes_the_reports(place: Place, storage: Path) -> None:
    key, actor = uuid.uuid4(), place.actor("amina")
    drafts.save_draft(actor, key, {}, files=[Upload("ett.pdf", PDF), Upload("två.pdf", PDF)])
    keep, drop = DraftFile.objects.all()
    drafts.save_draft(actor, key, {}, remove_files=[drop.pk])
    deviation = report(actor, given(place, files=[Upload("tre.png", PNG)]), draft_key=key)
    assert {attachment.name for attachment in deviation.attachments.all()} == {"ett.pdf", "tre.png"}
    assert not DraftFile.objects.exists()
    for attachment in deviation.attachments.all():
        assert attaching.content(attachment)
    assert keep.name == "ett.pdf"


def test_a_report_that_fails_leaves_no_file_behind(place: Place, storage: Path) -> None:
    bad = [Upload("ett.pdf", PDF), Upload("fel.exe", b"MZ")]
    with pytest.raises(InvalidInput):
        make_report(place, files=bad)
    with pytest.raises(InvalidInput):
        drafts.save_draft(place.actor("amina"), uuid.uuid4(), {}, files=bad)
    assert not stored_files(storage)
    assert not Deviation.objects.exists()
    assert not Draft.objects.exists()


def test_there_is_a_limit_to_the_number_of_files(place: Place) -> None:
    key, actor = uuid.uuid4(), place.actor("amina")
    eight = [Upload(f"{n}.pdf", PDF) for n in range(8)]
    drafts.save_draft(actor, key, {}, files=eight)
    with pytest.raises(InvalidInput):
        report(actor, given(place, files=eight[:3]), draft_key=key)
    assert default_storage.exists(DraftFile.objects.all()[0].file.name)


def test_who_gets_it_is_who_has_the_role_today(place: Place) -> None:
    Membership.objects.filter(user=place.user("eva")).update(
        valid_to=clock.today() - timedelta(days=1)
    )
    Membership.objects.create(
        user=place.user("frida"), board=place.board, role=Role.MANAGER, unit=place.unit
    )
    assert reporter.receivers(make_report(place)).names == ["Frida Norr"]


def test_what_concerns_whom_is_kept(place: Place) -> None:
    deviation = make_report(place, concerns=Concerns.PERSON, case_number=" 2026-17 ")
    deviation.refresh_from_db()
    assert (deviation.concerns, deviation.case_number) == ("person", "2026-17")
