"""Who is examined in a record, and therefore keeps away from what is found out about it.

SOSFS 2011:5 5 kap.: whoever has part in the event does not investigate it. The service extends
this to deciding and to the working notes. What must be done for the person, what is asked of the
unit, and the decision once it is delgivet reach the examined by doors of their own.

Records say in ``record_columns.examined`` which of their rows name a person (``user``, until
``removed_at``) whose decision or conduct is examined. The people of their unit are so by that, also
those who have left it since it happened (``record_columns.happened``: the columns of that day, the
first that is known).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from casework.access.actor import Actor
from casework.organisation.models import Absence, Membership, Role, Unit

WHY_NOT = (
    "Det är din enhet, ditt beslut eller ditt handlande som granskas. Därför kan du varken utreda, "
    "besluta eller läsa anteckningarna. Be en annan SAS ta rapporten."
)


def is_examined(actor: Actor, record: Any) -> bool:
    """Say whether the actor's unit, decision or conduct is what the record examines."""
    if actor.is_system or not record.record_columns.examined:
        return False
    return is_of_unit(actor, record) or is_named(actor.user_id, record)


def is_of_unit(actor: Actor, record: Any) -> bool:
    """Say whether the actor works in or leads the record's unit, or stands in for one who does.

    Or did so when it happened: who has left the unit since was there all the same.
    """
    if record.unit_id in actor.own_units:
        return True
    left_on, happened_on = actor.left_units.get(record.unit_id), _happened_on(record)
    return left_on is not None and happened_on is not None and left_on >= happened_on


def of_unit_q(actor: Actor, unit: str, happened: Sequence[str]) -> Q:
    """Return the same as a condition, never unknown; ``unit`` and ``happened`` are columns."""
    of_unit = Q(**{f"{unit}__in": actor.own_units})
    for left, day in actor.left_units.items():
        earlier: list[str] = []
        for column in happened:
            known = {f"{column}__isnull": False, f"{column}__lte": day}
            unknown = {f"{before}__isnull": True for before in earlier}
            of_unit |= Q(**{unit: left}, **known, **unknown)
            earlier.append(column)
    return of_unit


def is_named(user_id: int | None, record: Any) -> bool:
    """Say whether the person is named as one whose decision or conduct is examined."""
    return user_id in {row.user_id for row in _rows(record).all() if row.removed_at is None}


def examined_people(record: Any, on: date) -> Q:
    """Return who is examined that day, as a condition on users."""
    members = _members(Membership.objects.valid_on(on), _with_successors(record.unit_id))
    standing_in = Absence.objects.valid_on(on).filter(
        user__in=members.values("user"), substitute__isnull=False
    )
    return (
        Q(pk__in=members.values("user"))
        | Q(pk__in=standing_in.values("substitute"))
        | Q(pk__in=_were_there(record, on).values("user"))
        | Q(pk__in=_rows(record).filter(removed_at=None).values("user"))
    )


def _members(among: QuerySet[Membership], units: QuerySet[Unit]) -> QuerySet[Membership]:
    """Return those ``among`` memberships by which one works in or leads any of ``units``."""
    head = Q(role=Role.HEAD, department__in=units.values("department"))
    return among.filter(Q(unit__in=units) | head)


def _were_there(record: Any, on: date) -> QuerySet[Membership]:
    """Return the memberships that have ended, but not before what the record examines."""
    happened_on = _happened_on(record)
    if happened_on is None:
        return Membership.objects.none()
    ended = Membership.objects.filter(valid_to__gte=happened_on, valid_to__lt=on)
    return _members(ended, _with_successors(record.unit_id, "replaced_by"))


def _happened_on(record: Any) -> date | None:
    days = (getattr(record, column) for column in record.record_columns.happened)
    return next((day for day in days if day is not None), None)


def _with_successors(unit_id: int, column: str = "replaces") -> QuerySet[Unit]:
    """Return the unit and those that replaced it: whoever leads them answers for it (``Actor``).

    By the column ``replaced_by`` those that it replaced.

    Three times over, which is more often than a record stays open.
    """
    of_them = Q(pk=unit_id)
    step = column
    for _ in range(3):
        of_them |= Q(**{step: unit_id})
        step = f"{step}__{column}"
    return Unit.objects.filter(of_them)


def _rows(record: Any) -> Any:
    """Return the record's rows of who is examined: few, and fetched with it where a page asks."""
    return getattr(record, record.record_columns.examined)
