"""Logging out and in beside an open page: the text stays one's own, and Back shows nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from deviations.models import Deviation, Draft, Question
from tests.conftest import Place
from tests.web.conftest import CHROMIUM, BrowserPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "ett-ganska-langt-losenord"
TEXT = "Beslutet kom elva dagar för sent."


def log_in(page: Page, place: Place, name: str) -> None:
    user = place.user(name)
    user.set_password(PASSWORD)
    user.save()
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def log_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Logga ut").click()
    page.wait_for_load_state()


@pytest.fixture(autouse=True)
def demo(place: Place) -> None:
    """A board whose people need no second step."""
    place.board.is_demo = True
    place.board.save()


def test_an_open_report_is_saved_and_sent_after_a_log_in_in_another_tab(
    browser_page: BrowserPage, place: Place
) -> None:
    page = browser_page("")
    log_in(page, place, "amina")
    page.goto("/avvikelser/ny/")
    other = page.context.new_page()
    log_out(other)
    log_in(other, place, "amina")
    page.get_by_label("Vad hände?").fill(TEXT)
    expect(page.locator("[data-autosave-status][data-state=saved]")).to_be_visible()
    assert Draft.objects.get().author == place.user("amina")
    page.get_by_text("Vet inte").click()
    page.get_by_role("button", name="Skicka rapporten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skicka igen")
    expect(page.locator(".kept-text")).to_have_text(TEXT)
    page.get_by_role("button", name="Skicka igen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack, rapporten är skickad")
    assert Deviation.objects.get().description == TEXT


def test_whoever_is_not_logged_in_yet_loads_the_page_anew_when_she_is(
    browser_page: BrowserPage, place: Place, deviation: Deviation
) -> None:
    page = browser_page("")
    log_in(page, place, "eva")
    page.goto(f"/avvikelser/{deviation.pk}/komplettering/")
    other = page.context.new_page()
    log_out(other)
    log_in(other, place, "vera")
    page.get_by_label("Vad behöver du veta?").fill(TEXT)
    page.locator("main button.button--primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inget är sparat")
    expect(page.get_by_text(TEXT)).to_have_count(0)
    log_out(other)
    log_in(other, place, "eva")
    page.reload()
    expect(page.locator(".kept-text")).to_have_text(TEXT)
    page.get_by_role("button", name="Skicka igen").click()
    page.wait_for_url("**/avvikelser/**")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Skicka igen")
    assert Question.objects.get().text == TEXT


@pytest.fixture
def remembering(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A browser that keeps pages in memory for the button Back, as people's own do."""
    chromium = browser.browser_type.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield chromium.new_context(base_url=live_server.url, locale="sv-SE")
    chromium.close()


def test_back_after_the_log_out_shows_nothing(
    remembering: BrowserContext, place: Place, deviation: Deviation
) -> None:
    page = remembering.new_page()
    log_in(page, place, "eva")
    page.goto(f"/avvikelser/{deviation.pk}/")
    expect(page.get_by_text(deviation.description)).to_be_visible()
    page.goto("/sok/?q=utredningen")
    log_out(page)
    for _ in range(4):
        page.go_back()
        page.wait_for_load_state()
        expect(page.get_by_text(deviation.description)).to_have_count(0)
        expect(page.get_by_text(deviation.number)).to_have_count(0)
    expect(page.get_by_role("button", name="Logga in")).to_be_visible()
