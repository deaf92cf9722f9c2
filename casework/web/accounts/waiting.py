"""Väntar på ja: roles, standing in and changes of accounts, with who asked and who may answer."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from casework.access import granting
from casework.access.actor import Actor
from casework.accounts import changes
from casework.accounts.models import AccountChange
from casework.kit.organisation_tabs import tabs_for
from casework.kit.web import ActorRequest, attempt, page, status_of
from casework.organisation.models import Absence, Membership, User
from casework.organising import grants
from casework.shared import clock
from casework.web.accounts.forms import LostStepForm


@dataclass(frozen=True)
class Line:
    """What waits, in words, and where the actor answers it (empty: not the actor's to answer)."""

    what: str
    whose: str
    asked_by: str
    in_force_at: datetime
    answerers: list[str]
    url_name: str
    pk: int
    may_answer: bool
    may_refuse: bool = True


def lines(actor: Actor) -> list[Line]:
    """Return all that waits on the actor's board, the first to take effect first."""
    found = [_of_grant(actor, row) for row in grants.waiting(actor.board_id)]
    found += [_of_change(actor, row) for row in changes.waiting_on(actor.board_id)]
    return sorted(found, key=lambda line: line.in_force_at)


def _name(user: User | None) -> str:
    return user.display_name if user is not None else "Driften, genom en fil"


def _of_grant(actor: Actor, row: grants.Grant) -> Line:
    if isinstance(row, Absence):
        what, whose = f"Ersätter {row.user.display_name}", row.substitute.display_name
    else:
        what, whose = str(row.get_role_display()), row.user.display_name
    able = granting.answerers(row).order_by("first_name", "last_name", "pk")
    return Line(
        what,
        whose,
        _name(row.asked_by),
        row.in_force_at or clock.now(),
        [user.display_name for user in able],
        "grant-stand-in" if isinstance(row, Absence) else "grant-role",
        row.pk,
        any(user.pk == actor.user_id for user in able),
    )


def _of_change(actor: Actor, row: AccountChange) -> Line:
    is_step = row.kind == AccountChange.Kind.SECOND_STEP
    others = granting.second_step_helpers(row.board_id or 0, row.user_id, row.asked_by_id)
    able = list(others.order_by("first_name", "last_name", "pk")) if is_step else []
    return Line(
        str(row.get_kind_display()),
        row.user.display_name,
        _name(row.asked_by),
        row.in_force_at,
        [user.display_name for user in able],
        "second-step-agree",
        row.pk,
        any(user.pk == actor.user_id for user in able),
        may_refuse=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def accounts(request: ActorRequest) -> HttpResponse:
    """Show what waits; whoever has a role of the whole board asks for a lost second step here."""
    actor = request.actor
    granting.require_waiting_seen(actor)
    changes.settle_due()
    form = LostStepForm(request.POST or None)
    form.fields["user"].queryset = changes.with_second_step(actor)  # type: ignore[attr-defined]
    if form.is_valid():
        user = form.cleaned_data["user"]
        asked = attempt(form, lambda: changes.ask_second_step_off(actor, user))
        if asked is not None:
            messages.success(request, _said(asked))
            return redirect("account-list")
    context = {
        "tabs": tabs_for(request),
        "lines": lines(actor),
        "recent": grants.recent(actor.board_id),
        "form": form if granting.holds_guarded(actor) else None,
    }
    return render(request, "casework/accounts/waiting.html", context, status=status_of(form))


def _said(asked: AccountChange) -> str:
    if asked.done_at is not None:
        return "Det andra steget är borttaget. Personen lägger till ett nytt vid inloggningen."
    return "Personen har fått ett brev. En till behöver säga ja, annars sker det om ett dygn."


@require_POST
@page
def answer_role(request: ActorRequest, pk: int) -> HttpResponse:
    """Säg ja eller nej till en roll."""
    return _answer(request, Membership, pk)


@require_POST
@page
def answer_stand_in(request: ActorRequest, pk: int) -> HttpResponse:
    """Säg ja eller nej till att någon ersätter den som har en roll för hela nämnden."""
    return _answer(request, Absence, pk)


def _answer(request: ActorRequest, model: type[grants.Grant], pk: int) -> HttpResponse:
    yes = request.POST.get("verb") == "yes"
    grants.answer(request.actor, model, pk, yes=yes)
    messages.success(request, "Det gäller från och med nu." if yes else "Det börjar inte gälla.")
    return redirect("account-list")


@require_POST
@page
def agree(request: ActorRequest, pk: int) -> HttpResponse:
    """Säg ja till att ett tappat andra steg tas bort."""
    messages.success(request, _said(changes.agree(request.actor, pk)))
    return redirect("account-list")
