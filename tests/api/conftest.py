"""Named people as clients of the API."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tests.conftest import Place


@pytest.fixture
def api(place: Place) -> Callable[..., APIClient]:
    """Return a client of the API, logged in as a named person: ``api("eva")``."""

    def login(name: str, where: Place | None = None) -> APIClient:
        client = APIClient(HTTP_ACCEPT_LANGUAGE="sv")
        client.default_format = "json"
        client.force_login((where or place).user(name))
        return client

    return login
