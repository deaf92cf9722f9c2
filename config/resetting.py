"""The reset of a password: a letter to known addresses alone, and one answer to everybody."""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm as LibraryForm

from casework.accounts import resets
from casework.organisation.models import User

log = logging.getLogger(__name__)


class ResetPasswordForm(LibraryForm):
    """Finds the accounts whose own address it is, but for those whom the employer lets in."""

    def clean_email(self) -> str:
        """Return the address; whether anybody has it is told to nobody."""
        email = get_adapter().clean_email(self.cleaned_data["email"].lower())
        self.users = resets.who_may_reset(email)
        return str(email)

    def save(self, request: Any, **given: Any) -> str:
        """Send the letters; one that cannot be sent must not tell that there is an account."""
        try:
            return str(super().save(request, **given))
        except OSError as error:
            log.error("reset_letter_not_sent: %s", type(error).__name__)
            return str(self.cleaned_data["email"])


def prove_address(sender: object, request: Any, user: User, **given: object) -> None:
    """Note the address as proven (receiver of allauth's ``password_reset``)."""
    resets.prove_address(user)
