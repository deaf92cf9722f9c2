"""The page for IVO: every field to copy, the package as a file, and IVO's letters."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.deadlines.models import Deadline
from casework.kit.web import ActorRequest, attempt, page, status_of
from casework.shared.errors import NotVisible
from deviations.models import Attachment, Deviation
from lexsarah import clocks, states
from lexsarah.ivo.fields import fields_of
from lexsarah.ivo.paper import ivo_paper
from lexsarah.models import IvoLetter, Report, StoredDocument
from lexsarah.queries import read_report
from lexsarah.rules import RULES
from lexsarah.services import papers
from lexsarah.services.letters import answer_letter, record_letter
from lexsarah.services.watching import KIND
from lexsarah.web.investigation.opening import opened
from lexsarah.web.papers.documents import TAB as DOCUMENTS
from lexsarah.web.papers.files import paper_response
from lexsarah.web.papers.forms import AnswerForm, LetterForm
from lexsarah.web.stale import Stale, knowing, stale
from lexsarah.web.tabs import render_tab

TAB = "lex-sarah-ivo"


@page
def package(request: ActorRequest, report_id: int) -> HttpResponseBase:
    """Show what goes to IVO; ``?format=pdf|docx`` gives the file, and posting keeps it."""
    actor = request.actor
    report = opened(actor, report_id)
    if request.method == "POST":
        papers.store_ivo(actor, report.pk)
        messages.success(request, "Underlaget är sparat som handling.")
        return redirect(DOCUMENTS, report.pk)
    record_reading(actor, "lexsarah.ivo_package_read", kind="report", ids=[report.pk])
    if file_format := request.GET.get("format"):
        return paper_response(ivo_paper(report), f"anmalan-ivo-{report.number}", file_format)
    kept = StoredDocument.objects.filter(report=report).defer("content")
    decided = kept.filter(kind=StoredDocument.Kind.INVESTIGATION).order_by("-number", "pk")
    return render_tab(
        request,
        actor,
        report,
        TAB,
        "lexsarah/papers/ivo.html",
        {
            "fields": fields_of(report),
            "letters": list(IvoLetter.objects.filter(report=report)),
            "enclosed": [*decided[:2], *kept.filter(kind=StoredDocument.Kind.FILED)],
            "attached": _attached(actor, report),
            "may_write": policy.may(actor, "ivo_letter", report, RULES),
        },
    )


def _attached(actor: Actor, report: Report) -> list[Attachment]:
    """Return the files that came with the deviation, for who may open them."""
    if report.deviation_id is None:
        return []
    seen = Deviation.objects.visible_to(actor).filter(pk=report.deviation_id)
    return list(Attachment.objects.filter(deviation__in=seen))


@page
def letter(request: ActorRequest, report_id: int) -> HttpResponseBase:
    """Note a letter from IVO."""
    actor = request.actor
    report = opened(actor, report_id, "ivo_letter")
    posted = request.POST if request.method == "POST" else None
    form = LetterForm(posted, initial={"version": report.version})
    if form.is_valid():
        made = attempt(
            form,
            lambda: record_letter(
                actor,
                report.pk,
                letter=form.letter(),
                expected_version=form.cleaned_data["version"],
            ),
        )
        if made is not None:
            messages.success(request, "Brevet är antecknat.")
            return redirect(TAB, report.pk)
    about: dict[str, Any] = {"heading": "Anteckna brev från IVO", "submit": "Spara"}
    if status_of(form) == 409:
        report = read_report(actor, report.pk)
        knowing(form, version=report.version)
        about["stale"] = stale(form, report, _of_ivo(report))
    return _form_page(request, report, form, about)


@page
def answer(request: ActorRequest, report_id: int, letter_id: int) -> HttpResponseBase:
    """Note what IVO was answered."""
    actor = request.actor
    report = opened(actor, report_id, "ivo_letter")
    asked = _question(report, letter_id)
    posted = request.POST if request.method == "POST" else None
    if posted is None and asked.answered_on is not None:
        context = {
            "message": "Frågan är redan besvarad.",
            "back_url": reverse(TAB, args=[report.pk]),
        }
        return render(request, "409.html", context, status=409)
    form = AnswerForm(posted, initial={"version": asked.version})
    if form.is_valid():
        given = dict(form.cleaned_data)
        expected = given.pop("version")
        made = attempt(
            form,
            lambda: answer_letter(actor, report.pk, letter_id, expected_version=expected, **given),
        )
        if made is not None:
            messages.success(request, "Svaret är antecknat.")
            return redirect(TAB, report.pk)
    about: dict[str, Any] = {
        "heading": "Anteckna svar till IVO",
        "submit": "Spara",
        "quoted": asked.text,
    }
    if status_of(form) == 409:
        about["stale"] = _answered(form, report, _question(report, letter_id))
    return _form_page(request, report, form, about)


def _question(report: Report, letter_id: int) -> IvoLetter:
    found = IvoLetter.objects.filter(
        report=report, pk=letter_id, kind=IvoLetter.Kind.QUESTION
    ).first()
    if found is None:
        raise NotVisible
    return found


def _answered(form: AnswerForm, report: Report, stands: IvoLetter) -> Stale:
    """Show the answer that stands beside the one that was typed; there is one answer alone."""
    now = {"answered_on": stands.answered_on, "answer": stands.answer}
    knowing(form, version=stands.version)
    return stale(form, report, now, again=stands.answered_on is None)


def _of_ivo(report: Report) -> dict[str, object]:
    """Return what stands between the board and IVO, which a letter may change."""
    latest = IvoLetter.objects.filter(report=report).order_by("-recorded_at", "-pk").first()
    running = Deadline.objects.open().filter(
        kind=KIND, subject_id=report.pk, rule=clocks.SUPPLEMENT
    )
    letter = f"{latest.get_kind_display()}, kom {latest.came_on}" if latest else ""
    return {
        "Läge": states.LABELS[report.status],
        "Anmäld till IVO": report.notified_on,
        "Utredningen senast hos IVO": running.values_list("last_day", flat=True).first(),
        "Senast antecknade brev": letter,
    }


def _form_page(
    request: ActorRequest, report: Report, form: forms.Form, about: dict[str, Any]
) -> HttpResponseBase:
    actor: Actor = request.actor
    if not form.is_bound:
        record_reading(actor, "lexsarah.ivo_package_read", kind="report", ids=[report.pk])
    return render_tab(
        request,
        actor,
        report,
        TAB,
        "lexsarah/papers/form.html",
        {"form": form, "back": TAB} | about,
        status=status_of(form),
    )
