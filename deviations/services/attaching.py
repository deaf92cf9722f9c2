"""Files sent along with a report: type checked by content, name and content encrypted."""

from dataclasses import dataclass

import puremagic
from django.core.files.base import ContentFile

from casework.access.actor import Actor
from casework.audit.work import Work
from casework.shared.errors import InvalidInput
from casework.shared.fields import cipher
from deviations.models import Attachment, Deviation

MAX_BYTES = 10 * 1024 * 1024
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


def check(upload: Upload) -> str:
    """Return the content type; raise ``InvalidInput`` for what may not be attached."""
    if len(upload.content) > MAX_BYTES:
        raise InvalidInput(
            f"{upload.name} är större än 10 MB. Dela eller minska den.", field="files"
        )
    try:
        found = {match.extension for match in puremagic.magic_string(upload.content, upload.name)}
    except puremagic.PureError:
        found = set()
    for extension, content_type in ALLOWED.items():
        if extension in found and upload.name.lower().endswith(extension):
            return content_type
    raise InvalidInput(
        f"{upload.name} kan inte bifogas. Tillåtna filer: PDF, PNG, JPEG, Word och Excel.",
        field="files",
    )


def attach(work: Work, actor: Actor, deviation: Deviation, upload: Upload) -> Attachment:
    """Store ``upload`` with the deviation within the unit of work."""
    content_type = check(upload)
    attachment = Attachment(
        deviation=deviation,
        name=upload.name,
        content_type=content_type,
        size=len(upload.content),
        added_by_id=actor.user_id,
        added_at=work.at,
    )
    sealed = ContentFile(cipher().encrypt(upload.content))
    attachment.file.save(f"{deviation.pk}.bin", sealed, save=False)
    attachment.save()
    work.audit("deviation.attached", deviation, data={"attachment": attachment.pk})
    return attachment


def content(attachment: Attachment) -> bytes:
    """Return the file's bytes in the clear."""
    with attachment.file.open("rb") as sealed:
        return cipher().decrypt(sealed.read())
