"""What the ground floor shows on the start page."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from casework.access import granting
from casework.access.actor import Actor
from casework.access.policy import LEADERS, may_configure
from casework.accounts import changes
from casework.accounts.models import AccountChange
from casework.cases.worklists import gone_through, week
from casework.deadlines import duty, failures
from casework.kit.start import DUTIES, START_CARDS, Duty, StartCard
from casework.operation import post
from casework.organisation.counting import counts
from casework.organisation.models import Absence, Membership, Role, Unit, User
from casework.registers.models import ImportBatch
from casework.shared import clock

ENDING_DAYS = 30
ENDING_SHOWN = 8

# Roles to which work comes from others: what comes to them, in clear text.
_COMES = {
    Role.REGISTRAR: (
        "Registrator",
        "Synpunkter och klagomål som kommer in tas emot här och fördelas till rätt enhet.",
    ),
    Role.REVIEWER: (
        "Granskare",
        "När en egenkontroll är planerad får du här det urval som du ska granska.",
    ),
}


def _standing_in_for(actor: Actor) -> object:
    absences = list(
        Absence.objects.valid_on(clock.today())
        .filter(substitute=actor.user_id, board_id=actor.board_id)
        .select_related("user")
        .order_by("valid_to")
    )
    return absences or None


def _what_comes(actor: Actor) -> object:
    return [text for role, text in _COMES.items() if role in actor.roles]


def _configuration(actor: Actor) -> object:
    today = clock.today()
    ending = (
        Membership.objects.valid_on(today)
        .filter(
            board_id=actor.board_id,
            user__is_active=True,
            valid_to__lte=today + timedelta(days=ENDING_DAYS),
        )
        .select_related("user", "unit", "department")
        .order_by("valid_to", "pk")
    )
    return {
        **counts(
            actor.board_id,
            people=User.objects.filter(board_id=actor.board_id, is_active=True),
            units=Unit.objects.valid_on(today).filter(board_id=actor.board_id),
            absent=Absence.objects.valid_on(today).filter(board_id=actor.board_id),
        ),
        "ending": list(ending[:ENDING_SHOWN]),
        "ending_days": ENDING_DAYS,
        "last_import": ImportBatch.objects.filter(board_id=actor.board_id)
        .order_by("-imported_at")
        .first(),
    }


def _stuck(actor: Actor) -> Iterator[Duty]:
    if may_configure(actor):
        stuck = failures.waiting(actor)
        hint = "Bevakningen försöker igen av sig själv."
        yield Duty(
            "Rader i bevakningen som har fastnat", stuck, reverse("watch-failures"), "danger", hint
        )

        letters = post.stuck(actor.board_id)
        hint = "Skickas på nytt av sig själva; sidan Drift säger vad som är fel."
        yield Duty("Brev som inte går fram", letters, reverse("operation"), "danger", hint)


DUTIES.register("casework.watch", _stuck)


def _waiting(actor: Actor) -> Iterator[Duty]:
    """What waits for the actor's yes, and what others have asked for the actor's own account."""
    own, url = actor.user_id or 0, reverse("account-list")
    if granting.sees_waiting(actor):
        roles = Membership.objects.waiting().filter(board_id=actor.board_id)
        absences = Absence.objects.waiting().filter(board_id=actor.board_id)
        yield Duty(
            "Roller för hela nämnden som väntar på ditt svar",
            roles.exclude(Q(user=own) | Q(asked_by=own, asked_by__isnull=False)),
            url,
            "warn",
        )
        yield Duty(
            "Ersättare som väntar på ditt svar",
            absences.exclude(Q(substitute=own) | Q(asked_by=own, asked_by__isnull=False)),
            url,
            "warn",
        )
    if granting.holds_guarded(actor):
        steps = changes.waiting_on(actor.board_id).filter(kind=AccountChange.Kind.SECOND_STEP)
        steps = steps.exclude(Q(user=own) | Q(asked_by=own, asked_by__isnull=False))
        yield Duty("Tappade telefoner som väntar på ditt svar", steps, url, "warn")
    mine = changes.waiting().filter(user=own)
    hint = "Har du inte bett om det kan du stoppa det."
    yield Duty("Ändringar av ditt konto som väntar", mine, reverse("own-address"), "danger", hint)


DUTIES.register("casework.accounts", _waiting)


def _investigations(actor: Actor) -> Iterator[Duty]:
    if actor.has(*LEADERS):
        today, url = clock.today(), reverse("investigation-week")
        times = week.running(actor)
        late, soon = week.Part.LATE.value, week.Part.SOON.value
        yield Duty("Sena utredningar", week.late(times, today), f"{url}?visa={late}", "danger")
        yield Duty(
            f"Utredningar med mindre än {week.SOON_DAYS} dagar kvar",
            week.soon(times, today),
            f"{url}?visa={soon}",
            "warn",
        )
        yield Duty(
            "Veckogenomgång kvar att göra",
            gone_through.remaining(actor),
            f"{url}#veckogenomgang",
            "info",
            "Enheter vars utredningar inte är genomgångna den här veckan.",
        )


DUTIES.register("casework.investigations", _investigations)


def _on_duty(actor: Actor) -> object:
    return list(duty.covering(actor, actor.headed_units))


START_CARDS.register(
    "casework.duty",
    StartCard(
        "casework/start/duty.html", 55, lambda actor: actor.has(Role.HEAD), _on_duty, main=False
    ),
)
START_CARDS.register(
    "casework.standing_in",
    StartCard(
        "casework/start/standing_in.html",
        5,
        lambda actor: actor.user_id is not None,
        _standing_in_for,
    ),
)
START_CARDS.register(
    "casework.what_comes",
    StartCard("casework/start/what_comes.html", 70, lambda actor: actor.has(*_COMES), _what_comes),
)
START_CARDS.register(
    "casework.configuration",
    StartCard("casework/start/configuration.html", 80, may_configure, _configuration),
)
START_CARDS.register(
    "casework.mail",
    StartCard(
        "casework/start/mail.html",
        6,
        lambda actor: may_configure(actor) and not post.is_set_up(),
        lambda actor: True,
        main=False,
    ),
)
