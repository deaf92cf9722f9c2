"""Tokens of the API: one for each account, stored as a digest, lapsing by themselves."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from rest_framework import authentication, exceptions
from rest_framework.authtoken.models import Token

from casework.access.actor import Actor
from casework.accounts.voiding import has_left
from casework.audit.work import unit_of_work
from casework.organisation.models import User
from casework.shared import clock


def _digest(token: str) -> str:
    # As long as the column of the token table; 160 bits of a random token need no salt.
    return hashlib.sha256(token.encode()).hexdigest()[:40]


def make_token(user: User) -> tuple[str, str]:
    """Return a fresh token for ``user`` and when it lapses (ISO 8601); the one before is void."""
    token = secrets.token_urlsafe(30)
    with unit_of_work(Actor.of(user)) as work:
        Token.objects.filter(user=user).delete()
        row = Token.objects.create(user=user, key=_digest(token))
        work.audit("access.token_made", user)
    return token, _lapses(row).isoformat()


def revoke_token(user: User) -> None:
    """Make the token of ``user``, if there is one, void."""
    with unit_of_work(Actor.of(user)) as work:
        Token.objects.filter(user=user).delete()
        work.audit("access.token_revoked", user)


def _lapses(row: Token) -> Any:
    return row.created + timedelta(days=settings.API_TOKEN_DAYS)


class TokenAuthentication(authentication.TokenAuthentication):
    """``Authorization: Token …``; what is stored cannot be used to log in."""

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        """Return the account and its token; 401 where it is unknown, lapsed or closed."""
        user, row = super().authenticate_credentials(_digest(key))
        if _lapses(row) <= clock.now():
            raise exceptions.AuthenticationFailed("Nyckeln har gått ut. Hämta en ny.")
        if has_left(user):
            raise exceptions.AuthenticationFailed("Nyckeln gäller inte: rollen har upphört.")
        return user, row
