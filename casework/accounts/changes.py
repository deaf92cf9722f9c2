"""Changes to an account that wait a day: another address, a lost second step taken off.

Whoever reads what such a change changes calls ``settle_due`` first, so that it takes effect at
its time, whether a sweep has come or not.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from casework.access import granting
from casework.access.actor import Actor
from casework.accounts import letters, voiding
from casework.accounts.models import AccountChange
from casework.accounts.resets import is_proven
from casework.audit.work import Work, unit_of_work
from casework.organisation.models import ANSWERING_ROLES, Membership, User
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible

_KIND = AccountChange.Kind
_LETTER = letters.Kind


def waiting() -> QuerySet[AccountChange]:
    """Return the changes that have neither taken effect nor been stopped."""
    return AccountChange.objects.filter(stopped_at=None, done_at=None)


def of_user(user: User) -> QuerySet[AccountChange]:
    """Return what waits for the account of ``user``."""
    return waiting().filter(user=user).order_by("in_force_at")


def waiting_on(board_id: int) -> QuerySet[AccountChange]:
    """Return what waits for the accounts of a board."""
    return waiting().filter(board=board_id).select_related("user", "asked_by")


def with_second_step(actor: Actor) -> QuerySet[User]:
    """Return the colleagues who log in in two steps here."""
    colleagues = User.objects.filter(board_id=actor.board_id, is_active=True)
    stepping = Authenticator.objects.values("user")
    return (
        colleagues.filter(pk__in=stepping)
        .exclude(pk=actor.user_id or 0)
        .order_by("first_name", "last_name", "pk")
    )


def change_email(actor: Actor, user: User, address: str) -> AccountChange | None:
    """Give ``user`` another address: after a day where somebody could lose the account by it.

    Returns the change that waits; None where it is done, or nothing had to be.
    """
    with unit_of_work(actor) as work:
        user = User.objects.select_for_update().get(pk=user.pk)
        before = waiting().filter(user=user, kind=_KIND.EMAIL).first()
        if address.lower() == user.email.lower():
            if before is not None:
                _stop(actor, work, before)
            return None
        if before is not None and before.address.lower() == address.lower():
            return before
        if before is not None:
            _stop(actor, work, before)
        if not _has_owner(actor, user):
            _set_email(work, user, address)
            return None
        return _ask(actor, work, user, _KIND.EMAIL, address)


def _has_owner(actor: Actor, user: User) -> bool:
    """Say whether the address is the way into an account that is somebody's, or is worth having."""
    if user.last_login is not None or (user.email and is_proven(user)):
        return True
    roles = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=clock.today()), user=user, role__in=ANSWERING_ROLES
    )
    return not actor.is_system and roles.exists()


def _ask(
    actor: Actor, work: Work, user: User, kind: AccountChange.Kind, address: str = ""
) -> AccountChange:
    change = AccountChange.objects.create(
        kind=kind,
        user=user,
        board_id=user.board_id,
        address=address,
        asked_by_id=actor.user_id,
        asked_at=work.at,
        in_force_at=work.at + granting.WAIT,
    )
    work.audit("access.change_asked", user, data={"kind": kind, "change": change.pk})
    letters.tell(user, _LETTER.CHANGE_ASKED, change=change)
    return change


def ask_second_step_off(actor: Actor, user: User) -> AccountChange:
    """Ask for the lost second step of a colleague to be taken off; done by a second yes, or time.

    The one who asks again after another has asked says that yes.
    """
    granting.require_second_step_helper(actor, user.pk)
    with unit_of_work(actor) as work:
        if user.board_id != actor.board_id:
            raise NotVisible
        user = User.objects.select_for_update().get(pk=user.pk)
        if not has_second_step(user):
            raise InvalidInput("Personen loggar inte in i två steg.", field="user")
        asked = waiting().filter(user=user, kind=_KIND.SECOND_STEP).first()
        if asked is None:
            return _ask(actor, work, user, _KIND.SECOND_STEP)
        return _agree(actor, work, asked)


def agree(actor: Actor, pk: int) -> AccountChange:
    """Say the second yes to taking off a lost second step: it is done at once."""
    with unit_of_work(actor) as work:
        change = _locked(actor, pk)
        if change.kind != _KIND.SECOND_STEP or not granting.sees_waiting(actor):
            raise NotVisible
        granting.require_second_step_helper(actor, change.user_id)
        return _agree(actor, work, change)


