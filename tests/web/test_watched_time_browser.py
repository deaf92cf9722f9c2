"""A watched time in a real browser: what date comes out is shown while one chooses."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from casework.cases.models import WatchedTime
from casework.shared import clock
from tests.conftest import Place
from tests.factories.cases import decide
from tests.web.conftest import BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, False)])
def test_the_last_day_is_shown_with_its_reasons_before_the_time_is_begun(
    place: Place, browser_page: BrowserPage, width: int, script: bool
) -> None:
    case = decide(place, "2026-104").case
    assert case is not None
    page = browser_page("amina", width=width, script=script)
    page.goto(f"/arenden/{case.pk}/")
    page.get_by_role("link", name="Lägg till bevakad tid").click()
    page.get_by_label("Räknas från").fill(f"{clock.today() - timedelta(days=3)}")
    page.get_by_label("Vilken tid?").select_option("LVU underställning")
    if not script:
        page.get_by_role("button", name="Visa sista dagen").click()
    expect(page.get_by_text("7 § LVU (1990:52)").first).to_be_visible()
    assert not WatchedTime.objects.exists()
    if script:
        assert_accessible(page)
    picture(page, f"time-begin-{width}")
    page.get_by_role("button", name="Bevaka tiden").click()
    expect(page.get_by_text("Tiden bevakas.")).to_be_visible()
    expect(page.get_by_role("heading", level=2, name="LVU underställning")).to_be_visible()
    expect(page.get_by_role("link", name="Klar", exact=True)).to_be_visible()
    if script:
        assert_accessible(page)
    picture(page, f"time-case-{width}")
    page.get_by_role("link", name="Gäller inte längre").click()
    page.get_by_text("Tillagd av misstag eller med fel dag").click()
    picture(page, f"time-step-{width}")
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Tiden bevakas inte längre.")).to_be_visible()
