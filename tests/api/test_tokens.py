"""Tokens: how one gets one, what it opens, and when it stops."""

from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from casework.models import AuditEvent, User
from deviations.models import Deviation
from tests.conftest import Place

pytestmark = pytest.mark.django_db
URL = "/api/v1/token/"
PASSWORD = "ett långt lösenord"


@pytest.fixture(autouse=True)
def _no_attempts_yet() -> None:
    cache.clear()


@pytest.fixture
def eva(place: Place) -> User:
    user = place.user("eva")
    user.set_password(PASSWORD)
    user.save()
    return user


def ask(user: User, password: str = PASSWORD) -> Any:
    return APIClient().post(URL, {"username": user.username, "password": password}, format="json")


def bearer(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def test_name_and_password_give_a_token_that_opens_what_the_person_may_read(
    eva: User, deviation: Deviation
) -> None:
    answer = ask(eva)
    assert answer.status_code == 201
    rows = bearer(answer.json()["token"]).get("/api/v1/deviations/").json()["results"]
    assert [row["number"] for row in rows] == [deviation.number]
    assert AuditEvent.objects.filter(action="access.token_made").exists()


def test_what_is_stored_does_not_log_anyone_in(eva: User) -> None:
    ask(eva)
    stored = Token.objects.get().key
    assert bearer(stored).get("/api/v1/units/").status_code == 401


def test_a_new_token_voids_the_one_before_and_giving_up_voids_it_too(eva: User) -> None:
    first, second = (ask(eva).json()["token"] for _ in range(2))
    assert bearer(first).get("/api/v1/units/").status_code == 401
    assert bearer(second).get("/api/v1/units/").status_code == 200
    assert bearer(second).delete(URL).status_code == 204
    assert bearer(second).get("/api/v1/units/").status_code == 401


def test_a_token_lapses(eva: User, at: Any) -> None:
    at(date(2026, 3, 2))
    token = ask(eva).json()["token"]
    at(date(2026, 3, 2) + timedelta(days=settings.API_TOKEN_DAYS - 1))
    assert bearer(token).get("/api/v1/units/").status_code == 200
    at(date(2026, 3, 2) + timedelta(days=settings.API_TOKEN_DAYS))
    assert bearer(token).get("/api/v1/units/").status_code == 401


def test_a_closed_account_is_closed_for_tokens_too(eva: User) -> None:
    token = ask(eva).json()["token"]
    eva.is_active = False
    eva.save()
    assert bearer(token).get("/api/v1/units/").status_code == 401
    assert ask(eva).status_code == 400


def test_an_unknown_name_and_a_wrong_password_answer_alike(eva: User) -> None:
    wrong = ask(eva, "fel").json()
    unknown = ask(User(username="ingen")).json()
    assert wrong == unknown
    assert wrong["code"] == "wrong_credentials"


def test_guessing_is_stopped(eva: User) -> None:
    codes = [ask(eva, f"gissning {number}").json()["code"] for number in range(7)]
    assert codes[0] == "wrong_credentials"
    assert codes[-1] == "too_many_attempts"
    assert ask(eva).json()["code"] == "too_many_attempts"


def test_who_logs_in_in_two_steps_gets_the_token_from_the_browser(eva: User) -> None:
    Authenticator.objects.create(user=eva, type=Authenticator.Type.TOTP, data={})
    refused = ask(eva)
    assert (refused.status_code, refused.json()["code"]) == (403, "two_step_login")
    browser = APIClient()
    browser.force_login(eva)
    token = browser.post(URL, {}, format="json").json()["token"]
    assert bearer(token).get("/api/v1/units/").status_code == 200
