"""The secret address of a person's times: made, renewed and revoked by the person alone.

The secret is shown once and kept as a hash; 256 random bits need no salt.
"""

import hashlib
import secrets

from django.db.models import QuerySet

from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.deadlines.board_models import CalendarLink
from casework.organisation.models import User
from casework.shared import clock
from casework.shared.errors import NotAllowed, NotVisible


def current(actor: Actor) -> CalendarLink | None:
    """Return the actor's link that works, if there is one."""
    return _working(actor).first()


def renew(actor: Actor) -> str:
    """Make a new secret and return it; one made before works no longer."""
    if actor.user_id is None:
        raise NotAllowed("En kalender hör till en person.")
    secret = secrets.token_urlsafe(32)
    with unit_of_work(actor) as work:
        # One at a time for each person.
        User.objects.select_for_update(no_key=True).get(pk=actor.user_id)
        _working(actor).update(revoked_at=work.at)
        link = CalendarLink.objects.create(
            user_id=actor.user_id, token_hash=_hash(secret), made_at=work.at
        )
        work.audit("deadline.calendar_changed", link, data={"act": "made"})
    return secret


def revoke(actor: Actor) -> None:
    """Let the actor's link work no longer; nothing happens where there is none."""
    with unit_of_work(actor) as work:
        link = _working(actor).select_for_update().first()
        if link is None:
            return
        link.revoked_at = work.at
        link.save(update_fields=["revoked_at"])
        work.audit("deadline.calendar_changed", link, data={"act": "revoked"})


def holder(secret: str) -> CalendarLink:
    """Return the link that ``secret`` opens, noting that it was read; else ``NotVisible``."""
    link = (
        CalendarLink.objects.select_related("user")
        .filter(token_hash=_hash(secret), revoked_at__isnull=True, user__is_active=True)
        .exclude(user__board=None)
        .first()
    )
    if link is None:
        raise NotVisible
    link.read_at = clock.now()
    link.save(update_fields=["read_at"])
    return link


def _working(actor: Actor) -> QuerySet[CalendarLink]:
    return CalendarLink.objects.filter(user=actor.user_id, revoked_at__isnull=True)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
