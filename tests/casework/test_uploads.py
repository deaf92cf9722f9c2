"""Files that are not what their names say, and the one door that all files go through."""

import io
import os
import re
import runpy
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from casework.kit.refusals import TOO_LARGE_MESSAGE
from casework.registers.reading import LARGEST_FILE
from casework.shared import limits, uploads
from casework.shared.errors import InvalidInput
from casework.shared.uploads import Upload, check

ROOT = Path(str(settings.BASE_DIR))
APPS = ("casework", "deviations", "lexsarah", "config")


def word() -> bytes:
    stream = io.BytesIO()
    Document().save(stream)
    return stream.getvalue()


def excel() -> bytes:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


def changed(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The archive with each part as ``change`` gives it; None leaves it out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
    return stream.getvalue()


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return stream.getvalue()


def with_macros() -> bytes:
    content = changed(word(), lambda name, part: part)
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as made:
        made.writestr("word/vbaProject.bin", b"x")
    return stream.getvalue()


NOT_WHAT_THEY_SAY: dict[str, tuple[str, Callable[[], bytes]]] = {
    "any archive as Word": ("a.docx", lambda: archive(a=b"x")),
    "any archive as Excel": ("a.xlsx", lambda: archive(a=b"x")),
    "Word as Excel": ("a.xlsx", word),
    "Excel as Word": ("a.docx", excel),
    "a list of parts alone": (
        "a.docx",
        lambda: archive(
            **{
                "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" '
                f'ContentType="{uploads.ALLOWED[".docx"]}.main+xml"/></Types>'.encode()
            }
        ),
    ),
    "without its document": (
        "a.docx",
        lambda: changed(word(), lambda name, part: None if name == "word/document.xml" else part),
    ),
    "another thing for its document": (
        "a.docx",
        lambda: changed(word(), lambda name, part: b"MZ" if name == "word/document.xml" else part),
    ),
    "macros by type": (
        "a.docx",
        lambda: changed(
            word(),
            lambda name, part: part.replace(
                b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                b"vnd.ms-word.document.macroEnabled.main+xml",
            ),
        ),
    ),
    "macros by part": ("a.docx", with_macros),
    "a program before it": ("a.docx", lambda: b"MZ\x90\x00" + word()),
    "half of it": ("a.xlsx", lambda: excel()[:-100]),
    "locked with a password": ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600),
    "a program as a picture": ("a.jpg", lambda: b"MZ\x90\x00\xff\xd8\xff"),
    "a script as a picture": ("a.png", lambda: b"<script>alert(1)</script>"),
    "a page before a PDF": ("a.pdf", lambda: b"<html><script>1</script></html>%PDF-1.7"),
    "an archive as PDF": ("a.pdf", lambda: archive(a=b"%PDF-1.7")),
    "SVG as SVG": ("a.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "SVG as PNG": ("a.png", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "PNG as JPEG": ("a.jpg", lambda: b"\x89PNG\r\n\x1a\n"),
    "turned name": ("a\u202efdp.exe", lambda: b"%PDF-1.7"),
    "ended name": ("a.exe\x00.pdf.exe", lambda: b"%PDF-1.7"),
    "a huge list of parts": (
        "a.docx",
        lambda: archive(**{f"{number:06}" + "x" * 40: b"" for number in range(12_000)}),
    ),
}


@pytest.mark.parametrize("title", NOT_WHAT_THEY_SAY)
def test_a_file_is_what_its_content_says(title: str) -> None:
    name, make = NOT_WHAT_THEY_SAY[title]
    with pytest.raises(InvalidInput, match="kan inte bifogas"):
        check(Upload(name, make()))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\brev.pdf", "brev.pdf"),
        ("brev\r\nSet-Cookie: a=b.pdf", "brevSet-Cookie: a=b.pdf"),
        ("brev\x00.pdf", "brev.pdf"),
        ("gpj\u202efdp.pdf", "gpjfdp.pdf"),
        ("b\u200brev\ufeff.pdf", "brev.pdf"),
        ("\ud800.pdf", "pdf"),
        ("..", "fil"),
        (" . ", "fil"),
        ("Räksmörgås (1).pdf", "Räksmörgås (1).pdf"),
    ],
)
def test_a_name_is_kept_in_signs_that_are_seen(name: str, kept: str) -> None:
    assert Upload(name, b"%PDF-").name == kept


def test_of_what_is_too_large_no_more_is_read_than_tells_that_it_is() -> None:
    upload = Upload.of(SimpleUploadedFile("a.pdf", b"%PDF-" + b"0" * (2 * limits.ATTACHMENT)))
    assert len(upload.content) == limits.ATTACHMENT + 1
    with pytest.raises(InvalidInput, match="större än 10 MB"):
        check(upload)


# The way of all files itself, where they are put down, and a form that is never sent.
NO_DOORS = {
    "casework/shared/uploads.py",
    "casework/shared/storage.py",
    "config/styleguide.py",
}


def _sources() -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(ROOT)), path.read_text())
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def test_every_file_sent_is_read_as_an_upload() -> None:
    """What takes a file from a request gives it to ``Upload.of``, or to the reader of registers."""
    seen = 0
    for name, source in _sources():
        takes = re.search(r"\bUploadedFile\b|(?:forms|serializers)\.FileField", source)
        if not takes or name in NO_DOORS:
            continue
        seen += 1
        assert "Upload.of(" in source or name == "casework/web/registers/forms.py", name
    assert seen >= 3


def test_whatever_stores_an_upload_has_checked_it() -> None:
    seen = 0
    for name, source in _sources():
        if name == "casework/shared/uploads.py" or "/services/" not in name:
            continue
        if re.search(r"\b(?:upload|file)\.content\b", source):
            seen += 1
            assert re.search(r"\bcheck\((?:upload|entry\.file)\b", source), name
    assert seen == 2


def test_form_settings_and_proxy_agree_on_how_much_may_be_sent() -> None:
    proxy = (ROOT / "deploy" / "nginx.conf").read_text()
    (most,) = re.findall(r"client_max_body_size (\d+)m;", proxy)
    assert int(most) * limits.MB == limits.REQUEST
    from deviations.services.attaching import MAX_FILES

    assert limits.REQUEST >= MAX_FILES * uploads.MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert limits.REQUEST >= LARGEST_FILE
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == limits.TEXT
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES > MAX_FILES
    # What the proxy refuses itself it refuses in the same words.
    assert proxy.count(TOO_LARGE_MESSAGE) == 3


def test_web_workers_are_renewed_and_their_statements_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGOPTIONS", raising=False)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", tempfile.gettempdir())
    web = runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))
    assert 0 < web["max_requests_jitter"] < web["max_requests"]
    assert os.environ["PGOPTIONS"] == "-c statement_timeout=60s"
    assert settings.CELERY_WORKER_MAX_MEMORY_PER_CHILD > 0
    assert settings.CELERY_WORKER_MAX_TASKS_PER_CHILD > 0
