"""A socialsekreterare with a phone and a client waiting, in a real browser."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from deviations.models import Category, Cause, Deviation, Draft, Question
from deviations.services import closing, drafts, inbox
from deviations.services.closing import Handling
from tests.conftest import Place, make_report
from tests.pure.test_personnummer import ADULT, dashed
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "/avvikelser/ny/"
TEXT = "Utredningstiden överskreds: beslutet kom elva dagar för sent."


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    """Keep files in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def saved(page: Page) -> None:
    expect(page.locator("[data-autosave-status][data-state=saved]")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_report_takes_one_text_and_two_presses(
    browser_page: BrowserPage, place: Place, script: bool
) -> None:
    page = browser_page("amina", 360, script=script)
    page.goto(NEW)
    page.get_by_label("Vad hände?").fill(TEXT)
    page.get_by_text("Vet inte").click()
    page.get_by_role("button", name="Skicka rapporten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack, rapporten är skickad")
    deviation = Deviation.objects.get()
    assert (deviation.unit, deviation.safe_now) == (place.unit, "unknown")
    expect(page.get_by_text(deviation.number)).to_be_visible()


def test_the_questions_fit_a_thumb(browser_page: BrowserPage, category: Category) -> None:
    page = browser_page("amina", 360)
    page.goto(NEW)
    picture(page, "report-360")
    assert_accessible(page)
    cards = page.locator(".choice:visible")
    for n in range(cards.count()):
        box = cards.nth(n).bounding_box()
        assert box
        assert box["height"] >= 44
    page.get_by_text("Annan dag").click()
    expect(page.get_by_label("Datum")).to_be_visible()
    expect(page.get_by_text("Gör den enskilde trygg först")).to_be_hidden()
    page.get_by_text("Nej", exact=True).click()
    expect(page.get_by_text("Gör den enskilde trygg först")).to_be_visible()
    page.get_by_label("Vad hände?").fill(f"{TEXT} {dashed(ADULT)}")
    expect(page.get_by_text("personnummer i texten")).to_be_visible()
    page.get_by_text("Mer om händelsen").click()
    picture(page, "report-360-filled")
    assert_accessible(page)
    page.get_by_role("button", name="Skicka rapporten").click()
    expect(page.get_by_text("Rapporten", exact=False).first).to_be_visible()
    picture(page, "report-360-faults")
    assert_accessible(page)


def test_a_chosen_category_stays_when_the_suggestions_change(
    browser_page: BrowserPage, place: Place, category: Category
) -> None:
    Category.objects.create(board=place.board, name="Bemötande", keywords="kränkt")
    page = browser_page("amina", 360)
    page.goto(NEW)
    text = page.get_by_label("Vad hände?")
    text.fill(TEXT)
    suggested = page.get_by_label(category.label)
    suggested.check()
    text.press("End")
    text.press_sequentially(" Mamman kände sig kränkt.")
    expect(page.get_by_label("Bemötande")).to_be_visible()
    expect(suggested).to_be_checked()
    page.get_by_text("Ja", exact=True).click()
    page.get_by_role("button", name="Skicka rapporten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack, rapporten är skickad")
    assert Deviation.objects.get().category == category


def test_a_draft_survives_the_closed_page_and_the_ended_session(
    browser_page: BrowserPage, place: Place
) -> None:
    page = browser_page("amina", 360)
    page.goto(NEW)
    text = page.get_by_label("Vad hände?")
    text.fill("Vi hann inte")
    saved(page)
    page.context.clear_cookies(name="sessionid")
    text.fill("Vi hann inte fram före mötet")
    saved(page)
    page.wait_for_timeout(1700)
    page.close()
    (draft,) = drafts.drafts_of(place.actor("amina"))
    assert drafts.fields_of(draft)["description"] == "Vi hann inte fram före mötet"
    again = browser_page("amina", 360)
    again.goto("/avvikelser/mina/")
    again.get_by_role("link", name="Vi hann inte fram före mötet", exact=True).click()
    expect(again.get_by_label("Vad hände?")).to_have_value("Vi hann inte fram före mötet")


def test_an_ended_session_at_the_last_press_loses_nothing(
    browser_page: BrowserPage, place: Place
) -> None:
    page = browser_page("amina", 360, script=False)
    page.goto(NEW)
    page.get_by_label("Vad hände?").fill(TEXT)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Skicka rapporten").click()
    expect(page.get_by_text("Du hade blivit utloggad")).to_be_visible()
    assert drafts.fields_of(Draft.objects.get())["description"] == TEXT


def test_two_presses_in_a_row_are_one_report(browser_page: BrowserPage, place: Place) -> None:
    page = browser_page("amina", 360)
    page.goto(NEW)
    page.get_by_label("Vad hände?").fill(TEXT)
    page.get_by_text("Ja", exact=True).click()
    page.get_by_role("button", name="Skicka rapporten").dblclick(no_wait_after=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack, rapporten är skickad")
    assert Deviation.objects.count() == 1


@pytest.fixture
def history(place: Place, category: Category, cause: Cause) -> Question:
    """Reports of Amina's in several states, with a draft and a question."""
    eva = place.actor("eva")
    handling = Handling(
        category=category,
        severity=1,
        probability=1,
        causes=[cause],
        done="En påminnelse en månad före sista dag.",
        outcome="Ingen utredning ska bli sen utan att någon märker det.",
    )
    closing.close_simply(eva, make_report(place).pk, handling)
    inbox.receive(eva, make_report(place, description="Journalen låg framme i mötesrummet.").pk)
    asked = make_report(place, description="Kallelsen gick till fel adress.", safe_now="no")
    drafts.save_draft(place.actor("amina"), uuid.uuid4(), {"description": "Mötet ställdes in"})
    return inbox.ask(eva, asked.pk, text="Vilken dag skickades kallelsen?")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_reporters_pages(browser_page: BrowserPage, history: Question, width: int) -> None:
    page = browser_page("amina", width)
    page.goto("/avvikelser/mina/")
    picture(page, f"mina-{width}")
    assert_accessible(page)
    page.get_by_role("link", name="Svara").first.click()
    page.wait_for_url("**/svara/**")
    picture(page, f"svara-{width}")
    assert_accessible(page)
    page.get_by_label("Ditt svar").fill("Den 3 mars.")
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.get_by_text("är skickat")).to_be_visible()
    closed = Deviation.objects.order_by("pk")[0]
    page.get_by_role("link", name=closed.description).click()
    expect(page.get_by_text("Det ledde till")).to_be_visible()
    picture(page, f"ledde-till-{width}")
    assert_accessible(page)
    page.goto("/avvikelser/mina/")
    page.get_by_role("link", name="Ta bort utkastet").click()
    assert_accessible(page)
    page.get_by_role("button", name="Ta bort utkastet").click()
    expect(page.get_by_text("Utkastet är borttaget")).to_be_visible()
    page.goto(NEW)
    picture(page, f"report-{width}-empty")
    page.get_by_label("Vad hände?").fill(f"{TEXT} {ADULT}")
    page.get_by_text("Nej", exact=True).click()
    page.get_by_text("Kan vara ett missförhållande").click()
    page.get_by_role("button", name="Skicka rapporten").click()
    picture(page, f"stopped-{width}")
    assert_accessible(page)
    page.get_by_role("button", name="Skicka ändå").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack, rapporten är skickad")
    picture(page, f"receipt-{width}")
    assert_accessible(page)
