"""What the pages tell whoever comes to them: which is which, what is wrong, what comes next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from casework.deadlines.sweep import sweep
from deviations.services import inbox
from lexsarah import states
from lexsarah.models import Decision, Report
from lexsarah.services import investigating
from tests.conftest import Place, make_report
from tests.lexsarah.deciding import REASONS, investigated, proposed
from tests.lexsarah.factory import EVENT, handed_in
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TODAY = date(2026, 3, 30)


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(TODAY)


def step_of(html: str) -> str:
    """Return what stands under Nästa steg."""
    return html.split("Nästa steg", 1)[1].split("</section>")[0]


def test_all_that_is_wrong_with_a_report_is_said_at_once(place: Place, as_user: Login) -> None:
    given = {
        "event": EVENT,
        "occurred_on": "2026-04-24",
        "noticed_on": "2026-04-25",
        "unit": "",
        "statute": "SoL",
    }
    answer = as_user("amina").post("/lex-sarah/rapportera/", given)
    html = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "4 fel behöver rättas",
        "Dagen ligger framåt i tiden. Rätta den.",
        "Det upptäcktes den dag det hände eller senare, och senast i dag.",
        "Välj enhet.",
        "Ange om den enskilde är trygg nu.",
        EVENT,
    ):
        assert words in html
    assert not Report.objects.exists()


def test_a_paper_is_not_asked_for_in_ones_own_words(place: Place, as_user: Login) -> None:
    given = {"received_on": "2026-03-20", "occurred_on": "2026-03-25", "statute": "SoL"}
    html = as_user("rut").post("/lex-sarah/papper/", given).content.decode()
    assert "Skriv av det som står om händelsen." in html
    assert "med dina egna ord" not in html
    assert "Det kan inte ha hänt efter rapporten." in html


def test_for_whom_a_report_was_handed_in_is_said_to_both(place: Place, as_user: Login) -> None:
    handed_in(place, on_behalf_of=place.user("eva"))
    assert "Lämnad åt" in page(as_user("amina"), "/lex-sarah/mina/")
    assert "En kollega, åt dig" in page(as_user("eva"), "/lex-sarah/mina/")


def test_sas_is_told_reports_and_deviations_apart(place: Place, as_user: Login) -> None:
    make_report(place, possible_misconduct=True)
    start = page(as_user("sara"), "/")
    assert "Rapporter som ingen har börjat utreda." in start
    assert "Enheternas öppna avvikelser. De bedöms i sina lex Sarah-rapporter." in start
    # What is to be done stands above what is judged there.
    assert start.index("Nya lex Sarah-rapporter") < start.index(
        "Avvikelser som kan vara missförhållanden"
    )


def test_a_deviation_with_sas_leads_to_the_report_in_which_it_is_judged(
    place: Place, as_user: Login
) -> None:
    deviation = make_report(place)
    inbox.send_to_sas(place.actor("eva"), deviation.pk, reason="Kan vara allvarligt")
    report = Report.objects.get(deviation=deviation)
    step = step_of(page(as_user("sara"), f"/avvikelser/{deviation.pk}/"))
    assert f'href="/lex-sarah/{report.pk}/"' in step
    assert f"bedöms i {report.number}" in step
    # Its unit learns nothing of the report.
    assert report.number not in page(as_user("eva"), f"/avvikelser/{deviation.pk}/")


def test_the_reasons_of_the_proposal_are_not_those_of_another_outcome(
    place: Place, as_user: Login
) -> None:
    report = proposed(place)
    birgit, url = as_user("birgit"), f"/lex-sarah/{report.pk}/besluta/"
    given = {"version": report.version, "outcome": states.SERIOUS, "reasons": REASONS}
    answer = birgit.post(url, given)
    assert answer.status_code == 422
    assert "Skälen är förslagets. Skriv varför" in answer.content.decode()
    assert not Decision.objects.exists()
    birgit.post(url, given | {"reasons": "Skadan var allvarlig."})
    assert Decision.objects.get().outcome == states.SERIOUS


def test_that_a_last_day_has_passed_is_said_with_the_next_step(
    place: Place, as_user: Login, at: Callable[[Any], Any]
) -> None:
    report = proposed(place)
    assert "(dagen har passerat)" not in page(as_user("sara"), f"/lex-sarah/{report.pk}/")
    at(TODAY + timedelta(days=70))
    assert "(dagen har passerat)" in step_of(page(as_user("sara"), f"/lex-sarah/{report.pk}/"))


def test_the_registrar_is_led_to_what_lacks_a_number(place: Place, as_user: Login) -> None:
    numbered, lacking = handed_in(place), handed_in(place)
    Report.objects.filter(pk=numbered.pk).update(registry_number="SN 2026/17")
    rut, url = as_user("rut"), "/lex-sarah/diarium/?unnumbered=on"
    assert url in page(rut, "/")
    html = page(rut, url)
    assert lacking.number in html
    assert numbered.number not in html


def test_sas_finds_what_is_its_own_to_decide_above_what_it_follows(
    place: Place, as_user: Login, at: Callable[[Any], Any]
) -> None:
    report = investigated(place)
    investigating.record_ivo_notification(place.actor("sara"), report.pk, on=TODAY)
    at(TODAY + timedelta(days=90))
    sweep()
    html = page(as_user("sara"), "/inkorg/forslag/")
    assert "Bara för SAS" in html
    assert "De räknas först när du har bekräftat dem." in html


def test_sas_begins_where_there_is_nothing_to_write_in_yet(place: Place, as_user: Login) -> None:
    report = handed_in(place)
    html = page(as_user("sara"), f"/lex-sarah/{report.pk}/utredning/")
    assert f'href="/lex-sarah/{report.pk}/inled/"' in html
