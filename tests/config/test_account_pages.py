"""Login and fault pages as people meet them: in Swedish, with their fields and a way on."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

pytestmark = pytest.mark.django_db


def test_login_asks_in_swedish(client: Client) -> None:
    html = client.get("/accounts/login/").content.decode()
    assert '<html lang="sv">' in html
    assert 'name="login"' in html
    assert 'name="password"' in html
    assert "Användarnamn" in html


def test_a_wrong_password_is_said_at_the_top(client: Client) -> None:
    form = {"login": "ingen", "password": "fel"}
    html = client.post("/accounts/login/", form).content.decode()
    assert "Ett fel behöver rättas" in html


def test_an_unknown_address_has_a_way_on(client: Client) -> None:
    response = client.get("/finns-inte/")
    assert response.status_code == 404
    assert "Sidan finns inte" in response.content.decode()
    assert 'href="/"' in response.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "500"])
def test_fault_pages_need_nothing_from_the_request(name: str) -> None:
    html = render_to_string(f"{name}.html")
    assert "<h1>" in html
    assert 'class="button' in html
