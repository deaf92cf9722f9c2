"""What is asked of managers in a real browser, on a phone too: asked, answered, delgiven; axe."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from casework.shared import clock
from lexsarah.models import Request
from lexsarah.services import investigating, requests
from lexsarah.services.requests import Asked
from tests.conftest import Place
from tests.lexsarah import deciding
from tests.lexsarah.factory import handed_in
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUESTION = "Hur var bemanningen den kvällen, och vem hade ansvar för tillsynen?"


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, False)])
def test_asked_by_sas_and_answered_by_the_manager(
    place: Place, browser_page: BrowserPage, width: int, script: bool
) -> None:
    report = investigating.start_investigation(place.actor("sara"), handed_in(place).pk)
    sara = browser_page("sara", width=width, script=script)
    sara.goto(f"/lex-sarah/{report.pk}/")
    sara.get_by_role("link", name="Begärt").click()
    sara.get_by_role("link", name="Begär yttrande").first.click()
    sara.get_by_label("Av vem?").select_option(label="Eva Norr, Enhetschef, Enheten")
    sara.get_by_label("Vad begär du?").fill(QUESTION)
    if script:
        assert_accessible(sara)
    picture(sara, f"asked-form-{width}")
    sara.get_by_role("button", name="Begär yttrande").click()
    expect(sara.get_by_text("Yttrandet är begärt.")).to_be_visible()
    expect(sara.get_by_text("Väntar på svar")).to_be_visible()
    if script:
        assert_accessible(sara)
    picture(sara, f"asked-tab-{width}")

    eva = browser_page("eva", width=width, script=script)
    eva.goto("/")
    eva.get_by_role("link", name="Begärs av dig i lex Sarah").first.click()
    picture(eva, f"asked-list-{width}")
    if script:
        assert_accessible(eva)
    eva.get_by_role("link", name="Svara").click()
    eva.get_by_label("Ditt svar").fill("Två var sjuka och ingen vikarie fanns.")
    if script:
        expect(eva.get_by_text("Utkastet sparat")).to_be_visible()
        assert Request.objects.get().draft == "Två var sjuka och ingen vikarie fanns."
        assert_accessible(eva)
    picture(eva, f"asked-one-{width}")
    eva.get_by_role("button", name="Skicka svaret").click()
    expect(eva.get_by_text("Svaret är skickat. Utredaren har det nu.")).to_be_visible()
    picture(eva, f"asked-done-{width}")
    sara.reload()
    expect(sara.get_by_text("Två var sjuka och ingen vikarie fanns.")).to_be_visible()
    picture(sara, f"asked-answered-{width}")


def test_saved_from_two_pages_both_texts_are_shown(place: Place, browser_page: BrowserPage) -> None:
    report = investigating.start_investigation(place.actor("sara"), handed_in(place).pk)
    given = Asked(place.user("eva"), QUESTION, clock.today() + timedelta(days=9))
    request = requests.request_statement(place.actor("sara"), report.pk, given)
    eva = browser_page("eva")
    eva.goto(f"/lex-sarah/begars/{request.pk}/")
    requests.save_draft(place.actor("eva"), request.pk, text="Från mobilen.", expected_version=1)
    eva.get_by_label("Ditt svar").fill("Från datorn.")
    expect(eva.get_by_text("Svaret har sparats från en annan sida")).to_be_visible()
    expect(eva.get_by_text("Från mobilen.")).to_be_visible()
    assert_accessible(eva)
    picture(eva, "asked-conflict")
    eva.get_by_role("button", name="Skicka svaret").click()
    expect(eva.get_by_text("Svaret är skickat. Utredaren har det nu.")).to_be_visible()
    assert Request.objects.get().answer == "Från datorn."


@pytest.mark.parametrize("width", WIDTHS)
def test_delgiven_the_decision_is_read(place: Place, browser_page: BrowserPage, width: int) -> None:
    report = deciding.decided(place)
    sara = browser_page("sara", width=width)
    sara.goto(f"/lex-sarah/{report.pk}/delge/")
    sara.get_by_label("Eva Norr").check()
    assert_accessible(sara)
    picture(sara, f"deliver-form-{width}")
    sara.get_by_role("button", name="Delge beslutet").click()
    expect(sara.get_by_text("Beslutet är delgivet.")).to_be_visible()
    picture(sara, f"deliver-done-{width}")
    eva = browser_page("eva", width=width)
    eva.goto("/lex-sarah/begars/")
    eva.get_by_role("link", name=report.number).click()
    expect(eva.get_by_text("Ingen åtgärd är beslutad.")).to_be_visible()
    assert_accessible(eva)
    picture(eva, f"delivered-{width}")
