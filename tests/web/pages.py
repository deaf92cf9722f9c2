"""What the tests of pages share: logging in, and reading a page."""

from collections.abc import Callable

from django.test import Client

Login = Callable[..., Client]


def page(client: Client, url: str, status: int = 200) -> str:
    """Return the page at ``url`` as text, having checked how it is answered."""
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()
