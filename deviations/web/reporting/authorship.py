"""Who opened a form: so that what was typed is saved as theirs also when the session has ended.

The form carries a signed note of its author and its key. It allows saving text as a draft of that
person, for a day, and nothing else: nothing is shown and nothing submitted on its strength.
"""

from uuid import UUID

from django.core import signing
from django.http import HttpRequest

from casework.access.actor import Actor
from casework.kit.web import ActorRequest
from casework.organisation.models import User

_SALT = "deviations.reporting.author"
_VALID_SECONDS = 24 * 60 * 60


def note(actor: Actor, key: UUID) -> str:
    """Return the signed note that a form carries."""
    return signing.dumps([actor.user_id, str(key)], salt=_SALT)


def author_of(request: ActorRequest, key: UUID) -> Actor | None:
    """Return who opened the posted form; without a note that holds, whoever is logged in."""
    here = request.actor if request.user.is_authenticated else None
    user_id = _noted(request, key)
    if user_id is None or (here and here.user_id == user_id):
        return here
    user = User.objects.filter(pk=user_id, is_active=True, board__isnull=False).first()
    return Actor.of(user) if user else None


def _noted(request: HttpRequest, key: UUID) -> int | None:
    try:
        user_id, noted = signing.loads(
            request.POST.get("author", ""), salt=_SALT, max_age=_VALID_SECONDS
        )
    except signing.BadSignature:
        return None
    return int(user_id) if noted == str(key) else None
