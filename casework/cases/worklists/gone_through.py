"""Which units have gone through their list of investigations this week, and which have not.

The mark is the unit's. Who noted it stands beside it for the week, and is counted nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from casework.access.actor import Actor
from casework.cases.models import WeeklyReview
from casework.cases.services.weekly import monday_of
from casework.cases.worklists.week import running
from casework.organisation.models import Unit
from casework.shared import clock
from casework.shared.swedish import sort_key


@dataclass(frozen=True)
class GoneThrough:
    """A unit and this week's review of it, if there has been one; ``may_note``: the actor may."""

    unit: Unit
    review: WeeklyReview | None
    may_note: bool


def this_week(actor: Actor, units: Iterable[Unit]) -> list[GoneThrough]:
    """Return how it stands in each of ``units`` by name; one query."""
    today = clock.today()
    by_id = {unit.pk: unit for unit in units if unit.is_valid_on(today)}
    noted = WeeklyReview.objects.filter(unit__in=list(by_id), week=monday_of(today))
    found = {one.unit_id: one for one in noted.select_related("noted_by")}
    return [
        GoneThrough(unit, found.get(unit.pk), unit.pk in actor.supervised_units)
        for unit in sorted(by_id.values(), key=lambda unit: sort_key(unit.name))
    ]


def remaining(actor: Actor) -> QuerySet[Any]:
    """Return the units with open investigations of the actor's whose list has not been read."""
    today = clock.today()
    noted = WeeklyReview.objects.filter(unit=OuterRef("pk"), week=monday_of(today))
    listed = running(actor).order_by().values("unit")
    return Unit.objects.valid_on(today).filter(~Exists(noted), pk__in=listed)
