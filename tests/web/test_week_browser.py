"""Förste works through the weekly list in a real browser: with script and without, on a phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from casework.cases.models import Investigation
from casework.models import Absence
from casework.shared import clock
from tests.conftest import Place
from tests.factories.inquiries import Inquiry, investigated
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill(place: Place) -> dict[str, Investigation]:
    """A unit with a pace, one late, one soon out, two that nobody handles, one away."""
    today = clock.today()

    def ago(days: int) -> object:
        return today - timedelta(days=days)

    lengths = (62, 75, 81, 96, 104, 131, 140, 150)
    wanted = [
        *(Inquiry(f"K{n}", ago(5 + days), ago(5)) for n, days in enumerate(lengths)),
        Inquiry("2026-1101", ago(131), handler="amina"),
        Inquiry("2026-1102", ago(109), handler="nils"),
        Inquiry("2026-1103", ago(100)),
        Inquiry("2026-1104", ago(58), handler="amina"),
        Inquiry("2026-1105", ago(3)),
        Inquiry("2026-1106", ago(60), unit=place.sister_unit),
    ]
    records = investigated(place, *wanted)  # type: ignore[arg-type]
    Absence.objects.create(
        board=place.board,
        user=place.user("nils"),
        substitute=place.user("amina"),
        valid_from=today,
        valid_to=today + timedelta(days=9),
    )
    return {one.number: record for one, record in zip(wanted, records, strict=True)}


def row(page: Page, number: str):  # type: ignore[no-untyped-def]
    return page.get_by_role("row").filter(has_text=number)


@pytest.mark.parametrize(
    ("width", "script"), [(1280, True), (360, True), (1280, False)], ids=["wide", "phone", "plain"]
)
def test_forste_works_through_the_weekly_list(
    place: Place, browser_page: BrowserPage, width: int, script: bool
) -> None:
    records = fill(place)
    name = f"week-{width}" if script else "week-plain"
    page = browser_page("frida", width=width, script=script)
    page.goto("/")
    if script:
        assert_accessible(page)
        picture(page, f"{name}-start")
    page.get_by_role("link", name="Utredningar med mindre än 21 dagar kvar").click()
    expect(page.get_by_role("heading", level=1, name="Utredningar")).to_be_visible()
    expect(row(page, "2026-1101")).to_have_count(0)
    page.get_by_role("link", name="Alla").click()
    # Days left, who is away, who is without, and why one will slip.
    expect(row(page, "2026-1101")).to_contain_text("sen")
    expect(row(page, "2026-1102")).to_contain_text("Amina Norr ersätter")
    expect(row(page, "2026-1103")).to_contain_text("Utan handläggare")
    expect(row(page, "2026-1103")).to_contain_text("I riskzonen")
    expect(row(page, "2026-1106")).to_have_count(0)
    row(page, "2026-1103").get_by_text("Hinner den?").click()
    if script:
        expect(
            row(page, "2026-1103").get_by_text("har avslutat det senaste halvåret")
        ).to_be_visible()
        assert_accessible(page)
    picture(page, f"{name}-list")

    # Both that nobody handles go to Amina.
    page.get_by_role("checkbox", name="Markera 2026-1103").check()
    page.get_by_role("checkbox", name="Markera 2026-1105").check()
    page.get_by_role("button", name="Fördela till …").click()
    if script:
        assert_accessible(page)
    picture(page, f"{name}-assign")
    page.get_by_label("Vem ska handlägga?").select_option(label="Amina Norr")
    page.get_by_role("button", name="Fördela (2)").click()
    expect(page.get_by_text("2 utredningar är fördelade till Amina Norr.")).to_be_visible()
    expect(row(page, "2026-1103")).to_contain_text("Amina Norr")

    # One is extended, with its reason.
    row(page, "2026-1103").get_by_role("link", name="Förläng").click()
    until = clock.today() + timedelta(days=60)
    page.get_by_label("Förläng till").fill(until.isoformat())
    page.get_by_label("Särskilda skäl").fill("Barnet har varit på sjukhus.")
    if script:
        assert_accessible(page)
    picture(page, f"{name}-extend")
    page.get_by_role("button", name="Förläng").click()
    expect(page.get_by_text("Utredningen är förlängd.")).to_be_visible()

    # On to the next: back in the list the extended one has sunk, and says so.
    page.goto("/utredningar/")
    expect(row(page, "2026-1103")).to_contain_text("Förlängd från")
    expect(row(page, "2026-1103")).to_contain_text("60 dagar kvar")
    expect(row(page, "2026-1103")).not_to_contain_text("Fördelad")
    picture(page, f"{name}-after")
    row(page, "2026-1102").get_by_role("link", name="2026-1102", exact=True).click()
    expect(page).to_have_url(
        f"{page.url.split('/arenden')[0]}/arenden/{records['2026-1102'].case_id}/"
    )


def test_the_list_goes_by_keys(place: Place, browser_page: BrowserPage) -> None:
    fill(place)
    page = browser_page("frida")
    page.goto("/utredningar/?visa=utan-handlaggare")
    for key in ("j", "x", "j", "x", "f"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Fördela (2)")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_other_pages(place: Place, browser_page: BrowserPage, width: int) -> None:
    fill(place)
    for name, url, shot in (
        ("anna", "/utredningar/", "week-head"),
        ("anna", "/utredningar/prognos/", "forecast"),
        ("frida", "/utredningar/prognos/tider/?dagar=30", "forecast-times"),
        ("vera", "/utredningar/enheter/", "standing"),
        ("anna", "/utredningar/sena/", "late-months"),
        ("erik", "/utredningar/?visa=sena", "week-empty"),
    ):
        page = browser_page(name, width=width)
        page.goto(url)
        assert_accessible(page)
        picture(page, f"{shot}-{width}")
