"""The page for an act that does not fit the report as it stands: how that is, what can be done."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from casework.access import policy
from casework.audit.changes import latest_changes
from casework.kit.web import ActorRequest
from casework.shared import clock
from lexsarah import states
from lexsarah.models import Report, ReportStatusRow
from lexsarah.rules import RULES
from lexsarah.web import rows
from lexsarah.web.acts import ActForm, ActPage, offered
from lexsarah.web.stale import APART


@dataclass(frozen=True)
class Came:
    """How the report came to the state in which it stands; nobody is named who reported."""

    on: date
    at: datetime | None
    who: str


def moved_on(
    request: ActorRequest, act_page: ActPage, report: Report, form: ActForm | None, message: str
) -> HttpResponse:
    """Answer 409 with the state, since when and by whom, what can be done now, what was typed.

    ``form`` is what was sent, None where only its page was asked for; ``message`` says why it was
    refused, where a service has.
    """
    actor, admitted = request.actor, states.REPORT.allows(act_page.act, report.status)
    reads = policy.may(actor, "read_document", report, RULES)
    context = {
        "act": act_page,
        "report": report,
        "state": rows.state_of(report),
        "came": how_it_came(report),
        "admitted": admitted,
        "message": (message or act_page.why_not(report)) if admitted else "",
        # Whoever is examined learns how it stands, and not what was done on the way.
        "changes": latest_changes(report, apart=APART) if reads else [],
        "acts": offered(actor, report),
        "back": reverse(act_page.back, args=[report.pk]),
        "typed": form.typed() if form is not None else [],
        "sent": form is not None,
    }
    return render(request, "lexsarah/moved_on.html", context, status=409)


def how_it_came(report: Report) -> Came | None:
    """Return when and by whom the present state was reached; None where no row says so."""
    found = ReportStatusRow.objects.filter(record=report).select_related("actor")
    row = found.order_by("-effective_on", "-recorded_at", "-pk").first()
    if row is None or row.status != report.status:
        return None
    if row.batch_id is not None:
        return Came(row.effective_on, None, "inläsning från fil")
    noted_then = clock.local_day(row.recorded_at) == row.effective_on
    who = row.actor.display_name if row.actor is not None else ""
    return Came(row.effective_on, row.recorded_at if noted_then else None, who)
