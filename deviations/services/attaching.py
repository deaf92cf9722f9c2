"""Files sent along with a report: type checked by content, name and content encrypted."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from casework.access.actor import Actor
from casework.audit.work import Work
from casework.shared import limits
from casework.shared.errors import InvalidInput
from casework.shared.fields import cipher
from casework.shared.uploads import Upload, check
from deviations.models import Attachment, Deviation, Draft, DraftFile

MAX_FILES = limits.ATTACHMENTS


def check_count(count: int) -> None:
    """Raise ``InvalidInput`` where a report would have more files than it may."""
    if count > MAX_FILES:
        raise InvalidInput(
            f"En rapport kan ha högst {MAX_FILES} filer. Ta bort någon.", field="files"
        )


@contextmanager
def removed_on_failure() -> Iterator[list[str]]:
    """Keep storage and database alike: names put in the list are deleted if the block raises."""
    stored: list[str] = []
    try:
        yield stored
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise


def _store(row: Attachment | DraftFile, upload: Upload, stored: list[str]) -> None:
    # Nothing of the file's own name is left outside the encrypted column.
    row.file.save(f"{uuid.uuid4().hex}.bin", ContentFile(cipher().encrypt(upload.content)), False)
    stored.append(str(row.file.name))
    row.save()


def attach(
    work: Work, actor: Actor, deviation: Deviation, upload: Upload, stored: list[str]
) -> Attachment:
    """Store ``upload`` with the deviation within the unit of work.

    ``stored`` is the list of ``removed_on_failure``, around the whole transaction.
    """
    attachment = Attachment(
        deviation=deviation,
        name=upload.name,
        content_type=check(upload),
        size=len(upload.content),
        added_by_id=actor.user_id,
        added_at=work.at,
    )
    _store(attachment, upload, stored)
    work.audit("deviation.attached", deviation, data={"attachment": attachment.pk})
    return attachment


def keep_with_draft(draft: Draft, upload: Upload, at: datetime, stored: list[str]) -> DraftFile:
    """Store ``upload`` with a draft, so that nobody has to choose the file twice."""
    kept = DraftFile(
        draft=draft,
        name=upload.name,
        content_type=check(upload),
        size=len(upload.content),
        added_at=at,
    )
    _store(kept, upload, stored)
    return kept


def hand_over(work: Work, actor: Actor, draft: Draft, deviation: Deviation) -> None:
    """Let the draft's files become the deviation's; the stored bytes stay where they are."""
    for kept in draft.files.all():
        attachment = Attachment.objects.create(
            deviation=deviation,
            name=kept.name,
            content_type=kept.content_type,
            size=kept.size,
            file=kept.file.name,
            added_by_id=actor.user_id,
            added_at=kept.added_at,
        )
        work.audit("deviation.attached", deviation, data={"attachment": attachment.pk})
    draft.files.all().delete()


def drop(files: list[DraftFile]) -> None:
    """Remove files from their draft; from storage once that is certain."""
    for kept in files:
        name = kept.file.name
        kept.delete()
        transaction.on_commit(lambda name=name: default_storage.delete(name))  # type: ignore[misc]


def content(attachment: Attachment) -> bytes:
    """Return the file's bytes in the clear."""
    with attachment.file.open("rb") as sealed:
        return cipher().decrypt(sealed.read())
