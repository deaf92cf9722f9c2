"""The tab Beslut och åtgärder: what is proposed, decided and done, and what remains."""

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse

from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, page
from casework.shared import clock
from lexsarah import states
from lexsarah.models import Delivery, Measure, Report
from lexsarah.services import delegation
from lexsarah.services.closing import why_not_closed
from lexsarah.web.acts import BY_SLUG, offered
from lexsarah.web.deciding.acts import PAGES
from lexsarah.web.deciding.measure_acts import offered_for, stage_chip
from lexsarah.web.investigation.opening import opened
from lexsarah.web.tabs import render_tab


@page
def decision(request: ActorRequest, report_id: int) -> HttpResponse:
    """Show the proposal, the decisions with their delegation, the measures and what remains."""
    actor = request.actor
    report = opened(actor, report_id, "read_document")
    record_reading(actor, "lexsarah.read", kind="report", ids=[report.pk])
    proposals = list(report.proposals.select_related("decider", "proposed_by", "decision"))
    in_full = Measure.objects.select_related("owner", "cause__cause", "decided_by")
    # Asked for once, for all that says what remains.
    prefetch_related_objects([report], Prefetch("measures", in_full.order_by("pk")))
    found = list(report.measures.all())
    given = Delivery.objects.select_related("to")
    acts = offered(actor, report, (*PAGES, BY_SLUG["delge"]))
    at_work = report.status in (states.DECIDED, states.ACTIONS)
    return render_tab(
        request,
        actor,
        report,
        "lex-sarah-decision",
        "lexsarah/deciding/tab.html",
        {
            "open": next((one for one in proposals if one.ended_at is None), None),
            "earlier": [one for one in proposals[::-1] if one.returned_because],
            "decisions": report.decisions.select_related("decided_by")
            .prefetch_related(Prefetch("deliveries", given.order_by("delivered_on", "pk")))
            .order_by("-pk"),
            "reopenings": report.reopenings.select_related("reopened_by").order_by("-pk"),
            "measures": _rows(actor, report, found),
            "acts": acts,
            "delivers": any(one.act == "deliver" for one in acts),
            "remains": why_not_closed(report) if at_work else "",
            "may_decide": _delegations(report),
        },
    )


def _rows(actor: Actor, report: Report, found: list[Measure]) -> list[dict[str, object]]:
    acts = offered_for(actor, report, found)
    return [
        {"measure": one, "stage": stage_chip(one), "acts": acts.get(one.pk, [])} for one in found
    ]


def _delegations(report: Report) -> list[tuple[str, str, str]]:
    """Return the board's rows of today: the outcome, who may decide it, by which row."""
    order = list(states.OUTCOMES)
    rows = delegation.valid_on(report.board_id, clock.today())
    return [
        (row.get_outcome_display(), row.get_role_display(), row.name)
        for row in sorted(rows, key=lambda row: (order.index(row.outcome), row.role))
    ]
