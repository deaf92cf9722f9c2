"""The diarium, and a correction of what a provider told, in a browser: wide and narrow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from casework.shared import clock
from lexsarah.models import Report
from lexsarah.services import investigating, providers, registry, requests
from lexsarah.services.providers import Information
from lexsarah.services.registry import Entry
from lexsarah.services.requests import Asked
from tests.conftest import Place
from tests.lexsarah.factory import handed_in
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def report(place: Place) -> Report:
    """A report with a diarienummer, a corrected line and something asked of a manager."""
    today, sara = clock.today(), place.actor("sara")
    found = handed_in(place)
    investigating.start_investigation(sara, found.pk, statute="SoL")
    investigating.set_registry_number(sara, found.pk, number="SN 2026/417")
    wrong = Entry(today, "in", "Journalutdrag", "Regionen")
    row = registry.register_document(sara, found.pk, entry=wrong)
    right = Entry(today, "in", "Journalutdrag", "Regionen Sydost")
    registry.correct_entry(sara, found.pk, row.pk, entry=right)
    asked = Asked(place.user("eva"), "Vad hände?", today + timedelta(days=7))
    requests.request_statement(sara, found.pk, asked)
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_the_diarium(browser_page: BrowserPage, place: Place, report: Report, width: int) -> None:
    rut = browser_page("rut", width)
    rut.goto("/lex-sarah/diarium/")
    assert_accessible(rut)
    picture(rut, f"register-{width}")
    rut.get_by_label("Vårt nummer eller diarienummer").fill("2026/4")
    rut.get_by_role("button", name="Visa", exact=True).click()
    rut.get_by_role("link", name=report.number).click()
    expect(rut.get_by_role("row", name="Regionen Sydost")).to_be_visible()
    assert_accessible(rut)
    picture(rut, f"register-one-{width}")
    investigating.set_registry_number(place.actor("sara"), report.pk, number="SN 2026/418")
    rut.get_by_text("Anteckna diarienummer").click()
    rut.get_by_label("Diarienummer").fill("SN 2026/419")
    rut.get_by_role("button", name="Spara").click()
    expect(rut.get_by_role("heading", name="Det som gäller nu")).to_be_visible()
    assert_accessible(rut)
    picture(rut, f"register-stale-{width}")
    rut.get_by_role("button", name="Spara").click()
    expect(rut.get_by_text("Diarienumret är antecknat.")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_what_a_provider_told_is_corrected(
    browser_page: BrowserPage, place: Place, width: int
) -> None:
    told = Information("Hemmet AB", "En medicin gavs fel.", clock.today())
    found = providers.take_in(place.actor("rut"), told)
    rut = browser_page("rut", width)
    rut.goto(f"/lex-sarah/utforare/{found.pk}/")
    rut.get_by_role("link", name="Rätta det som skrevs in").click()
    rut.get_by_role("textbox", name="Utförare (").fill("Hemmet i Norr AB")
    rut.get_by_role("button", name="Spara").click()
    expect(rut.get_by_text("Skriv varför det rättas.").first).to_be_visible()
    assert_accessible(rut)
    picture(rut, f"provider-correct-{width}")
    rut.get_by_label("Varför rättas det?").fill("Fel bolag.")
    rut.get_by_role("button", name="Spara").click()
    expect(rut.get_by_role("heading", name="Rättat")).to_be_visible()
    assert_accessible(rut)
    picture(rut, f"provider-corrected-{width}")
