"""Two-step log-in for everybody but the demo's people."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from casework.access.two_steps import password_suffices
from casework.organisation.models import User

_SESSION_KEY = "two_steps_of"


class RequireTwoSteps:
    """Send whoever logged in with a password alone to set up the second step, and nowhere else.

    Single sign-on counts as two steps: there the employer's identity provider sees to it. The
    accounts of a demo board are exempt; they hold no real person's records.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            not isinstance(user, User)
            or request.path.startswith(("/accounts/", "/static/"))
            or has_two_steps(request, user)
        ):
            return self.get_response(request)
        text = "Lägg till inloggning i två steg. Därefter kommer du åt tjänsten."
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "two_step_login", "message": text}, status=403)
        messages.info(request, text)
        return redirect(reverse("mfa_activate_totp"))


def has_two_steps(request: HttpRequest, user: User) -> bool:
    """Say whether this log-in may open the service, and remember it in the session if so."""
    if request.session.get(_SESSION_KEY) == user.pk:
        return True
    signed_on = any(
        record.get("method") == "socialaccount" for record in get_authentication_records(request)
    )
    if not (password_suffices(user) or signed_on or is_mfa_enabled(user)):
        return False
    request.session[_SESSION_KEY] = user.pk
    return True


def remember(sender: object, request: HttpRequest, user: User, **given: object) -> None:
    """Settle it as part of logging in (receiver of ``user_logged_in``), not on the first page."""
    has_two_steps(request, user)
