"""The reset of a password: a letter to known addresses alone, and one answer to everybody."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm as LibraryForm

from casework.accounts import changes, resets
from casework.organisation.models import User


class ResetPasswordForm(LibraryForm):
    """Finds the accounts whose own address it is, but for those whom the employer lets in."""

    def clean_email(self) -> str:
        """Return the address; whether anybody has it is told to nobody."""
        changes.settle_due()
        email = get_adapter().clean_email(self.cleaned_data["email"].lower())
        self.users = resets.who_may_reset(email)
        return str(email)


def prove_address(sender: object, request: Any, user: User, **given: object) -> None:
    """Note the address as proven (receiver of allauth's ``password_reset``)."""
    resets.prove_address(user)
