"""How people get in: accounts are made by the administrator, for password or single sign-on."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest, HttpResponse

from casework.accounts import changes
from casework.kit.client import client_of
from casework.operation.limits import PASSWORD
from casework.organisation.models import User
from config import attempts


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up on their own: who may see what follows from employment."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return ``False``; the sign-up page then says that registration is closed."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave the counting to ``authenticate``: allauth's would be one for all of an address."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whose password it is; ``TooManyAttempts`` where one has to wait first."""
        name = credentials.get("username") or ""
        with attempts.guess(request, PASSWORD, attempts.user_named(name), name) as made:
            user: User | None = super().authenticate(request, **credentials)
            made.right = user is not None
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return where the request comes from, as everything else here has it."""
        return client_of(request)

    def pre_login(self, request: HttpRequest, user: User, **given: Any) -> HttpResponse | None:
        """Let what has come due of the account take effect: a lost second step is not asked for."""
        changes.settle_due()
        answer: HttpResponse | None = super().pre_login(request, user, **given)
        return answer


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Lets in those whom the employer's identity provider knows by an account's user name."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return ``False``: being employed is not yet having a role here."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Tie a first sign-on to the active account of that user name, where there is one."""
        if sociallogin.is_existing:
            return
        # Providers nest what the token said beside what their user page says.
        data = sociallogin.account.extra_data
        claims = {**data, **data.get("id_token", {}), **data.get("userinfo", {})}
        name = str(claims.get("preferred_username") or "")
        # Whoever has come in from the employer once is that person for good.
        users = User.objects.filter(is_active=True, socialaccount=None)
        user = users.filter(username__iexact=name).first() if name else None
        if user is not None:
            sociallogin.connect(request, user)
