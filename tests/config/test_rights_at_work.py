"""The service's own rights are enough for what it does beside the acts upon records.

The acts are tried with the same rights where each is walked with its event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from casework import tasks
from casework.models import Lane, OutgoingMail, User
from casework.shared import clock
from casework.shared.uploads import Upload
from deviations.models import Attachment, Draft, DraftFile
from deviations.services import drafts, reporting
from lexsarah.models import Report
from lexsarah.services import drafts as lexsarah_drafts
from tests.casework import case_files
from tests.conftest import Place
from tests.deviations.test_import_deviations import HEADER
from tests.factories.rights import as_the_service
from tests.lexsarah import files as lexsarah_files
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(db: None) -> Iterator[None]:
    """The rights of the service, for all that the test does."""
    with as_the_service():
        yield


@pytest.fixture
def served(place: Place, service: None) -> Place:
    """The board, from now on with the rights of the service."""
    return place


def test_drafts_come_and_go_with_their_files(served: Place) -> None:
    amina, key, gone = served.actor("amina"), uuid4(), uuid4()
    files = [Upload(f"{name}.pdf", b"%PDF-1.4\n%%EOF") for name in "ab"]
    for one in (key, gone):
        drafts.save_draft(amina, one, {"description": "Börjat"}, files=files)
    first = DraftFile.objects.filter(draft__key=key).earliest("pk")
    drafts.save_draft(amina, key, {"description": "Mer"}, remove_files=[first.pk])
    drafts.discard_draft(amina, gone)
    report = reporting.Report("Mer", clock.today(), served.unit, "yes")
    deviation = reporting.report(amina, report, draft_key=key)
    assert Attachment.objects.get().deviation == deviation
    assert Draft.objects.get().submitted_as == deviation
    for _ in range(2):
        lexsarah_drafts.save_draft(amina, key, {"event": "Börjat"})
    lexsarah_drafts.discard_draft(amina, key)


def test_registers_are_taken_in_and_corrected(service: None, tmp_path: Path) -> None:
    case_files.organise(tmp_path)
    given = {
        "aktualiseringar": ({"uppgiftslämnare": "Skola"}, {"uppgiftslämnare": "Polis"}),
        "utredningar": ({}, {"avslutad": "2022-05-02"}),
        "beslut": ({}, {"verkställd": "2022-03-02"}),
    }
    for kind, rows in given.items():
        for row in rows:
            ran = case_files.read(tmp_path, kind, row)
            assert ran.code == 0, ran.err
        assert ran.last.endswith("1 uppdaterade, 0 fel")
    for text in ("Barnet fick vänta.", "Barnet fick vänta länge."):
        ran = lexsarah_files.read(tmp_path, {"händelse": text})
        assert ran.code == 0, ran.err
    path = tmp_path / "avvikelser.csv"
    for status in ("Pågående;;;;", "Avslutad;2022-02-01;Rutin;Ny rutin;Förbättring"):
        row = f"A1;Mottaget;2022-01-10;2022-01-08;;Post;;Brev öppnades.;;{status}"
        path.write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
        ran = case_files.Ran("avvikelser", path)
        assert ran.code == 0, ran.err
    assert ran.last.endswith("1 uppdaterade, 0 fel")


def test_the_worker_does_all_its_tasks(served: Place, at: Callable[..., object]) -> None:
    handed_in(served)
    then = clock.now()
    OutgoingMail.objects.create(
        board=served.board, content="{}", made_at=then, send_after=then, state="dropped",
        done_at=then,
    )  # fmt: skip
    Lane.objects.create(key="x", level=1, last_at=then, free_at=then)
    at(then + timedelta(days=400))
    work = "anchor_audit enforce_deadlines send_notices send_mail settle_accounts tidy_operation"
    for name in work.split():
        getattr(tasks, name)()
    assert not OutgoingMail.objects.filter(content="{}").exists()


def test_people_log_in_and_accounts_are_kept(served: Place) -> None:
    cache.clear()
    simon: User = served.user("simon")
    simon.set_password("ett långt lösenord")
    simon.save()
    browser = Client()
    given = {"login": simon.username, "password": "ett långt lösenord"}
    assert browser.post("/accounts/login/", given | {"password": "fel"}).status_code == 200
    assert browser.post("/accounts/login/", given).status_code == 302
    amina = served.user("amina")
    changed = {"username": amina.username, "first_name": "Anna", "email": "a@nord.example"}
    url = reverse("admin:casework_user_change", args=[amina.pk])
    assert browser.post(url, changed | {"is_active": "on"}).status_code == 302
    assert browser.post("/accounts/logout/").status_code == 302
    assert Report.objects.count() == 0
