"""The Inkorg itself."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from casework.access.actor import Actor
from casework.access.policy import require_role
from casework.audit.work import record_reading
from casework.kit.nav import set_count
from casework.kit.web import ActorRequest, page
from casework.organisation.models import Role
from casework.registers.exporting import export_response
from casework.shared import clock
from deviations.queries import inbox as queries
from deviations.queries.inbox import HINTS, TITLES, Section
from deviations.queries.limits import Limits
from deviations.queries.listing import COLUMNS, file_row
from deviations.web.listing.rows import alarms, rows
from deviations.web.proposals.tabs import inbox_tabs

PER_PAGE = 50
FETCHED_AT_ONCE = 500
FILE_COLUMNS = ("Väntar på", *COLUMNS[:-1], "Effekten följs upp", "Viktigt", COLUMNS[-1])


@page
def inbox(request: ActorRequest) -> HttpResponse:
    """Show all that waits for the actor, in sections, most urgent and oldest first.

    ``?format=csv|xlsx`` gives all of it as a file, in the same order.
    """
    actor = request.actor
    if not queries.has_inbox(actor):
        require_role(actor, Role.MANAGER, Role.HEAD, Role.SAS)
    if file_format := request.GET.get("format"):
        keys = list(queries.waiting(actor).values_list("pk", "section"))
        return export_response(
            actor,
            "inkorg",
            FILE_COLUMNS,
            _file_rows(actor, keys),
            file_format,
            kind="deviation",
            ids=[key for key, _ in keys],
            action="deviation.exported",
        )
    summary = queries.summary(actor)
    set_count(request, "inbox", summary.total)
    pages = Paginator(queries.waiting(actor).values_list("pk", "section"), PER_PAGE)
    pages.count = summary.total  # counted already, per section
    shown = pages.get_page(request.GET.get("page"))
    limits = Limits(actor.board_id)
    found = rows(queries.shown(actor, list(shown.object_list)), limits)
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
            "tabs": inbox_tabs(actor, proposals=False),
            "sections": sections,
            "summary": summary,
            "ages": queries.ages(actor, limits)
            if actor.inbox_units or actor.has(Role.HEAD)
            else None,
            "limits": limits,
            "page_obj": shown,
            "several_units": len({row.deviation.unit_id for row in found}) > 1,
            "tickable": any(section["tickable"] for section in sections),
            "decides": actor.has(Role.MANAGER, Role.HEAD),
            "effect_section": Section.EFFECT,
            "today": clock.today(),
        },
    )


def _file_rows(actor: Actor, keys: Sequence[tuple[int, int]]) -> Iterator[Sequence[Any]]:
    today = clock.today()
    for start in range(0, len(keys), FETCHED_AT_ONCE):
        for deviation in queries.shown(actor, keys[start : start + FETCHED_AT_ONCE]):
            *columns, description = file_row(actor, deviation, today)
            section = Section(deviation.section)  # type: ignore[attr-defined]
            yield (
                TITLES[section],
                *columns,
                deviation.effect_due_on,
                ", ".join(chip.text for chip in alarms(deviation)),
                description,
            )
