"""The page of components in a real browser: access, narrow screens, keys, and without script."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.conftest import BrowserPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]


@pytest.fixture
def stil(browser_page: BrowserPage) -> Open:
    """Open /stil/ at a width."""

    def open_page(width: int, *, script: bool = True) -> Page:
        page = browser_page("amina", width=width, script=script)
        page.goto("/stil/")
        return page

    return open_page


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_hinders_and_nothing_overflows(stil: Open, width: int) -> None:
    page = stil(width)
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script_the_menu_opens_and_rows_can_be_ticked(stil: Open) -> None:
    page = stil(360, script=False)
    watch = page.get_by_role("link", name="Bevakning", exact=True)
    expect(watch).to_be_hidden()
    page.get_by_role("button", name="Meny").click()
    expect(watch).to_be_visible()
    page.keyboard.press("Escape")
    expect(watch).to_be_hidden()
    page.get_by_role("checkbox", name="2026-111").check()
    expect(page.get_by_role("link", name="Flytta till annan enhet")).to_have_attribute(
        "href", "#flytta"
    )


def test_keys_walk_the_list_and_tick_rows(stil: Open) -> None:
    page = stil(1280)
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", name="2026-111")).to_be_checked()
    expect(page.get_by_text("1 av 3 markerade")).to_be_visible()


def test_keys_rest_while_one_writes(stil: Open) -> None:
    page = stil(1280)
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("fj?")
    expect(page.get_by_role("searchbox")).to_have_value("fj?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_key_opens_its_dialog_and_escape_closes_it(stil: Open) -> None:
    page = stil(1280)
    page.locator("h1").click()
    page.keyboard.press("f")
    expect(page.get_by_role("dialog", name="Flytta till annan enhet")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_one_press_ticks_every_row(stil: Open) -> None:
    page = stil(1280)
    page.get_by_role("checkbox", name="Markera alla rader").check()
    expect(page.get_by_text("3 av 3 markerade")).to_be_visible()
