"""Liknande händelser, under the tab Utredning: proposed with why; accepted or dismissed."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, page, row_id
from casework.shared.errors import ConflictError, InvalidInput
from lexsarah.models import EarlierEvent, Report
from lexsarah.services import earlier as service
from lexsarah.services.earlier import Candidate
from lexsarah.web.investigation.opening import may_write, opened
from lexsarah.web.tabs import render_tab

NAME = "lex-sarah-earlier"
TAB = "lex-sarah-document"
FIELDS = {"report": "earlier_report", "deviation": "deviation"}


@page
def earlier(request: ActorRequest, report_id: int) -> HttpResponseBase:
    """Show what has been judged and what is proposed; ``?nummer=`` finds one more."""
    report = opened(request.actor, report_id)
    return _show(request, report, {"number": request.GET.get("nummer", "")})


@require_POST
@page
def judge(request: ActorRequest, report_id: int) -> HttpResponseBase:
    """Accept an earlier event as similar, with why it happened again, or dismiss it."""
    report = opened(request.actor, report_id, "judge_earlier_event")
    kind, _, number = request.POST.get("which", "").partition("-")
    verb, reason = request.POST.get("verb"), request.POST.get("reason", "")
    problem = {"judged_key": f"{kind}-{number}", "reason": reason}
    try:
        event = service.judge(
            request.actor,
            report_id,
            kind=kind,
            record_id=row_id(number) or 0,
            accepted=verb == "accept",
            reason=reason,
        )
    except InvalidInput as error:
        return _show(request, report, problem | {"fault": error.message}, status=422)
    except ConflictError as error:
        return _show(request, report, problem | {"fault": error.message}, status=409)
    done = "Antecknat som liknande." if event.accepted else "Förslaget är avfört."
    messages.success(request, done)
    return redirect(NAME, report_id)


def _show(
    request: ActorRequest, report: Report, given: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    actor = request.actor
    writes = may_write(actor, report)
    shown = service.proposals(actor, report) if writes else []
    context: dict[str, Any] = {"writes": writes, **given}
    if writes and (number := context.get("number")):
        try:
            found = service.find(actor, report, number)
        except InvalidInput as error:
            context["not_found"] = error.message
        else:
            context |= {"found": found, **_said(report, found)}
            shown = [one for one in shown if one.key != found.key]
    judged = service.judged(report)
    _record(request, report, [*shown, *filter(None, [context.get("found")])])
    context |= {"proposals": shown, "judged": judged}
    template = "lexsarah/investigation/earlier.html"
    return render_tab(request, actor, report, TAB, template, context, status=status)


def _said(report: Report, found: Candidate) -> dict[str, str]:
    """Return what was said of the event before, to be changed."""
    before = EarlierEvent.objects.filter(report=report, **{FIELDS[found.kind]: found.record.pk})
    return {"judged_key": found.key, "reason": before[0].reason} if before else {}


def _record(request: ActorRequest, report: Report, shown: list[Candidate]) -> None:
    """Note that the report was read, and of which other events something was shown."""
    reports = [one.record.pk for one in shown if one.kind == "report"]
    deviations = sorted(one.record.pk for one in shown if one.kind == "deviation")
    record_reading(
        request.actor,
        "lexsarah.earlier_read",
        kind="report",
        ids=[report.pk, *reports],
        data={"deviations": deviations},
    )
