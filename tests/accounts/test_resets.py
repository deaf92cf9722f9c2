"""The reset link: to known addresses alone, proof of the address, and a way on to two steps."""

import logging
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.cache import cache

from casework.accounts.resets import may_reset
from casework.models import User
from tests.accounts.letters import (
    PASSWORD,
    ask_for_link,
    choose_password,
    link_in,
    log_in,
    set_password,
    set_up_codes,
)
from tests.conftest import Place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.MFA_REQUIRED = True
    cache.clear()


@pytest.fixture
def eva(place: Place) -> User:
    """Eva with an address, as the register personal makes her: without a password."""
    person = place.user("eva")
    person.email = "Eva.Ek@nord.example"
    person.save()
    return person


def test_the_link_proves_the_address_and_leads_on_to_the_second_step(eva: User) -> None:
    choose_password(eva.email)
    assert EmailAddress.objects.get(user=eva).verified
    browser, page = log_in(eva.username)
    assert page.request["PATH_INFO"] == "/accounts/reauthenticate/"
    set_up_codes(browser)
    assert Authenticator.objects.filter(user=eva, type="totp").exists()
    assert browser.get("/").status_code == 200


def test_an_address_that_was_never_proven_hinders_nobody(eva: User) -> None:
    # As made by older versions, or by a look at a page of the library.
    EmailAddress.objects.create(user=eva, email="gammal@nord.example", verified=False)
    EmailAddress.objects.create(user=eva, email="eva.ek@nord.example", primary=True)
    eva.set_password(PASSWORD)
    eva.save()
    browser, _ = log_in(eva.username)
    set_up_codes(browser)


def test_the_link_leaves_no_other_address_to_the_account(eva: User) -> None:
    EmailAddress.objects.create(user=eva, email="annan@ute.example", verified=True, primary=True)
    choose_password(eva.email)
    assert [row.email for row in EmailAddress.objects.filter(user=eva)] == ["eva.ek@nord.example"]
    ask_for_link("annan@ute.example")
    assert not [letter for letter in mail.outbox if "annan@ute.example" in letter.to]


def test_an_address_beside_the_own_gets_no_letter(eva: User) -> None:
    EmailAddress.objects.create(user=eva, email="annan@ute.example", verified=True)
    ask_for_link("annan@ute.example")
    assert mail.outbox == []


def test_two_accounts_of_one_person_are_proven_both(
    eva: User, place: Place, other_place: Place
) -> None:
    second = other_place.user("eva")
    second.email = eva.email
    second.save()
    ask_for_link(eva.email)
    assert len(mail.outbox) == 2
    for letter in list(mail.outbox):
        assert "bytt" in set_password(link_in(letter)).content.decode()
    assert EmailAddress.objects.filter(verified=True).count() == 2


def test_the_answer_tells_nobody_who_has_an_account(eva: User) -> None:
    known = ask_for_link(eva.email)
    unknown = ask_for_link("ingen@nord.example")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [letter.to for letter in mail.outbox] == [["eva.ek@nord.example"]]


def test_the_closed_and_those_of_the_employer_get_none(eva: User, settings: Any) -> None:
    SocialAccount.objects.create(user=eva, provider="openid_connect", uid="1")
    ask_for_link(eva.email)
    SocialAccount.objects.all().delete()
    settings.OIDC = {"provider_id": "arbetsgivaren"}
    ask_for_link(eva.email)
    settings.OIDC = None
    eva.is_active = False
    eva.save()
    ask_for_link(eva.email)
    assert mail.outbox == []
    eva.is_active = True
    eva.save()
    ask_for_link(eva.email)
    assert len(mail.outbox) == 1


def test_where_the_employer_lets_people_in_a_password_that_is_there_can_be_reset(
    eva: User, settings: Any
) -> None:
    settings.OIDC = {"provider_id": "arbetsgivaren"}
    assert not may_reset(eva)
    eva.set_password(PASSWORD)
    eva.save()
    assert may_reset(eva)


@pytest.mark.parametrize("change", ["address", "employer", "closed", "used"])
def test_a_link_opens_nothing_when_the_account_has_become_another(eva: User, change: str) -> None:
    ask_for_link(eva.email)
    path = link_in(mail.outbox[0])
    if change == "employer":
        SocialAccount.objects.create(user=eva, provider="openid_connect", uid="1")
    elif change == "used":
        set_password(path)
    else:
        User.objects.filter(pk=eva.pk).update(
            **({"email": "ny@nord.example"} if change == "address" else {"is_active": False})
        )
    assert "Länken gäller inte längre" in set_password(path).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/password/reset/key/1a-hemlig-nyckel/",
        "/accounts/confirm-email/hemlig:nyckel/",
        "/kalender/hemlig-nyckel.ics",
        "/kalender/hemlig-nyckel",
        "/accounts/password/reset/key/1a-hemlig-nyckel/mera",
        "/finns-inte/hemlig-nyckel/",
    ],
)
def test_no_secret_of_an_address_is_logged(
    client: Any, path: str, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.get(path)
    assert "GET " in caplog.text
    assert "hemlig" not in caplog.text
