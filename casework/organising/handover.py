"""When someone leaves: all open work to another, roles ended, the log-in closed."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from casework.access import leading, policy
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.counting import counts
from casework.organisation.hooks import OPEN_WORK, OpenWork
from casework.organisation.models import Absence, Membership, User
from casework.shared import clock
from casework.shared.errors import InvalidInput, NotAllowed, NotVisible


@dataclass(frozen=True)
class Share:
    """So much of one kind of open work, in words for the screen."""

    label: str
    count: int


def may_hand_over(actor: Actor, leaver: User) -> bool:
    """Say whether the actor may hand over the work of ``leaver``: a leader, or the configurer."""
    if leaver.board_id != actor.board_id or leaver.pk == actor.user_id:
        return False
    memberships = Membership.objects.valid_on(clock.today()).filter(user=leaver)
    return policy.may_configure(actor) or leading.leads_person(actor, memberships)


def open_work(actor: Actor, leaver: User) -> list[Share]:
    """Return what would move if ``leaver`` left today, kinds with nothing included.

    Of what those who lead the person do not know of (lex Sarah) the configurer alone is told.
    """
    if leaver.board_id != actor.board_id:
        raise NotVisible
    if not may_hand_over(actor, leaver):
        raise NotAllowed("Det gör personens chef eller systemförvaltaren.")
    return _shares(actor, leaver)


def _is_told(actor: Actor, kind: OpenWork) -> bool:
    return not kind.confidential or policy.may_configure(actor)


def _shares(actor: Actor, leaver: User) -> list[Share]:
    """Return how much there is of each kind that ``actor`` is told of, in one query."""
    kinds = [
        (kind.label, kind.rows(leaver)) for _, kind in OPEN_WORK.items() if _is_told(actor, kind)
    ]
    rows = {f"{n}_{m}": one for n, (_, of) in enumerate(kinds) for m, one in enumerate(of)}
    found = counts(leaver.board_id or 0, **rows)
    return [
        Share(label, sum(found[f"{n}_{m}"] for m in range(len(of))))
        for n, (label, of) in enumerate(kinds)
    ]


def hand_over(actor: Actor, leaver: User, *, to: User | None) -> list[Share]:
    """Give all open work of ``leaver`` to ``to``; end the roles today and close the log-in.

    All or nothing, in one transaction. What ``to`` may not see (skyddade personuppgifter) goes
    back to the unit instead. ``to`` is None only for one who has no open work that the actor is
    told of; other work then stays, for those who follow it to give to another. Returns what moved,
    by kind, as far as the actor is told of it. Raises ``InvalidInput`` (to) for one who cannot take
    over.
    """
    with unit_of_work(actor) as work:
        leaver, to = _locked(actor, leaver, to)
        if not may_hand_over(actor, leaver):
            raise NotAllowed("Det gör personens chef eller systemförvaltaren.")
        today = clock.today()
        moved = _nothing(actor, leaver) if to is None else _transfer(actor, leaver, to, today)
        _end_roles(leaver, today)
        leaver.is_active = False
        leaver.save(update_fields=["is_active"])
        work.audit("organisation.handed_over", leaver, data={"to": to and to.pk})
    return moved


def _transfer(actor: Actor, leaver: User, to: User, today: date) -> list[Share]:
    if to.pk == leaver.pk:
        raise InvalidInput("Välj någon annan som tar över.", field="to")
    works_here = Membership.objects.valid_on(today).filter(user=to)
    if not to.is_active or not works_here.exists():
        raise InvalidInput("Välj någon som arbetar här i dag.", field="to")
    kinds = [kind for _, kind in OPEN_WORK.items()]
    moved = [(kind, Share(kind.label, kind.transfer(actor, leaver, to))) for kind in kinds]
    return [share for kind, share in moved if _is_told(actor, kind)]


def _nothing(actor: Actor, leaver: User) -> list[Share]:
    # Work may have come while the page was being read.
    if any(share.count for share in _shares(actor, leaver)):
        raise InvalidInput("Välj vem som tar över det öppna arbetet.", field="to")
    return []


def _locked(actor: Actor, leaver: User, to: User | None) -> tuple[User, User | None]:
    """Lock both in order of id, so that two handings-over that cross cannot stop each other."""
    wanted = {leaver.pk} | ({to.pk} if to else set())
    found = {
        user.pk: user
        for user in User.objects.select_for_update()
        .filter(pk__in=wanted, board_id=actor.board_id)
        .order_by("pk")
    }
    if not found.keys() >= wanted:
        raise NotVisible
    return found[leaver.pk], to and found[to.pk]


def _end_roles(leaver: User, last_day: date) -> None:
    later = Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)
    for membership in Membership.objects.filter(later, user=leaver):
        if membership.valid_from is not None and membership.valid_from > last_day:
            membership.delete()
        else:
            membership.valid_to = last_day
            membership.save(update_fields=["valid_to"])
    eve = last_day - timedelta(days=1)
    for absence in Absence.objects.filter(later, Q(user=leaver) | Q(substitute=leaver)):
        if absence.valid_from is not None and absence.valid_from > eve:
            absence.delete()
        else:
            absence.valid_to = eve
            absence.save(update_fields=["valid_to"])
