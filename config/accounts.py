"""How people get in: accounts are made by the administrator, for password or single sign-on."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth import get_user_model
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up on their own: who may see what follows from employment."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return ``False``; the sign-up page then says that registration is closed."""
        return False


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
        users = get_user_model()._default_manager.filter(is_active=True)
        user = users.filter(username__iexact=name).first() if name else None
        if user is not None:
            sociallogin.connect(request, user)
