"""The Inkorg itself."""

from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from casework.access.policy import require_role
from casework.audit.work import record_reading
from casework.kit.nav import set_count
from casework.kit.web import ActorRequest, page
from casework.organisation.models import Role
from casework.shared import clock
from deviations.queries import inbox as queries
from deviations.queries.inbox import HINTS, TITLES, Section
from deviations.web.listing.rows import rows

PER_PAGE = 50


@page
def inbox(request: ActorRequest) -> HttpResponse:
    """Show all that waits for the actor, in sections, most urgent and oldest first."""
    actor = request.actor
    if not queries.has_inbox(actor):
        require_role(actor, Role.MANAGER, Role.HEAD, Role.SAS)
    summary = queries.summary(actor)
    set_count(request, "inbox", summary.total)
    pages = Paginator(queries.waiting(actor).values_list("pk", "section"), PER_PAGE)
    pages.count = summary.total  # counted already, per section
    shown = pages.get_page(request.GET.get("page"))
    found = rows(queries.shown(actor, list(shown.object_list)))
    record_reading(
        actor, "deviation.listed", kind="deviation", ids=[row.deviation.pk for row in found]
    )
    sections = [
        {
            "section": Section(number),
            "title": TITLES[Section(number)],
            "hint": HINTS[Section(number)],
            "total": summary.by_section.get(Section(number), 0),
            "rows": list(group),
            "tickable": number == Section.WAITING,
        }
        for number, group in groupby(found, key=lambda row: row.deviation.section)  # type: ignore[attr-defined]
    ]
    return render(
        request,
        "deviations/inbox/inbox.html",
        {
            "sections": sections,
            "summary": summary,
            "ages": queries.ages(actor) if actor.inbox_units or actor.has(Role.HEAD) else None,
            "page_obj": shown,
            "several_units": len({row.deviation.unit_id for row in found}) > 1,
            "tickable": any(section["tickable"] for section in sections),
            "decides": actor.has(Role.MANAGER, Role.HEAD),
            "effect_section": Section.EFFECT,
            "today": clock.today(),
        },
    )
