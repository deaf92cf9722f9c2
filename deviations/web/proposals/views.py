"""The list of proposals."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from casework.access.policy import require_role
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, page
from casework.organisation.models import Role
from casework.registers.exporting import export_response
from casework.shared import clock
from deviations.queries import proposals as queries
from deviations.queries.inbox import has_inbox
from deviations.queries.proposals import Row
from deviations.web.inbox.several import picked
from deviations.web.proposals.tabs import inbox_tabs

PER_PAGE = 50
COLUMNS = (
    "Ärende",
    "Tid",
    "Sista dag",
    "Klart",
    "Dagar för sent",
    "Ansvarig enhet",
    "Föreslagen kategori",
    "Visade sig",
)


@page
def proposals(request: ActorRequest) -> HttpResponseBase:
    """List what the watch proposes, the latest first; ``?format=csv|xlsx`` gives it as a file."""
    actor = request.actor
    if not has_inbox(actor):
        require_role(actor, Role.MANAGER, Role.HEAD, Role.SAS)
    waiting = queries.waiting(actor)
    if file_format := request.GET.get("format"):
        found = list(waiting)
        return export_response(
            actor,
            "forslag",
            COLUMNS,
            _file_rows(queries.rows(actor, found)),
            file_format,
            kind="proposal",
            ids=[proposal.pk for proposal in found],
            action="deviation.exported",
        )
    pages = Paginator(waiting, PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    found = list(shown.object_list)
    record_reading(
        actor,
        "deviation.proposals_listed",
        kind="proposal",
        ids=[proposal.pk for proposal in found],
    )
    rows = queries.rows(actor, found)
    return render(
        request,
        "deviations/proposals/list.html",
        {
            "tabs": inbox_tabs(actor, proposals=True, count=pages.count),
            "rows": rows,
            "tickable": any(_tickable(row) for row in rows),
            "decides": any(row.may for row in rows),
            "lead": _lead(rows),
            "several_units": len({row.proposal.unit_id for row in rows}) > 1,
            "page_obj": shown,
            "today": clock.today(),
        },
    )


def _lead(rows: Sequence[Row]) -> str:
    """Say whose the proposals are: SAS and others follow what the units' own managers decide."""
    if rows and not any(row.may for row in rows):
        whose = "Enheternas chefer bekräftar eller avböjer dem; du kan följa dem här."
    elif not all(row.may for row in rows):
        whose = (
            "Du bekräftar eller avböjer dem som har knappar, enheternas chefer de andra. De räknas "
            "först när de är bekräftade."
        )
    else:
        whose = "De räknas först när du har bekräftat dem."
    return f"Lagstadgade tider som har gått ut. {whose}"


def _tickable(row: Row) -> bool:
    return "confirm_together" in row.may and not row.settled


def _file_rows(rows: Iterable[Row]) -> Iterator[Sequence[Any]]:
    for row in rows:
        proposal, time = row.proposal, row.proposal.deadline
        yield (
            row.number,
            row.rule,
            time.last_day,
            time.met_on,
            row.days_late,
            proposal.unit.name,
            proposal.category.label,
            row.settled,
        )


@require_POST
@page
def chosen(request: ActorRequest) -> HttpResponseBase:
    """Take the ticked rows to the page where they are confirmed together."""
    ids = picked(request)
    if not ids:
        messages.warning(request, "Markera minst en rad först.")
        return redirect("proposals")
    query = urlencode({"ids": ",".join(str(key) for key in ids)})
    return redirect(f"{reverse('proposals-together')}?{query}")
