"""Drafts: what was typed so far, kept for its author until it is submitted or thrown away.

A draft is known by a key made with the form, so that the first autosave and a press on the button
are the same draft whichever comes first.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from casework.access.actor import Actor
from casework.shared import clock
from casework.shared.errors import NotVisible
from casework.shared.uploads import Upload
from deviations.models import Draft, DraftFile
from deviations.services import attaching


def _own(actor: Actor) -> QuerySet[Draft]:
    return Draft.objects.filter(board_id=actor.board_id, author_id=actor.user_id)


def drafts_of(actor: Actor) -> list[Draft]:
    """Return the actor's drafts, newest first."""
    return list(_own(actor).filter(submitted_as=None))


def open_draft(actor: Actor, key: UUID) -> Draft:
    """Return a draft of the actor's own, submitted or not; ``NotVisible`` for anybody else's."""
    draft = find_draft(actor, key)
    if draft is None:
        raise NotVisible
    return draft


def find_draft(actor: Actor, key: UUID) -> Draft | None:
    """Return the actor's draft of this key, or None where nothing has been saved under it."""
    return _own(actor).select_related("submitted_as").filter(key=key).first()


def fields_of(draft: Draft) -> dict[str, str]:
    """Return what was typed, by name of field."""
    return dict(json.loads(draft.content)) if draft.content else {}


def claim(actor: Actor, key: UUID, at: datetime) -> Draft:
    """Return the actor's draft of this key, made if missing, locked for the transaction.

    Two requests with one key come one after the other here. ``NotVisible`` for anybody else's key.
    """
    if actor.user_id is None:
        raise NotVisible
    fresh = Draft(key=key, board_id=actor.board_id, author_id=actor.user_id, saved_at=at)
    Draft.objects.bulk_create([fresh], ignore_conflicts=True)
    # Without a join to the report: whoever has waited for the lock sees the draft's row as it is
    # now, but would see what is joined to it as it was before.
    draft = _own(actor).select_for_update().filter(key=key).first()
    if draft is None:
        raise NotVisible
    return draft


def save_draft(
    actor: Actor,
    key: UUID,
    fields: Mapping[str, str],
    *,
    files: Sequence[Upload] = (),
    remove_files: Sequence[int] = (),
) -> Draft:
    """Save the fields as they stand, valid or not: a draft asks nothing of its author.

    What comes late, when the report is submitted already, changes nothing. ``files`` are added;
    raises ``InvalidInput`` for a file that may not be attached, with nothing saved.
    """
    with attaching.removed_on_failure() as stored, transaction.atomic():
        draft = claim(actor, key, clock.now())
        if draft.submitted_as_id is not None:
            return draft
        draft.content = json.dumps(dict(fields), ensure_ascii=False)
        draft.saved_at = clock.now()
        draft.save(update_fields=["content", "saved_at"])
        change_files(draft, files, remove_files, draft.saved_at, stored)
    return draft


def change_files(
    draft: Draft,
    files: Sequence[Upload],
    remove_files: Sequence[int],
    at: datetime,
    stored: list[str],
) -> None:
    """Add and remove files of a draft that is locked in this transaction."""
    if remove_files:
        attaching.drop(list(draft.files.filter(pk__in=remove_files)))
    if files:
        attaching.check_count(len(files) + draft.files.count())
    for upload in files:
        attaching.keep_with_draft(draft, upload, at, stored)


def files_of(draft: Draft) -> list[DraftFile]:
    """Return the files kept with the draft."""
    return list(draft.files.all())


def discard_draft(actor: Actor, key: UUID) -> None:
    """Throw a draft away with its files; one already submitted stays as the trace it is."""
    with transaction.atomic():
        draft = claim(actor, key, clock.now())
        if draft.submitted_as_id is None:
            attaching.drop(files_of(draft))
            draft.delete()
