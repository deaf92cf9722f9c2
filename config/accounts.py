"""How people get in: accounts are made by the administrator or by the identity provider."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up on their own: who may see what follows from employment."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return ``False``; the sign-up page then says that registration is closed."""
        return False
