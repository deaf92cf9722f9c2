"""The page of an act, and doing it."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from casework.access import policy
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page, row_id
from casework.shared import clock
from casework.shared.errors import ConflictError, NotAllowed, NotVisible
from deviations import states
from deviations.models import Deviation
from deviations.queries.detail import visible
from deviations.queries.inbox import has_inbox
from deviations.rules import RULES
from deviations.services import inbox
from deviations.web.handling.acts import BY_SLUG, ActPage, allowed
from deviations.web.handling.base import ActForm
from deviations.web.listing.rows import row


@page
def act(request: ActorRequest, pk: int, slug: str) -> HttpResponseBase:
    """Show the form of an act, or do it; what is refused is shown with what was typed."""
    if slug not in BY_SLUG:
        raise NotVisible
    act_page = BY_SLUG[slug]
    found = visible(request.actor, pk)
    refuse_unless_allowed(request, found, act_page.act)
    posted = request.POST if request.method == "POST" else None
    form = act_page.form(posted, actor=request.actor, deviation=found, initial=_initial(request))
    if form.is_valid() and attempt(form, form.run) is not None:
        messages.success(request, f"{found.number}: {act_page.done}")
        return onwards(request, found, leaves=act_page.leaves)
    return show(request, act_page, found, form)


def refuse_unless_allowed(request: ActorRequest, found: Deviation, act_name: str) -> None:
    """Answer as the service would, before a form is shown that could only be refused."""
    policy.require(request.actor, act_name, found, RULES)
    states.DEVIATION.target(act_name, found.status)
    if act_name not in allowed(request.actor, found):
        raise {
            "move": NotAllowed(inbox.MOVED_ENOUGH),
            "dismiss": ConflictError(
                "Det är en lex Sarah-rapport hos SAS och kan inte avfärdas av enheten."
            ),
        }.get(
            act_name,
            ConflictError("Avvikelsen är inläst från fil och har ingen rapportör att fråga."),
        )


def _initial(request: ActorRequest) -> dict[str, object]:
    exchange = row_id(request.GET.get("exchange", ""))
    return {} if exchange is None else {"exchange": exchange}


def show(request: ActorRequest, act_page: ActPage, found: Deviation, form: ActForm) -> HttpResponse:
    """Render the form beside what it is about; say so where somebody was first."""
    changed = form.is_bound and form.look_again()
    if changed:
        found = visible(request.actor, found.pk)
    if request.method != "POST":
        record_reading(request.actor, "deviation.read", kind="deviation", ids=[found.pk])
    title, submit = act_page.label, act_page.submit or act_page.label
    if act_page.act == "protect" and found.protected:
        title, submit = "Ta bort skyddet av personuppgifter", "Ta bort skyddet"
    return render(
        request,
        "deviations/handling/act.html",
        {
            "deviation": found,
            "row": row(found, clock.today()),
            "act": act_page,
            "title": title,
            "submit": submit,
            "form": form,
            "changed": changed,
            "loses_sight": act_page.act == "protect"
            and not found.protected
            and found.unit_id not in request.actor.protected_units,
        },
        status=422 if form.is_bound else 200,
    )


def onwards(request: ActorRequest, found: Deviation, *, leaves: bool = False) -> HttpResponse:
    """Go on: to the Inkorg where the matter is settled or out of sight, else back to it."""
    actor = request.actor
    if leaves and has_inbox(actor):
        return redirect("inbox")
    if Deviation.objects.visible_to(actor).filter(pk=found.pk).exists():
        return redirect("deviation", found.pk)
    return redirect("inbox" if has_inbox(actor) else "deviation-list")
