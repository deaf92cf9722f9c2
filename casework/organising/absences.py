"""Absences: days on which a substitute (Ersättare) has the roles of the absent.

Inbox, notices and sight follow by themselves, since an actor is made up of the roles of the day
(``casework.access.actor``), those stood in for included. A substitute of the substitute does not
inherit them.
"""

from datetime import date, timedelta

from django.db.models import Q

from casework.access import granting, leading, policy
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.models import Absence, Membership, User
from casework.organising import grants
from casework.shared import clock
from casework.shared.errors import InvalidInput, NotAllowed, NotVisible


def may_record_for(actor: Actor, user: User) -> bool:
    """Say whether the actor may record an absence of ``user``: oneself, a leader, configurer."""
    if user.board_id != actor.board_id:
        return False
    return user.pk == actor.user_id or policy.may_configure(actor) or _leads(actor, user)


def _leads(actor: Actor, user: User) -> bool:
    memberships = Membership.objects.valid_on(clock.today()).filter(user=user)
    return leading.leads_person(actor, memberships)


def record_absence(
    actor: Actor, user: User, *, substitute: User, valid_from: date, valid_to: date
) -> Absence:
    """Record that ``substitute`` stands in for ``user`` from a day to a day, both included.

    Standing in for one who has a guarded role waits for another's yes, whoever records it.
    """
    with unit_of_work(actor) as work:
        if user.board_id != actor.board_id:
            raise NotVisible
        if not may_record_for(actor, user):
            raise NotAllowed("Frånvaro antecknas av en själv, av chefen eller systemförvaltaren.")
        _check(actor, user, substitute, valid_from, valid_to)
        absence = Absence.objects.create(
            user=user,
            substitute=substitute,
            board_id=actor.board_id,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        from_when = granting.in_force_from(actor.board_id, work.at)
        grants.ask_to_stand_in(actor, work, absence, from_when)
        work.audit("organisation.absence_recorded", absence, data={"act": "recorded"})
    return absence


def _check(actor: Actor, user: User, substitute: User, valid_from: date, valid_to: date) -> None:
    if substitute.pk == user.pk:
        raise InvalidInput("Välj någon annan som ersättare.", field="substitute")
    if substitute.board_id != actor.board_id or not substitute.is_active:
        raise InvalidInput("Välj en ersättare i den egna nämnden.", field="substitute")
    if substitute.pk == actor.user_id and not _leads(actor, user):
        # Otherwise whoever keeps the configuration could step into any role and see its cases.
        raise InvalidInput(
            "Du kan inte göra dig själv till ersättare. Be personens chef.", field="substitute"
        )
    if valid_to < valid_from:
        raise InvalidInput("Sista dagen kan inte komma före den första.", field="valid_to")
    if valid_to < clock.today():
        raise InvalidInput("Frånvaron är redan över.", field="valid_to")
    overlapping = Absence.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from),
        user=user,
        valid_from__lte=valid_to,
        refused_at=None,
    )
    if overlapping.exists():
        raise InvalidInput(
            "Det finns redan en frånvaro de dagarna. Avsluta den först.", field="valid_from"
        )


def end_absence(actor: Actor, absence_id: int) -> None:
    """End an absence: from today on the person is back. One that has not begun is taken away."""
    with unit_of_work(actor) as work:
        absence = (
            Absence.objects.select_for_update(of=("self",))
            .select_related("user")
            .filter(pk=absence_id, board_id=actor.board_id)
            .first()
        )
        if absence is None:
            raise NotVisible
        if not may_record_for(actor, absence.user):
            raise NotAllowed("Frånvaro ändras av en själv, av chefen eller systemförvaltaren.")
        work.audit("organisation.absence_recorded", absence, data={"act": "ended"})
        eve = clock.today() - timedelta(days=1)
        if absence.valid_to is not None and absence.valid_to <= eve:
            return
        if absence.valid_from is not None and absence.valid_from > eve:
            absence.delete()
        else:
            absence.valid_to = eve
            absence.save(update_fields=["valid_to"])
