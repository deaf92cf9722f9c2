"""The page where the secret address is made, and the calendar that it opens."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from casework.access.actor import Actor
from casework.accounts.voiding import has_left
from casework.audit.work import record_reading
from casework.deadlines import calendar_links
from casework.deadlines.feed import AT_MOST, as_calendar, times_of
from casework.kit.web import ActorRequest, page
from casework.operation import limits
from casework.shared.errors import DomainError, NotVisible, TooManyAttempts
from casework.web.watch.tabs import tabs

# Ten at once, then as many a minute.
READS = limits.Pace(free=9, first=6, longest=60, forgets=6)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def subscription(request: ActorRequest) -> HttpResponse:
    """Show whether there is an address; ``verb`` makes a new one, shown once, or revokes it."""
    actor, address = request.actor, ""
    if request.POST.get("verb") == "revoke":
        calendar_links.revoke(actor)
        messages.success(request, "Adressen fungerar inte längre.")
        return redirect("calendar")
    if request.POST.get("verb") == "make":
        secret = calendar_links.renew(actor)
        address = settings.SITE_URL + reverse("calendar-feed", args=[secret])
    context = {
        "tabs": tabs("calendar"),
        "link": calendar_links.current(actor),
        "address": address,
        "at_most": AT_MOST,
    }
    return render(request, "casework/calendar/subscription.html", context)


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Return the calendar of whoever the secret belongs to; nothing is said of a wrong one."""
    try:
        link = calendar_links.holder(secret)
        if has_left(link.user):
            raise NotVisible
        actor = Actor.of(link.user)
    except DomainError:
        return HttpResponse(status=404)
    try:
        limits.take(limits.key("calendar", str(link.pk)), READS)
    except TooManyAttempts as error:
        return HttpResponse(status=429, headers={"Retry-After": str(error.wait)})
    times = list(times_of(actor))
    record_reading(actor, "deadline.calendar_read", kind="deadline", ids=[t.pk for t in times])
    return HttpResponse(
        as_calendar(actor, times),
        content_type="text/calendar; charset=utf-8",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": 'inline; filename="bevakning.ics"',
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
        },
    )
