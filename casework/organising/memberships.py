"""Who works where: roles given and ended, and what the unit's manager says about them."""

from datetime import date

from casework.access import granting, leading, policy
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.models import (
    ANSWERING_ROLES,
    UNIT_ROLES,
    Department,
    Membership,
    Role,
    Unit,
    User,
)
from casework.organising import grants
from casework.shared import clock
from casework.shared.errors import InvalidInput, NotAllowed, NotVisible


def add_membership(
    actor: Actor,
    user: User,
    *,
    role: str,
    unit: Unit | None = None,
    department: Department | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Membership:
    """Give ``user`` a role in a unit, a department or the whole board, from a day to a day.

    Nobody gives a role to themselves: a Systemförvaltare who could would see every case. A guarded
    role waits for another's yes (``casework.organising.grants``).
    """
    with unit_of_work(actor) as work:
        policy.require_configurer(actor)
        if user.pk == actor.user_id:
            raise NotAllowed("Den egna rollen ändras av en annan systemförvaltare.")
        _check_place(actor, user, role, unit, department)
        if valid_from and valid_to and valid_to < valid_from:
            raise InvalidInput("Sista dagen kan inte komma före den första.", field="valid_to")
        same = Membership.objects.filter(user=user, role=role, unit=unit, department=department)
        on = valid_from or clock.today()
        if any(held.waits or held.is_valid_on(on) for held in same):
            raise InvalidInput("Personen har redan den rollen där.", field="role")
        membership = Membership(
            user=user,
            board_id=actor.board_id,
            role=role,
            unit=unit,
            department=department,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        grants.give(actor, work, membership, granting.in_force_from(actor.board_id, work.at))
        work.audit("organisation.membership_changed", membership, data={"act": "added"})
    return membership


def _check_place(
    actor: Actor, user: User, role: str, unit: Unit | None, department: Department | None
) -> None:
    if user.board_id != actor.board_id:
        raise InvalidInput("Välj någon i den egna nämnden.", field="user")
    if role not in Role.values:
        raise InvalidInput("Välj en roll.", field="role")
    if role in UNIT_ROLES:
        if unit is None or unit.board_id != actor.board_id or not unit.is_valid_on(clock.today()):
            raise InvalidInput("Rollen gäller en enhet: välj vilken.", field="unit")
        if department is not None:
            raise InvalidInput("Rollen gäller en enhet, inte en avdelning.", field="department")
    elif role == Role.HEAD:
        if department is None or department.administration.board_id != actor.board_id:
            raise InvalidInput("Rollen gäller en avdelning: välj vilken.", field="department")
        if unit is not None:
            raise InvalidInput("Rollen gäller en avdelning, inte en enhet.", field="unit")
    elif unit is not None or department is not None:
        raise InvalidInput("Rollen gäller hela nämnden: lämna enhet och avdelning tomma.")


def end_membership(actor: Actor, membership_id: int, *, last_day: date) -> Membership:
    """End a role after ``last_day``."""
    with unit_of_work(actor) as work:
        policy.require_configurer(actor)
        membership = _locked(actor, membership_id)
        if membership.valid_from is not None and last_day < membership.valid_from:
            raise InvalidInput(
                f"Rollen började {membership.valid_from}. Välj den dagen eller en senare.",
                field="last_day",
            )
        require_no_longer(membership, last_day)
        membership.valid_to = last_day
        membership.save(update_fields=["valid_to"])
        work.audit("organisation.membership_changed", membership, data={"act": "ended"})
    return membership


def require_no_longer(membership: Membership, last_day: date | None) -> None:
    """Refuse to lengthen what must be given anew, so that others are asked or know of it."""
    ends = membership.valid_to
    longer = ends is not None and (last_day is None or last_day > ends)
    if longer and membership.role in ANSWERING_ROLES:
        raise InvalidInput(
            f"Rollen slutar {ends}. Ska den gälla längre, ge den på nytt.", field="last_day"
        )


def name_for_protected(actor: Actor, membership_id: int, *, named: bool) -> Membership:
    """Say whether a person sees the unit's cases with skyddade personuppgifter.

    The unit's manager decides, nobody else: it is a sight of cases and no configuration.
    """
    with unit_of_work(actor) as work:
        membership = _locked(actor, membership_id)
        if membership.unit_id is None:
            raise InvalidInput("Bara den som har en roll i enheten kan namnges.")
        leading.require_leader(actor, membership.unit_id)
        membership.sees_protected = named
        membership.save(update_fields=["sees_protected"])
        act = "named_for_protected" if named else "no_longer_named"
        work.audit("organisation.membership_changed", membership, data={"act": act})
    return membership


def let_forste_help(actor: Actor, unit_id: int, *, helps: bool) -> Unit:
    """Say whether the unit's Förste socialsekreterare work in its Inkorg; the manager decides."""
    with unit_of_work(actor) as work:
        unit = Unit.objects.select_for_update().filter(pk=unit_id, board_id=actor.board_id).first()
        if unit is None:
            raise NotVisible
        leading.require_leader(actor, unit.pk)
        unit.forste_helps_with_inbox = helps
        unit.save(update_fields=["forste_helps_with_inbox"])
        act = "forste_helps" if helps else "forste_no_longer_helps"
        work.audit("organisation.changed", unit, data={"act": act})
    return unit


def _locked(actor: Actor, membership_id: int) -> Membership:
    membership = (
        Membership.objects.select_for_update()
        .filter(pk=membership_id, board_id=actor.board_id)
        .first()
    )
    if membership is None:
        raise NotVisible
    return membership
