"""Who opened a form: so that nothing typed is lost, or taken for somebody else's.

Every form carries, beside its token, a signed note of who was logged in when it was shown. A new
log-in makes the token old. Whoever is logged in again as the same person gets back what was typed,
to send once more; nobody else does, and nothing is carried out on the strength of the note.
"""

from collections.abc import Callable
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

FIELD = "opened_by"
_SALT = "config.opened_by"
# A session lasts nine hours; a form may have been open since before it began.
_VALID_SECONDS = 24 * 60 * 60
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class FormToken(str):
    """The token of a form, with the note of who opened it."""

    note: str


def form_token(request: HttpRequest) -> dict[str, object]:
    """Context processor: ``csrf_token`` as Django's own, with the note for the tag of that name."""
    return {"csrf_token": SimpleLazyObject(lambda: _token(request))}


def _token(request: HttpRequest) -> FormToken:
    token = FormToken(get_token(request))
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    token.note = signing.dumps(user.pk, salt=_SALT) if known and user else ""
    return token


def _opener(request: HttpRequest) -> int | None:
    try:
        note = request.POST.get(FIELD, "")
        return int(signing.loads(note, salt=_SALT, max_age=_VALID_SECONDS))
    except signing.BadSignature:
        return None


class SameOpener:
    """Refuse a form that somebody else opened, however good its token is.

    A view that keeps the text for its author says so (``casework.kit.web.keeps_for_author``).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Compare the note with who is logged in; without a note the token alone decides."""
        spared = getattr(view, "csrf_exempt", False) or getattr(view, "keeps_for_author", False)
        if request.method in _SAFE_METHODS or spared or not request.user.is_authenticated:
            return None
        opener = _opener(request)
        return None if opener in {None, request.user.pk} else _refused(request, opener)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token does not hold (``CSRF_FAILURE_VIEW``)."""
    opener, user = _opener(request), request.user
    is_same = user.is_authenticated and opener == user.pk
    # What changes a password or logs in is typed anew; passwords are never shown again.
    if not is_same or request.path.startswith("/accounts/"):
        return _refused(request, opener)
    left_out = {"csrfmiddlewaretoken", FIELD}
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in left_out and "password" not in name
        for value in values
    ]
    context = {
        "address": request.get_full_path(),
        "fields": fields,
        # Keys and choices are sent along without being shown.
        "texts": [value for _, value in fields if len(value.split()) > 1],
        "files": list(request.FILES),
    }
    return render(request, "send_again.html", context, status=403)


def _refused(request: HttpRequest, opener: int | None) -> HttpResponse:
    is_known = request.user.is_authenticated
    if opener is None:
        case = "unknown"
    elif not is_known:
        case = "logged_out"
    else:
        case = "same" if opener == request.user.pk else "somebody_else"
    return render(request, "403_csrf.html", {"case": case}, status=403)
