"""The page that begins a watched time, with the date that comes out and why."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from casework.access import policy
from casework.audit.work import record_reading
from casework.cases.queries.listing import visible_cases
from casework.cases.rules import RULES
from casework.kit.web import ActorRequest, page
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from casework.web.cases.stepping import onwards
from casework.web.cases.time_forms import BeginTimeForm


@page
def begin(request: ActorRequest, case_id: int) -> HttpResponseBase:
    """Ask which time is to be watched; show its last day, or begin it."""
    actor = request.actor
    case = visible_cases(actor).filter(pk=case_id).select_related("unit").first()
    if case is None:
        raise NotVisible
    policy.require(actor, "begin_time", case, RULES)
    form = BeginTimeForm(request.POST or None, initial={"trigger_date": clock.today()})
    status = 200
    if request.method == "POST" and "show" not in request.POST:
        status = _begin(form, case_id, request)
        if status == 200:
            messages.success(request, "Tiden bevakas.")
            return onwards(actor, case_id)
    else:
        record_reading(actor, "case.read", kind="case", ids=[case_id])
    return _show(request, form, case_id, case.number, status)


def _begin(form: BeginTimeForm, case_id: int, request: ActorRequest) -> int:
    """Begin the time; return 200, or the status that says why not, with the fault in the form."""
    if not form.is_valid():
        return 422
    try:
        form.save(request.actor, case_id)
    except InvalidInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return 422
    except ConflictError as error:
        form.add_error(None, error.message)
        return 409
    return 200


def _show(
    request: ActorRequest, form: BeginTimeForm, case_id: int, number: str, status: int
) -> HttpResponse:
    # An error of the service leaves nothing to explain.
    explanation = form.explanation() if form.is_bound else None
    context = {
        "form": form,
        "explanation": explanation,
        "number": policy.shown_case_number(request.actor, number),
        "back": reverse("case", args=[case_id]),
        "today": clock.today(),
    }
    return render(request, "casework/cases/begin_time.html", context, status=status)
