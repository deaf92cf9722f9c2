"""Guessing at passwords and codes is slowed down, by account and client (``casework.operation``).

allauth's own limits count addresses alone, in the cache, and are switched off in the settings.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from allauth.account.utils import filter_users_by_username
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from casework.kit.client import client_of
from casework.kit.web import refusal
from casework.operation import limits
from casework.operation.limits import CODE, Guess, Guessing, Pace
from casework.organisation.models import User
from casework.shared.errors import TooManyAttempts

COOKIE = "enhet"
_COOKIE_DAYS = 180
_MOST_ACCOUNTS = 20
_SALT = "config.attempts.device"

# What is no guessing but sends letters or tries a password behind a log-in: by the address of the
# page, whom to count, and the pace.
_LETTERS = Pace(free=3, first=60, longest=3600, forgets=1200)
_CHANGES = Pace(free=5, first=5, longest=300, forgets=60)


def _address_given(request: HttpRequest) -> str:
    return request.POST.get("email", "").strip().casefold()


def _own(request: HttpRequest) -> str:
    return str(request.user.pk or "")


_PACES: dict[str, tuple[Callable[[HttpRequest], str], Pace]] = {
    "account_reset_password": (_address_given, _LETTERS),
    "account_change_password": (_own, _CHANGES),
    "account_email": (_own, _CHANGES),
}


@contextmanager
def guess(
    request: HttpRequest, guessing: Guessing, user: User | None, name: str
) -> Iterator[Guess]:
    """Count an attempt in ``request``; by account where there is one, else by the name given."""
    account = str(user.pk) if user else f"name:{name.casefold()}"
    device, known = _device(request)
    own = device if user and user.pk in known else ""
    with limits.guess(guessing, account, client_of(request), own) as made:
        yield made


def user_named(name: str) -> User | None:
    """Return whom a log-in name means, as the log-in itself finds out: capitals do not matter."""
    found: User | None = filter_users_by_username(name).first() if name else None
    return found


class Paced:
    """Middleware: slow down what is sent too often, and let a browser be known after a log-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        logged_in = getattr(request, "logged_in_as", None)
        if logged_in is not None:
            _know(request, response, logged_in)
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Refuse with 429 what comes too early."""
        name = request.resolver_match.url_name if request.resolver_match else None
        if request.method != "POST" or name not in _PACES:
            return None
        find, pace = _PACES[name]
        whom = find(request)
        try:
            # An empty field is the form's to refuse.
            if whom:
                limits.take(limits.key(name, whom), pace)
        except TooManyAttempts as error:
            return refusal(request, error)
        return None


def note(sender: object, request: HttpRequest, user: User, **given: object) -> None:
    """Receive ``user_logged_in``: every step is done, so that this browser is known from now on."""
    request.logged_in_as = user.pk  # type: ignore[attr-defined]


def _device(request: HttpRequest) -> tuple[str, list[int]]:
    """Return a browser's own name and the accounts that were logged in to from it."""
    try:
        held = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_COOKIE_DAYS * 24 * 3600
        )
    except signing.BadSignature:
        return "", []
    return held["id"], held["who"]


def _know(request: HttpRequest, response: HttpResponse, user_id: int) -> None:
    device, known = _device(request)
    who = [user_id, *(one for one in known if one != user_id)][:_MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps({"id": device or secrets.token_urlsafe(16), "who": who}, salt=_SALT),
        max_age=_COOKIE_DAYS * 24 * 3600,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


class _Guarded:
    """A form that takes a code of a second step: counted by account, whatever kind of code."""

    user: User

    def clean_code(self) -> str:
        """Check the code as allauth does, unless it comes too early."""
        with guess(context.request, CODE, self.user, "") as made:
            code: str = super().clean_code()  # type: ignore[misc]
            made.right = True
        return code


class CodeForm(_Guarded, AuthenticateForm):
    """The second step of logging in."""


class CodeAgainForm(_Guarded, ReauthenticateForm):
    """The second step once more, before something that matters."""
