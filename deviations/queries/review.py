"""What a unit goes through together at an APT: no text, no reporter."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet

from casework.access import leading, policy
from casework.access.actor import Actor
from casework.organisation.models import Unit
from casework.shared import clock
from casework.shared.swedish import sort_key
from deviations import states
from deviations.models import Cause, Deviation, UnitReview

SHOWN_IN_PLOT = 6


@dataclass(frozen=True)
class Line:
    """One deviation as the whole unit may see it."""

    number: str
    pk: int
    registered_on: date
    category: str
    causes: list[str]
    actions: int
    actions_done: int
    status: str
    effect: str
    reviewed_on: date | None


def units_of(actor: Actor) -> list[Unit]:
    """Return the units whose APT the actor may follow, those of today first."""
    keys = actor.own_units
    today = clock.today()
    return sorted(
        Unit.objects.filter(pk__in=keys),
        key=lambda unit: (not unit.is_valid_on(today), sort_key(unit.name)),
    )


def may_record(actor: Actor, unit: Unit) -> bool:
    """Say whether the actor may note that the unit has held its review."""
    return leading.answers_for_unit(actor, unit.pk)


def lines(actor: Actor, unit: Unit, from_day: date, to_day: date) -> list[Line]:
    """Return the unit's deviations of the days, newest first, without anything personal."""
    found: QuerySet = (
        Deviation.objects.filter(
            policy.unit_review_q(actor, Deviation.record_columns),
            unit=unit,
            registered_on__range=(from_day, to_day),
        )
        .exclude(status__in=states.NOT_COUNTED)
        .select_related("category__parent")
        .defer("description", "done_at_once", "analysis", "outcome")
        .annotate(
            action_count=Count("actions", distinct=True),
            done_count=Count("actions", distinct=True, filter=Q(actions__done_on__isnull=False)),
            reviewed_on=Max("reviews__held_on"),
        )
        .order_by("-registered_on", "-pk")
    )
    listed = list(found)
    used = {key for deviation in listed for key in deviation.cause_ids}
    names = dict(Cause.objects.filter(pk__in=used).values_list("pk", "name"))
    return [
        Line(
            number=deviation.number,
            pk=deviation.pk,
            registered_on=deviation.registered_on,
            category=deviation.category.label if deviation.category else "",
            causes=[names[key] for key in deviation.cause_ids if key in names],
            actions=deviation.action_count,
            actions_done=deviation.done_count,
            status=deviation.status,
            effect=states.EFFECTS.get(deviation.effect, ""),
            reviewed_on=deviation.reviewed_on,
        )
        for deviation in listed
    ]


def held(unit: Unit, at_most: int = 6) -> QuerySet[UnitReview]:
    """Return the last reviews of the unit with how many deviations each took up.

    Of those that the unit may still go through: one marked since would be told by the difference.
    """
    open_ones = Q(deviations__protected=False, deviations__about_manager=False)
    counted = unit.reviews.annotate(count=Count("deviations", filter=open_ones))
    return counted.order_by("-held_on", "-pk")[:at_most]


def commonest(values: Sequence[str]) -> list[tuple[str, int]]:
    """Return the values that occur most, with how often, for a small plot."""
    counted = Counter(value for value in values if value)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], sort_key(item[0])))
    return ordered[:SHOWN_IN_PLOT]
