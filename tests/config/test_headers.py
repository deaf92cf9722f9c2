"""What the browser is told: nothing inline, nothing from elsewhere, no framing."""

import pytest
from django.test import Client

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


def test_description_of_the_api_brings_its_own_scripts(client: Client, admin_user: object) -> None:
    client.force_login(admin_user)  # type: ignore[arg-type]
    page = client.get("/api/docs/").content.decode()
    assert "<style" not in page
    assert "//cdn" not in page
    assert "<script>" not in page
