"""An act that no longer fits: how the report stands, who brought it there, what can be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.models import AuditEvent
from lexsarah.models import Report
from lexsarah.services import deciding, examining, investigating, measures
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, decided, measure, proposed
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
MINE = "Mina egna ord som inte får försvinna."


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(datetime(2026, 3, 2, 12, 15, tzinfo=UTC))


def url(report: Report, slug: str) -> str:
    return f"/lex-sarah/{report.pk}/{slug}/"


def text_of(answer: Any) -> str:
    assert answer.status_code == 409
    text: str = answer.content.decode()
    return " ".join(text.split())


def test_it_says_how_it_stands_since_when_by_whom_and_what_can_be_done(
    place: Place, as_user: Login
) -> None:
    report = decided(place)
    text = text_of(as_user("birgit").get(url(report, "besluta")))
    assert "”Fatta beslut” görs inte i läget Beslutad." in text
    birgit = place.user("birgit").display_name
    assert f"Sedan 2 mars 2026 kl. 13.15, genom {birgit}." in text
    assert url(report, "ateruppta") in text
    assert url(report, "aterlamna") not in text
    assert "Det du skrev" not in text
    assert AuditEvent.objects.latest("id").action == "lexsarah.read"


def test_what_was_typed_is_kept_in_words(place: Place, as_user: Login) -> None:
    report = proposed(place)
    birgit = as_user("birgit")
    seen = report.version
    deciding.decide(place.actor("birgit"), report.pk, outcome="risk", reasons=REASONS)
    given = {"version": seen, "outcome": "misconduct", "reasons": MINE}
    text = text_of(birgit.post(url(report, "besluta"), given))
    assert "Inget är sparat." in text
    assert MINE in text
    assert '<dt>Bedömning</dt><dd class="lex-words">Missförhållande</dd>' in text
    assert Report.objects.get().outcome == "risk"


def test_also_about_measures_that_were_decided_meanwhile(place: Place, as_user: Login) -> None:
    report = proposed(place)
    sara, birgit = place.actor("sara"), place.actor("birgit")
    deciding.take_back_proposal(sara, report.pk)
    one = measure(place, report)
    put = place.user("birgit")
    deciding.propose(sara, report.pk, outcome="risk", reasons=REASONS, decider=put)
    deciding.decide(birgit, report.pk, outcome="risk", reasons=REASONS)
    measures.decide_measure(birgit, one.pk, verdict="approved")
    given = {
        "version": 1,
        "outcome": "risk",
        "reasons": "Skäl.",
        f"version-{one.pk}": 1,
        f"verdict-{one.pk}": "rejected",
        f"comment-{one.pk}": MINE,
    }
    text = text_of(as_user("birgit").post(url(report, "besluta"), given))
    assert f"Avslagen. {MINE}" in text


def test_one_who_hands_back_keeps_the_text_too(place: Place, as_user: Login) -> None:
    report = proposed(place)
    deciding.decide(place.actor("birgit"), report.pk, outcome="risk", reasons=REASONS)
    given = {"version": report.version, "because": MINE}
    text = text_of(as_user("birgit").post(url(report, "aterlamna"), given))
    assert "”Återlämna” görs inte i läget Beslutad." in text
    assert MINE in text


def test_what_does_not_make_sense_yet_says_why(place: Place, as_user: Login) -> None:
    report = decided(place)
    measure(place, report)
    text = text_of(as_user("sara").get(url(report, "avsluta")))
    assert "Alla åtgärder är inte klara: ”Ny rutin för tillsyn på natten.” (väntar på" in text
    assert url(report, "foresla-atgard") in text


def test_what_another_did_first_is_told(place: Place, as_user: Login) -> None:
    report = handed_in(place, safe_now="no")
    sara = as_user("sara")
    investigating.record_safe(place.actor("sara"), report.pk, on=date(2026, 3, 2), how="Klart.")
    text = text_of(sara.get(url(report, "trygg")))
    assert "Det är redan gjort" in text
    assert "Antecknade att den enskilde är trygg" in text


def test_an_examined_sas_is_told_no_more_than_how_it_stands(place: Place, as_user: Login) -> None:
    report = handed_in(place)
    examining.name_examined(place.actor("sara"), report.pk, user=place.user("frida"))
    examining.name_examined(place.actor("sara"), report.pk, user=place.user("sara"))
    text = text_of(as_user("sara").get(url(report, "trygg")))
    assert "granskad person" not in text
    assert "Rapport mottagen" in text


def test_who_reported_is_not_who_brought_it_there(place: Place, as_user: Login) -> None:
    report = handed_in(place)
    text = text_of(as_user("sara").get(url(report, "avsluta")))
    assert "Sedan 2 mars 2026 kl. 13.15." in text
    assert place.user("amina").display_name not in text


def test_the_page_costs_few_queries(place: Place, as_user: Login) -> None:
    report = decided(place)
    birgit = as_user("birgit")
    birgit.get(url(report, "besluta"))
    given = {"version": 1, "outcome": "risk", "reasons": MINE}
    for ask in (birgit.get, lambda at: birgit.post(at, given)):
        with CaptureQueriesContext(connection) as ran:
            ask(url(report, "besluta"))
        assert len(ran) <= 15, "\n".join(q["sql"][-150:] for q in ran)
