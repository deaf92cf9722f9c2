"""Files that somebody sends: what may be sent, tried by the content and not by the name alone."""

from dataclasses import dataclass
from typing import Self

import puremagic
from django.core.files.uploadedfile import UploadedFile

from casework.shared.errors import InvalidInput

MAX_BYTES = 10 * 1024 * 1024
MAX_NAME = 150
ALLOWED = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Upload:
    """A file as it came from the form: its name and its bytes."""

    name: str
    content: bytes

    @classmethod
    def of(cls, file: UploadedFile) -> Self:
        """Return what was sent, read from its beginning."""
        file.seek(0)
        return cls(file.name or "fil", file.read())


def check(upload: Upload, field: str = "files") -> str:
    """Return the content type; raise ``InvalidInput`` (``field``) for what may not be attached."""
    if len(upload.name) > MAX_NAME:
        raise InvalidInput("Filens namn är för långt. Döp om filen och välj den igen.", field=field)
    if len(upload.content) > MAX_BYTES:
        raise InvalidInput(f"{upload.name} är större än 10 MB. Dela eller minska den.", field=field)
    try:
        found = {match.extension for match in puremagic.magic_string(upload.content, upload.name)}
    except (puremagic.PureError, ValueError):
        # ValueError: the file is empty.
        found = set()
    for extension, content_type in ALLOWED.items():
        if extension in found and upload.name.lower().endswith(extension):
            return content_type
    raise InvalidInput(
        f"{upload.name} kan inte bifogas. Tillåtna filer: PDF, PNG, JPEG, Word och Excel.",
        field=field,
    )
