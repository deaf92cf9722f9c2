"""What an account has open beside its password, and what voids it all.

A new password, another address and a closed account are seen where the row is saved, whatever
door they come through; a second step taken off and the end of the last role are said by those
who do it or find it.
"""

from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F, Q

from casework.audit.work import unit_of_work
from casework.deadlines.board_models import CalendarLink
from casework.organisation.models import Membership, User
from casework.shared import clock

_WATCHED = frozenset({"password", "email", "is_active"})


class Account:
    """Whoever has an account, as the one who acts; also where it belongs to no board."""

    def __init__(self, user: User | None, acting: bool = True) -> None:
        self.user_id: int | None = user.pk if user and acting else None
        self.board_id: int | None = user.board_id if user else None


def void_access(user: User, why: str) -> None:
    """Void the token, the calendar address and every session of ``user``."""
    with unit_of_work(Account(user, acting=False)) as work:
        # The API's own table, by name: the domain does not know its framework.
        apps.get_model("authtoken", "Token")._default_manager.filter(user=user).delete()
        links = CalendarLink.objects.filter(user=user, revoked_at__isnull=True)
        links.update(revoked_at=work.at)
        User.objects.filter(pk=user.pk).update(access_version=F("access_version") + 1)
        user.refresh_from_db(fields=["access_version"])
        work.audit("access.voided", user, data={"why": why})


def see_change(sender: object, instance: User, raw: bool, **given: Any) -> None:
    """Note before a save whether it changes what gives access (receiver of ``pre_save``)."""
    instance._voids = ""  # type: ignore[attr-defined]
    fields = given.get("update_fields")
    if raw or instance._state.adding or not (fields is None or _WATCHED.intersection(fields)):
        return
    before = User.objects.filter(pk=instance.pk).only("password", "email", "is_active").first()
    if before is not None:
        instance._voids = _why(before, instance)  # type: ignore[attr-defined]


def _why(before: User, after: User) -> str:
    # A stronger hash of the same password, as made at a log-in, leaves nothing to set.
    chosen = after._password is not None or (  # type: ignore[attr-defined]
        before.has_usable_password() and not after.has_usable_password()
    )
    if chosen and before.password != after.password:
        return "password"
    if before.email.lower() != after.email.lower():
        return "email"
    return "closed" if before.is_active and not after.is_active else ""


def void_changed(sender: object, instance: User, **given: Any) -> None:
    """Void where the save changed what gives access (receiver of ``post_save``)."""
    if why := getattr(instance, "_voids", ""):
        instance._voids = ""  # type: ignore[attr-defined]
        void_access(instance, why)


def has_left(user: User) -> bool:
    """Say whether the last role of ``user`` has ended; one who never had any has not left."""
    roles = Membership.objects.filter(user=user)
    ended = roles.filter(valid_to__lt=clock.today())
    return ended.exists() and not roles.valid_on(clock.today()).exists()


def void_left() -> int:
    """Void what those have open whose last role has ended, once for each end; return how many."""
    today = clock.today()
    working = Q(pk__in=Membership.objects.valid_on(today).values("user"))
    User.objects.filter(working, has_left=True).update(has_left=False)
    gone = User.objects.filter(
        pk__in=Membership.objects.filter(valid_to__lt=today).values("user"), has_left=False
    ).exclude(working)
    left = list(gone.order_by("pk"))
    for user in left:
        with transaction.atomic():
            void_access(user, "left")
            User.objects.filter(pk=user.pk).update(has_left=True)
    return len(left)
