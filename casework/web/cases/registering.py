"""Registering something new: what came in (one child or several), an investigation, a decision."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from casework.access import policy
from casework.cases.queries.listing import visible_cases
from casework.cases.services.claiming import OTHER_UNIT
from casework.kit.web import ActorRequest, page, row_id
from casework.shared.errors import ConflictError, InvalidInput
from casework.web.cases.fields import working_units
from casework.web.cases.new_forms import (
    MAX_CHILDREN,
    NewDecisionForm,
    NewForm,
    NewIntakeForm,
    NewInvestigationForm,
    PeopleFormSet,
)
from casework.web.cases.stepping import onwards

PREFIX = "barn"
_FEW_DIGITS = 4


@page
def intake(request: ActorRequest) -> HttpResponseBase:
    """Register what came in: one record for each child, with one clock each."""
    actor = request.actor
    units = working_units(actor)
    if request.method != "POST":
        form = NewIntakeForm(actor=actor, units=units)
        known = _known(request)
        people = PeopleFormSet(prefix=PREFIX, initial=[known] if known else None)
        return _show_intake(request, form, people, 200)
    if "add" in request.POST:
        return _one_more(request, NewIntakeForm(request.POST, actor=actor, units=units))
    form = NewIntakeForm(request.POST, actor=actor, units=units)
    people = _people(request)
    # Both, so that all that is wrong is said at once.
    if not all([form.is_valid(), people.is_valid()]):
        return _show_intake(request, form, people, 422)
    status, intakes = _attempt(form, people.forms[0], lambda: form.save(people.people))
    if status != 200:
        return _show_intake(request, form, people, status)
    done = "Registrerat." if len(intakes) == 1 else f"Registrerat i {len(intakes)} ärenden."
    messages.success(request, done)
    return onwards(actor, intakes[0].case_id)


def _one_more(request: ActorRequest, form: NewIntakeForm) -> HttpResponse:
    """Show the form once more with a row for another child, and all that was typed."""
    people = _people(request, more=1)
    # Nothing is wrong yet: what is not filled in still may be.
    for one in (form, *people.forms):
        one._errors = forms.utils.ErrorDict()
    people._errors = [one._errors for one in people.forms]
    people._non_form_errors = people.error_class()
    return _show_intake(request, form, people, 200)


def _people(request: ActorRequest, more: int = 0) -> Any:
    """Return the rows that were posted, at least one, and ``more`` empty ones."""
    data = request.POST.copy()
    posted = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    total = int(posted) if posted.isdecimal() and len(posted) < _FEW_DIGITS else 1
    data[f"{PREFIX}-TOTAL_FORMS"] = str(min(max(total, 1) + more, MAX_CHILDREN))
    data[f"{PREFIX}-INITIAL_FORMS"] = "0"
    return PeopleFormSet(data, prefix=PREFIX)


def _show_intake(
    request: ActorRequest, form: NewIntakeForm, people: Any, status: int
) -> HttpResponse:
    context = {
        "title": "Ny aktualisering",
        "lead": "En anmälan om syskon registreras en gång, med ett ärende för varje barn.",
        "form": form,
        "people": people,
        "may_add": len(people.forms) < MAX_CHILDREN,
        "submit": "Registrera",
        "conflict": status == 409,
    }
    return render(request, "casework/cases/new_intake.html", context, status=status)


@page
def investigation(request: ActorRequest) -> HttpResponseBase:
    """Open an investigation that no registered intake led to."""
    return _new(
        request,
        NewInvestigationForm,
        "Inled utredning",
        "För det som inte har kommit in som en aktualisering här.",
        "Utredningen är inledd.",
    )


@page
def decision(request: ActorRequest) -> HttpResponseBase:
    """Register a decision that is to be executed."""
    return _new(
        request,
        NewDecisionForm,
        "Registrera beslut",
        "Ett gynnande beslut som ska verkställas.",
        "Beslutet är registrerat.",
    )


def _new(
    request: ActorRequest, make: type[Any], title: str, lead: str, done: str
) -> HttpResponseBase:
    actor = request.actor
    posted = request.POST if request.method == "POST" else None
    form = make(posted, actor=actor, units=working_units(actor), initial=_known(request))
    status = 200
    if form.is_bound:
        made: Any = None
        status = 422
        if form.is_valid():
            status, made = _attempt(form, None, form.save)
        if status == 200:
            messages.success(request, done)
            return onwards(actor, made.case_id)
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "submit": title,
        "conflict": status == 409,
    }
    return render(request, "casework/cases/new.html", context, status=status)


def _attempt(form: NewForm, person: forms.Form | None, act: Callable[[], Any]) -> tuple[int, Any]:
    """Register; return 200 and what was made, or why not, with the fault where it belongs."""
    try:
        return 200, act()
    except InvalidInput as error:
        for one in (form, person):
            if one is not None and error.field in one.fields:
                one.add_error(error.field, error.message)
                return 422, None
        form.add_error(None, error.message)
        return 422, None
    except ConflictError as error:
        if error.field == OTHER_UNIT:
            form.ask_other_unit(error.message)
            return 422, None
        form.add_error(None, error.message)
        return 409, None


def _known(request: ActorRequest) -> dict[str, Any]:
    """Return what is known of the case that the address names, so that it is not typed again."""
    wanted, actor = row_id(request.GET.get("arende", "")), request.actor
    if wanted is None or policy.masks_case_numbers(actor):
        return {}
    case = visible_cases(actor).filter(pk=wanted).first()
    if case is None:
        return {}
    return {"case_number": case.number, "sex": case.sex, "birth_year": case.birth_year}
