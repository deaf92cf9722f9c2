"""The audit trail of log-ins, passwords and second steps: who, which account, and no secret."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.signals import social_account_added
from django.core.cache import cache
from django.test import Client

from casework.audit.models import AuditEvent
from casework.models import User
from tests.accounts.letters import PASSWORD, choose_password, code_of, log_in, set_up_codes
from tests.conftest import Place

pytestmark = pytest.mark.django_db

AsUser = Callable[..., Client]
TYPED = "Hemligt-lösen-i-fel-ruta"


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.MFA_REQUIRED = True
    cache.clear()


@pytest.fixture
def eva(norr: Place) -> User:
    choose_password("eva@nord.example")
    return User.objects.get(pk=norr.user("eva").pk)


def events() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action__startswith="access.").order_by("pk"))


def acts(user: User) -> list[str]:
    return [
        event.action.removeprefix("access.") for event in events() if event.subject_ids == [user.pk]
    ]


def test_a_password_by_the_link_then_codes_then_a_log_in(eva: User) -> None:
    browser, _ = log_in(eva.username)
    secret = set_up_codes(browser)
    browser.post("/accounts/logout/")
    cache.clear()
    browser, _ = log_in(eva.username)
    browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    wanted = [
        "password_chosen", "logged_in", "second_step_added", "logged_out", "second_step_failed",
        "logged_in",
    ]  # fmt: skip
    found = [act for act in acts(eva) if act in set(wanted)]
    assert found == wanted
    last = next(event for event in reversed(events()) if event.action == "access.logged_in")
    assert (last.actor_id, last.board_id) == (eva.pk, eva.board_id)
    assert last.data["by"] == ["password", "totp"]


def test_a_failure_for_a_known_name_says_whose_and_for_another_nothing(eva: User) -> None:
    log_in(eva.username.upper(), TYPED)
    log_in(TYPED, "något")
    failed = [event for event in events() if event.action == "access.login_failed"]
    assert [(event.actor_id, event.subject_ids) for event in failed] == [
        (None, [eva.pk]),
        (None, []),
    ]
    assert [event.board_id for event in failed] == [eva.board_id, None]


def test_the_api_leaves_the_same_traces(eva: User) -> None:
    given = {"username": eva.username, "password": TYPED}
    Client().post("/api/v1/token/", given, content_type="application/json")
    browser, _ = log_in(eva.username)
    set_up_codes(browser)
    assert browser.post("/api/v1/token/", content_type="application/json").status_code == 201
    assert browser.delete("/api/v1/token/").status_code == 204
    found = acts(eva)
    for act in ("login_failed", "token_made", "token_revoked"):
        assert act in found, act


def test_reserve_codes_made_and_used(eva: User) -> None:
    browser, _ = log_in(eva.username)
    set_up_codes(browser)
    browser.post("/accounts/2fa/recovery-codes/generate/")
    assert "recovery_codes_made" in acts(eva)
    row = Authenticator.objects.get(user=eva, type="recovery_codes")
    code = RecoveryCodes(row).get_unused_codes()[0]
    cache.clear()
    other, _ = log_in(eva.username)
    other.post("/accounts/2fa/authenticate/", {"code": code})
    assert acts(eva)[-2:] == ["recovery_code_used", "logged_in"]


def test_a_changed_password_and_a_second_step_taken_off(eva: User) -> None:
    browser, _ = log_in(eva.username)
    secret = set_up_codes(browser)
    given = {"oldpassword": PASSWORD, "password1": TYPED, "password2": TYPED}
    browser.post("/accounts/password/change/", given)
    other = Client()
    other.force_login(User.objects.get(pk=eva.pk))
    assert other.get("/accounts/email/").status_code == 200
    answer = browser.post("/accounts/2fa/totp/deactivate/", follow=True)
    if Authenticator.objects.filter(user=eva).exists():
        where = answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"]
        browser.post(where, {"password": TYPED}, follow=True)
        browser.post("/accounts/2fa/totp/deactivate/")
    found = acts(eva)
    assert "second_step_removed" in found
    # The browser in which it was done stays logged in; all others are out.
    assert browser.get("/accounts/email/").status_code == 200
    assert other.get("/accounts/email/").status_code == 302
    chosen = [event.data["how"] for event in events() if event.action == "access.password_chosen"]
    assert chosen == ["link", "changed"]
    assert secret not in str([event.data for event in events()])


def test_the_employers_log_in_is_tied_once_and_to_nobody_who_has_one(norr: Place) -> None:
    from allauth.socialaccount.models import SocialLogin

    from config.accounts import SocialAccountAdapter

    eva = norr.user("eva")
    SocialAccount.objects.create(user=eva, provider="openid_connect", uid="1")
    other = SocialLogin(
        account=SocialAccount(
            provider="openid_connect", uid="2", extra_data={"preferred_username": eva.username}
        )
    )
    request: Any = Client().get("/accounts/login/").wsgi_request
    SocialAccountAdapter().pre_social_login(request, other)
    assert SocialAccount.objects.filter(user=eva).count() == 1
    social_account_added.send(
        SocialLogin, request=request, sociallogin=SocialLogin(user=eva, account=other.account)
    )
    assert acts(eva) == ["employer_login_tied"]


def test_nothing_that_was_typed_is_in_any_event(eva: User) -> None:
    log_in(TYPED, TYPED)
    log_in(eva.username, TYPED)
    browser, _ = log_in(eva.username)
    set_up_codes(browser)
    for event in AuditEvent.objects.all():
        assert TYPED not in str(event.data)
        assert PASSWORD not in str(event.data)
        assert "127.0.0.1" not in str(event.data)
