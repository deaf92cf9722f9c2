"""Nästa steg where a report has gone another way than straight on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from casework.models import Membership, Role
from casework.shared import clock
from lexsarah import states
from lexsarah.models import DelegationRule, Report
from lexsarah.services import closing, deciding, examining, investigating
from lexsarah.services.letters import Letter, record_letter
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, decided, delegate, delivered, investigated, proposed
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(TODAY)


def shown(as_user: Login, report: Report, who: str = "sara") -> str:
    return page(as_user(who), f"/lex-sarah/{report.pk}/")


def test_who_investigates_and_is_sas_no_more_is_to_be_replaced(
    place: Place, as_user: Login
) -> None:
    report = investigated(place)
    Membership.objects.create(user=place.user("vera"), board=place.board, role=Role.SAS)
    held = Membership.objects.filter(user=place.user("sara"))
    held.update(valid_to=TODAY - timedelta(days=1))
    asks = "Sara Norr är inte längre SAS. Utse en utredare."
    assert asks in shown(as_user, report, "vera")
    held.update(valid_to=None)
    assert "är inte längre SAS" not in shown(as_user, report, "vera")


def test_a_proposal_that_fell_as_the_decider_is_examined_was_handed_back_by_nobody(
    place: Place, as_user: Login
) -> None:
    report = proposed(place)
    examining.name_examined(place.actor("sara"), report.pk, user=place.user("birgit"))
    text = shown(as_user, report)
    assert "Birgit Norr granskas och kan inte besluta. Lägg fram förslaget för någon annan" in text
    assert "lämnade tillbaka" not in text


def test_what_was_handed_back_before_a_decision_is_no_step_after_it(
    place: Place, as_user: Login
) -> None:
    delegate(place)
    report, sara = investigated(place), place.actor("sara")
    put = {"outcome": states.NO_MISCONDUCT, "reasons": REASONS}
    deciding.propose(sara, report.pk, **put, decider=place.user("birgit"))
    deciding.return_proposal(place.actor("birgit"), report.pk, because="Hör personalen.")
    assert "Birgit Norr lämnade tillbaka förslaget." in shown(as_user, report)
    DelegationRule.objects.update(role=Role.SAS, by_investigator=True)
    deciding.close_short(sara, report.pk, reasons=REASONS)
    closing.reopen(sara, report.pk, reason="Nytt vittne.")
    assert "lämnade tillbaka" not in shown(as_user, report)


def test_all_is_not_done_while_ivo_waits_for_an_answer(place: Place, as_user: Login) -> None:
    report, sara = decided(place, states.SERIOUS), place.actor("sara")
    investigating.record_ivo_notification(sara, report.pk, on=clock.today())
    delivered(place, report, "eva")
    done = "Allt är klart: avsluta rapporten."
    assert done in shown(as_user, report)
    asked = Letter("question", clock.today(), "Hur länge dröjde det?", TODAY + timedelta(days=7))
    record_letter(sara, report.pk, letter=asked)
    text = shown(as_user, report)
    assert ("Svara på IVO:s fråga, senast" in text, done in text) == (True, False)
