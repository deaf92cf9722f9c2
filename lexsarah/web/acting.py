"""The page of an act, and doing it."""

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
from lexsarah.models import Report
from lexsarah.queries import read_report
from lexsarah.rules import RULES
from lexsarah.services.deciding import was_before
from lexsarah.web import rows
from lexsarah.web.acts import BY_SLUG, ActForm, ActPage
from lexsarah.web.moved_on import moved_on
from lexsarah.web.stale import stale


@page
def act(request: ActorRequest, report_id: int, slug: str) -> HttpResponseBase:
    """Show the form of an act, or do it; what is refused is shown with what was typed."""
    actor = request.actor
    act_page = BY_SLUG.get(slug)
    if act_page is None:
        raise NotVisible
    try:
        report = read_report(actor, report_id)
    except NotVisible:
        if request.method == "POST" and was_before(actor, report_id):
            return _no_longer_before(request)
        raise
    policy.require(actor, act_page.act, report, RULES)
    posted = request.POST if request.method == "POST" else None
    if posted is None and not act_page.applies(report):
        record_reading(actor, "lexsarah.read", kind="report", ids=[report_id])
        return moved_on(request, act_page, report, None, "")
    chosen = {name: request.GET[name] for name in act_page.form.linked if name in request.GET}
    form = act_page.form(posted, actor=actor, report=report, initial=chosen)
    status = 200
    if form.is_bound:
        if not states.REPORT.allows(act_page.act, report.status):
            # Whatever else is wrong with what was sent, it cannot be put right here.
            return moved_on(request, act_page, report, form, "")
        status = carry_out(form, form.run)
        if status == 200:
            messages.success(request, act_page.done)
            if not Report.objects.visible_to(actor).filter(pk=report_id).exists():
                # Handed back, it is before the actor no more.
                return redirect("lex-sarah-list")
            return redirect(act_page.back, report_id)
    else:
        record_reading(actor, "lexsarah.read", kind="report", ids=[report_id])
    return _show(request, act_page, form, status)


def _no_longer_before(request: ActorRequest) -> HttpResponse:
    """Say that the proposal was taken back meanwhile, with what was typed to take along."""
    typed = [
        text
        for name, text in request.POST.items()
        if name.startswith(("reasons", "because", "comment")) and str(text).strip()
    ]
    return render(request, "lexsarah/deciding/taken_back.html", {"typed": typed}, status=409)


def _show(request: ActorRequest, act_page: ActPage, form: ActForm, status: int) -> HttpResponse:
    report: Report = form.report
    if status == 409:
        # As it stands now: somebody was first, and saving again is to be a choice made knowing it.
        report = read_report(request.actor, report.pk)
        message = " ".join(str(text) for text in form.non_field_errors())
        form = form.renewed(report)
        if not act_page.applies(report):
            return moved_on(request, act_page, report, form, message)
    return render(
        request,
        "lexsarah/act.html",
        {
            "act": act_page,
            "submit": act_page.submit or act_page.label,
            "back": reverse(act_page.back, args=[report.pk]),
            "form": form,
            "report": report,
            "state": rows.state_of(report),
            "stale": stale(form, report, form.noted()) if status == 409 else None,
        },
        status=status,
    )
