"""Addresses and forms that nobody would send on purpose are answered, never with a fault."""

import pytest

from tests.conftest import Place
from tests.web.pages import Login

pytestmark = pytest.mark.django_db

NO_ID = ("²", "9" * 30, "1" * 5000, "abc", "\x00", "-1")


def test_what_can_be_no_id_or_rule_is_no_fault(place: Place, as_user: Login) -> None:
    eva = as_user("eva")
    for odd in NO_ID:
        assert eva.get("/inkorg/forslag/tillsammans/", {"ids": odd}).status_code == 302
        assert eva.post("/utredningar/fordela/", {"ids": odd}).status_code == 302
        assert eva.get("/utredningar/", {"enhet": odd, "page": odd}).status_code == 200
        assert eva.get("/utredningar/prognos/tider/", {"enhet": odd}).status_code == 200
    assert eva.get("/utredningar/prognos/tider/", {"regel": "a\x00b"}).status_code == 404
    assert eva.get("/utredningar/prognos/tider/", {"regel": "okänd"}).status_code == 200
