"""A person's running times as a calendar (RFC 5545): number, rule and date, no more.

Whoever has the address can read it without logging in, so what is protected is left out.
"""

from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from icalendar import Calendar, Event

from casework.access.actor import Actor
from casework.deadlines import lists
from casework.deadlines.calendar import ONE_DAY, in_words
from casework.deadlines.copies import from_data
from casework.deadlines.letters import named
from casework.deadlines.models import Deadline
from casework.deadlines.subjects import Shown

# Calendars that fetch a file every few hours choke on more; the page says so.
AT_MOST = 2000
HOURS_BETWEEN = 4


def times_of(actor: Actor) -> QuerySet[Deadline]:
    """Return what goes into the actor's calendar: own times, and those of units one leads."""
    times = lists.watched_by(actor).filter(protected=False)
    return times.select_related("copy").order_by("raw_date", "pk")[:AT_MOST]


def as_calendar(actor: Actor, times: list[Deadline]) -> bytes:
    """Return ``times`` as whole days, each under a name of its own that never changes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Kvalitetslinjen//Bevakning//SV")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Bevakning")
    calendar.add("x-wr-timezone", "Europe/Stockholm")
    calendar.add("x-published-ttl", f"PT{HOURS_BETWEEN}H")
    shown = named(times, actor)
    labels: dict[int, str] = {}
    for time in times:
        if time.copy_id not in labels:
            labels[time.copy_id] = from_data(time.copy.content).label
        subject = shown.get((time.kind, time.subject_id))
        calendar.add_component(_event(time, labels[time.copy_id], subject))
    return bytes(calendar.to_ical())


def _event(time: Deadline, label: str, subject: Shown | None) -> Event:
    event = Event()
    event.add("uid", f"tid-{time.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}")
    event.add("dtstamp", time.started_at)
    # The raw date, as in the work lists: nobody should plan with days the roll may not give.
    event.add("dtstart", time.raw_date)
    event.add("dtend", time.raw_date + ONE_DAY)
    event.add("summary", f"{label}: {subject.number}" if subject else label)
    event.add("description", _description(time.raw_date, time.last_day))
    event.add("transp", "TRANSPARENT")
    if subject is not None:
        event.add("url", settings.SITE_URL + subject.url)
    return event


def _description(raw_date: date, last_day: date) -> str:
    said = f"Sista dag {in_words(last_day)}."
    return said if raw_date == last_day else f"{said} Räkna med {in_words(raw_date)}."
