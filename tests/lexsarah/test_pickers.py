"""Those whom a form offers stand there with what they are: two people may have one name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from casework.organisation.models import Membership, Role
from casework.organisation.standing import standings
from tests.conftest import Place
from tests.lexsarah.deciding import delegate, investigated
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TODAY = date(2026, 3, 30)


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(TODAY)


def offered(html: str, name: str) -> list[str]:
    """Return the words of the choices of a select."""
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', html, re.DOTALL)
    assert select is not None
    return [unescape(one).strip() for one in re.findall(r"<option[^>]*>(.*?)</option>", select[0])]


def test_who_decides_and_who_does_it_stand_with_their_roles(place: Place, as_user: Login) -> None:
    delegate(place)
    report = investigated(place)
    sara = as_user("sara")
    deciders = offered(page(sara, f"/lex-sarah/{report.pk}/foresla/"), "decider")
    assert "Birgit Norr, Beslutsfattare" in deciders
    owners = offered(page(sara, f"/lex-sarah/{report.pk}/foresla-atgard/"), "owner")
    assert "Eva Norr, Enhetschef, Enheten" in owners
    examined = offered(page(sara, f"/lex-sarah/{report.pk}/granskad/"), "user")
    assert "Birgit Norr, Beslutsfattare" in examined


def test_several_roles_stand_after_one_another_and_those_that_ended_do_not(place: Place) -> None:
    eva = place.user("eva")
    Membership.objects.create(
        user=eva, board=place.board, role=Role.DECIDER, valid_from=date(2026, 1, 1)
    )
    Membership.objects.create(
        user=eva,
        board=place.board,
        role=Role.SAS,
        valid_from=date(2025, 1, 1),
        valid_to=date(2025, 12, 31),
    )
    assert standings(place.board.pk, [eva.pk], TODAY) == {
        eva.pk: "Beslutsfattare; Enhetschef, Enheten"
    }
