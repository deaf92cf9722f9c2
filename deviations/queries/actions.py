"""One's own åtgärder, also those of deviations that one does not see."""

from django.db.models import Exists, F, OuterRef, QuerySet

from casework.access.actor import Actor
from deviations import states
from deviations.models import Action, Deviation


def mine(actor: Actor) -> QuerySet[Action]:
    """Return the actor's åtgärder with ``seen``: whether the deviation may be opened too."""
    seen = Deviation.objects.visible_to(actor).filter(pk=OuterRef("deviation"))
    return (
        Action.objects.filter(owner=actor.user_id, deviation__board_id=actor.board_id)
        .exclude(deviation__status__in=states.NOT_COUNTED | {states.NOT_DEVIATION})
        .annotate(seen=Exists(seen))
        .select_related("deviation__unit", "cause")
    )


def to_do(actor: Actor) -> QuerySet[Action]:
    """Return what the actor has left to do, the earliest day first."""
    return mine(actor).filter(done_on__isnull=True).order_by(F("due_on").asc(nulls_last=True), "pk")


def lately_done(actor: Actor, at_most: int | None = 10) -> QuerySet[Action]:
    """Return what the actor did last; ``at_most`` None: all that the actor has done."""
    return mine(actor).filter(done_on__isnull=False).order_by("-done_on", "-pk")[:at_most]
