"""Files that somebody sends: what may be sent, tried by the content and not by the name alone."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import Self

from django.core.files.uploadedfile import UploadedFile

from casework.shared import limits
from casework.shared.errors import InvalidInput
from casework.shared.storage import taken

MAX_BYTES = limits.ATTACHMENT
MAX_NAME = 150
_OFFICE = "application/vnd.openxmlformats-officedocument."
ALLOWED = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
}
# What a file of the kind begins with, at its very first byte: nothing else can lie before it.
_BEGINS = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".docx": b"PK\x03\x04",
    ".xlsx": b"PK\x03\x04",
}
_TYPES = "[Content_Types].xml"
_OVERRIDE = re.compile(rb"<Override\b[^>]*>")
_PART = re.compile(rb'\bPartName\s*=\s*["\']/([^"\']*)["\']')
# More than any list of the parts of a document; a longer one takes memory by itself.
_LONGEST_LIST = limits.MB


@dataclass(frozen=True)
class Upload:
    """A file as it came from the form: its name, in signs that are seen, and its bytes."""

    name: str
    content: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _plain(self.name))

    @classmethod
    def of(cls, file: UploadedFile) -> Self:
        """Return what was sent, read from its beginning; of what is too large no more than shows
        that it is. ``NoRoom`` where it was not taken.
        """
        taken(file).seek(0)
        return cls(file.name or "fil", file.read(MAX_BYTES + 1))


def _plain(name: str) -> str:
    """Return the last part of the name without signs that turn, hide or break what follows."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] not in "C")
    return seen.strip(" .") or "fil"


def check(upload: Upload, field: str = "files") -> str:
    """Return the content type; raise ``InvalidInput`` (``field``) for what may not be attached."""
    if len(upload.name) > MAX_NAME:
        raise InvalidInput("Filens namn är för långt. Döp om filen och välj den igen.", field=field)
    if len(upload.content) > MAX_BYTES:
        raise InvalidInput(f"{upload.name} är större än 10 MB. Dela eller minska den.", field=field)
    for extension, content_type in ALLOWED.items():
        if upload.name.lower().endswith(extension) and _is(extension, upload.content):
            return content_type
    raise InvalidInput(
        f"{upload.name} kan inte bifogas. Tillåtna filer: PDF, PNG, JPEG, Word och Excel, utan "
        "makron och lösenord.",
        field=field,
    )


def _is(extension: str, content: bytes) -> bool:
    if not content.startswith(_BEGINS[extension]):
        return False
    return not ALLOWED[extension].startswith(_OFFICE) or _is_office(content, ALLOWED[extension])


def _is_office(content: bytes, content_type: str) -> bool:
    """Whether the archive says that it is such a document and holds it, without macros."""
    directory = content.rfind(b"PK\x05\x06")
    size = int.from_bytes(content[directory + 12 : directory + 16], "little")
    if directory < 0 or size > _LONGEST_LIST:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            with archive.open(_TYPES) as types:
                listed = types.read(_LONGEST_LIST)
            main = _main_part(listed, content_type)
            if main not in names or any(name.endswith("vbaProject.bin") for name in names):
                return False
            with archive.open(main) as part:
                return part.read(100).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, OSError, EOFError):
        return False


def _main_part(types: bytes, content_type: str) -> str:
    for found in _OVERRIDE.findall(types):
        named = _PART.search(found)
        if named and f"{content_type}.main+xml".encode() in found:
            return named[1].decode(errors="replace")
    return ""
