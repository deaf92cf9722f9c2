"""Helpers for screens: who acts, and how a service's errors become what the user sees.

A view fetches from ``visible_to``, validates a form, calls a service and renders. Errors that a
form can show go through ``attempt``; all others are turned into pages by ``DomainErrors``.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from casework.access.actor import Actor
from casework.kit.refusals import headers, http_status
from casework.organisation.models import User
from casework.shared.errors import ConflictError, DomainError, InvalidInput, NoRoom, NotAllowed

View = Callable[..., HttpResponseBase]
T = TypeVar("T")
# Marks what a service refuses since the record has become another than the form was filled in on.
CONFLICT = "conflict"


class ActorRequest(HttpRequest):
    """A request whose ``actor`` is who acts (for type checkers; set by ``ActorMiddleware``)."""

    actor: Actor


class ActorMiddleware:
    """Give each request its ``actor``, worked out when first asked for and once only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor_of(request: HttpRequest) -> Actor:
    if not isinstance(request.user, User):
        raise NotAllowed("Logga in först.")
    return Actor.of(request.user)


class DomainErrors:
    """Turn a service's error that no form has shown into a page of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer with the status that the kind of error stands for."""
        if not isinstance(error, DomainError):
            return None
        return refusal(request, error)


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return the page that says what a service refused, and how to mend it."""
    status = http_status(error)
    response = render(
        request,
        "404.html" if status == 404 else "error.html",
        {"message": error.message, "status": status},
        status=status,
    )
    for name, value in headers(error).items():
        response[name] = value
    return response


def page(view: Callable[..., HttpResponseBase]) -> View:
    """Mark a view as a page for those who are logged in; ``request.actor`` is who acts."""

    @login_required
    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return wrapped


def keeps_for_author(view: Callable[..., HttpResponseBase]) -> View:
    """Mark a view that knows who wrote what it is sent, and keeps it for that person alone."""
    view.keeps_for_author = True  # type: ignore[attr-defined]
    return view


def row_id(text: str) -> int | None:
    """Return the id of a row as an address or a form gives it; None: there can be no such row."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def row_ids(texts: Iterable[str]) -> list[int]:
    """Return those of ``texts`` that can be ids of rows, each once, in their order."""
    return list(dict.fromkeys(key for text in texts if (key := row_id(text)) is not None))


def attempt(form: forms.Form, act: Callable[[], T]) -> T | None:
    """Call a service; show what it refuses in ``form``, on the field it names.

    Returns the service's result, or None where it refused (the form is then invalid, and
    ``status_of`` says how). What is hidden or forbidden is not the form's business and goes on as
    an error page.
    """
    try:
        return act()
    except (InvalidInput, ConflictError, NoRoom) as error:
        field = error.field if error.field in form.fields else None
        code = CONFLICT if isinstance(error, ConflictError) else error.code
        form.add_error(field, ValidationError(error.message, code=code))
        return None


def carry_out(form: forms.Form, act: Callable[[], object]) -> int:
    """Call a service where ``form`` is valid; return 200, or the status that says why not."""
    if form.is_valid():
        attempt(form, act)
    return status_of(form) if form.errors else 200


def status_of(*forms: forms.Form) -> int:
    """Return what a page with these forms answers: 409 where somebody was first, 422 where what
    was sent is not accepted, else 200.
    """
    sent = [form for form in forms if form.is_bound]
    for form in sent:
        if any(form.has_error(name, CONFLICT) for name in (NON_FIELD_ERRORS, *form.fields)):
            return 409
        if any(form.has_error(name, NoRoom.code) for name in (NON_FIELD_ERRORS, *form.fields)):
            return 507
    return 422 if sent else 200
