"""Beredskap: which functions are told at once of skydd, LVU and LVM."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from casework.access import policy
from casework.deadlines import duty
from casework.kit.organisation_tabs import tabs_for
from casework.kit.web import ActorRequest, attempt, page, row_id
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.shared.errors import NotVisible
from casework.web.duty.forms import EndForm, FunctionForm, MemberForm

COLUMNS = ("Funktion", "Avdelning", "E-postadress", "Personer", "Från", "Till")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def functions(request: ActorRequest) -> HttpResponse:
    """List the functions of now and later, and found a new one.

    ``?format=csv|xlsx`` gives all there have been as a file.
    """
    actor, today = request.actor, clock.today()
    policy.require_configurer(actor)
    form = FunctionForm(request.POST or None, board_id=actor.board_id)
    if form.is_valid():
        founded = attempt(form, lambda: duty.found(actor, **form.cleaned_data))
        if founded is not None:
            messages.success(request, f"{founded.name} är tillagd. Lägg till personer här.")
            return redirect("duty", founded.pk)
    known = list(duty.of_board(actor))
    file_format = request.GET.get("format")
    if file_format and request.method != "POST":
        return export_response(
            actor,
            "beredskap",
            COLUMNS,
            [
                (
                    one.name,
                    one.department.name if one.department else "Hela nämnden",
                    one.email,
                    ", ".join(person.display_name for person in one.members.all()),
                    one.valid_from,
                    one.valid_to,
                )
                for one in known
            ],
            file_format,
            kind="dutyfunction",
            ids=[one.pk for one in known],
        )
    current = [one for one in known if one.valid_to is None or one.valid_to >= today]
    context = {
        "functions": current,
        "has_rows": bool(known),
        "form": form,
        "today": today,
        "tabs": tabs_for(request),
    }
    status = 422 if form.errors else 200
    return render(request, "casework/duty/list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def function(request: ActorRequest, pk: int) -> HttpResponse:
    """Show a function; ``verb`` says what is done: add, remove (``user``) or end."""
    actor = request.actor
    found = duty.of_board(actor).order_by(F("pk")).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    policy.require_configurer(actor)
    verb = request.POST.get("verb")
    if verb == "remove":
        duty.remove_member(actor, pk, row_id(request.POST.get("user", "")) or 0)
        messages.success(request, "Personen är borttagen.")
        return redirect("duty", pk)
    member = MemberForm(request.POST if verb == "add" else None, board_id=actor.board_id)
    end = EndForm(request.POST if verb == "end" else None)
    if _done(member, lambda: duty.add_member(actor, pk, **member.cleaned_data)):
        messages.success(request, "Personen är tillagd.")
        return redirect("duty", pk)
    if _done(end, lambda: duty.end(actor, pk, **end.cleaned_data)):
        messages.success(request, "Funktionen är avslutad.")
        return redirect("duty-list")
    context = {"function": found, "member_form": member, "end_form": end}
    status = 422 if member.errors or end.errors else 200
    return render(request, "casework/duty/function.html", context, status=status)


def _done(form: forms.Form, act: Callable[[], None]) -> bool:
    if not form.is_valid():
        return False
    attempt(form, act)
    return not form.errors
