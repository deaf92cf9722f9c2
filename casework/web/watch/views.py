"""The pages of Bevakning."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from casework.audit.work import record_reading
from casework.deadlines import lists
from casework.deadlines.lists import TITLES, Section
from casework.kit.web import ActorRequest, page
from casework.shared import clock

PER_PAGE = 50


@page
def watch(request: ActorRequest) -> HttpResponse:
    """List the running times of the actor's units: late, today, this week, later."""
    actor = request.actor
    own = request.GET.get("vem") == "jag"
    times = lists.watched_by(actor, own=own)
    counts = lists.counts(times)
    section = _section(request.GET.get("visa", ""), counts)
    pages = Paginator(lists.in_section(times, section), PER_PAGE)
    pages.count = counts[section]  # known already: no need to ask again
    shown = pages.get_page(request.GET.get("page"))
    found = list(shown.object_list)
    record_reading(actor, "deadline.listed", kind="deadline", ids=[time.pk for time in found])
    return render(
        request,
        "casework/watch/watch.html",
        {
            "tabs": _tabs(notices=False),
            "sections": [_tab(one, counts[one], one is section, own=own) for one in Section],
            "title": TITLES[section],
            "rows": lists.rows(actor, found),
            "page_obj": shown,
            "own": own,
            "section": section,
            "today": clock.today(),
        },
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


def _tabs(*, notices: bool) -> list[dict[str, object]]:
    # How many messages are unread stands beside Bevakning in the menu.
    return [
        {"label": "Tider", "url": reverse("watch"), "current": not notices},
        {"label": "Meddelanden", "url": reverse("watch-notices"), "current": notices},
    ]


@page
def notices(request: ActorRequest) -> HttpResponse:
    """List what the actor has been told, the latest first."""
    actor = request.actor
    shown = Paginator(lists.told_to(actor), PER_PAGE).get_page(request.GET.get("page"))
    told = list(shown.object_list)
    times = list({one.notice.deadline_id: one.notice.deadline for one in told}.values())
    record_reading(actor, "deadline.listed", kind="deadline", ids=[time.pk for time in times])
    by_time = {row.time.pk: row for row in lists.rows(actor, times)}
    return render(
        request,
        "casework/watch/notices.html",
        {
            "tabs": _tabs(notices=True),
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


@require_POST
@page
def read(request: ActorRequest) -> HttpResponseBase:
    """Mark as read all that had been told when the page was shown."""
    latest = request.POST.get("latest", "")
    lists.mark_read(request.actor, int(latest) if latest.isdecimal() else 0)
    messages.success(request, "Meddelandena är markerade som lästa.")
    return redirect("watch-notices")
