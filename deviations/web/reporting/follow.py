"""Following what one has reported: the list, questions to answer, files to fetch."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page
from casework.registers.exporting import export_response
from casework.shared.downloads import file_response
from casework.shared.errors import NotVisible
from deviations.models import Attachment, Deviation, Question
from deviations.rules import RULES
from deviations.services import attaching, drafts, inbox, reporter
from deviations.templatetags.reporting import state_label
from deviations.web.reporting.forms import AnswerForm, personnummer_in
from deviations.web.reporting.views import draft_url

PAGE_SIZE = 25
COLUMNS = (
    "Nummer",
    "Rapporterad",
    "Inträffade",
    "Ansvarig enhet",
    "Läge",
    "Nytt",
    "Fråga väntar på svar",
    "Rapporterad åt mig",
    "Beskrivning",
)


@require_GET
@page
def my_reports(request: ActorRequest) -> HttpResponse:
    """Mina rapporter: drafts first, then what was sent, with what is new and what is asked.

    ``?format=csv|xlsx`` gives what was sent as a file.
    """
    actor = request.actor
    reports = reporter.own_reports(actor).select_related("unit", "merged_into")
    if file_format := request.GET.get("format"):
        found = list(reports)
        return export_response(
            actor,
            "mina-rapporter",
            COLUMNS,
            [_file_row(actor, deviation) for deviation in found],
            file_format,
            kind="deviation",
            ids=[deviation.pk for deviation in found],
            action="deviation.exported",
        )
    page_obj = Paginator(reports, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page_obj.object_list)
    if shown:
        record_reading(
            actor, "deviation.listed", kind="deviation", ids=[deviation.pk for deviation in shown]
        )
    context = {
        "page_obj": page_obj,
        "reports": shown,
        "drafts": [
            {
                "url": draft_url(draft.key),
                "key": draft.key,
                "saved_at": draft.saved_at,
                "text": drafts.fields_of(draft).get("description", ""),
            }
            for draft in drafts.drafts_of(actor)
        ],
        "questions": Question.objects.filter(
            deviation__in=[deviation.pk for deviation in shown], answered_at=None
        ).select_related("deviation"),
    }
    return render(request, "deviations/reporting/my_reports.html", context)


def _file_row(actor: Actor, report: Any) -> Sequence[Any]:
    return (
        report.number,
        report.registered_on,
        report.occurred_on,
        report.unit.name,
        state_label(report),
        report.is_new,
        report.waiting_questions > 0,
        report.on_behalf_of_id == actor.user_id,
        report.description,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def answer_question(request: ActorRequest, deviation_id: int, question_id: int) -> HttpResponse:
    """Svara på en fråga from those who handle the report; the report itself stays as it was."""
    actor = request.actor
    deviation = Deviation.objects.get_visible(actor, deviation_id)
    policy.require(actor, "answer", deviation, RULES)
    question = deviation.questions.filter(pk=question_id).first()
    if question is None:
        raise NotVisible
    form = AnswerForm(request.POST or None)
    numbers = personnummer_in(request.POST, "text")
    sure = not numbers or request.POST.get("verb") == "send-anyway"
    if form.is_valid() and sure:
        text = form.cleaned_data["text"]
        if attempt(form, lambda: inbox.answer(actor, deviation_id, question_id, text=text)):
            messages.success(request, f"Svaret på frågan om {deviation.number} är skickat.")
            return redirect("my-reports")
    if request.method != "POST":
        record_reading(actor, "deviation.read", kind="deviation", ids=[deviation.pk])
    context = {
        "deviation": deviation,
        "question": question,
        "form": form,
        "numbers": numbers,
        "stopped": form.is_bound and not form.errors,
    }
    status = 422 if form.is_bound else 200
    return render(request, "deviations/reporting/answer.html", context, status=status)


@require_GET
@page
def attachment(request: ActorRequest, deviation_id: int, attachment_id: int) -> HttpResponse:
    """Hämta en bifogad fil: only as a file to save, never shown by the browser in our name."""
    deviation = Deviation.objects.get_visible(request.actor, deviation_id)
    found = Attachment.objects.filter(deviation=deviation, pk=attachment_id).first()
    if found is None:
        raise NotVisible
    record_reading(
        request.actor,
        "deviation.file_read",
        kind="deviation",
        ids=[deviation.pk],
        data={"attachment": found.pk},
    )
    return file_response(attaching.content(found), found.content_type, found.name)
