"""What one may say for a unit or of its people: by leading it, planning its work, working there.

These rules ask of units and people alone; what they have to do with a record is in ``policy``.
"""

from collections.abc import Collection, Iterable

from django.db.models import Q

from casework.access import policy
from casework.access.actor import Actor
from casework.organisation.models import Membership, Role
from casework.shared.errors import NotAllowed


def leads_unit(actor: Actor, unit_id: int) -> bool:
    """Say whether the actor is the unit's Enhetschef or heads its department."""
    return actor.is_system or unit_id in actor.led_units


def require_leader(actor: Actor, unit_id: int) -> None:
    """Raise ``NotAllowed`` unless the actor leads the unit."""
    if not leads_unit(actor, unit_id):
        raise NotAllowed("Det gör enhetens chef.")


def require_supervisor(actor: Actor, unit_id: int) -> None:
    """Raise ``NotAllowed`` unless the actor plans the unit's work."""
    if not (actor.is_system or unit_id in actor.supervised_units):
        raise NotAllowed("Det gör den som leder enheten.")


def require_workplace(actor: Actor, units: Collection[int]) -> None:
    """Raise ``NotAllowed`` unless the actor works in or leads one of ``units``."""
    if not (actor.is_system or actor.own_units & set(units)):
        raise NotAllowed("Du kan bara registrera i en enhet där du arbetar.")


def answers_for_unit(actor: Actor, unit_id: int) -> bool:
    """Say whether the actor answers for the unit's deviations: by its inbox, or as head."""
    return actor.is_system or unit_id in actor.answered_units


def require_manager(actor: Actor, unit_id: int | None = None) -> None:
    """Raise ``NotAllowed`` unless the actor is the unit's Enhetschef (None: some unit's).

    Or stands in for one. For what is the unit's own to say: that a lesson was gone through there;
    the head of the department does not lead that meeting.
    """
    manages = actor.managed_units if unit_id is None else unit_id in actor.managed_units
    if not (manages or actor.is_system):
        raise NotAllowed("Det gör enhetschefen, eller den som ersätter.")


def lesson_units_q(actor: Actor) -> Q:
    """Return of which units the actor sees whether they went through a lesson: SAS of all.

    An Enhetschef, and whoever stands in for one, of the own.
    """
    own_board = Q(board_id=actor.board_id)
    if actor.is_system or actor.has(Role.SAS):
        return own_board
    return own_board & Q(pk__in=actor.managed_units)


def duty_units_q(actor: Actor) -> Q:
    """Return of which units the actor sees how many have confirmed the yearly duty.

    An Enhetschef of the own, an Avdelningschef of the department's, those who follow the whole
    board of all. Who is missing is for the Enhetschef alone (``managed_units``).
    """
    own_board = Q(board_id=actor.board_id)
    if actor.is_system or actor.has(*policy.BOARD_WIDE):
        return own_board
    return own_board & Q(pk__in=actor.led_units)


def leads_person(actor: Actor, memberships: Iterable[Membership]) -> bool:
    """Say whether the actor leads somebody with ``memberships`` (those of the day).

    An Enhetschef leads the people of the unit, an Avdelningschef those of the department's units,
    its managers among them. One who also works elsewhere is led by each alike.
    """
    units = {membership.unit_id for membership in memberships}
    return actor.is_system or bool(units & actor.led_units)


def require_person_keeper(actor: Actor, memberships: Iterable[Membership]) -> None:
    """Raise ``NotAllowed`` unless the actor leads the person or keeps the configuration."""
    if not (policy.may_configure(actor) or leads_person(actor, memberships)):
        raise NotAllowed("Det gör personens chef eller systemförvaltaren.")
