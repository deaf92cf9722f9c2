"""Drafts: what was typed so far, kept for its author until it is submitted or thrown away."""

import json
from collections.abc import Mapping

from casework.access.actor import Actor
from casework.shared import clock
from casework.shared.errors import NotAllowed, NotVisible
from deviations.models import Draft


def drafts_of(actor: Actor) -> list[Draft]:
    """Return the actor's drafts, newest first."""
    return list(Draft.objects.filter(board_id=actor.board_id, author_id=actor.user_id))


def open_draft(actor: Actor, draft_id: int) -> tuple[Draft, dict[str, str]]:
    """Return a draft of the actor's own and its fields; ``NotVisible`` for anybody else's."""
    draft = Draft.objects.filter(
        pk=draft_id, board_id=actor.board_id, author_id=actor.user_id
    ).first()
    if draft is None:
        raise NotVisible
    return draft, json.loads(draft.content or "{}")


def save_draft(actor: Actor, draft_id: int | None, fields: Mapping[str, str]) -> Draft:
    """Save the fields as they stand, valid or not: a draft asks nothing of its author."""
    if actor.user_id is None:
        raise NotAllowed("Utkast har alltid en författare.")
    if draft_id is None:
        draft = Draft(board_id=actor.board_id, author_id=actor.user_id)
    else:
        draft, _ = open_draft(actor, draft_id)
    draft.content = json.dumps(dict(fields), ensure_ascii=False)
    draft.saved_at = clock.now()
    draft.save()
    return draft


def discard_draft(actor: Actor, draft_id: int) -> None:
    """Throw a draft away."""
    draft, _ = open_draft(actor, draft_id)
    draft.delete()
