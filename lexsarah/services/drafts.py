"""Drafts of reports: what was typed so far, for its author alone, until it is handed in."""

import json
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from casework.access.actor import Actor
from casework.organisation.models import User
from casework.shared import clock
from casework.shared.errors import NotVisible
from lexsarah.models import Report, ReportDraft


def drafts_of(actor: Actor) -> QuerySet[ReportDraft]:
    """Return the actor's own drafts, the latest first."""
    return ReportDraft.objects.filter(board=actor.board_id, author=actor.user_id)


def open_draft(actor: Actor, key: UUID) -> ReportDraft:
    """Return a draft of the actor's own; ``NotVisible`` for another's and for one that is gone."""
    draft = drafts_of(actor).filter(key=key).first()
    if draft is None:
        raise NotVisible
    return draft


def fields_of(draft: ReportDraft) -> dict[str, str]:
    """Return what was typed, by name of field."""
    return dict(json.loads(draft.content))


def save_draft(actor: Actor, key: UUID, fields: Mapping[str, str]) -> ReportDraft | None:
    """Save the fields as they stand: a draft asks nothing of its author.

    What comes late, when the report is handed in already, changes nothing and returns None.
    """
    content = json.dumps(dict(fields), ensure_ascii=False)
    with transaction.atomic():
        await_ones_turn(actor)
        if Report.objects.filter(submission_key=key).exists():
            return None
        ReportDraft.objects.bulk_create(
            [
                ReportDraft(
                    key=key,
                    board_id=actor.board_id,
                    author_id=actor.user_id or 0,
                    content=content,
                    saved_at=clock.now(),
                )
            ],
            ignore_conflicts=True,
        )
        draft = open_draft(actor, key)
        draft.content, draft.saved_at = content, clock.now()
        draft.save(update_fields=["content", "saved_at"])
    return draft


def discard_draft(actor: Actor, key: UUID) -> None:
    """Throw a draft away."""
    with transaction.atomic():
        await_ones_turn(actor)
        open_draft(actor, key).delete()


def await_ones_turn(actor: Actor) -> None:
    """Let what the actor does with reports at once come one after the other.

    Whoever clicks twice, or whose pause is saved while the report is handed in, is one person.
    """
    User.objects.select_for_update(no_key=True).filter(pk=actor.user_id or 0).first()
