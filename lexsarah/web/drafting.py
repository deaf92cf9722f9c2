"""Keeping what is typed of a report, and going on with it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from casework.access.actor import Actor
from casework.kit.drafting import key_of
from casework.kit.web import ActorRequest, page
from casework.shared.errors import NotVisible
from lexsarah.models import ReportDraft
from lexsarah.services import drafts

FIELDS = (
    "event occurred_on unit safe_now statute noticed_on done_at_once case_number protected "
    "on_behalf_of"
).split()
# What has no word of its own from whoever writes: the form begins with something there.
_GIVEN = {"occurred_on", "unit", "statute"}


def typed(data: Mapping[str, str]) -> dict[str, str]:
    """Return what a draft keeps of posted data."""
    return {name: data[name] for name in FIELDS if data.get(name)}


def keep(actor: Actor, data: Mapping[str, str]) -> None:
    """Save what was posted as a draft, where anything has been written."""
    key, fields = key_of(data.get("key")), typed(data)
    if key is None:
        return
    if fields.keys() - _GIVEN or drafts.drafts_of(actor).filter(key=key).exists():
        drafts.save_draft(actor, key, fields)


@require_POST
@page
def autosave(request: ActorRequest) -> HttpResponse:
    """Save what is typed while one writes."""
    keep(request.actor, request.POST)
    return HttpResponse(status=204)


def opened(request: ActorRequest) -> ReportDraft | None:
    """Return the draft that the address names, if it does."""
    if "utkast" not in request.GET:
        return None
    key = key_of(request.GET["utkast"])
    if key is None:
        raise NotVisible
    return drafts.open_draft(request.actor, key)


def fields_of(draft: ReportDraft | None) -> dict[str, Any]:
    """Return what the form begins with."""
    return {**drafts.fields_of(draft), "key": draft.key} if draft else {}


def shown(actor: Actor, *, but: UUID | None = None) -> list[dict[str, Any]]:
    """Return the actor's drafts as lists show them, but for the one that is open."""
    return [
        {
            "url": url_of(draft),
            "text": drafts.fields_of(draft).get("event", ""),
            "saved_at": draft.saved_at,
            "key": draft.key,
        }
        for draft in drafts.drafts_of(actor)
        if draft.key != but
    ]


def url_of(draft: ReportDraft) -> str:
    """Return the address at which a draft is gone on with."""
    return f"{reverse('lex-sarah-new')}?{urlencode({'utkast': str(draft.key)})}"


@page
def discard(request: ActorRequest, key: UUID) -> HttpResponseBase:
    """Ta bort utkast, asked once more."""
    draft = drafts.open_draft(request.actor, key)
    if request.method == "POST":
        drafts.discard_draft(request.actor, key)
        messages.success(request, "Utkastet är borttaget.")
        return redirect("lex-sarah-own")
    context = {
        "title": "Ta bort utkastet?",
        "text": "Det du har skrivit försvinner. Det går inte att ångra.",
        "confirm_label": "Ta bort utkastet",
        "danger": True,
        "cancel_url": url_of(draft),
    }
    return render(request, "confirm.html", context)
