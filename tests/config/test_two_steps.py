"""A password alone opens nothing outside the demo."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from tests.conftest import Place

pytestmark = pytest.mark.django_db

PAGE = "/avvikelser/mina/"


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.MFA_REQUIRED = True
    # Other tests guess passwords; the lock-out they earn is not ours.
    cache.clear()


def test_without_a_second_step_one_is_sent_to_set_it_up(as_user: Callable[..., Client]) -> None:
    response = as_user("eva").get(PAGE)
    assert response.status_code == 302
    assert response["Location"] == "/accounts/2fa/totp/activate/"


def test_nor_does_the_api_answer_that_browser(as_user: Callable[..., Client]) -> None:
    response = as_user("eva").get("/api/v1/deviations/")
    assert (response.status_code, response.json()["code"]) == (403, "two_step_login")


def test_nor_is_there_a_token_for_a_password(place: Place) -> None:
    eva = place.user("eva")
    eva.set_password("ett långt lösenord")
    eva.save()
    given = {"username": eva.username, "password": "ett långt lösenord"}
    response = Client().post("/api/v1/token/", given, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (403, "two_step_login")


def test_with_a_second_step_one_gets_in(as_user: Callable[..., Client], place: Place) -> None:
    Authenticator.objects.create(
        user=place.user("eva"), type=Authenticator.Type.TOTP, data={"secret": "x"}
    )
    assert as_user("eva").get(PAGE).status_code == 200


def test_the_demos_people_are_exempt(as_user: Callable[..., Client], place: Place) -> None:
    place.board.is_demo = True
    place.board.save()
    assert as_user("eva").get(PAGE).status_code == 200


def test_another_user_in_the_same_browser_is_asked_anew(
    as_user: Callable[..., Client], place: Place
) -> None:
    Authenticator.objects.create(
        user=place.user("eva"), type=Authenticator.Type.TOTP, data={"secret": "x"}
    )
    browser = as_user("eva")
    browser.get(PAGE)
    browser.force_login(place.user("amina"))
    assert browser.get(PAGE).status_code == 302
