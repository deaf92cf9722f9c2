"""What the page Drift says: counts and instants of the board's, and not a word of content."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max, Min, Q
from django.urls import reverse

from casework.access.actor import Actor
from casework.audit.models import AuditAnchor
from casework.deadlines import failures
from casework.deadlines.models import Deadline
from casework.operation import post, pulse
from casework.operation.models import OutgoingMail, Pulse
from casework.shared import clock

# Longer than this, and something is wrong: what runs each minute, and what runs each five.
_LATE = {pulse.BEAT: 40, pulse.MAIL: 180, pulse.SWEEP: 300, pulse.ANCHOR: 900}
_LEAST_FREE = 0.05


@dataclass(frozen=True)
class Line:
    """One thing: how it is, since when, and what to do where it is not well."""

    label: str
    said: str
    well: bool = True
    since: datetime | None = None
    advice: str = ""
    url: str = ""


def lines(actor: Actor) -> list[Line]:
    """Return all lines of the page, in its order."""
    return [*_mail(actor), *_watch(actor), _disk()]


def _mail(actor: Actor) -> list[Line]:
    state = OutgoingMail.State
    now = clock.now()
    found = post.of_board(actor.board_id).aggregate(
        waiting=Count("pk", Q(state=state.WAITING)),
        oldest=Min("made_at", filter=Q(state=state.WAITING)),
        failing=Count("pk", Q(state=state.WAITING, failed_since__isnull=False)),
        failing_since=Min("failed_since", filter=Q(state=state.WAITING)),
        given_up=Count("pk", Q(state=state.GIVEN_UP)),
        given_up_since=Min("done_at", filter=Q(state=state.GIVEN_UP)),
        sent_at=Max("done_at", filter=Q(state=state.SENT)),
    )
    faults = post.stuck(actor.board_id).exclude(error="").values_list("error", flat=True).distinct()
    oldest = found["oldest"]
    return [
        Line("E-post", "Inställd")
        if post.is_set_up()
        else Line(
            "E-post",
            "Inte inställd: brev når ingen",
            well=False,
            advice="Driften anger EMAIL_URL. Till dess syns påminnelser bara under Bevakning.",
        ),
        _pulse(pulse.MAIL, "Utskick av brev", "Skickas av en egen uppgift var tionde sekund."),
        Line(
            "Brev som väntar",
            str(found["waiting"]),
            well=oldest is None or now - oldest < timedelta(minutes=10),
            since=oldest,
        ),
        Line(
            "Brev som inte går fram",
            str(found["failing"]),
            well=not found["failing"],
            since=found["failing_since"],
            advice=f"Felets slag: {', '.join(sorted(faults))}." if found["failing"] else "",
        ),
        Line(
            "Brev som har gett upp",
            str(found["given_up"]),
            well=not found["given_up"],
            since=found["given_up_since"],
        ),
        Line(
            "Senaste brevet", "Skickat" if found["sent_at"] else "Inget än", since=found["sent_at"]
        ),
    ]


def _watch(actor: Actor) -> list[Line]:
    now = clock.now()
    due = Deadline.objects.filter(board_id=actor.board_id, next_action_at__lte=now).aggregate(
        count=Count("pk"), oldest=Min("next_action_at")
    )
    failed = failures.waiting(actor).aggregate(count=Count("pk"), since=Min("first_failed_at"))
    anchored = AuditAnchor.objects.aggregate(at=Max("at"))["at"]
    return [
        _pulse(pulse.BEAT, "Bakgrundsarbetet", "Driften ser efter att worker och beat är i gång."),
        _pulse(pulse.SWEEP, "Bevakningen av tider", "Driften ser efter att worker är i gång."),
        Line(
            "Tider som står på tur",
            str(due["count"]),
            well=due["oldest"] is None or now - due["oldest"] < timedelta(minutes=5),
            since=due["oldest"],
        ),
        Line(
            "Rader som har fastnat",
            str(failed["count"]),
            well=not failed["count"],
            since=failed["since"],
            url=reverse("watch-failures"),
        ),
        _pulse(pulse.ANCHOR, "Förankring av händelseloggen", "Görs var femte minut."),
        Line("Senaste ankaret", "Skrivet" if anchored else "Inget än", since=anchored),
    ]


def _pulse(name: str, label: str, advice: str) -> Line:
    seen = Pulse.objects.filter(name=name).first()
    if seen is None:
        return Line(label, "Har inte gått än", well=False, advice=advice)
    well = (clock.now() - seen.at).total_seconds() < _LATE[name]
    said = "Går" if well else "Har stannat"
    return Line(label, said, well=well, since=seen.at, advice="" if well else advice)


def _disk() -> Line:
    place = Path(settings.MEDIA_ROOT)
    while not place.exists():
        place = place.parent
    usage = shutil.disk_usage(place)
    share = usage.free / usage.total if usage.total else 0
    well = share >= _LEAST_FREE
    return Line(
        "Disk för filer",
        f"{usage.free / 1e9:.1f} GB ledigt, {share:.0%}".replace(".", ",").replace("%", " %"),
        well=well,
        advice="" if well else "Driften ger mer utrymme: annars kan inga filer tas emot.",
    )
