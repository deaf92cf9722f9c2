"""Handing in a report, entering one from paper, and seeing how it goes with one's own."""

from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.drafting import key_of, saved_text
from casework.kit.web import ActorRequest, attempt, page, status_of
from casework.organisation.models import Role
from casework.shared import clock
from deviations.web.reporting.options import options_for
from lexsarah import states
from lexsarah.models import Lesson, Report, Reporter
from lexsarah.rules import ENTERING
from lexsarah.services.reporting import submit
from lexsarah.web import drafting
from lexsarah.web.forms import NewReportForm, PaperForm, personnummer_in

PER_PAGE = 25
CALL = (
    "Den enskilde är inte trygg. Rapporten ersätter inte ett samtal: ring chefen eller den som har "
    "jour, om du inte redan har gjort det."
)
# What a reporter is shown of the way that a report goes.
STEPS = "Mottagen|Utreds|Beslutad|Avslutad"
_STEP = {
    states.RECEIVED: 1,
    states.INVESTIGATING: 2,
    states.STATEMENTS: 2,
    states.PROPOSED: 2,
    states.DECIDED: 3,
    states.ACTIONS: 3,
    states.CLOSED: 4,
}


@page
def new(request: ActorRequest) -> HttpResponseBase:
    """Hand in a report: anyone may, always by name."""
    return _form(request, NewReportForm, "lexsarah/new.html")


@page
def paper(request: ActorRequest) -> HttpResponseBase:
    """Enter a report that came on paper."""
    ENTERING.require(request.actor)
    return _form(request, PaperForm, "lexsarah/paper.html")


def _form(request: ActorRequest, form_class: type[NewReportForm], name: str) -> HttpResponseBase:
    actor = request.actor
    posted = request.POST if request.method == "POST" else None
    is_paper = form_class is PaperForm
    draft = None if is_paper or posted is not None else drafting.opened(request)
    form = form_class(options_for(actor), posted, drafting.fields_of(draft))
    numbers = personnummer_in(request.POST)
    anyway = request.POST.get("verb") == "send-anyway"
    if form.is_bound and form.is_valid() and (anyway or not numbers):
        report = attempt(
            form,
            lambda: submit(actor, form.report(), paper=form.paper(), key=form.cleaned_data["key"]),
        )
        if report is not None:
            done = "lämnad" if form.paper() is None else "inskriven"
            messages.success(request, f"Rapporten {report.number} är {done}. SAS har den nu.")
            if report.is_unsafe:
                messages.warning(request, CALL)
            if form.paper() is None:
                return redirect("lex-sarah-own")
            return _to_what_was_entered(actor, report)
        if status_of(form) == 409:
            # Sent again, knowing it, it is another report.
            form.data = request.POST.copy()
            form.data["key"] = str(uuid4())
    if form.is_bound and not is_paper:
        # Not handed in: what was typed is kept, whatever happens to this page.
        drafting.keep(actor, form.data)
    context = {
        "form": form,
        "drafts": [] if is_paper else drafting.shown(actor, but=key_of(str(form["key"].value()))),
        "saved_text": saved_text(draft.saved_at if draft else None),
        "numbers": numbers,
        "stopped": form.is_bound and not form.errors,
        "unsafe": CALL if form.is_bound and request.POST.get("safe_now") == "no" else "",
    }
    return render(request, name, context, status=status_of(form))


def _to_what_was_entered(actor: Actor, report: Report) -> HttpResponse:
    """Lead whoever entered a paper to where they find it: SAS to the list, others to the diarium.

    Skyddade personuppgifter are not in the Registrator's diarium: then to the next paper.
    """
    if actor.has(Role.SAS):
        return redirect("lex-sarah-list")
    if Report.objects.in_official_register(actor).filter(pk=report.pk).exists():
        return redirect("lex-sarah-register-one", report.pk)
    return redirect("lex-sarah-paper")


@page
def own(request: ActorRequest) -> HttpResponse:
    """Show that one's own reports were received and how they stand, and nothing of the rest."""
    actor = request.actor
    found = (
        Reporter.objects.own(actor).select_related("report", "on_behalf_of").order_by("-report_id")
    )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    reports = [names.report for names in shown.object_list]
    record_reading(actor, "lexsarah.own_read", kind="report", ids=[one.pk for one in reports])
    with transaction.atomic():
        Reporter.objects.filter(pk__in=[one.pk for one in shown.object_list]).update(
            seen_at=clock.now()
        )
    lessons: dict[int, list[Lesson]] = {}
    for lesson in Lesson.objects.filter(report__in=reports).order_by("pk"):
        lessons.setdefault(lesson.report_id, []).append(lesson)
    return render(
        request,
        "lexsarah/own.html",
        {
            "page_obj": shown,
            "drafts": drafting.shown(actor),
            "rows": [
                (names, names.report, _STEP[names.report.status], lessons.get(names.report_id, []))
                for names in shown.object_list
            ],
            "steps": STEPS,
            "enters_paper": ENTERING.has(actor),
        },
    )
