"""The tab Anteckningar: what came to light, from whom; corrected by new notes, never changed."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from casework.access import policy
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, carry_out, page
from casework.shared.errors import NotVisible
from lexsarah import states
from lexsarah.models import Note, Report
from lexsarah.rules import RULES
from lexsarah.services.notes import NewNote, add_note, notes_of
from lexsarah.web.investigation.forms import NoteForm
from lexsarah.web.investigation.opening import opened
from lexsarah.web.tabs import render_tab

NAME = "lex-sarah-notes"


@page
def notes(request: ActorRequest, report_id: int) -> HttpResponseBase:
    """List the notes by day, and write one."""
    posted = request.method == "POST"
    report = opened(request.actor, report_id, "add_note" if posted else "read_notes")
    form, status = NoteForm(), 200
    if posted:
        form = NoteForm(request.POST)
        status = _add(request, report, form)
        if status == 200:
            messages.success(request, "Anteckningen är sparad.")
            return redirect(NAME, report_id)
    record_reading(request.actor, "lexsarah.notes_read", kind="report", ids=[report.pk])
    actor = request.actor
    may = states.REPORT.allows("add_note", report.status) and policy.may(
        actor, "add_note", report, RULES
    )
    context = {"notes": list(notes_of(actor, report)), "form": form if may else None, "may": may}
    template = "lexsarah/investigation/notes.html"
    return render_tab(request, actor, report, NAME, template, context, status=status)


@page
def correct(request: ActorRequest, report_id: int, note_id: int) -> HttpResponseBase:
    """Write the note that corrects another; what was written stays to be read."""
    report = opened(request.actor, report_id, "add_note")
    note = notes_of(request.actor, report).filter(pk=note_id).first()
    if note is None:
        raise NotVisible
    form, status = NoteForm(corrects=note), 200
    if request.method == "POST":
        form = NoteForm(request.POST)
        status = _add(request, report, form, corrects=note)
        if status == 200:
            messages.success(request, "Anteckningen är rättad. Den första står kvar att läsa.")
            return redirect(f"{reverse(NAME, args=[report_id])}#anteckning-{note_id}")
    else:
        record_reading(request.actor, "lexsarah.notes_read", kind="report", ids=[report.pk])
    return _show_correction(request, report, note, form, status)


def _show_correction(
    request: ActorRequest, report: Report, note: Note, form: NoteForm, status: int
) -> HttpResponse:
    context = {"report": report, "note": note, "form": form}
    return render(request, "lexsarah/investigation/note.html", context, status=status)


def _add(
    request: ActorRequest, report: Report, form: NoteForm, *, corrects: Note | None = None
) -> int:
    """Write what was typed; return 200, or the status that says why not, said in the form."""
    key = corrects.pk if corrects else None
    return carry_out(
        form,
        lambda: add_note(request.actor, report.pk, NewNote(**form.cleaned_data), corrects=key),
    )
