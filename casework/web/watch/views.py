"""The pages of Bevakning."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.deadlines import lists
from casework.deadlines.lists import TITLES, Section
from casework.deadlines.models import Deadline, Told
from casework.kit.web import ActorRequest, page, row_id
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.web.watch.tabs import tabs

PER_PAGE = 50
COLUMNS = (
    "Ärende",
    "Slag",
    "Tid",
    "Lagstadgad tid",
    "Räkna med",
    "Sista dag",
    "Ansvarig",
    "Enhet",
    "Varför detta datum?",
)
TOLD_COLUMNS = ("Ärende", "Tid", "Påminnelse", "Läge", "Sista dag", "Klart", "Skickat", "Läst")


@page
def watch(request: ActorRequest) -> HttpResponse:
    """List the running times of the actor's units: late, today, this week, later.

    ``?format=csv|xlsx`` gives those of the chosen part as a file.
    """
    actor = request.actor
    own = request.GET.get("vem") == "jag"
    times = lists.watched_by(actor, own=own)
    counts = lists.counts(times)
    section = _section(request.GET.get("visa", ""), counts)
    if file_format := request.GET.get("format"):
        running = list(lists.in_section(times, section))
        return export_response(
            actor,
            f"bevakning-{section.value}",
            COLUMNS,
            _file_rows(actor, running),
            file_format,
            kind="deadline",
            ids=[time.pk for time in running],
            action="deadline.exported",
        )
    pages = Paginator(lists.in_section(times, section), PER_PAGE)
    pages.count = counts[section]  # known already: no need to ask again
    shown = pages.get_page(request.GET.get("page"))
    found = list(shown.object_list)
    record_reading(actor, "deadline.listed", kind="deadline", ids=[time.pk for time in found])
    return render(
        request,
        "casework/watch/watch.html",
        {
            "tabs": tabs("watch"),
            "sections": [_tab(one, counts[one], one is section, own=own) for one in Section],
            "title": TITLES[section],
            "rows": lists.rows(actor, found),
            "page_obj": shown,
            "own": own,
            "section": section,
            "today": clock.today(),
        },
    )


def _file_rows(actor: Actor, times: list[Deadline]) -> Iterator[Sequence[Any]]:
    for row in lists.rows(actor, times):
        yield (
            row.shown.number if row.shown else "",
            row.kind,
            row.label,
            row.is_law,
            row.time.raw_date,
            row.time.last_day,
            row.time.handler.display_name if row.time.handler else "",
            row.time.unit.name,
            " ".join(row.why),
        )


def _section(wanted: str, counts: dict[Section, int]) -> Section:
    if wanted in {section.value for section in Section}:
        return Section(wanted)
    return next((section for section in Section if counts[section]), Section.TODAY)


def _tab(section: Section, count: int, current: bool, *, own: bool) -> dict[str, object]:
    query = {"visa": section.value} | ({"vem": "jag"} if own else {})
    return {
        "label": TITLES[section],
        "url": f"?{urlencode(query)}",
        "count": count,
        "current": current,
    }


@page
def notices(request: ActorRequest) -> HttpResponse:
    """List what the actor has been told, the latest first.

    ``?format=csv|xlsx`` gives all of it as a file.
    """
    actor = request.actor
    if file_format := request.GET.get("format"):
        everything = list(lists.told_to(actor))
        return export_response(
            actor,
            "meddelanden",
            TOLD_COLUMNS,
            _told_rows(actor, everything),
            file_format,
            kind="deadline",
            ids={one.notice.deadline_id for one in everything},
            action="deadline.exported",
        )
    shown = Paginator(lists.told_to(actor), PER_PAGE).get_page(request.GET.get("page"))
    told = list(shown.object_list)
    times = list({one.notice.deadline_id: one.notice.deadline for one in told}.values())
    record_reading(actor, "deadline.listed", kind="deadline", ids=[time.pk for time in times])
    by_time = {row.time.pk: row for row in lists.rows(actor, times)}
    return render(
        request,
        "casework/watch/notices.html",
        {
            "tabs": tabs("watch-notices"),
            "told": [
                (one, lists.step_label(one.notice.step), by_time[one.notice.deadline_id])
                for one in told
            ],
            "unread": any(one.read_at is None for one in told),
            "latest": max((one.pk for one in told), default=0),
            "page_obj": shown,
            "today": clock.today(),
        },
    )


def _told_rows(actor: Actor, told: list[Told]) -> Iterator[Sequence[Any]]:
    times = list({one.notice.deadline_id: one.notice.deadline for one in told}.values())
    by_time = {row.time.pk: row for row in lists.rows(actor, times)}
    for one in told:
        row = by_time[one.notice.deadline_id]
        yield (
            row.shown.number if row.shown else "",
            row.label,
            lists.step_label(one.notice.step),
            row.time.get_state_display(),
            row.time.last_day,
            row.time.met_on,
            one.told_at,
            one.read_at,
        )


@require_POST
@page
def read(request: ActorRequest) -> HttpResponseBase:
    """Mark as read all that had been told when the page was shown."""
    lists.mark_read(request.actor, row_id(request.POST.get("latest", "")) or 0)
    messages.success(request, "Meddelandena är markerade som lästa.")
    return redirect("watch-notices")
