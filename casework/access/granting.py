"""Who says yes or no when somebody is to reach over the whole board, and when nobody has to.

SAS, Verksamhetsutvecklare, Systemförvaltare and Beslutsfattare, or standing in for one who is:
whoever gives such a role is not alone about it (ISO 27002 5.3, separation of duties).
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from casework.access.actor import Actor
from casework.organisation.models import (
    ANSWERING_ROLES,
    GUARDED_ROLES,
    Absence,
    Membership,
    Role,
    User,
    in_force_q,
)
from casework.shared import clock
from casework.shared.errors import NotAllowed

# How long a yes or a no is waited for, and how long an owner has to stop a change of an account.
WAIT = timedelta(hours=24)


def is_guarded(membership: Membership) -> bool:
    """Say whether the role wants the yes of another."""
    return membership.role in GUARDED_ROLES


def in_force_from(board_id: int, now: datetime) -> datetime:
    """Return when a guarded role that is given now takes effect if nobody answers.

    At once while the board has but one who could be asked.
    """
    people = _lately(board_id, now).filter(role__in=ANSWERING_ROLES).values("user")
    return now if people.distinct().count() <= 1 else now + WAIT


def _lately(board_id: int, now: datetime) -> QuerySet[Membership]:
    """Return the roles of today, and those that were touched within the last day.

    Else whoever wants no answer would first end the roles of the others.
    """
    still = Q(pk__in=Membership.objects.valid_on(clock.local_day(now)).values("pk"))
    touched = Q(events__pgh_created_at__gt=now - WAIT) & in_force_q(now)
    return Membership.objects.filter(still | touched, board=board_id)


def asked(row: Membership | Absence) -> QuerySet[User]:
    """Return those who are told of what waits: all but who asks and who is to have it.

    Also those whose role or log-in was closed of late: nobody is to be kept from knowing.
    """
    return _others(row, _lately(row.board_id, clock.now()))


def answerers(row: Membership | Absence) -> QuerySet[User]:
    """Return those who may say yes or no to what waits."""
    held = Membership.objects.valid_on(clock.today()).filter(board=row.board_id)
    return _others(row, held).filter(is_active=True)


def _others(row: Membership | Absence, held: QuerySet[Membership]) -> QuerySet[User]:
    """Return whose roles answer for others; an Avdelningschef appointed for it by the asker not."""
    able, heads = Q(role__in=GUARDED_ROLES), Q(role=Role.HEAD)
    if row.asked_by_id is not None and row.asked_at is not None:
        heads &= ~Q(asked_by=row.asked_by_id, asked_at__gt=row.asked_at - WAIT)
    apart = [key for key in (row.asked_by_id, receiver_id(row)) if key is not None]
    return User.objects.filter(pk__in=held.filter(able | heads).values("user")).exclude(
        pk__in=apart
    )


def receiver_id(row: Membership | Absence) -> int:
    """Return who is to have the role, or to stand in."""
    return row.substitute_id if isinstance(row, Absence) else row.user_id


def may_answer(actor: Actor, row: Membership | Absence) -> bool:
    """Say whether the actor may say yes or no to what waits; nobody does so standing in."""
    if not row.waits or actor.user_id is None or row.board_id != actor.board_id:
        return False
    return answerers(row).filter(pk=actor.user_id).exists()


def require_answer(actor: Actor, row: Membership | Absence) -> None:
    """Raise ``NotAllowed`` unless the actor may say yes or no."""
    if not may_answer(actor, row):
        raise NotAllowed(
            "Någon annan svarar: den som har en roll för hela nämnden eller är avdelningschef, "
            "och som varken har bett om det eller ska få rollen."
        )


def holds_guarded(actor: Actor) -> bool:
    """Say whether the actor has a role of the whole board, without standing in for anybody."""
    return bool(actor.own_roles.intersection(GUARDED_ROLES))


def sees_waiting(actor: Actor) -> bool:
    """Say whether the page of what waits for a yes is for the actor."""
    return bool(actor.own_roles.intersection(ANSWERING_ROLES))


def require_waiting_seen(actor: Actor) -> None:
    """Raise ``NotAllowed`` unless the page of what waits is for the actor."""
    if not sees_waiting(actor):
        raise NotAllowed("Sidan är för dem som har en roll för hela nämnden eller en avdelning.")


def require_second_step_helper(actor: Actor, user_id: int) -> None:
    """Raise ``NotAllowed`` unless the actor may take off the lost second step of a colleague."""
    if actor.user_id == user_id:
        raise NotAllowed("Be en kollega: ingen tar bort sitt eget andra steg så.")
    if not holds_guarded(actor):
        raise NotAllowed("Det gör två som har en roll för hela nämnden.")


def second_step_helpers(board_id: int, user_id: int, asked_by: int | None) -> QuerySet[User]:
    """Return who may say the second yes to taking off the second step of ``user_id``."""
    held = Membership.objects.valid_on(clock.today()).filter(board=board_id, role__in=GUARDED_ROLES)
    able = User.objects.filter(is_active=True, pk__in=held.values("user"))
    return able.exclude(pk__in=[key for key in (user_id, asked_by) if key is not None])
