"""What is written to the audit trail of log-ins, passwords and second steps, as they happen.

No password, code, name that was typed or address of a client: whoever mistypes the field may have
written a password into it, and a failure for a name that nobody has is one without an account.
"""

from collections.abc import Callable
from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from django.contrib.auth import signals as auth
from django.contrib.auth import update_session_auth_hash
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import Signal
from django.http import HttpRequest

from casework.accounts import voiding
from casework.audit.work import unit_of_work
from casework.organisation.models import User

_CODES = Authenticator.Type.RECOVERY_CODES


def _write(action: str, user: User | None, *, acting: bool = True, **data: Any) -> None:
    with unit_of_work(voiding.Account(user, acting)) as work:
        work.audit(action, user, data=data)


def _logged_in(request: HttpRequest, user: User, **given: Any) -> None:
    records = get_authentication_records(request, user)
    by = [str(record.get("type") or record.get("method")) for record in records]
    _write("access.logged_in", user, by=by)


def _login_failed(credentials: dict[str, Any], **given: Any) -> None:
    name = str(credentials.get("username") or "")
    user = User.objects.filter(username__iexact=name).order_by("pk").first() if name else None
    _write("access.login_failed", user, acting=False)


def _logged_out(user: User | None, **given: Any) -> None:
    if isinstance(user, User):
        _write("access.logged_out", user)


def _password_chosen(how: str) -> Callable[..., None]:
    def receive(user: User, **given: Any) -> None:
        _write("access.password_chosen", user, how=how)

    return receive


def _second_step_saved(instance: Authenticator, created: bool, raw: bool, **given: Any) -> None:
    # In the transaction of the row: the library's own signal comes after it, and may be lost.
    if created and not raw:
        codes = instance.type == _CODES
        action = "access.recovery_codes_made" if codes else "access.second_step_added"
        _write(action, instance.user, type=instance.type)


def _second_step_deleted(instance: Authenticator, **given: Any) -> None:
    if instance.type != _CODES:
        _write("access.second_step_removed", instance.user, type=instance.type)
        voiding.void_access(instance.user, "second_step")


def _second_step_removed(request: HttpRequest, user: User, **given: Any) -> None:
    # The browser in which the owner did it stays logged in.
    user.refresh_from_db(fields=["access_version"])
    update_session_auth_hash(request, user)


def _second_step_used(user: User, authenticator: Authenticator, **given: Any) -> None:
    if authenticator.type == _CODES:
        _write("access.recovery_code_used", user)


def _second_step_failed(user: User, **given: Any) -> None:
    _write("access.second_step_failed", user, acting=False)


def _tied(sociallogin: Any, **given: Any) -> None:
    _write("access.employer_login_tied", sociallogin.user)


def _untied(socialaccount: Any, **given: Any) -> None:
    _write("access.employer_login_untied", socialaccount.user)


_RECEIVERS: tuple[tuple[Signal, Callable[..., None]], ...] = (
    (account.user_logged_in, _logged_in),
    (auth.user_login_failed, _login_failed),
    (auth.user_logged_out, _logged_out),
    (account.password_set, _password_chosen("set")),
    (account.password_changed, _password_chosen("changed")),
    (account.password_reset, _password_chosen("link")),
    (mfa.authenticator_removed, _second_step_removed),
    (mfa.authenticator_used, _second_step_used),
    (mfa.authentication_failed, _second_step_failed),
    (social.social_account_added, _tied),
    (social.social_account_removed, _untied),
)


def connect() -> None:
    """Connect everything to the signals; they have no other receivers of ours for the trail."""
    pre_save.connect(voiding.see_change, sender=User, dispatch_uid="casework.see_change")
    post_save.connect(voiding.void_changed, sender=User, dispatch_uid="casework.void_changed")
    post_save.connect(
        _second_step_saved, sender=Authenticator, dispatch_uid="casework.second_step_saved"
    )
    post_delete.connect(
        _second_step_deleted, sender=Authenticator, dispatch_uid="casework.second_step_deleted"
    )
    for number, (signal, receive) in enumerate(_RECEIVERS):
        signal.connect(receive, weak=False, dispatch_uid=f"casework.accounts.{number}")
