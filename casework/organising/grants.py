"""Guarded roles, and standing in for who has one: asked for, agreed to, refused, in force.

A row that waits is there from the beginning and gives nothing (``Asked.in_force_at``). It takes
effect by time alone; the sweep only says so.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from casework.access import granting
from casework.access.actor import Actor
from casework.accounts import letters
from casework.audit.work import Work, unit_of_work
from casework.organisation.models import (
    GUARDED_ROLES,
    Absence,
    Board,
    Membership,
    User,
)
from casework.shared import clock
from casework.shared.errors import ConflictError, NotVisible

Grant = Membership | Absence
_LETTER = letters.Kind


def give(actor: Actor, work: Work, membership: Membership, from_when: datetime) -> Membership:
    """Save a new role; a guarded one waits until ``from_when`` (``granting.in_force_from``)."""
    membership.asked_by_id, membership.asked_at = actor.user_id, work.at
    if granting.is_guarded(membership):
        membership.in_force_at = from_when
    membership.save()
    if granting.is_guarded(membership):
        _asked(work, membership)
        for absence in _stood_in_for(membership, clock.today()):
            ask_to_stand_in(actor, work, absence, from_when)
    return membership


def ask_to_stand_in(actor: Actor, work: Work, absence: Absence, from_when: datetime) -> None:
    """Let an absence wait where the substitute would come by a guarded role."""
    guarded = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=clock.today()), role__in=GUARDED_ROLES, refused_at=None
    )
    wanted = set(guarded.filter(user=absence.user_id).values_list("role", flat=True))
    has = Membership.objects.valid_on(clock.today()).filter(user=absence.substitute_id)
    if not wanted - set(has.values_list("role", flat=True)):
        return
    absence.asked_by_id, absence.asked_at = actor.user_id, work.at
    absence.in_force_at, absence.announced_at = from_when, None
    absence.answered_by = None
    absence.save()
    _asked(work, absence)


def _stood_in_for(membership: Membership, today: date) -> QuerySet[Absence]:
    return Absence.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today), user=membership.user_id, refused_at=None
    )


def _asked(work: Work, row: Grant) -> None:
    if row.in_force_at is not None and row.in_force_at <= work.at:
        _announce(work, row)
        return
    work.audit("organisation.grant_asked", row, data=_data(row))
    for user in granting.asked(row):
        letters.tell(user, _LETTER.GRANT_ASKED)


def _data(row: Grant) -> dict[str, Any]:
    who = {"to": granting.receiver_id(row), "in_force_at": row.in_force_at}
    return who | ({"for": row.user_id} if isinstance(row, Absence) else {"role": row.role})


def _announce(work: Work, row: Grant) -> None:
    """Tell all that a row is in force, once."""
    row.announced_at = work.at
    row.save(update_fields=["announced_at"])
    work.audit("organisation.grant_in_force", row, data=_data(row))
    _tell_all(work, row, _LETTER.GRANT_IN_FORCE)


def _tell_all(work: Work, row: Grant, kind: letters.Kind) -> None:
    own = Q(pk__in=[key for key in (granting.receiver_id(row), row.asked_by_id) if key])
    others = Q(pk__in=granting.asked(row).values("pk"))
    for user in User.objects.filter(own | others):
        letters.tell(user, kind)


def waiting(board_id: int) -> list[Grant]:
    """Return what waits for a yes on a board, the first to take effect first."""
    roles = Membership.objects.waiting().filter(board=board_id)
    absences = Absence.objects.waiting().filter(board=board_id)
    found: list[Grant] = [
        *roles.select_related("user", "asked_by"),
        *absences.select_related("user", "substitute", "asked_by"),
    ]
    return sorted(found, key=lambda row: (row.in_force_at or clock.now(), row.pk))


@dataclass(frozen=True)
class Answered:
    """What was asked and has been settled, in words."""

    what: str
    whose: str
    at: datetime
    refused: bool
    answered_by: str


def recent(board_id: int) -> list[Answered]:
    """Return what was settled on a board in the last 30 days, the latest first."""
    since = clock.now() - timedelta(days=30)
    settled = Q(announced_at__gt=since) | Q(refused_at__gt=since)
    roles = Membership.objects.filter(settled, board=board_id, in_force_at__isnull=False)
    absences = Absence.objects.filter(settled, board=board_id, in_force_at__isnull=False)
    rows: list[Grant] = [
        *roles.select_related("user", "answered_by"),
        *absences.select_related("user", "substitute", "answered_by"),
    ]
    found = [
        Answered(
            f"Ersätter {row.user.display_name}"
            if isinstance(row, Absence)
            else str(row.get_role_display()),
            (row.substitute if isinstance(row, Absence) else row.user).display_name,
            row.refused_at or row.in_force_at or since,
            row.refused_at is not None,
            row.answered_by.display_name if row.answered_by else "",
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def answer(actor: Actor, model: type[Grant], pk: int, *, yes: bool) -> Grant:
    """Say yes (it takes effect now) or no (it never does) to what waits."""
    with unit_of_work(actor) as work:
        row: Grant | None = (
            model.objects.select_for_update(of=("self",))
            .filter(pk=pk, board_id=actor.board_id, asked_at__isnull=False)
            .first()
        )
        if row is None or not granting.sees_waiting(actor):
            raise NotVisible
        if not row.waits:
            raise ConflictError("Det väntar inte längre på svar.")
        granting.require_answer(actor, row)
        row.answered_by_id = actor.user_id
        if yes:
            row.in_force_at = work.at
            row.save(update_fields=["answered_by", "in_force_at"])
            _announce(work, row)
        else:
            row.refused_at = work.at
            row.save(update_fields=["answered_by", "refused_at"])
            work.audit("organisation.grant_refused", row, data=_data(row))
            _tell_all(work, row, _LETTER.GRANT_REFUSED)
    return row


def announce_due() -> int:
    """Tell of what has taken effect unanswered since the last run; return how much that was."""
    count = 0
    for model in (Membership, Absence):
        due = model.objects.filter(
            in_force_at__lte=clock.now(), announced_at=None, refused_at=None
        ).order_by("pk")
        for pk, board_id in due.values_list("pk", "board_id"):
            count += _announce_one(due, pk, Board(pk=board_id))
    return count


def _announce_one(due: QuerySet[Any], pk: int, board: Board) -> int:
    with unit_of_work(Actor.system(board)) as work:
        row = due.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
        if row is not None:
            _announce(work, row)
    return int(row is not None)
