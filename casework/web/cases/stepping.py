"""The page of a step, and taking it."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.cases.models import Case
from casework.cases.queries.listing import visible_cases
from casework.cases.queries.page import read_record
from casework.cases.rules import RULES
from casework.cases.services import care
from casework.cases.watched import KIND
from casework.cases.watching import ALL_LABELS
from casework.kit.web import ActorRequest, page
from casework.organisation.models import Role
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from casework.web.cases.rows import state_of
from casework.web.cases.step_forms import StepForm
from casework.web.cases.steps import BY_ADDRESS, KINDS, StepPage
from casework.web.cases.time_forms import title


@page
def step(request: ActorRequest, kind: str, record_id: int, slug: str) -> HttpResponseBase:
    """Show the form of a step, or take it; what is refused is shown with what was typed."""
    step_page = BY_ADDRESS.get((KINDS.get(kind, ""), slug))
    if step_page is None:
        raise NotVisible
    actor = request.actor
    record = read_record(actor, step_page.kind, record_id)
    policy.require(actor, step_page.act, record, RULES)
    back = back_to(record.case_id)
    if request.method != "POST" and not step_page.applies(record):
        return stale(request, "Det går inte längre: ärendet har kommit till ett annat läge.", back)
    posted = request.POST if request.method == "POST" else None
    form = step_page.form(posted, actor=actor, kind=step_page.kind, record=record)
    status = 200
    if form.is_bound:
        status = _take(form)
        if status == 200:
            messages.success(request, step_page.done)
            return onwards(actor, record.case_id)
    if request.method != "POST":
        record_reading(actor, "case.read", kind=step_page.kind, ids=[record.pk])
    return _show(request, step_page, record, form, status)


def _take(form: StepForm) -> int:
    """Take the step; return 200, or the status that says why not, with the fault in the form."""
    if not form.is_valid():
        return 422
    try:
        form.run()
    except InvalidInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return 422
    except ConflictError as error:
        form.add_error(None, error.message)
        return 409
    return 200


def _show(
    request: ActorRequest, step_page: StepPage, record: object, form: StepForm, status: int
) -> HttpResponse:
    if status == 409:
        # As it stands now: somebody may have been first.
        record = read_record(request.actor, step_page.kind, form.record.pk)
    number = form.record.case.number if form.record.case else ""
    return render(
        request,
        "casework/cases/step.html",
        {
            "step": step_page,
            "submit": step_page.submit or step_page.label,
            "record": record,
            "state": state_of(record),
            "kind_label": ALL_LABELS[step_page.kind],
            "rule": title(form.record) if step_page.kind == KIND else "",
            "number": policy.shown_case_number(request.actor, number),
            "form": form,
            "conflict": status == 409,
            "back": back_to(form.record.case_id),
        },
        status=status,
    )


def stale(request: ActorRequest, message: str, back: str) -> HttpResponse:
    """Answer that somebody was first, with the way back to the case."""
    return render(request, "409.html", {"message": message, "back_url": back}, status=409)


def back_to(case_id: int | None) -> str:
    """Return the address of the case; the list where a record has none."""
    return reverse("case", args=[case_id]) if case_id is not None else reverse("case-list")


def onwards(actor: Actor, case_id: int | None) -> HttpResponse:
    """Go back to the case, or to the list where it is out of sight."""
    if case_id is not None and visible_cases(actor).filter(pk=case_id).exists():
        return redirect("case", case_id)
    return redirect("case-list")


@page
def protect(request: ActorRequest, case_id: int) -> HttpResponseBase:
    """Ask once more before skyddade personuppgifter is set or taken away, and do it."""
    actor = request.actor
    case = visible_cases(actor).filter(pk=case_id).first()
    if case is None:
        raise NotVisible
    policy.require(actor, "protect", case, RULES)
    error = ""
    if request.method == "POST":
        asked = request.POST.get("protected")
        if asked not in ("0", "1"):
            # Nothing said must never take the protection away.
            raise InvalidInput("Säg om ärendet ska vara skyddat.", field="protected")
        protected = asked == "1"
        try:
            care.set_protection(actor, case_id, protected=protected)
        except ConflictError as refused:
            error = refused.message
        else:
            done = "Skyddet är satt." if protected else "Skyddet är borttaget."
            messages.success(request, done)
            return onwards(actor, case_id)
    else:
        record_reading(actor, "case.read", kind="case", ids=[case_id])
    return render(
        request,
        "casework/cases/protect.html",
        _protection(actor, case, error),
        status=409 if error else 200,
    )


def _protection(actor: Actor, case: Case, error: str) -> dict[str, object]:
    return {
        "case": case,
        "number": policy.shown_case_number(actor, case.number),
        "error": error,
        "loses_sight": not case.protected
        and not actor.has(Role.SAS)
        and case.unit_id not in actor.protected_units,
    }
