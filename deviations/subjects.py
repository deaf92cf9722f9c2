"""What of deviations has times: the deviation itself, and each åtgärd."""

from collections.abc import Collection, Mapping

from django.db.models import Q, QuerySet
from django.urls import reverse

from casework.access.actor import Actor
from casework.deadlines.subjects import MISSING, SUBJECTS, Shown, Subject
from deviations.models import Action, Deviation
from deviations.services.watching import ACTION, DEVIATION, watch_open


def _deviations(actor: Actor) -> QuerySet[Deviation]:
    return Deviation.objects.visible_to(actor)


def _actions(actor: Actor) -> QuerySet[Action]:
    """Return those of visible deviations and, as under Mina åtgärder, one's own."""
    of_visible = Q(deviation__in=Deviation.objects.visible_to(actor))
    own = Q(owner=actor.user_id, deviation__board_id=actor.board_id)
    return Action.objects.filter(of_visible | own if actor.user_id else of_visible)


def _shown(actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
    found = Deviation.objects.filter(pk__in=ids).values_list("pk", "number")
    return {key: Shown(number, reverse("deviation", args=[key])) for key, number in found}


def _shown_actions(actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
    found = Action.objects.filter(pk__in=ids).values_list(
        "pk", "deviation__number", "deviation", "owner"
    )
    # One's own åtgärder are done from their list; the deviation may even be hidden from oneself.
    mine = reverse("my-actions")
    return {
        key: Shown(
            number,
            mine if owner == actor.user_id else reverse("deviation", args=[deviation]),
        )
        for key, number, deviation, owner in found
    }


SUBJECTS.register(DEVIATION, Subject("Avvikelse", _deviations, _shown))
MISSING.register("deviations", watch_open)
SUBJECTS.register(ACTION, Subject("Åtgärd", _actions, _shown_actions))
