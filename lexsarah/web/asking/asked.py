"""Det som begärs av mig: the list, one request with its answer, and a decision that is delgivet."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from casework.audit.work import record_reading
from casework.kit.api import etag
from casework.kit.web import ActorRequest, page
from casework.shared import clock, personnummer
from casework.shared.errors import ConflictError, InvalidInput
from casework.shared.stale import ChangedMeanwhile
from lexsarah import asked
from lexsarah.models import Request
from lexsarah.services import requests
from lexsarah.web.asking.tab import state_of

PER_PAGE = 25
LISTED = "lex-sarah-asked"
ONE = "lex-sarah-asked-one"


_HELP = {
    Request.Kind.STATEMENT: "Skriv vad du känner till: vad som hände, vad som gjordes och vad det "
    "kan bero på.",
    Request.Kind.SAFETY: "Skriv vad som är gjort för den enskilde och vilken dag, och om något "
    "återstår.",
}
_TO_ALL = (
    "Skriv ärendenummer i stället för namn och personnummer. Utredaren ser svaret först när du har "
    "skickat det."
)


class AnswerForm(forms.Form):
    """The answer to what is asked; ``version`` is what stood on the page that was opened.

    A draft may be empty; what is sent may not.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="Ditt svar",
        strip=False,
        max_length=requests.LONGEST,
        error_messages={"required": requests.NO_ANSWER},
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def __init__(self, *args: Any, asked: Request, is_draft: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].help_text = f"{_HELP[Request.Kind(asked.kind)]} {_TO_ALL}"
        # Shown as asked for all the same: it is, when it is sent.
        self.fields["text"].required = not is_draft

    def full_clean(self) -> None:
        """Try what was typed; the label says afterwards, too, that an answer is asked for."""
        super().full_clean()
        self.fields["text"].required = True


@page
def listed(request: ActorRequest) -> HttpResponse:
    """List what is asked of the actor, what was, and the decisions that were delgivna."""
    actor = request.actor
    found = asked.asked_of(actor).select_related("report", "unit")
    open_ones = list(found.filter(asked.OPEN))
    ended = found.exclude(asked.OPEN).order_by("-asked_at", "-pk")
    shown = Paginator(ended, PER_PAGE).get_page(request.GET.get("page"))
    late = list(asked.late_in_department(actor).select_related("report", "unit", "asked_of"))
    delivered = list(asked.delivered_to(actor))
    record_reading(
        actor,
        "lexsarah.asked_listed",
        kind="request",
        ids=[one.pk for one in (*open_ones, *shown.object_list, *late)],
        data={"deliveries": [one.pk for one in delivered]},
    )
    return render(
        request,
        "lexsarah/asking/listed.html",
        {
            "open_ones": open_ones,
            "late": late,
            "ended": [(one, state_of(one)) for one in shown.object_list],
            "page_obj": shown,
            "delivered": delivered,
            "today": clock.today(),
        },
    )


@page
def one(request: ActorRequest, request_id: int) -> HttpResponseBase:
    """Show what is asked and the form of its answer; keep it as a draft, or send it."""
    found = asked.get_asked(request.actor, request_id)
    if request.method == "POST":
        return _posted(request, found)
    record_reading(request.actor, "lexsarah.asked_read", kind="request", ids=[found.pk])
    return _show(request, found, _form(found))


@require_POST
@page
def draft(request: ActorRequest, request_id: int) -> HttpResponseBase:
    """Keep the answer as one types it; what somebody else has saved since is shown beside it."""
    found = asked.get_asked(request.actor, request_id)
    form = AnswerForm(request.POST, asked=found, is_draft=True)
    if not form.is_valid():
        return HttpResponse(status=422)
    try:
        saved = _save(request, found, form)
    except ConflictError as error:
        context = _conflict(found, form, error)
        answer = render(request, "lexsarah/asking/conflict.html", context, status=409)
        if isinstance(error, ChangedMeanwhile):
            answer["ETag"] = etag(error.stands.version)
        return answer
    return HttpResponse(status=204, headers={"ETag": etag(saved.version)})


def _posted(request: ActorRequest, found: Request) -> HttpResponseBase:
    verb = request.POST.get("verb", "send")
    form = AnswerForm(request.POST, asked=found, is_draft=verb == "save")
    numbers = personnummer.find(request.POST.get("text", ""))
    if not form.is_valid():
        return _show(request, found, form, status=422)
    if verb == "send" and numbers:
        return _show(request, found, form, {"numbers": numbers}, status=422)
    try:
        if verb == "save":
            _save(request, found, form)
            messages.success(request, "Utkastet är sparat. Svaret är inte skickat än.")
            return redirect(ONE, found.pk)
        given = form.cleaned_data
        requests.answer(
            request.actor, found.pk, text=given["text"], expected_version=given["version"]
        )
    except InvalidInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _show(request, found, form, status=422)
    except ConflictError as error:
        return _show(request, found, form, _conflict(found, form, error), status=409)
    messages.success(request, "Svaret är skickat. Utredaren har det nu.")
    return redirect(LISTED)


def _save(request: ActorRequest, found: Request, form: AnswerForm) -> Request:
    given = form.cleaned_data
    return requests.save_draft(
        request.actor, found.pk, text=given["text"], expected_version=given["version"]
    )


def _form(found: Request) -> AnswerForm:
    return AnswerForm(asked=found, initial={"version": found.version, "text": found.draft})


def _conflict(found: Request, form: AnswerForm, error: ConflictError) -> dict[str, Any]:
    """Return what shows how it stands beside what was typed; saved again, knowing it, it holds."""
    stands = error.stands if isinstance(error, ChangedMeanwhile) else None
    if stands is not None:
        form.data = {"text": form.data.get("text", ""), "version": str(stands.version)}
    return {
        "asked": found,
        "conflict": error,
        "stands": stands,
        "typed": form.cleaned_data.get("text", ""),
    }


def _show(
    request: ActorRequest,
    found: Request,
    form: AnswerForm,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    if status == 409:
        found = asked.get_asked(request.actor, found.pk)
    shown = {
        "asked": found,
        "form": form,
        "chip": state_of(found),
        "today": clock.today(),
        "substitute": found.is_open and found.asked_of_id != request.actor.user_id,
    }
    return render(request, "lexsarah/asking/one.html", shown | (context or {}), status=status)


@page
def decision(request: ActorRequest, delivery_id: int) -> HttpResponse:
    """Show the decision that was delgivet: how it was judged, and what is to be done."""
    actor = request.actor
    found = asked.get_delivered(actor, delivery_id)
    measures = asked.measures_of([found])[found.pk]
    record_reading(actor, "lexsarah.delivery_read", kind="delivery", ids=[found.pk])
    return render(
        request,
        "lexsarah/asking/decision.html",
        {
            "delivery": found,
            "measures": measures,
            "again": asked.is_taken_up_again(found),
            "today": clock.today(),
        },
    )
