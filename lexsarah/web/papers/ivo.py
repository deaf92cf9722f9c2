"""The page for IVO: every field to copy, the package as a file, and IVO's letters."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page
from casework.shared.errors import NotVisible
from deviations.models import Attachment, Deviation
from lexsarah.ivo.fields import fields_of
from lexsarah.ivo.paper import ivo_paper
from lexsarah.models import IvoLetter, Report, StoredDocument
from lexsarah.queries import read_report
from lexsarah.rules import RULES
from lexsarah.services import papers
from lexsarah.services.letters import answer_letter, record_letter
from lexsarah.web.investigation.opening import opened
from lexsarah.web.papers.documents import TAB as DOCUMENTS
from lexsarah.web.papers.files import paper_response
from lexsarah.web.papers.forms import AnswerForm, LetterForm
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
    kept = StoredDocument.objects.filter(report=report, kind=StoredDocument.Kind.INVESTIGATION)
    return render_tab(
        request,
        actor,
        report,
        TAB,
        "lexsarah/papers/ivo.html",
        {
            "fields": fields_of(report),
            "letters": list(IvoLetter.objects.filter(report=report)),
            "enclosed": list(kept.defer("content").order_by("-number", "pk")[:2]),
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
    heading = {"heading": "Anteckna brev från IVO", "submit": "Spara"}
    return _form_page(request, report, form, heading)


@page
def answer(request: ActorRequest, report_id: int, letter_id: int) -> HttpResponseBase:
    """Note what IVO was answered."""
    actor = request.actor
    report = opened(actor, report_id, "ivo_letter")
    asked = IvoLetter.objects.filter(
        report=report, pk=letter_id, kind=IvoLetter.Kind.QUESTION, answered_on=None
    ).first()
    if asked is None:
        raise NotVisible
    posted = request.POST if request.method == "POST" else None
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
    heading = {"heading": "Anteckna svar till IVO", "submit": "Spara", "quoted": asked.text}
    return _form_page(request, report, form, heading)


def _form_page(
    request: ActorRequest, report: Report, form: forms.Form, about: dict[str, Any]
) -> HttpResponseBase:
    actor: Actor = request.actor
    if form.is_bound:
        # As it stands now: saving again is a choice made knowing it.
        report = read_report(actor, report.pk)
        if isinstance(form, LetterForm):
            posted = request.POST.copy()
            posted["version"] = str(report.version)
            form.data = posted
    else:
        record_reading(actor, "lexsarah.ivo_package_read", kind="report", ids=[report.pk])
    return render_tab(
        request,
        actor,
        report,
        TAB,
        "lexsarah/papers/form.html",
        {"form": form, "back": TAB} | about,
        status=422 if form.is_bound else 200,
    )