def _agree(actor: Actor, work: Work, change: AccountChange) -> AccountChange:
    if change.asked_by_id == actor.user_id:
        raise NotAllowed("Du har redan bett om det. En annan med en roll för hela nämnden svarar.")
    change.answered_by_id = actor.user_id
    change.in_force_at = work.at
    change.save(update_fields=["answered_by", "in_force_at"])
    work.audit("access.change_agreed", change.user, data={"change": change.pk})
    _settle(work, change)
    return change


def stop(actor: Actor, pk: int) -> None:
    """Stop a change to the actor's own account."""
    with unit_of_work(actor) as work:
        change = _locked(actor, pk)
        if change.user_id != actor.user_id:
            raise NotVisible
        _stop(actor, work, change)


def stop_by_letter(token: str) -> AccountChange:
    """Stop the change that a letter's address stands for; raises ``NotVisible`` or conflict."""
    change = by_letter(token)
    with unit_of_work(voiding.Account(change.user)) as work:
        locked = waiting().select_for_update(of=("self",)).filter(pk=change.pk).first()
        if locked is None or locked.in_force_at <= work.at:
            raise ConflictError("Det är för sent att stoppa det, eller så är det redan stoppat.")
        _stop(None, work, locked)
    return change


def by_letter(token: str) -> AccountChange:
    """Return the change that a letter's address stands for; else ``NotVisible``."""
    key = letters.change_of(token)
    if key is None:
        raise NotVisible
    change = AccountChange.objects.select_related("user").filter(pk=key).first()
    if change is None:
        raise NotVisible
    return change


def _locked(actor: Actor, pk: int) -> AccountChange:
    change = (
        AccountChange.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=pk, board_id=actor.board_id)
        .first()
    )
    if change is None:
        raise NotVisible
    if change.stopped_at or change.done_at or change.in_force_at <= clock.now():
        raise ConflictError("Det väntar inte längre.")
    return change


def _stop(actor: Actor | None, work: Work, change: AccountChange) -> None:
    change.stopped_at = work.at
    change.save(update_fields=["stopped_at"])
    work.audit("access.change_stopped", change.user, data={"change": change.pk})
    asker = change.asked_by
    if asker is not None and (actor is None or asker.pk != actor.user_id):
        letters.tell(asker, _LETTER.CHANGE_STOPPED, change=change)


def settle_due() -> int:
    """Let every change take effect whose time has come; return how many."""
    due = waiting().filter(in_force_at__lte=clock.now()).order_by("in_force_at", "pk")
    return sum(_settle_one(pk) for pk in list(due.values_list("pk", flat=True)))


def _settle_one(pk: int) -> int:
    account = AccountChange.objects.select_related("user").get(pk=pk).user
    with unit_of_work(voiding.Account(account, acting=False)) as work:
        change = waiting().select_for_update(of=("self",)).filter(pk=pk).first()
        if change is not None:
            _settle(work, change)
    return int(change is not None)


def _settle(work: Work, change: AccountChange) -> None:
    user = User.objects.select_for_update().get(pk=change.user_id)
    change.done_at = work.at
    change.save(update_fields=["done_at"])
    if change.kind == _KIND.SECOND_STEP:
        take_off(work, user)
        return
    old = user.email
    _set_email(work, user, change.address)
    if old:
        letters.tell(user, _LETTER.CHANGE_DONE, change=change, address=old)


def _set_email(work: Work, user: User, address: str) -> None:
    user.email = address
    # Whose save voids what the account has open (``casework.accounts.voiding``).
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    work.audit("access.email_changed", user)


def has_second_step(user: User) -> bool:
    """Say whether ``user`` logs in in two steps here."""
    return bool(Authenticator.objects.filter(user=user).exists())


def take_off(work: Work, user: User) -> None:
    """Take off all second steps of ``user``, reserve codes too, and tell the owner."""
    Authenticator.objects.filter(user=user).delete()
    # What waited for the same has come about.
    waiting().filter(user=user, kind=_KIND.SECOND_STEP).update(done_at=work.at)
    work.audit("access.second_step_taken_off", user)
    letters.tell(user, _LETTER.SECOND_STEP_GONE)
