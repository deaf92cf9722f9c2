"""Guessing is slowed down, and nobody can shut out somebody else by it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client

from casework.models import Lane, User
from casework.operation import limits
from tests.conftest import Place

pytestmark = pytest.mark.django_db
LOGIN, TOKEN = "/accounts/login/", "/api/v1/token/"
PASSWORD, SECRET = "ett långt lösenord", "JBSWY3DPEHPK3PXP"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OFFICE, ELSEWHERE = "192.0.2.10", "198.51.100.7"


@pytest.fixture(autouse=True)
def _now(at: Callable[..., object], settings: Any) -> None:
    at(NOW)
    # What is slow in a log-in is not what is tried here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def eva(place: Place) -> User:
    user = place.user("eva")
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(
    name: str, password: str = PASSWORD, *, client: Client | None = None, **meta: str
) -> Any:
    given = {"login": name, "password": password}
    return (client or Client()).post(LOGIN, given, **({"REMOTE_ADDR": OFFICE} | meta))


def ask_token(name: str, password: str = PASSWORD, **meta: str) -> Any:
    given = {"username": name, "password": password}
    environ = {"REMOTE_ADDR": OFFICE} | meta
    return Client().post(TOKEN, given, content_type="application/json", **environ)


def is_in(response: Any) -> bool:
    return bool(response.status_code == 302)


def test_wrong_names_from_a_shared_address_do_not_stop_a_right_log_in(eva: User) -> None:
    for number in range(10):
        assert log_in(f"ingen-{number}", "fel").status_code == 200
    assert is_in(log_in(eva.username))
    assert ask_token(eva.username).status_code == 201


def test_a_municipality_behind_one_address_logs_in(place: Place) -> None:
    User.objects.update(password=_made())
    names = [user.username for user in place.people.values()]
    answers = [log_in(names[turn % len(names)]) for turn in range(35)]
    answers += [ask_token(names[turn % len(names)]) for turn in range(35)]
    assert {answer.status_code for answer in answers} == {302, 201}


def _made() -> str:
    user = User()
    user.set_password(PASSWORD)
    return user.password


def test_one_who_guesses_waits_longer_and_longer_and_is_told_when(
    eva: User, at: Callable[..., object]
) -> None:
    answers = [log_in(eva.username, "fel") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429]
    refused = answers[-1]
    assert refused["Retry-After"] == "5"
    assert "Försök igen om 5 sekunder, klockan 10.00" in refused.content.decode()
    assert log_in(eva.username).status_code == 429  # the right one has to wait as well
    waits, now = [], NOW
    for _ in range(9):
        now += timedelta(seconds=int(log_in(eva.username, "fel")["Retry-After"]))
        at(now)
        assert log_in(eva.username, "fel").status_code == 200
        waits.append(int(log_in(eva.username, "fel")["Retry-After"]))
    assert waits[:4] == [10, 20, 40, 80]
    assert 600 < waits[-1] <= 900  # never more than a quarter of an hour
    at(now + timedelta(seconds=900))
    assert is_in(log_in(eva.username))


def test_the_api_says_it_as_a_problem(eva: User) -> None:
    for _ in range(6):
        assert ask_token(eva.username, "fel").status_code == 400
    refused = ask_token(eva.username)
    assert (refused.status_code, refused["Retry-After"]) == (429, "5")
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "too_many_attempts"
    assert "Försök igen om 5 sekunder" in refused.json()["message"]


def test_page_and_api_count_together(eva: User) -> None:
    for turn in range(6):
        (log_in if turn % 2 else ask_token)(eva.username, "fel")
    assert log_in(eva.username, "fel").status_code == ask_token(eva.username).status_code == 429


def test_capitals_are_no_second_account(eva: User) -> None:
    for name in ("EVA-NORR", "eva-norr", "Eva-Norr", " eva-norr", "eVA-norr", "EVA-NORR"):
        log_in(name, "fel")
    assert log_in("eva-NORR").status_code == 429


def test_who_hammers_an_account_from_elsewhere_does_not_stop_its_owner(eva: User) -> None:
    for _ in range(30):
        log_in(eva.username, "fel", REMOTE_ADDR=ELSEWHERE)
    assert log_in(eva.username, REMOTE_ADDR=ELSEWHERE).status_code == 429
    assert is_in(log_in(eva.username))
    assert ask_token(eva.username).status_code == 201


def test_nor_from_the_same_address_where_the_browser_is_known(eva: User) -> None:
    browser = Client()
    assert is_in(log_in(eva.username, client=browser))
    browser.post("/accounts/logout/")
    for _ in range(30):
        log_in(eva.username, "fel")
    assert log_in(eva.username).status_code == 429
    assert is_in(log_in(eva.username, client=browser))


def test_a_known_browser_is_known_for_its_own_accounts_and_is_counted_too(
    eva: User, place: Place
) -> None:
    browser = Client()
    log_in(eva.username, client=browser)
    browser.post("/accounts/logout/")
    anna = place.user("anna").username
    for name in (anna, eva.username):
        for _ in range(6):
            log_in(name, "fel", client=browser)
        assert log_in(name, client=browser).status_code == 429
    assert log_in(anna, "fel").status_code == 429  # a stranger to Anna: the address counts


def test_a_made_up_cookie_makes_no_browser_known(eva: User) -> None:
    browser = Client()
    browser.cookies["enhet"] = f'{{"id": "x", "who": [{eva.pk}]}}:x:y'
    for _ in range(7):
        last = log_in(eva.username, "fel", client=browser)
    assert last.status_code == 429
    assert log_in(eva.username).status_code == 429


def test_guessing_from_many_addresses_lets_each_stranger_wait_once(
    eva: User, at: Callable[..., object]
) -> None:
    for number in range(30):
        log_in(eva.username, "fel", REMOTE_ADDR=f"203.0.113.{number}")
    first = log_in(eva.username)
    assert first.status_code == 429
    at(NOW + timedelta(seconds=int(first["Retry-After"])))
    for number in range(30, 60):
        log_in(eva.username, "fel", REMOTE_ADDR=f"203.0.113.{number}")
    assert is_in(log_in(eva.username))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "own"),
    [
        (0, "203.0.113.{}", False),  # nobody stands in front: anybody may have written it
        (1, "203.0.113.{}, 198.51.100.9", False),  # the proxy added whom it was asked by
        (1, "198.51.100.9, 203.0.113.{}", True),
        (2, "203.0.113.{}, 198.51.100.9", True),
        (2, "203.0.113.{}", False),  # too short to have come by both
        (1, "unknown-{}", False),
        (1, "2001:db8:1:1::{}", False),  # one household
        (1, "2001:db8:1:{}::1", True),
    ],
)
def test_each_client_is_counted_by_what_the_proxies_say(
    eva: User, settings: Any, proxies: int, forwarded: str, own: bool
) -> None:
    settings.TRUSTED_PROXIES = proxies
    answers = [
        log_in(eva.username, "fel", HTTP_X_FORWARDED_FOR=forwarded.format(number))
        for number in range(1, 9)
    ]
    assert (answers[-1].status_code == 200) is own


@pytest.fixture
def two_steps(eva: User) -> User:
    TOTP.activate(eva, SECRET)
    return eva


def code() -> str:
    *_, last = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(SECRET, last))


def halfway(user: User, **meta: str) -> Client:
    browser = Client(REMOTE_ADDR=meta.pop("address", OFFICE), **meta)
    answer = browser.post(LOGIN, {"login": user.username, "password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    return browser


def give_code(browser: Client, text: str) -> Any:
    return browser.post("/accounts/2fa/authenticate/", {"code": text})


def test_codes_are_counted_by_account_over_log_ins(two_steps: User) -> None:
    wrong = [give_code(halfway(two_steps), "000000").status_code for _ in range(6)]
    assert wrong == [200] * 6
    refused = give_code(halfway(two_steps), code())
    assert (refused.status_code, refused["Retry-After"]) == (429, "5")
    assert is_in(give_code(halfway(two_steps, address=ELSEWHERE), code()))


def test_many_addresses_do_not_try_codes_out(two_steps: User) -> None:
    tried = [
        give_code(halfway(two_steps, address=f"203.0.113.{number}"), "000000").status_code
        for number in range(20)
    ]
    assert tried == [200] * 11 + [429] * 9


def test_recovery_codes_are_counted_with_them(two_steps: User) -> None:
    Authenticator.objects.create(
        user=two_steps, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0}
    )
    for turn in range(6):
        give_code(halfway(two_steps), "000000" if turn % 2 else "12345678")
    assert give_code(halfway(two_steps), "12345678").status_code == 429


def test_the_page_that_asks_again_is_counted_with_the_log_in(eva: User) -> None:
    browser = Client(REMOTE_ADDR=OFFICE)
    browser.force_login(eva)
    wrong = [browser.post("/accounts/reauthenticate/", {"password": "fel"}) for _ in range(7)]
    assert [answer.status_code for answer in wrong] == [200] * 6 + [429]


def test_a_password_is_not_tried_out_where_it_is_changed(eva: User) -> None:
    browser = Client()
    browser.force_login(eva)
    new = {"password1": "ett helt annat lösenord", "password2": "ett helt annat lösenord"}
    answers = [
        browser.post("/accounts/password/change/", {"oldpassword": f"fel {turn}", **new})
        for turn in range(7)
    ]
    assert answers[-1].status_code == 429
    assert "Försök igen om" in answers[-1].content.decode()


def test_letters_to_one_address_are_few_and_others_get_theirs(eva: User, place: Place) -> None:
    for user, address in ((eva, "eva@example.com"), (place.user("anna"), "anna@example.com")):
        user.email = address
        user.set_password(PASSWORD)
        user.save()
    asked = [
        Client().post("/accounts/password/reset/", {"email": address}).status_code
        for address in ["eva@example.com", "Eva@Example.com"] * 5
    ]
    assert asked == [302] * 4 + [429] * 6
    assert Client().post("/accounts/password/reset/", {"email": "anna@example.com"}).url
    assert len([one for one in mail.outbox if one.to == ["eva@example.com"]]) <= 4


def test_an_empty_address_is_the_forms_to_refuse(client: Client) -> None:
    answers = [client.post("/accounts/password/reset/", {"email": ""}) for _ in range(6)]
    assert {answer.status_code for answer in answers} == {200}


def test_what_is_kept_of_attempts_names_nobody_and_is_forgotten(
    eva: User, at: Callable[..., object]
) -> None:
    log_in(eva.username, "fel")
    log_in("ingen", "fel")
    kept = "".join(Lane.objects.values_list("key", flat=True))
    assert kept
    assert not any(word in kept for word in (eva.username, "ingen", OFFICE))
    at(NOW + timedelta(days=1, minutes=1))
    assert limits.forget_old() == 5
