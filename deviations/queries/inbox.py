"""The Inkorg: everything that waits for somebody's decision, as one ordered list in sections.

One list and not one query per section, so that the page costs the same whoever opens it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from casework.access.actor import Actor
from casework.access.policy import NOTHING
from casework.organisation.models import Role
from casework.shared import clock
from deviations import states
from deviations.models import Action, Deviation, Question, Seen
from deviations.queries.limits import Limits
from deviations.queries.listing import with_parts
from deviations.services.inbox import MOVES_BEFORE_HEAD_DECIDES

# Within reach, but in no section: waits for nobody.
NOWHERE = -1


class Section(IntEnum):
    """Why something waits; in the order of the page."""

    UNDECIDED = 0
    ABOUT_MANAGER = 1
    FOR_SAS = 2
    WAITING = 3
    ANSWERED = 4
    EFFECT = 5
    READY = 6


TITLES = {
    Section.UNDECIDED: "Bestäm ansvarig enhet",
    Section.ABOUT_MANAGER: "Gäller en enhetschef",
    Section.FOR_SAS: "Avvikelser som kan vara missförhållanden",
    Section.WAITING: "Att ta ställning till",
    Section.ANSWERED: "Komplettering har kommit",
    Section.EFFECT: "Bedöm effekt",
    Section.READY: "Redo att avslutas",
}
HINTS = {
    Section.UNDECIDED: "Flyttade två gånger. Du bestämmer vilken enhet som ansvarar.",
    Section.ABOUT_MANAGER: "Rapporterade som att det gäller den egna chefen. Chefen ser dem inte.",
    Section.FOR_SAS: "Markerade av rapportören eller överlämnade av enheten. Var och en är också "
    "en lex Sarah-rapport, och bedöms där.",
    Section.WAITING: "Nya, återöppnade och flyttade hit. Störst risk och äldst först.",
    Section.ANSWERED: "Rapportören har svarat sedan du senast öppnade ärendet.",
    Section.EFFECT: "Dagen för effektuppföljning är inne.",
    Section.READY: "Alla åtgärder är utförda.",
}


@dataclass
class Summary:
    """How many wait in each section, and how old the deviations under way are."""

    total: int = 0
    by_section: dict[Section, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Ages:
    """Open deviations of the units: all, those whose time is out, late ones, the oldest's days."""

    open: int
    slow: int
    late: int
    oldest: int | None


def conditions(actor: Actor, today: date) -> dict[Section, Q]:
    """Return per section what waits there for ``actor``; sections of other roles are left out."""
    managed = actor.managed_units
    heads = actor.headed_units
    inbox = actor.inbox_units
    decides = (Q(unit__in=managed) & Q(about_manager=False)) if managed else NOTHING
    found: dict[Section, Q] = {}
    if heads:
        in_department = Q(unit__in=heads)
        # Their manager must not decide on a complaint about the manager: the head does it all.
        decides |= in_department & Q(about_manager=True)
        found[Section.UNDECIDED] = in_department & Q(
            moves__gte=MOVES_BEFORE_HEAD_DECIDES, unit_decided=False, status=states.REPORTED
        )
        found[Section.ABOUT_MANAGER] = in_department & Q(
            about_manager=True, status__in=states.INBOX_STATES
        )
    if actor.has(Role.SAS):
        found[Section.FOR_SAS] = Q(status=states.WITH_SAS) | Q(
            possible_misconduct=True, status__in=states.OPEN_STATES
        )
    if inbox:
        found[Section.WAITING] = Q(
            unit__in=inbox, about_manager=False, status__in=states.INBOX_STATES
        )
    if inbox or heads:
        mine = (
            Q(unit__in=inbox, about_manager=False)
            | Q(unit__in=heads, about_manager=True)
            | Q(handler=actor.user_id)
        )
        found[Section.ANSWERED] = (
            mine & Q(status__in=states.OPEN_STATES) & Q(Exists(_unseen_answers(actor)))
        )
    if managed or heads:
        found[Section.EFFECT] = decides & Q(
            status=states.CLOSED_FOLLOW_UP, effect_due_on__lte=today
        )
        undone = Action.objects.filter(deviation=OuterRef("pk"), done_on__isnull=True)
        found[Section.READY] = decides & Q(status=states.ACTIONS) & ~Q(Exists(undone))
    return found


