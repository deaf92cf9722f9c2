"""Who is examined in a record, and therefore keeps away from what is found out about it.

SOSFS 2011:5 5 kap.: whoever has part in the event does not investigate it. The service extends
this to deciding and to the working notes. What must be done for the person, what is asked of the
unit, and the decision once it is delgivet reach the examined by doors of their own.

Records say in ``record_columns.examined`` which of their rows name a person (``user``, until
``removed_at``) whose decision or conduct is examined. The people of their unit are so by that.
"""

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
    """Say whether the actor works in or leads the record's unit, or stands in for one who does."""
    return record.unit_id in actor.own_units


def is_named(user_id: int | None, record: Any) -> bool:
    """Say whether the person is named as one whose decision or conduct is examined."""
    return user_id in {row.user_id for row in _rows(record).all() if row.removed_at is None}


def examined_people(record: Any, on: date) -> Q:
    """Return who is examined that day, as a condition on users."""
    units = _with_successors(record.unit_id)
    members = Membership.objects.valid_on(on).filter(
        Q(unit__in=units) | Q(role=Role.HEAD, department__in=units.values("department"))
    )
    standing_in = Absence.objects.valid_on(on).filter(
        user__in=members.values("user"), substitute__isnull=False
    )
    return (
        Q(pk__in=members.values("user"))
        | Q(pk__in=standing_in.values("substitute"))
        | Q(pk__in=_rows(record).filter(removed_at=None).values("user"))
    )


def _with_successors(unit_id: int) -> QuerySet[Unit]:
    """Return the unit and those that replaced it: whoever leads them answers for it (``Actor``).

    Three times over, which is more often than a record stays open.
    """
    of_them = Q(pk=unit_id)
    column = "replaces"
    for _ in range(3):
        of_them |= Q(**{column: unit_id})
        column = f"{column}__replaces"
    return Unit.objects.filter(of_them)


def _rows(record: Any) -> Any:
    """Return the record's rows of who is examined: few, and fetched with it where a page asks."""
    return getattr(record, record.record_columns.examined)
