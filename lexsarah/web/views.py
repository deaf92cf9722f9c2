"""The list of reports, on screen and as a file, and the page of one."""

from django.core.paginator import Paginator
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, page
from casework.organisation.models import Role
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.web.cases.rows import bars_of
from lexsarah import queries
from lexsarah.events.log import by_day, events_of, split
from lexsarah.models import Measure, Report
from lexsarah.rules import RULES
from lexsarah.services.watching import KIND
from lexsarah.web import rows
from lexsarah.web.acts import ActPage, offered
from lexsarah.web.next_step import next_steps
from lexsarah.web.tabs import render_tab

PER_PAGE = 50
# Of the Händelselogg, and the rest of their day: more is a click away.
EVENTS_SHOWN = 12
_TO_DECIDE, _TO_APPROVE = "decide", "approve"
_TABS = {
    _TO_DECIDE: "Att besluta",
    _TO_APPROVE: "Text att godkänna",
    queries.NEW: "Nya",
    queries.WAITING: "Pågår",
    queries.CLOSED: "Avslutade",
    queries.ALL: "Alla",
}


@page
def reports(request: ActorRequest) -> HttpResponseBase:
    """List the reports that the actor may open; ``?format=csv|xlsx`` gives the file.

    Whoever is not SAS and investigates none is led to the own reports.
    """
    actor = request.actor
    every = queries.listed(actor, queries.ALL)
    if not actor.has(Role.SAS) and not every.exists():
        return redirect("lex-sarah-own")
    first = _first_tab(actor)
    asked = request.GET.get("state", first)
    narrowing = asked if asked in _TABS else first
    if narrowing == _TO_DECIDE:
        found = every.filter(pk__in=queries.to_decide(actor).values("pk"))
    elif narrowing == _TO_APPROVE:
        found = every.filter(pk__in=queries.to_approve(actor).values("pk"))
    else:
        found = queries.listed(actor, narrowing)
    if file_format := request.GET.get("format"):
        listed = list(found)
        return export_response(
            actor,
            "lex-sarah",
            rows.COLUMNS,
            rows.file_rows(listed),
            file_format,
            kind="report",
            ids=[one.pk for one in listed],
            action="lexsarah.exported",
        )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    table = [rows.row(one) for one in shown.object_list]
    record_reading(actor, "lexsarah.listed", kind="report", ids=[one.report.pk for one in table])
    return render(
        request,
        "lexsarah/list.html",
        {
            "page_obj": shown,
            "rows": table,
            "tabs": [
                {"label": label, "url": f"?state={name}", "current": name == narrowing}
                for name, label in _TABS.items()
                if name == narrowing or name not in _hidden_tabs(actor)
            ],
            "state": narrowing,
            "is_sas": actor.has(Role.SAS),
            "today": clock.today(),
        },
    )


def _first_tab(actor: Actor) -> str:
    """Return what the list shows before something is chosen: what is new, or what is before one."""
    if actor.has(Role.SAS):
        return queries.NEW
    return _TO_DECIDE if queries.to_decide(actor).exists() else queries.WAITING


def _hidden_tabs(actor: Actor) -> set[str]:
    """Return the tabs that can only be empty: nothing is new to others than SAS.

    What waits to be approved is seldom anything: Att göra leads there when it is.
    """
    if not actor.has(Role.SAS):
        return {queries.NEW, _TO_APPROVE}
    return {_TO_APPROVE} if actor.has(Role.DECIDER) else {_TO_DECIDE, _TO_APPROVE}


# Acts that note something about the report, and take it no further.
_FACTS = frozenset("utredare diarienummer enhet skydd typ granskad inte-granskad mas".split())


def _is_fact(act: ActPage, report: Report) -> bool:
    """Say whether the act mends what is noted: a notification once made, its number, too."""
    return act.slug in _FACTS or (act.slug == "anmal-ivo" and report.notified_on is not None)


@page
def report(request: ActorRequest, report_id: int) -> HttpResponse:
    """Show a report: is the person safe, what happened, its times, what may be done, and when."""
    actor = request.actor
    found = queries.read_report(actor, report_id)
    record_reading(actor, "lexsarah.read", kind="report", ids=[found.pk])
    bars = bars_of({KIND: [found]}).get((KIND, found.pk), [])
    # Asked for once, for all that says what remains.
    prefetch_related_objects([found], Prefetch("measures", Measure.objects.select_related("owner")))
    acts = offered(actor, found)
    shown_days, days_before = split(by_day(events_of(actor, found)), EVENTS_SHOWN)
    return render_tab(
        request,
        actor,
        found,
        "lex-sarah",
        "lexsarah/report.html",
        {
            "days": rows.days_of(found),
            "bars": bars,
            "acts": [one for one in acts if not _is_fact(one, found)],
            "facts": [one for one in acts if _is_fact(one, found)],
            "next_steps": next_steps(actor, found, list(bars), acts),
            # The pages that a step leads to are closed to whoever is examined.
            "opens_pages": policy.may(actor, "read_document", found, RULES),
            "days_shown": shown_days,
            "days_before": days_before,
            # Whoever decides sees the report, and the deviation it came with is not opened by it.
            "is_sas": actor.has(Role.SAS),
        },
    )
