"""The list of deviations: what it can be narrowed by, its orders, and its file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from casework.access import policy
from casework.access.actor import Actor
from casework.shared import clock
from deviations import risk, states
from deviations.models import Deviation

OPEN, CLOSED, ALL = "open", "closed", "all"
# How old: the time for handling is out; more than ninety days (``deviations.queries.limits``).
SLOW, LATE = "slow", "late"
STATUSES = [(OPEN, "Pågående"), (CLOSED, "Avslutade"), (ALL, "Alla")]

SORTS = {
    "number": ("pk",),
    "registered": ("registered_on", "pk"),
    "status": ("status", "-registered_on", "-pk"),
    "unit": ("unit__name", "-registered_on", "-pk"),
    "priority": ("priority", "registered_on", "pk"),
}
DEFAULT_SORT = "-registered"


@dataclass(frozen=True)
class Narrowing:
    """What the list is narrowed by; only what is set narrows it.

    ``status`` is ``open``, ``closed``, ``all`` or one state; ``older_than`` is the
    condition of an age (``Limits.slow`` or ``late``), for those that are not closed.
    """

    status: str = ALL
    unit: int | None = None
    category: int | None = None
    area: int | None = None
    from_day: date | None = None
    to_day: date | None = None
    older_than: Q | None = None
    mine: bool = False

    def q(self, actor: Actor) -> Q:
        """Return the condition."""
        found = Q()
        if self.status == OPEN:
            found &= Q(status__in=states.OPEN_STATES | {states.WITH_SAS})
        elif self.status == CLOSED:
            found &= Q(status__in=states.CLOSED_STATES)
        elif self.status in states.LABELS:
            found &= Q(status=self.status)
        for name in ("unit", "from_day", "to_day", "area", "category"):
            value = getattr(self, name)
            if value:
                found &= self._one(name, value)
        if self.older_than:
            found &= self.older_than & Q(closed_on__isnull=True)
        if self.mine:
            found &= Q(handler=actor.user_id) | Q(reporter=actor.user_id)
        return found

    def _one(self, name: str, value: Any) -> Q:
        if name == "category":
            return Q(category=value) | Q(category__parent=value)
        lookups = {
            "unit": "unit",
            "area": "unit__area",
            "from_day": "registered_on__gte",
            "to_day": "registered_on__lte",
        }
        return Q(**{lookups[name]: value})


def narrowed(actor: Actor, narrowing: Narrowing, sort: str = DEFAULT_SORT) -> QuerySet[Deviation]:
    """Return what the actor sees, narrowed and in order; an unknown order is the newest first."""
    name = sort.removeprefix("-")
    fields: Sequence[str] = SORTS.get(name, ())
    if not fields:
        return narrowed(actor, narrowing, DEFAULT_SORT)
    if sort.startswith("-"):
        fields = [_turned(field) for field in fields]
    found = Deviation.objects.visible_to(actor).filter(narrowing.q(actor))
    return with_parts(found).order_by(*fields)


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


def with_parts(found: QuerySet[Deviation]) -> QuerySet[Deviation]:
    """Fetch along what every row of a list shows."""
    return found.select_related("unit", "category__parent", "handler")


COLUMNS = (
    "Nummer",
    "Rapporterad",
    "Inträffade",
    "Ansvarig enhet",
    "Läge",
    "Kategori",
    "Allvarlighet",
    "Sannolikhet",
    "Risk",
    "Ärende",
    "Avslutad",
    "Dagar",
    "Effekt",
    "Beskrivning",
)


def as_file_rows(actor: Actor, found: QuerySet[Deviation]) -> Iterator[Sequence[Any]]:
    """Yield the list as rows of a file, with case numbers as the actor may read them."""
    today = clock.today()
    for deviation in found.iterator(chunk_size=500):
        yield file_row(actor, deviation, today)


def file_row(actor: Actor, deviation: Deviation, today: date) -> Sequence[Any]:
    """Return a deviation under ``COLUMNS``."""
    return (
        deviation.number,
        deviation.registered_on,
        deviation.occurred_on,
        deviation.unit.name,
        states.LABELS[deviation.status],
        deviation.category.label if deviation.category else "",
        deviation.severity,
        deviation.probability,
        risk.LEVELS.get(deviation.risk_level or "", ""),
        policy.shown_case_number(actor, deviation.case_number),
        deviation.closed_on,
        deviation.days_open(today),
        states.EFFECTS.get(deviation.effect, ""),
        deviation.description,
    )
