"""A draft of a lex Sarah report keeps all that was typed and ticked; so does the report."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from lexsarah.models import Report, ReportDraft, Reporter
from lexsarah.services import drafts
from tests.conftest import Place
from tests.web.test_draft_keeps import shown

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
NEW, SAVE = "/lex-sarah/rapportera/", "/lex-sarah/rapportera/spara/"


@pytest.fixture(autouse=True)
def _spring(at: Callable[[date], object]) -> None:
    at(date(2026, 3, 4))


def _everything(place: Place) -> dict[str, str]:
    return {
        "event": "Tillsynen uteblev en natt.",
        "occurred_on": "2026-03-01",
        "noticed_on": "2026-03-02",
        "unit": str(place.sister_unit.pk),
        "safe_now": "no",
        "statute": "LSS",
        "done_at_once": "Ringde jouren.",
        "case_number": "Ä 12/26",
        "protected": "on",
        "on_behalf_of": str(place.user("nils").pk),
    }


def test_a_draft_forgets_nothing(place: Place, as_user: Login) -> None:
    amina, given, key = as_user("amina"), _everything(place), str(uuid4())
    assert amina.post(SAVE, given | {"key": key}).status_code == 204
    found = shown(amina.get(f"{NEW}?utkast={key}").content.decode())
    assert {name: found.get(name) for name in given} == given
    assert amina.post(NEW, found).status_code == 302
    report = Report.objects.get()
    expected = {
        "event": "Tillsynen uteblev en natt.",
        "occurred_on": date(2026, 3, 1),
        "noticed_on": date(2026, 3, 2),
        "unit": place.sister_unit,
        "safe_now": "no",
        "statute": "LSS",
        "done_at_once": "Ringde jouren.",
        "case_number": "Ä 12/26",
        "protected": True,
    }
    assert {name: getattr(report, name) for name in expected} == expected
    assert Reporter.objects.get().on_behalf_of == place.user("nils")
    assert not ReportDraft.objects.exists()


def test_nothing_that_the_form_asks_is_left_out_of_the_draft(place: Place, as_user: Login) -> None:
    amina = as_user("amina")
    html = amina.get(NEW).content.decode()
    asked = set(re.findall(r'<(?:input|textarea|select)[^>]*\bname="([a-z_]+)"', html))
    asked -= {"csrfmiddlewaretoken", "opened_by", "key", "verb", "q"}
    amina.post(SAVE, dict.fromkeys(asked, "x") | {"key": str(uuid4())})
    assert asked - drafts.fields_of(ReportDraft.objects.get()).keys() == set()
