"""Bevakning in a real browser: the panel with the reason, on a phone too, through axe."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from icalendar import Calendar
from playwright.sync_api import expect

from casework.deadlines.sweep import sweep
from casework.models import FailedRow, Notice, Told
from casework.shared import clock
from tests.conftest import Place, make_report
from tests.factories.times import begin
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill(place: Place) -> None:
    """A late time, one of today, some of the week, one of the law; what Eva has been told."""
    today = clock.today()
    for days in (-12, 0, 2, 5, 40):
        deviation, ends = make_report(place), today + timedelta(days=days)
        began = today - timedelta(days=20)
        begin(place, "effect_follow_up", began, own_date=ends, subject=deviation)
    begin(place, "preliminary_assessment", today - timedelta(days=12), subject=make_report(place))
    sweep()
    now = clock.now()
    Told.objects.bulk_create(
        Told(notice=notice, user=place.user("eva"), told_at=now) for notice in Notice.objects.all()
    )
    FailedRow.objects.create(
        board=place.board,
        act=FailedRow.Act.SWEEP,
        row_id=17,
        error="ValueError",
        attempts=3,
        first_failed_at=now,
        failed_at=now,
        retry_at=now + timedelta(minutes=4),
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_the_reason_opens_beside_the_date(
    place: Place, browser_page: BrowserPage, width: int
) -> None:
    fill(place)
    page = browser_page("eva", width=width)
    page.goto("/bevakning/")
    expect(page.get_by_role("heading", level=1, name="Bevakning")).to_be_visible()
    picture(page, f"watch-late-{width}")
    page.get_by_role("link", name="Närmaste veckan").click()
    row = page.get_by_role("row").filter(has_text="Förhandsbedömning")
    row.get_by_text("Varför detta datum?").click()
    expect(row.get_by_text("Tiden räknas från att en anmälan")).to_be_visible()
    assert_accessible(page)
    picture(page, f"watch-week-{width}")
    page.get_by_role("link", name="Meddelanden").click()
    assert_accessible(page)
    picture(page, f"watch-messages-{width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_date_over_midsummer_is_explained(
    place: Place, browser_page: BrowserPage, width: int
) -> None:
    deviation = make_report(place)
    begin(place, "child_investigation", date(2026, 2, 19), subject=deviation)
    page = browser_page("eva", width=width)
    page.goto("/bevakning/?visa=sena")
    row = page.get_by_role("row").filter(has_text="Barnutredning")
    expect(row).to_contain_text("2026-06-22, räkna med 2026-06-19")
    why = row.get_by_text("Varför detta datum?")
    step = row.get_by_text("Fredag 19 juni 2026 är midsommarafton.")
    expect(step).to_be_hidden()
    # By the keyboard as well as by the mouse.
    why.focus()
    page.keyboard.press("Enter")
    expect(step).to_be_visible()
    for sentence in (
        "Tiden räknas från att utredningen inleddes: torsdag 19 februari 2026.",
        "inom 4 månader enligt 20 kap. 3 § SoL (2025:400).",
        "4 månader från torsdag 19 februari 2026 ger fredag 19 juni 2026.",
        "måndag 22 juni 2026 (2 § lagen (1930:173) om beräkning av lagstadgad tid).",
    ):
        expect(row).to_contain_text(sentence)
    assert_accessible(page)
    picture(page, f"watch-midsummer-{width}")


def test_a_calendar_is_subscribed_to(place: Place, browser_page: BrowserPage) -> None:
    deviation = make_report(place)
    page = browser_page("eva")
    page.goto("/bevakning/")
    page.get_by_role("link", name="Kalender", exact=True).click()
    page.get_by_role("button", name="Skapa adress").click()
    address = page.get_by_label("Kalenderns adress").input_value()
    assert_accessible(page)
    picture(page, "watch-calendar")
    calendar = Calendar.from_ical(Client().get(urlsplit(address).path).content)
    summaries = [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]
    assert summaries == [f"Avvikelse hanterad: {deviation.number}"]
    page.get_by_role("button", name="Avsluta prenumerationen").click()
    expect(page.get_by_text("Adressen fungerar inte längre.")).to_be_visible()


def test_a_board_sets_a_time_of_its_own(place: Place, browser_page: BrowserPage) -> None:
    page = browser_page("simon")
    page.goto("/organisation/")
    page.get_by_role("link", name="Egna tider").click()
    assert_accessible(page)
    page.get_by_role("link", name="Vuxenutredning").click()
    page.get_by_label("Antal").fill("4")
    page.get_by_label("Räknat i").select_option(label="månader")
    page.get_by_label("Verksamhetsområde").select_option(label="Vuxna")
    begins = clock.today() + timedelta(days=30)
    page.get_by_label("från och med").fill(begins.isoformat())
    assert_accessible(page)
    page.get_by_role("button", name="Se vad det betyder").click()
    meaning = f"Utredningar om vuxna som inleds från {begins} ska vara avslutade inom 4 månader."
    expect(page.get_by_text(meaning)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Spara ändringen").click()
    expect(page.get_by_text("Vuxenutredning: tiden är ändrad.")).to_be_visible()
    page.get_by_role("link", name="Vuxenutredning").click()
    assert_accessible(page)
    page.get_by_role("button", name="Ta bort").click()
    expect(page.get_by_text("Återtagen")).to_be_visible()


def test_a_stuck_row_is_tried_again(place: Place, browser_page: BrowserPage) -> None:
    fill(place)
    page = browser_page("simon")
    page.goto("/")
    page.get_by_role("link", name="Rader i bevakningen som har fastnat").click()
    assert_accessible(page)
    picture(page, "watch-failures")
    page.get_by_role("button", name="Försök igen").click()
    expect(page.get_by_text("Raden körs igen inom någon minut.")).to_be_visible()
