"""What the browser is told: nothing inline, nothing from elsewhere, no framing."""

from collections.abc import Callable

import pytest
from django.test import Client

from casework.api.authentication import make_token
from tests.conftest import Place

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/admin/login/", "/healthz", "/finns-inte"]
)
def test_every_answer_forbids_what_is_inline_or_foreign(client: Client, address: str) -> None:
    response = client.get(address)
    policy = response.headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert "unsafe" not in policy
    assert directives["default-src"] == directives["script-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert "http" not in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_nobody_signs_up_on_their_own(client: Client) -> None:
    response = client.get("/accounts/signup/")
    assert b'name="password1"' not in response.content


def test_description_of_the_api_brings_its_own_scripts(as_user: Callable[..., Client]) -> None:
    page = as_user("amina").get("/api/docs/").content.decode()
    assert "<script src=" in page
    assert "<style" not in page
    assert "//cdn" not in page
    assert "<script>" not in page


@pytest.mark.parametrize("address", ["/stil/", "/api/docs/", "/api/docs/?script", "/api/schema/"])
def test_what_describes_the_service_is_for_those_who_are_logged_in(
    client: Client, as_user: Callable[..., Client], place: Place, address: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, "paths" in answer.content.decode()) in {(302, False), (401, False)}
    assert as_user("amina").get(address).status_code == 200


def test_the_description_of_the_api_comes_by_its_token_too(client: Client, place: Place) -> None:
    token, _ = make_token(place.user("eva"))
    given = {"Authorization": f"Token {token}"}
    assert client.get("/api/schema/", headers=given).status_code == 200
