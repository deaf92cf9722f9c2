"""Keys of reset links."""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from casework.accounts import changes, resets
from casework.organisation.models import User


class ResetKeys(PasswordResetTokenGenerator):
    """Open nothing once the password or the address has changed, nor for who may not reset."""

    def check_token(self, user: Any, token: str | None) -> bool:
        """Say whether the key is right and still of use."""
        if not isinstance(user, User):
            return False
        if changes.settle_due():
            user.refresh_from_db()
        return resets.may_reset(user) and super().check_token(user, token)
