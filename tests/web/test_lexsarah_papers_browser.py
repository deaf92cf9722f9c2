"""The papers of a report in a browser: wide and narrow, copying for IVO, without script."""

from __future__ import annotations

import pytest

from casework.shared import clock
from lexsarah.services import investigating, papers
from lexsarah.services.letters import Letter, record_letter
from tests.conftest import Place
from tests.factories.handling import Registers
from tests.lexsarah.factory import EVENT
from tests.lexsarah.paper_factory import investigated, storing, write_decision
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def url(place: Place, registers: Registers) -> str:
    """The address of a decided report that IVO has been told of."""
    sara = place.actor("sara")
    report = investigated(place, registers.cause)
    with storing(place, report) as this:
        write_decision(this, place)
        papers.store_decision(this)
    papers.store_ivo(sara, report.pk)
    investigating.record_ivo_notification(sara, report.pk, on=clock.today())
    question = Letter("question", clock.today(), "Hur ser bemanningen ut på natten?", clock.today())
    record_letter(sara, report.pk, letter=question)
    return f"/lex-sarah/{report.pk}/"


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_is_accessible(browser_page: BrowserPage, url: str, width: int) -> None:
    page = browser_page("sara", width)
    for name, address in (
        ("handlingar", f"{url}handlingar/"),
        ("ivo", f"{url}ivo/"),
        ("ivo-brev", f"{url}ivo/brev/"),
        ("bilaga", "/lex-sarah/bilaga/"),
    ):
        page.goto(address)
        assert_accessible(page)
        picture(page, f"lex-{name}-{width}")
    page.goto(f"{url}handlingar/")
    page.get_by_text("För in en handling").click()
    page.get_by_role("button", name="För in", exact=True).click()
    assert page.get_by_text("Skriv vad handlingen gäller.").first.is_visible()
    picture(page, f"lex-handlingar-fel-{width}")
    page.goto(f"{url}handlingar/maskad-kopia/")
    page.get_by_label("Ord och meningar").fill("elva timmar")
    page.get_by_text("Maska hela stycken").click()
    page.get_by_role("button", name="Förhandsvisa").click()
    assert page.get_by_text("Pojken fick vänta i ■■■■■ utan tillsyn.").first.is_visible()
    assert_accessible(page)
    picture(page, f"lex-maskad-{width}")


def test_a_field_is_copied_and_that_is_said(browser_page: BrowserPage, url: str) -> None:
    page = browser_page("sara")
    page.goto(f"{url}ivo/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopiera Verksamhet").click()
    page.get_by_role("button", name="Kopierat Verksamhet").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "Enheten"
    assert page.get_by_role("status").get_by_text("Verksamhet är kopierat.").count() == 1


def test_without_script_the_fields_are_there_to_select(browser_page: BrowserPage, url: str) -> None:
    page = browser_page("sara", script=False)
    page.goto(f"{url}ivo/")
    assert page.get_by_text("8. Händelsen").is_visible()
    assert not page.get_by_role("button", name="Kopiera").count()
    page.goto(f"{url}handlingar/maskad-kopia/")
    page.get_by_role("button", name="Förhandsvisa").click()
    page.get_by_role("button", name="Spara den maskade kopian").click()
    assert page.get_by_role("rowheader", name="Maskad kopia, handling 3").is_visible()
    assert page.get_by_text(EVENT).count() == 0
