"""From anmälan to utredning in a real browser, on a phone too, through axe."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from casework.cases.models import Intake
from casework.shared import clock
from tests.conftest import Place
from tests.factories.cases import decide, investigate, take_in
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def register_siblings(page: Page, *, look: bool) -> None:
    """Register an anmälan about two siblings, beginning at the start page."""
    page.goto("/arenden/")
    page.get_by_role("link", name="Ny aktualisering").click()
    page.get_by_label("Vem anmäler?").fill("Skola")
    page.get_by_label("Ärendets nummer").fill("2026-101")
    page.get_by_label("Födelseår").fill("2016")
    page.get_by_role("button", name="Lägg till ett barn till").click()
    expect(page.get_by_role("group", name="Barn 2")).to_be_visible()
    if look:
        assert_accessible(page)
    second = page.get_by_role("group", name="Barn 2")
    second.get_by_label("Ärendets nummer").fill("2026-102")


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, False)])
def test_from_an_anmalan_about_siblings_to_the_clock_of_the_investigation(
    place: Place, browser_page: BrowserPage, width: int, script: bool
) -> None:
    page = browser_page("amina", width=width, script=script)
    register_siblings(page, look=script)
    picture(page, f"case-new-{width}")
    page.get_by_role("button", name="Registrera").click()
    expect(page.get_by_text("Registrerat i 2 ärenden.")).to_be_visible()
    expect(page.get_by_role("link", name="2026-102")).to_be_visible()
    page.get_by_role("link", name="Omedelbar skyddsbedömning").click()
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Skyddsbedömningen är antecknad.")).to_be_visible()
    page.get_by_role("link", name="Förhandsbedömning").click()
    page.get_by_text("Inled utredning", exact=True).click()
    picture(page, f"case-step-{width}")
    page.get_by_role("button", name="Fatta beslut").click()
    expect(page.get_by_role("heading", level=2, name="Barnutredning")).to_be_visible()
    expect(page.get_by_text("0 dagar (gräns 1").first).to_be_visible()
    page.get_by_text("Varför detta datum?").first.click()
    expect(
        page.get_by_text("fyra månader").or_(page.get_by_text("4 månader")).first
    ).to_be_visible()
    if script:
        assert_accessible(page)
    picture(page, f"case-page-{width}")
    assert Intake.objects.filter(outcome="opened").count() == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_the_list_and_the_steps_fit_and_read_well(
    place: Place, browser_page: BrowserPage, width: int
) -> None:
    today = clock.today()
    take_in(place, "2026-201", "2026-202")
    late = investigate(place, "2026-203", opened_on=today - timedelta(days=140))
    investigate(place, "2026-204", opened_on=today - timedelta(days=40))
    decision = decide(place, "2026-203", decided_on=today - timedelta(days=70))
    page = browser_page("eva", width=width)
    for path, name in (
        ("/arenden/", "list"),
        (f"/arenden/{late.case_id}/", "late"),
        (f"/arenden/utredning/{late.pk}/avsluta/", "close"),
        (f"/arenden/utredning/{late.pk}/forlang/", "extend"),
        (f"/arenden/beslut/{decision.pk}/skal/", "reason"),
        (f"/arenden/{late.case_id}/skydd/", "protect"),
        ("/arenden/ny/beslut/", "new-decision"),
    ):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        picture(page, f"case-{name}-{width}")
        assert_accessible(page)
    page.get_by_role("button", name="Registrera beslut").click()
    expect(page.get_by_text("Fyll i insatsen.").first).to_be_visible()
    assert_accessible(page)
    picture(page, f"case-refused-{width}")
