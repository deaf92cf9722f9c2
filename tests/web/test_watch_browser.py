"""Bevakning in a real browser: the panel with the reason, on a phone too, through axe."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from casework.deadlines.sweep import sweep
from casework.models import FailedRow, Notice, Told
from casework.shared import clock
from tests.conftest import Place, make_report
from tests.factories.times import begin
from tests.web.conftest import BrowserPage, assert_accessible, picture

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


@pytest.mark.parametrize("width", [1280, 360])
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


def test_a_stuck_row_is_tried_again(place: Place, browser_page: BrowserPage) -> None:
    fill(place)
    page = browser_page("simon")
    page.goto("/")
    page.get_by_role("link", name="Rader i bevakningen som har fastnat").click()
    assert_accessible(page)
    picture(page, "watch-failures")
    page.get_by_role("button", name="Försök igen").click()
    expect(page.get_by_text("Raden körs igen inom någon minut.")).to_be_visible()
