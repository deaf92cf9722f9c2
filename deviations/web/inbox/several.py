"""The same done with several at once: receive, assign, move, handle together."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page, row_ids
from casework.shared.errors import ConflictError, NotAllowed
from deviations.models import Deviation
from deviations.queries.listing import with_parts
from deviations.rules import RULES
from deviations.services import inbox
from deviations.web.handling.fields import RowField, offer_people, offer_units, text_field
from deviations.web.handling.simple_forms import TogetherForm
from deviations.web.listing.rows import rows

PAGES = {"assign": "inbox-assign", "move": "inbox-move", "together": "batch"}


def picked(request: ActorRequest) -> list[int]:
    """Return the ids in the form or the address, as ``ids=1&ids=2`` or ``ids=1,2``."""
    given = request.POST.getlist("ids") or request.GET.getlist("ids")
    return sorted(row_ids(key for part in given for key in part.split(",")))


@require_POST
@page
def chosen(request: ActorRequest) -> HttpResponseBase:
    """Take the ticked rows to what the pressed button says."""
    ids, verb = picked(request), request.POST.get("verb", "")
    if not ids:
        messages.warning(request, "Markera minst en rad först.")
        return redirect("inbox")
    if verb in PAGES:
        if verb == "together" and len(ids) == 1:
            return redirect("simple-handling", ids[0])
        query = urlencode({"ids": ",".join(str(key) for key in ids)})
        return redirect(f"{reverse(PAGES[verb])}?{query}")
    try:
        received = inbox.receive_several(request.actor, ids)
    except (ConflictError, NotAllowed) as refused:
        messages.error(request, f"Ingen togs emot. {refused.message}")
        return redirect("inbox")
    messages.success(request, _said(received, "mottagen", "mottagna"))
    return redirect("inbox")


def _said(handled: Sequence[Deviation], one: str, many: str) -> str:
    """Return what was done, in words for one or for many."""
    if len(handled) == 1:
        return f"{handled[0].number} är {one}."
    return f"{len(handled)} avvikelser är {many}."


class SeveralForm(forms.Form):
    """Base of forms for several deviations."""

    def __init__(
        self, *args: Any, actor: Actor, deviations: Sequence[Deviation], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.actor, self.deviations = actor, deviations
        self.ids = [deviation.pk for deviation in deviations]
        self.prepare()

    def prepare(self) -> None:
        """Fill in what can be chosen."""

    def run(self) -> list[Deviation]:
        """Call the service."""
        raise TypeError("Each form says itself what it does")


class AssignSeveralForm(SeveralForm):
    """Fördela flera."""

    to = RowField(label="Vem ska utreda?", error_messages={"required": "Välj vem som ska utreda."})

    def prepare(self) -> None:
        """Offer the people of the units."""
        offer_people(
            self.fields["to"],
            {deviation.unit_id for deviation in self.deviations},
            protected=any(deviation.protected for deviation in self.deviations),
        )

    def run(self) -> list[Deviation]:
        """Assign them."""
        return inbox.assign_several(self.actor, self.ids, to=self.cleaned_data["to"])


class MoveSeveralForm(SeveralForm):
    """Flytta flera."""

    to = RowField(
        label="Till vilken enhet?", error_messages={"required": "Välj en enhet att flytta till."}
    )
    reason = text_field("Varför är det deras?", required="Skriv varför enheten inte är den rätta.")

    def prepare(self) -> None:
        """Offer every unit but the present ones."""
        offer_units(
            self.fields["to"],
            self.actor.board_id,
            without={deviation.unit_id for deviation in self.deviations},
        )

    def run(self) -> list[Deviation]:
        """Move them."""
        given = self.cleaned_data
        return inbox.move_several(self.actor, self.ids, to=given["to"], reason=given["reason"])


def _deviations(request: ActorRequest, act: str) -> list[Deviation]:
    """Return the picked ones that the actor sees; refuse those the act is not for."""
    found = list(
        with_parts(Deviation.objects.visible_to(request.actor))
        .filter(pk__in=picked(request))
        .order_by("pk")
    )
    for deviation in found:
        policy.require(request.actor, act, deviation, RULES)
    return found


@page
def assign(request: ActorRequest) -> HttpResponseBase:
    """Fördela several to one colleague."""
    return _several(request, "assign", AssignSeveralForm, "Fördela", ("fördelad", "fördelade"))


@page
def move(request: ActorRequest) -> HttpResponseBase:
    """Flytta several to one unit."""
    done = ("flyttad", "flyttade")
    return _several(request, "move", MoveSeveralForm, "Flytta till annan enhet", done)


def _several(
    request: ActorRequest,
    act: str,
    form_class: type[SeveralForm],
    title: str,
    done: tuple[str, str],
) -> HttpResponseBase:
    found = _deviations(request, act)
    if not found:
        messages.warning(request, "Markera minst en rad först.")
        return redirect("inbox")
    posted = request.POST if request.method == "POST" else None
    form = form_class(posted, actor=request.actor, deviations=found)
    if form.is_valid() and (handled := attempt(form, form.run)) is not None:
        messages.success(request, _said(handled, *done))
        return redirect("inbox")
    return _show(request, "deviations/inbox/several.html", found, form, {"title": title})


@page
def together(request: ActorRequest) -> HttpResponseBase:
    """Handle several alike with one cause analysis and one åtgärd: all of them or none."""
    found = _deviations(request, "close")
    if not found:
        messages.warning(request, "Markera minst en rad först.")
        return redirect("inbox")
    posted = request.POST if request.method == "POST" else None
    ids = [deviation.pk for deviation in found]
    form = TogetherForm(posted, actor=request.actor, deviation=found[0], ids=ids)
    if form.is_valid() and (handled := attempt(form, form.run)) is not None:
        messages.success(request, f"{len(handled)} avvikelser är hanterade tillsammans.")
        return redirect("inbox")
    return _show(request, "deviations/inbox/together.html", found, form, {})


def _show(
    request: ActorRequest,
    template: str,
    found: Sequence[Deviation],
    form: forms.Form,
    context: dict[str, Any],
) -> HttpResponse:
    if not form.is_bound:
        ids = [deviation.pk for deviation in found]
        record_reading(request.actor, "deviation.listed", kind="deviation", ids=ids)
    shown = {"rows": rows(found), "form": form, **context}
    return render(request, template, shown, status=422 if form.is_bound else 200)
