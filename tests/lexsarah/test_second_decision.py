"""What is taken up again and decided anew: each decision goes out by a delgivning of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from lexsarah import states
from lexsarah.models import Delivery, Measure, Report
from lexsarah.services import closing, deciding, investigating, measures
from lexsarah.services.verdicts import Verdict
from lexsarah.unfinished import awaits_supplement
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, decided, delivered, measure, proposed
from tests.lexsarah.factory import running
from tests.lexsarah.test_import import agree_with_the_history
from tests.lexsarah.test_tables import of_year
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
Login = Callable[..., Client]
TODAY = date(2026, 3, 2)
FIRST, SECOND = "Ny rutin för natten.", "Byt larmet på avdelningen."


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


def approved(place: Place, report: Report, text: str, **given: str) -> Measure:
    one = measure(place, report, text=text)
    return measures.decide_measure(
        place.actor("birgit"), one.pk, **({"verdict": "approved"} | given)
    )


def decided_anew(place: Place, report: Report, at: Travel) -> None:
    """Taken up again the next day, and decided as serious with another measure the day after."""
    sara = place.actor("sara")
    at(TODAY + timedelta(days=1))
    closing.reopen(sara, report.pk, reason="Nytt vittne.")
    new = measure(place, report, text=SECOND)
    put = {"outcome": states.SERIOUS, "reasons": REASONS}
    deciding.propose(sara, report.pk, **put, decider=place.user("birgit"))
    at(TODAY + timedelta(days=2))
    verdicts = [Verdict(new.pk, "approved")]
    deciding.decide(place.actor("birgit"), report.pk, **put, measures=verdicts)


def listed(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/v1/lexsarah-deliveries/").json()["results"]
    return found


def test_a_delgivning_gives_nothing_of_a_later_decision(
    place: Place, at: Travel, as_user: Login
) -> None:
    report = decided(place)
    delivered(place, report, "eva")
    approved(place, report, FIRST)
    decided_anew(place, report, at)
    eva = as_user("eva")
    first = Delivery.objects.get()
    shown = page(eva, f"/lex-sarah/begars/beslut/{first.pk}/")
    assert FIRST in shown
    assert SECOND not in shown
    (row,) = listed(eva)
    assert [one["text"] for one in row["measures"]] == [FIRST]
    # With its own delgivning it is there, beside what was decided before.
    delivered(place, report, "eva")
    new, old = listed(eva)
    assert {one["text"] for one in new["measures"]} == {FIRST, SECOND}
    assert [one["text"] for one in old["measures"]] == [FIRST]


def test_what_was_approved_in_part_says_so_in_the_api(place: Place, as_user: Login) -> None:
    report = decided(place)
    delivered(place, report, "eva")
    approved(place, report, FIRST, verdict="partly", comment="Bara på helger.")
    (row,) = listed(as_user("eva"))
    assert [one["text"] for one in row["measures"]] == [f"{FIRST}\nDelvis godkänd: Bara på helger."]


def test_whose_unit_is_examined_counts_it_anew_with_its_own_delgivning(
    place: Place, at: Travel
) -> None:
    report = decided(place)
    delivered(place, report, "eva")

    def counted(name: str) -> dict[str, int]:
        rows = of_year(place, name, 2026)["lexsarah.outcomes"].content.rows
        return {row.cells[0]: row.cells[1] for row in rows if row.cells[1]}

    assert counted("eva") == {"Missförhållande": 1}
    at(TODAY + timedelta(days=1))
    closing.reopen(place.actor("sara"), report.pk, reason="Nytt vittne.")
    # Whoever was delgiven is told so on the page of the decision.
    assert counted("eva") == {"Utredning pågår": 1}
    put = {"outcome": states.SERIOUS, "reasons": REASONS}
    deciding.propose(place.actor("sara"), report.pk, **put, decider=place.user("birgit"))
    deciding.decide(place.actor("birgit"), report.pk, **put)
    assert counted("eva") == {}
    assert counted("sara") == {"Allvarligt missförhållande": 1}
    delivered(place, report, "eva")
    assert counted("eva") == {"Allvarligt missförhållande": 1}


@pytest.mark.parametrize("days", [0, 1])
def test_what_ivo_had_finished_is_not_to_be_sent_again(place: Place, at: Travel, days: int) -> None:
    report, sara = decided(place, states.SERIOUS), place.actor("sara")
    on = TODAY + timedelta(days=days)
    at(on)
    investigating.record_ivo_notification(sara, report.pk, on=on)
    assert running(report) == {}
    at(on + timedelta(days=150))
    report = closing.reopen(sara, report.pk, reason="Nytt vittne.")
    # The two months are for a notification without a finished investigation: this one had it.
    assert set(running(report)) == {"lex_sarah_investigation"}
    assert not awaits_supplement(report)
    put = {"outcome": states.SERIOUS, "reasons": REASONS}
    deciding.propose(sara, report.pk, **put, decider=place.user("birgit"))
    report = deciding.decide(place.actor("birgit"), report.pk, **put)
    assert running(report) == {}
    closing.close(sara, report.pk)
    agree_with_the_history()


def test_notified_while_it_was_taken_up_again_it_is_to_be_sent(place: Place, at: Travel) -> None:
    report, sara = decided(place), place.actor("sara")
    at(TODAY + timedelta(days=1))
    closing.reopen(sara, report.pk, reason="Nytt vittne.")
    on = TODAY + timedelta(days=2)
    at(on)
    report = investigating.record_ivo_notification(sara, report.pk, on=on)
    assert running(report)["lex_sarah_ivo_supplement"].trigger_date == on
    assert awaits_supplement(report)


@pytest.mark.parametrize("taken_up_before", [False, True])
def test_what_was_decided_not_to_be_serious_is_not_so_again_by_being_taken_up(
    place: Place, at: Travel, taken_up_before: bool
) -> None:
    sara, birgit = place.actor("sara"), place.actor("birgit")
    put = {"outcome": states.MISCONDUCT, "reasons": REASONS}
    if taken_up_before:
        report = decided(place, states.SERIOUS)
        closing.reopen(sara, report.pk, reason="Fel bedömning.")
        deciding.propose(sara, report.pk, **put, decider=place.user("birgit"))
    else:
        report = proposed(place)
        investigating.assess_serious(sara, report.pk, on=TODAY, reason="Fara för liv.")
    assert "lex_sarah_ivo" in running(report)
    deciding.decide(birgit, report.pk, **put)
    later = TODAY + timedelta(days=150)
    at(later)
    report = closing.reopen(sara, report.pk, reason="Nytt vittne.")
    # A time that begins now with a last day long ago would be missed as it begins.
    assert set(running(report)) == {"lex_sarah_investigation"}
    assert report.serious_on is None
    investigating.assess_serious(sara, report.pk, on=later, reason="Det var fara för liv.")
    assert running(report)["lex_sarah_ivo"].trigger_date == later
    agree_with_the_history()
