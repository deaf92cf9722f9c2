"""The tab Handlingar: what is kept, and the list of documents."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page, status_of
from casework.registers.exporting import export_response
from casework.shared.downloads import file_response
from casework.shared.errors import NotVisible
from lexsarah.models import RegistryEntry, Report, StoredDocument
from lexsarah.rules import RULES
from lexsarah.services import papers, registry
from lexsarah.services.registry import Line
from lexsarah.web.investigation.opening import opened
from lexsarah.web.papers.forms import EntryForm
from lexsarah.web.stale import stale
from lexsarah.web.tabs import render_tab

TAB = "lex-sarah-papers"
COLUMNS = ("datum", "riktning", "från eller till", "gäller", "handling", "rättad")


@page
def documents(request: ActorRequest, report_id: int) -> HttpResponseBase:
    """Show what is kept and the list of documents, and enter a document.

    ``?format=csv|xlsx`` gives the list as a file.
    """
    actor = request.actor
    report = opened(actor, report_id)
    lines = registry.lines_of(report)
    if file_format := request.GET.get("format"):
        return _export(actor, report, lines, file_format)
    posted = request.POST if request.method == "POST" else None
    form = EntryForm(posted, request.FILES or None)
    if posted is None:
        record_reading(actor, "lexsarah.papers_read", kind="report", ids=[report.pk])
    elif form.is_valid():
        entry = form.entry()
        if attempt(form, lambda: registry.register_document(actor, report.pk, entry=entry)):
            too = " och sparad" if entry.file else ""
            messages.success(request, f"Handlingen är införd i förteckningen{too}.")
            return redirect(TAB, report.pk)
    kept = StoredDocument.objects.filter(report=report).defer("content")
    return render_tab(
        request,
        actor,
        report,
        TAB,
        "lexsarah/papers/documents.html",
        {
            "kept": _by_number(list(kept)),
            "lines": lines,
            "form": form,
            "may_write": policy.may(actor, "register_document", report, RULES),
        },
        status=status_of(form),
    )


def _by_number(kept: list[StoredDocument]) -> list[dict[str, object]]:
    """Return the kept papers, each with its files, the latest first."""
    numbers = sorted({one.number for one in kept}, reverse=True)
    return [
        {
            "number": number,
            "files": [one for one in kept if one.number == number],
        }
        for number in numbers
    ]


def _export(actor: Actor, report: Report, lines: list[Line], file_format: str) -> HttpResponse:
    return export_response(
        actor,
        f"handlingar-{report.number}",
        COLUMNS,
        file_rows(lines),
        file_format,
        kind="report",
        ids=[report.pk],
        action="lexsarah.registry_exported",
    )


def file_rows(lines: Iterable[Line]) -> list[tuple[object, ...]]:
    """Return the list of documents as rows of a file, under ``COLUMNS``."""
    return [
        (
            line.on.isoformat(),
            line.direction,
            line.party,
            line.subject,
            line.document.number if line.document else "",
            "Ja" if line.corrected else "",
        )
        for line in lines
    ]


@page
def correct(request: ActorRequest, report_id: int, entry_id: int) -> HttpResponseBase:
    """Enter a line in the place of one that was wrong."""
    actor = request.actor
    report = opened(actor, report_id, "register_document")
    wrong = RegistryEntry.objects.filter(report=report, pk=entry_id).first()
    if wrong is None:
        raise NotVisible
    posted = request.POST if request.method == "POST" else None
    form = EntryForm(posted, request.FILES or None, initial=_fields(wrong))
    if posted is None:
        if registry.standing(wrong) != wrong:
            back = reverse(TAB, args=[report_id])
            gone = {"message": "Raden är redan rättad.", "back_url": back}
            return render(request, "409.html", gone, status=409)
        record_reading(actor, "lexsarah.papers_read", kind="report", ids=[report.pk])
    elif form.is_valid() and _correct(form, actor, report, wrong):
        messages.success(request, "Raden är rättad. Den gamla står kvar, märkt som rättad.")
        return redirect(TAB, report.pk)
    status = status_of(form)
    context: dict[str, object] = {
        "form": form,
        "heading": "Rätta raden",
        "submit": "Spara rättelsen",
        "lead": "Den gamla raden står kvar och märks som rättad.",
        "back": TAB,
    }
    if status == 409:
        # Sent again it corrects the line that stands now.
        stands = registry.standing(wrong)
        context["action"] = reverse("lex-sarah-entry", args=[report_id, stands.pk])
        context["stale"] = stale(form, report, _fields(stands))
    return render_tab(
        request,
        actor,
        report,
        TAB,
        "lexsarah/papers/form.html",
        context,
        status=status,
    )


def _fields(row: RegistryEntry) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("on", "direction", "party", "subject")}


def _correct(form: EntryForm, actor: Actor, report: Report, wrong: RegistryEntry) -> bool:
    entry = form.entry()
    done = attempt(form, lambda: registry.correct_entry(actor, report.pk, wrong.pk, entry=entry))
    return done is not None


@require_GET
@page
def file(request: ActorRequest, report_id: int, document_id: int) -> HttpResponse:
    """Hand over a kept file, as it was kept."""
    report = opened(request.actor, report_id)
    found = StoredDocument.objects.filter(report=report, pk=document_id)
    document = found.select_related("report").first()
    if document is None:
        raise NotVisible
    record_reading(
        request.actor,
        "lexsarah.document_read",
        kind="report",
        ids=[report.pk],
        data={"document": document.pk},
    )
    content = papers.content_of(document)
    return file_response(content, document.content_type, papers.file_name(document))
