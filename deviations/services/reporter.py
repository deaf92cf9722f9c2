"""What the reporter follows: how it stands, what is asked, what is new, and what it led to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from casework.access.actor import Actor
from casework.organisation.models import Membership, Role
from casework.shared import clock
from deviations import states
from deviations.models import Action, Deviation, Question, Seen, StatusRow

_STAGES = ("Rapporterad", "Mottagen", "Utreds", "Åtgärder", "Avslutad")
_REACHED = {
    states.REPORTED: 1,
    states.REOPENED: 2,
    states.RECEIVED: 2,
    states.INVESTIGATING: 3,
    states.WITH_SAS: 3,
    states.ACTIONS: 4,
}
_SENTENCES = {
    states.RECEIVED: "Enheten har tagit emot rapporten och bestämmer hur den ska utredas.",
    states.INVESTIGATING: "Enheten utreder vad som hände och varför.",
    states.ACTIONS: "Enheten arbetar med åtgärder så att det inte händer igen.",
    states.CLOSED_FOLLOW_UP: "Rapporten är avslutad. Enheten följer upp om åtgärderna hjälpte.",
    states.CLOSED: "Rapporten är avslutad.",
    states.NOT_DEVIATION: "Enheten bedömde att det inte är en avvikelse.",
    states.WITH_SAS: "SAS utreder om det är ett missförhållande (lex Sarah).",
    states.REOPENED: "Rapporten var avslutad men är öppnad igen.",
}


@dataclass(frozen=True)
class LedTo:
    """Det ledde till: the words to the reporter, what was done, and the effect."""

    outcome: str
    actions: Sequence[Action]
    effect: str
    effect_due_on: date | None


@dataclass(frozen=True)
class Followed:
    """A report as its reporter follows it; ``reached`` is the number of the stage, from 1."""

    stages: Sequence[str]
    reached: int
    sentence: str
    with_sas_too: bool
    history: Sequence[StatusRow]
    questions: Sequence[Question]
    led_to: LedTo | None

    @property
    def open_questions(self) -> list[Question]:
        """Questions that wait for an answer."""
        return [question for question in self.questions if question.answered_at is None]

    @property
    def answered_questions(self) -> list[Question]:
        """Questions with their answers."""
        return [question for question in self.questions if question.answered_at is not None]


@dataclass(frozen=True)
class Receivers:
    """Who takes care of a report: the role, the names, and whether SAS has it as well."""

    role: str
    names: Sequence[str]
    sas: bool


def is_reporter(actor: Actor, deviation: Deviation) -> bool:
    """Say whether the actor reported it, or somebody did so on the actor's behalf."""
    return actor.user_id is not None and actor.user_id in {
        deviation.reporter_id,
        deviation.on_behalf_of_id,
    }


def own_reports(actor: Actor) -> QuerySet[Deviation]:
    """Return the actor's own reports, newest first, with what is new about each.

    Each row has ``seen_at``, ``changed_at`` (the last change by somebody else, or None),
    ``is_new`` and ``waiting_questions``. Skyddade personuppgifter are left out as everywhere.
    """
    # Nobody has the id 0: the system itself has reported nothing.
    me = actor.user_id or 0
    seen = Seen.objects.filter(deviation=OuterRef("pk"), user_id=me).values("at")
    changed = (
        StatusRow.objects.filter(deviation=OuterRef("pk"))
        .exclude(actor_id=me)
        .order_by()
        .values("deviation")
        .annotate(at=Max("recorded_at"))
        .values("at")
    )
    waiting = (
        Question.objects.filter(deviation=OuterRef("pk"), answered_at=None)
        .order_by()
        .values("deviation")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        Deviation.objects.visible_to(actor)
        .filter(Q(reporter_id=me) | Q(on_behalf_of_id=me))
        .annotate(
            seen_at=Subquery(seen),
            changed_at=Subquery(changed),
            waiting_questions=Coalesce(Subquery(waiting), 0),
        )
        .annotate(
            is_new=Q(changed_at__isnull=False)
            & Q(changed_at__gt=Coalesce(F("seen_at"), F("reported_at")))
        )
        .order_by("-reported_at", "-pk")
    )


def news(actor: Actor) -> QuerySet[Any]:
    """Return the actor's reports that have news or a question that waits."""
    found: QuerySet[Any] = own_reports(actor)
    return found.filter(Q(is_new=True) | Q(waiting_questions__gt=0))


def mark_seen(actor: Actor, deviation: Deviation) -> None:
    """Note that the actor has looked at the report now: what was new in it is so no longer."""
    if actor.user_id is not None:
        Seen.objects.bulk_create(
            [Seen(deviation=deviation, user_id=actor.user_id, at=clock.now())],
            update_conflicts=True,
            unique_fields=["deviation", "user"],
            update_fields=["at"],
        )


def follow(actor: Actor, deviation: Deviation) -> Followed | None:
    """Return the report as its reporter follows it; None for everybody else.

    What was merged into another is followed there: the answer reaches all who reported it.
    """
    if not is_reporter(actor, deviation):
        return None
    leading = deviation.merged_into or deviation
    stages, reached = _stages(leading)
    return Followed(
        stages=stages,
        reached=reached,
        sentence=_sentence(deviation, leading),
        with_sas_too=deviation.possible_misconduct and leading.status != states.WITH_SAS,
        history=list(deviation.statusrow_rows.all()),
        questions=list(deviation.questions.all()),
        led_to=_led_to(leading),
    )


def _stages(deviation: Deviation) -> tuple[Sequence[str], int]:
    status = deviation.status
    if status == states.NOT_DEVIATION:
        return (*_STAGES[:2], states.LABELS[status]), 4
    stages = [*_STAGES]
    if status == states.WITH_SAS:
        stages[2] = "Utreds av SAS"
    if status == states.REOPENED:
        stages[1] = states.LABELS[status]
    # One past the last: all of them are done.
    return stages, _REACHED.get(status, len(stages) + 1)


def _sentence(deviation: Deviation, leading: Deviation) -> str:
    who = "avdelningschefen" if leading.about_manager else "enhetschefen"
    waiting = f"Rapporten väntar på att {who} tar emot den."
    sentence = _SENTENCES.get(leading.status, waiting)
    if leading.pk != deviation.pk:
        return f"Sammanförd med {leading.number}, som gäller samma sak. {sentence}"
    return sentence


def _led_to(deviation: Deviation) -> LedTo | None:
    if deviation.status not in states.CLOSED_STATES:
        return None
    return LedTo(
        outcome=deviation.outcome,
        actions=list(deviation.actions.all()),
        effect=states.EFFECTS.get(deviation.effect, ""),
        effect_due_on=deviation.effect_due_on,
    )


def receivers(deviation: Deviation) -> Receivers:
    """Return who is to take care of a report that has just been submitted."""
    if deviation.about_manager:
        role, place = Role.HEAD, Q(department_id=deviation.unit.department_id)
    else:
        role, place = Role.MANAGER, Q(unit_id=deviation.unit_id)
    holders = (
        Membership.objects.valid_on(clock.today())
        .filter(place, role=role, user__is_active=True)
        .select_related("user")
        .order_by("user__last_name", "user__first_name")
    )
    names = list(dict.fromkeys(holder.user.display_name for holder in holders))
    return Receivers(Role(role).label, names, deviation.possible_misconduct)
