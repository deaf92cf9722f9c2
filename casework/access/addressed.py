"""What reaches a person beside a record that stays closed to them: asked of, given or left to one.

Such a row belongs to a record and is addressed to somebody; it opens itself and nothing else of
the record. The rules are written against its columns, as ``policy`` has them for records.
"""

from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from casework.access.actor import Actor
from casework.access.examined import of_unit_q
from casework.access.policy import NOTHING, unprotected_q

ALWAYS = Q()


@dataclass(frozen=True)
class AddressedColumns:
    """Names of the columns that say whom a row is addressed to; an empty one: it has no such.

    ``to`` and ``also`` have the row for good. While ``waits`` holds, it is also before whoever
    stands in for ``to`` today (None: it is before nobody else). ``record`` is what it belongs to,
    whose skyddade personuppgifter close it to all but those who are named for them, unless it is
    ``open_though_protected``. ``unit`` is the unit that it concerns, and
    ``happened`` the days of what the record examines (see ``casework.access.examined``).
    """

    to: str
    also: tuple[str, ...] = ()
    waits: Q | None = None
    record: str = "report"
    unit: str = ""
    open_though_protected: bool = False
    happened: tuple[str, ...] = ()


def addressed_q(actor: Actor, columns: AddressedColumns) -> Q:
    """Return the condition under which a row is addressed to ``actor``."""
    if actor.user_id is None:
        return NOTHING
    theirs = NOTHING
    for column in (columns.to, *columns.also):
        theirs |= Q(**{column: actor.user_id})
    if columns.waits is not None:
        theirs |= columns.waits & Q(**{f"{columns.to}__in": actor.stands_in_for})
    return theirs & _reach(actor, columns)


def delivered_first_q(
    actor: Actor, columns: AddressedColumns, named: QuerySet[Model], given: QuerySet[Model]
) -> Q:
    """Return which rows, addressed to ``actor``, do not wait for a delgivning.

    The row follows from a decision. Whoever is examined has that decision by delgivning: until
    then the row is closed to them and to whoever stands in for them. To others it is open at once.

    ``named`` are the rows that name who is examined (``user``, until ``removed_at``); ``given``
    those by which the outer row's decision was delgivet (``to``).
    """

    def theirs(column: str) -> Q:
        return Q(**{column: actor.user_id}) | Q(**{column: OuterRef(columns.to)})

    # Whoever stands in for somebody is of their units too.
    of_unit = of_unit_q(actor, f"{columns.record}__unit", columns.happened)
    of_record = {columns.record: OuterRef(columns.record)}
    by_name = named.filter(theirs("user"), removed_at=None, **of_record)
    return ~(of_unit | Q(Exists(by_name))) | Q(Exists(given.filter(theirs("to"))))


def below_q(actor: Actor, columns: AddressedColumns) -> Q:
    """Return which rows concern the departments that ``actor`` heads: that they are there."""
    return Q(**{f"{columns.unit}__in": actor.headed_units}) & _reach(actor, columns)


def _reach(actor: Actor, columns: AddressedColumns) -> Q:
    own_board = Q(**{f"{columns.record}__board": actor.board_id})
    if columns.open_though_protected:
        return own_board
    of_record = f"{columns.record}__"
    return own_board & unprotected_q(actor, f"{of_record}protected", f"{of_record}unit")