def _unseen_answers(actor: Actor) -> QuerySet[Question]:
    seen_later = Seen.objects.filter(
        deviation=OuterRef("deviation"), user=actor.user_id, at__gte=OuterRef("answered_at")
    )
    return Question.objects.filter(
        ~Exists(seen_later), deviation=OuterRef("pk"), answered_at__isnull=False
    )


def _reach(actor: Actor, found: Mapping[Section, Q], today: date) -> Q:
    """Return where ``found`` can be at all: a condition that leads to few rows by index alone.

    A manager's sections are all among the open of some units or by a date that has come. Asked
    in these words each part has an index of its own, and no row is looked for twice.
    """
    units = actor.answered_units
    reach = found.get(Section.FOR_SAS, NOTHING)
    if units:
        reach |= Q(unit__in=units, status__in=states.OPEN_STATES)
        reach |= Q(unit__in=units, status=states.CLOSED_FOLLOW_UP, effect_due_on__lte=today)
        # An answer waits for whom it was fördelad to in another unit too.
        reach |= Q(handler=actor.user_id, status__in=states.OPEN_STATES)
    return reach


def waiting(actor: Actor, today: date | None = None) -> QuerySet[Any]:
    """Return all that waits for ``actor``, each with its ``section``, in the order of the page."""
    day = today or clock.today()
    found = conditions(actor, day)
    section = Case(
        *(When(condition, then=Value(int(name))) for name, condition in sorted(found.items())),
        default=Value(NOWHERE),
        output_field=IntegerField(),
    )
    return (
        Deviation.objects.visible_to(actor)
        .filter(_reach(actor, found, day))
        .annotate(section=section)
        .filter(section__gt=NOWHERE)
        .order_by("section", "priority", F("registered_on").asc(), "pk")
    )


def shown(actor: Actor, keys: Sequence[tuple[int, int]]) -> list[Deviation]:
    """Return the deviations of one page, given as (key, section) in the order of the page.

    Fetched by key, so that the database sorts narrow rows however many wait.
    """
    found = with_parts(Deviation.objects.visible_to(actor)).in_bulk([key for key, _ in keys])
    rows = []
    for key, section in keys:
        if key in found:
            found[key].section = section  # type: ignore[attr-defined]
            rows.append(found[key])
    return rows


def summary(actor: Actor) -> Summary:
    """Count what waits in each section, in one query."""
    rows = waiting(actor).order_by().values("section").annotate(n=Count("pk"))
    by_section = {Section(row["section"]): row["n"] for row in rows}
    return Summary(sum(by_section.values()), {key: by_section[key] for key in sorted(by_section)})


def count(actor: Actor) -> int:
    """Return how many wait, for the menu."""
    return waiting(actor).order_by().count()


def has_inbox(actor: Actor) -> bool:
    """Say whether the actor has an Inkorg at all."""
    return bool(actor.inbox_units) or actor.has(Role.HEAD, Role.SAS)


def in_charge(actor: Actor) -> QuerySet[Deviation]:
    """Return the open deviations that the actor's own units (or department) answer for."""
    units = actor.answered_units
    return Deviation.objects.visible_to(actor).filter(unit__in=units, status__in=states.OPEN_STATES)


def ages(actor: Actor, limits: Limits) -> Ages:
    """Count the open deviations of the actor's units by age, in one query."""
    row: Mapping[str, Any] = in_charge(actor).aggregate(
        open=Count("pk"),
        slow=Count("pk", filter=limits.slow),
        late=Count("pk", filter=limits.late),
        oldest=Min("registered_on"),
    )
    oldest = (limits.today - row["oldest"]).days if row["oldest"] else None
    return Ages(row["open"], row["slow"], row["late"], oldest)
