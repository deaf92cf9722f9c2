"""The decision in a real browser: proposed, decided, measured, closed; wide and on a phone; axe."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from casework.shared import clock
from lexsarah.models import DelegationRule, Report
from lexsarah.services import measures
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, decided, delegate, delivered, investigated, measure
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, False)])
def test_from_proposal_to_what_is_done(
    place: Place, browser_page: BrowserPage, width: int, script: bool
) -> None:
    delegate(place, valid_from=clock.today() - timedelta(days=1))
    report = investigated(place)
    measure(place, report)
    measure(place, report, text="Utbilda vikarierna.")
    sara = browser_page("sara", width=width, script=script)
    sara.goto(f"/lex-sarah/{report.pk}/beslut/")
    sara.get_by_role("link", name="Föreslå beslut").first.click()
    sara.get_by_label("Allvarligt missförhållande", exact=True).check()
    sara.get_by_role("textbox", name="Skäl").fill(REASONS)
    sara.get_by_label("Vem ska besluta?").select_option(label="Birgit Norr, Beslutsfattare")
    picture(sara, f"lexd-propose-{width}")
    if script:
        assert_accessible(sara)
    sara.get_by_role("button", name="Föreslå beslut").click()
    expect(sara.get_by_text("Förslaget är framlagt.")).to_be_visible()

    birgit = browser_page("birgit", width=width, script=script)
    birgit.goto("/")
    picture(birgit, f"lexd-start-{width}")
    birgit.goto("/lex-sarah/?state=waiting")
    birgit.get_by_role("link", name=report.number).click()
    expect(birgit.get_by_text("fatta beslut").first).to_be_visible()
    birgit.get_by_role("link", name="Fatta beslut").first.click()
    first = birgit.get_by_role("group", name="Beslut om åtgärd 1")
    first.get_by_label("Delvis godkänd", exact=True).check()
    second = birgit.get_by_role("group", name="Beslut om åtgärd 2")
    second.get_by_label("Beslutas senare", exact=True).check()
    if script:
        assert_accessible(birgit)
    birgit.get_by_role("button", name="Fatta beslut").click()
    expect(birgit.get_by_text("Skriv vad som godkänns, eller varför inte.").first).to_be_visible()
    picture(birgit, f"lexd-decide-{width}")
    birgit.get_by_role("textbox", name="Kommentar till åtgärd 1").fill("Bara på natten.")
    birgit.get_by_role("button", name="Fatta beslut").click()
    expect(birgit.get_by_text("Beslutet är fattat.")).to_be_visible()
    picture(birgit, f"lexd-tab-{width}")
    if script:
        assert_accessible(birgit)
    expect(birgit.get_by_text("Delvis godkänd av Birgit Norr")).to_be_visible()
    birgit.get_by_role("link", name=re.compile("Besluta ?: Utbilda")).click()
    birgit.get_by_label("Godkänd", exact=True).check()
    picture(birgit, f"lexd-verdict-{width}")
    birgit.get_by_role("button", name="Spara").click()
    expect(birgit.get_by_text("Godkänd av Birgit Norr", exact=False).last).to_be_visible()

    delivered(place, report, "eva")
    eva = browser_page("eva", width=width, script=script)
    eva.goto("/mina-atgarder/")
    if script:
        assert_accessible(eva)
    picture(eva, f"lexd-own-{width}")
    eva.get_by_role("link", name="Utförd").first.click()
    eva.get_by_label("Vad gjordes?").fill("Rutinen gäller.")
    picture(eva, f"lexd-done-{width}")
    eva.get_by_role("button", name="Spara").click()
    expect(eva.get_by_text("Åtgärden är utförd.")).to_be_visible()
    assert Report.objects.get().status == "actions"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_delegationsordning_and_its_decisions_fit_and_read_well(
    place: Place, browser_page: BrowserPage, width: int
) -> None:
    report = decided(place)
    measures.decide_measure(
        place.actor("birgit"),
        measure(place, report).pk,
        verdict="rejected",
        comment="Ryms inte i budgeten i år.",
    )
    DelegationRule.objects.filter(outcome="risk").delete()
    simon = browser_page("simon", width=width)
    for url, name in (("", "rules"), ("ny/", "rule")):
        simon.goto(f"/organisation/delegation/{url}")
        assert_accessible(simon)
        picture(simon, f"lexd-{name}-{width}")
    sara = browser_page("sara", width=width)
    for url, name in (
        ("delegationsbeslut/", "list"),
        (f"{report.pk}/beslut/", "rejected"),
        (f"{report.pk}/", "overview"),
        (f"{report.pk}/foresla/", "moved-on"),
    ):
        sara.goto(f"/lex-sarah/{url}")
        assert_accessible(sara)
        picture(sara, f"lexd-{name}-{width}")
