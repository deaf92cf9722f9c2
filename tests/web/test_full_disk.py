"""A full disk: what was written is kept, it is said in words, and no half file is left."""

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from casework.shared.errors import NoRoom
from casework.shared.storage import WholeFiles, is_full, write_whole
from deviations.models import Deviation, Draft
from deviations.services import drafts
from tests.deviations.test_reporting import PDF
from tests.web.test_report_form import NEW, filled, page

pytestmark = pytest.mark.django_db
Login = Callable[..., Client]
LARGE = PDF + b"0" * 3_000_000  # larger than what is kept in memory


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("En liten disk kan inte monteras här: det kräver root med rätt att montera.")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture
def full(settings: Any, small_disk: Path) -> Path:
    settings.MEDIA_ROOT = small_disk
    return small_disk


def files_in(disk: Path) -> list[Path]:
    return [path for path in disk.rglob("*") if path.is_file()]


def with_file(client: Client, **other: str) -> dict[str, Any]:
    return filled(client, **other) | {"files": SimpleUploadedFile("underlag.pdf", LARGE)}


def test_a_report_is_kept_as_a_draft_without_its_file(as_user: Login, full: Path) -> None:
    client = as_user("amina")
    fields = with_file(client)
    response = client.post(NEW, fields)
    assert response.status_code == 507
    html = page(response)
    assert "Servern har slut på utrymme" in html
    assert "Texten är sparad" in html
    assert fields["description"] in html
    assert not Deviation.objects.exists()
    assert drafts.fields_of(Draft.objects.get())["description"] == fields["description"]
    assert files_in(full) == []
    # Without the file it is sent.
    del fields["files"]
    assert client.post(NEW, fields).status_code == 302
    assert Deviation.objects.count() == 1


def test_of_two_files_the_one_that_fitted_is_not_left(as_user: Login, full: Path) -> None:
    client = as_user("amina")
    small = SimpleUploadedFile("liten.pdf", PDF)
    fields = filled(client) | {"files": [small, SimpleUploadedFile("stor.pdf", LARGE)]}
    assert client.post(NEW, fields).status_code == 507
    assert files_in(full) == []


def test_a_draft_is_saved_without_its_file(as_user: Login, full: Path) -> None:
    client = as_user("amina")
    response = client.post(NEW, with_file(client, verb="save"), follow=True)
    assert "Texten är sparad, men inte de nya filerna" in page(response)
    assert drafts.fields_of(Draft.objects.get())["description"]
    assert files_in(full) == []


def test_no_room_for_what_is_being_received(
    as_user: Login, settings: Any, small_disk: Path, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "media", str(small_disk)
    client = as_user("amina")
    fields = with_file(client)
    response = client.post(NEW, fields)
    assert response.status_code == 507
    assert "Servern har slut på utrymme" in page(response)
    assert drafts.fields_of(Draft.objects.get())["description"] == fields["description"]
    assert files_in(small_disk) == []
    register = {"file": SimpleUploadedFile("avvikelser.csv", b"id\n" * 1_200_000)}
    answer = as_user("simon").post("/register/avvikelser/", register)
    assert answer.status_code == 507
    assert "Servern har slut på utrymme" in page(answer)


def test_a_file_that_has_no_room_leaves_the_one_before_it(small_disk: Path) -> None:
    target = small_disk / "rapport.pdf"
    target.write_bytes(b"den forra")
    with pytest.raises(OSError, match="space"):
        write_whole(target, [LARGE])
    assert files_in(small_disk) == [target]
    assert target.read_bytes() == b"den forra"


def test_what_a_killed_process_was_writing_is_removed_later(tmp_path: Path) -> None:
    storage = WholeFiles(location=tmp_path)
    storage.save("2026/hel.bin", ContentFile(b"hel"))
    left, fresh = tmp_path / "2026" / ".halv.bin.part", tmp_path / "2026" / ".ny.bin.part"
    for part in (left, fresh):
        part.write_bytes(b"ha")
    os.utime(left, (0, 0))
    assert storage.forget_parts() == 1
    assert sorted(path.name for path in files_in(tmp_path)) == [".ny.bin.part", "hel.bin"]


def test_a_database_without_room_is_said_in_words_on_page_and_in_api(
    as_user: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*given: object, **named: object) -> None:
        raise OperationalError("could not extend file") from psycopg.errors.DiskFull()

    client = as_user("amina")
    client.raise_request_exception = False
    fields = filled(client)
    monkeypatch.setattr("deviations.web.reporting.views.report", no_room)
    answer = client.post(NEW, fields)
    assert answer.status_code == 507
    assert "Servern har slut på utrymme" in page(answer)
    monkeypatch.setattr("deviations.api.views.report", no_room, raising=False)
    monkeypatch.setattr("deviations.services.reporting._new", no_room)
    body = {"description": "Mötet ställdes in.", "safe_now": "yes", "occurred_on": fields["when"]}
    body["unit"] = fields["unit"]
    answer = client.post("/api/v1/deviations/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (507, "no_room")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_is_known_wherever_it_was_met(number: int) -> None:
    outer = RuntimeError()
    outer.__cause__ = OSError(number, "x")
    assert is_full(outer)
    assert not is_full(OSError(errno.EACCES, "x"))
    assert not is_full(None)


def test_another_fault_of_the_disk_stays_one(settings: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "fil"
    blocked.write_text("inte en mapp")
    settings.MEDIA_ROOT = blocked
    with pytest.raises(OSError, match=r"."):
        default_storage.save("a/b.bin", ContentFile(b"x"))
    assert not issubclass(NoRoom, OSError)
