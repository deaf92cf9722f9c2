"""For whom a password alone is enough."""

from django.conf import settings

from casework.organisation.models import User


def password_suffices(user: User) -> bool:
    """Say whether ``user`` may come in by password alone: the demo's people, who hold no secrets.

    So may everybody where the operator has ``MFA_REQUIRED`` off.
    """
    is_demo = user.board is not None and user.board.is_demo
    return is_demo or not settings.MFA_REQUIRED
