"""Vera, verksamhetsutvecklare, goes from the menu to a table, a figure and one of its cases."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from deviations.models import Category, Cause
from deviations.services.closing import close_without_action
from deviations.services.investigating import classify, investigate
from tests.conftest import Place, make_report
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _a_year_of_work(place: Place, category: Category, cause: Cause) -> None:
    for number in range(12):
        deviation = make_report(place, category=category if number else None)
        if number > 8:
            eva = place.actor("eva")
            classify(eva, deviation.pk, category=category, severity=1, probability=1)
            investigate(eva, deviation.pk, causes=[cause], main_cause=None, analysis="")
            close_without_action(eva, deviation.pk, reason="Enstaka händelse.")


@pytest.mark.parametrize("width", WIDTHS)
def test_from_the_menu_to_a_case(browser_page: BrowserPage, width: int) -> None:
    page = browser_page("vera", width=width)
    page.goto("/")
    if width < 1000:
        page.get_by_role("button", name="Meny").click()
    page.get_by_role("link", name="Kvalitetsrapport", exact=True).click()
    expect(page.get_by_role("heading", name="Kvalitetsrapport", level=1)).to_be_visible()
    table = page.get_by_role("table", name="Kategori/typ av avvikelse, Barn och unga")
    expect(table.get_by_role("row").nth(1)).to_contain_text("Utredningstid överskridits")
    assert_accessible(page)
    picture(page, f"rapport-{width}")
    table.get_by_role("link", name=re.compile("^11")).click()
    expect(page.get_by_text("11 ärenden")).to_be_visible()
    expect(page.get_by_text("Ärenden som du inte har behörighet till visas inte")).to_be_visible()
    assert_accessible(page)
    picture(page, f"siffra-{width}")
    page.get_by_role("link", name=re.compile("^AVV-")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("AVV-")


def test_another_period_is_chosen_without_script(browser_page: BrowserPage) -> None:
    page = browser_page("vera", script=False)
    page.goto("/rapport/")
    page.get_by_label("Från och med").fill("2020-01-01")
    page.get_by_label("Till och med").fill("2020-12-31")
    page.get_by_role("button", name="Visa rapporten").click()
    expect(page.get_by_text("2020-01-01 – 2020-12-31")).to_be_visible()
    table = page.get_by_role("table", name="Status, Barn och unga")
    expect(table.get_by_role("row").nth(1)).to_contain_text("Avslutad")
    expect(table.get_by_role("row").nth(3)).to_contain_text("0")
