"""Lex Sarah in a real browser, on a phone too: handed in, with SAS at once, on to IVO; axe."""

import pytest
from playwright.sync_api import expect

from lexsarah.models import Report
from tests.conftest import Place
from tests.lexsarah.factory import EVENT, handed_in
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, False)])
def test_from_an_employee_to_sas_and_ivo(
    place: Place, browser_page: BrowserPage, width: int, script: bool
) -> None:
    amina = browser_page("amina", width=width, script=script)
    amina.goto("/lex-sarah/mina/")
    amina.get_by_role("link", name="Lämna lex Sarah-rapport").first.click()
    amina.get_by_label("Vad hände?").fill(EVENT)
    amina.get_by_label("Nej", exact=True).check()
    if script:
        assert_accessible(amina)
    picture(amina, f"lex-new-{width}")
    amina.get_by_role("button", name="Lämna rapporten").click()
    expect(amina.get_by_text("är lämnad. SAS har den nu")).to_be_visible()
    if script:
        assert_accessible(amina)
    picture(amina, f"lex-own-{width}")

    sara = browser_page("sara", width=width, script=script)
    sara.goto("/")
    report = Report.objects.get()
    expect(sara.get_by_role("link", name=report.number)).to_be_visible()
    picture(sara, f"lex-start-{width}")
    sara.goto("/lex-sarah/")
    sara.get_by_role("link", name=report.number).click()
    expect(sara.get_by_text("Den enskilde är inte trygg").first).to_be_visible()
    sara.get_by_role("link", name="Inled utredning").first.click()
    sara.get_by_role("button", name="Inled utredning").click()
    expect(sara.get_by_text("Utredningen är inledd.")).to_be_visible()
    sara.get_by_role("link", name="Bedöm som allvarligt").click()
    sara.get_by_label("Varför är det allvarligt?").fill("Fara för liv och hälsa.")
    picture(sara, f"lex-act-{width}")
    sara.get_by_role("button", name="Bedöm som allvarligt").click()
    expect(sara.get_by_text("Anmäl till IVO, senast")).to_be_visible()
    sara.get_by_role("link", name="Anteckna anmälan till IVO").first.click()
    sara.get_by_role("button", name="Spara").click()
    expect(sara.get_by_text("Utredning till IVO").first).to_be_visible()
    if script:
        assert_accessible(sara)
    picture(sara, f"lex-page-{width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_list_and_the_paper_form_fit_and_read_well(
    place: Place, browser_page: BrowserPage, width: int
) -> None:
    handed_in(place, safe_now="no")
    handed_in(place, protected=True)
    handed_in(place)
    sara = browser_page("sara", width=width)
    for url, name in (("/lex-sarah/", "list"), ("/lex-sarah/papper/", "paper"), ("/", "start")):
        sara.goto(url)
        assert_accessible(sara)
        picture(sara, f"lex-{name}-full-{width}")
