"""A real browser for the tests of screens: named people logged in, axe, and pictures on request."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.conftest import Place
from tests.factories.handling import Registers, make_registers

# The shell has no window of its own to draw, which spares a third of the time.
_NAMES = ("chromium-headless-shell", "chromium", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), "")

BrowserPage = Callable[..., Page]

# Whoever can do it on a telephone can do it at a desk: that is done too in the long run.
NARROW, WIDE = 360, 1280
WIDTHS = [NARROW, pytest.param(WIDE, marks=pytest.mark.long)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, and say so once for each test."""
    if CHROMIUM:
        return
    missing = pytest.mark.skip(reason="no Chromium found: install it, or name it in CHROMIUM")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(missing)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once by each worker."""
    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread, beside which Django would refuse queries.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            yield chromium
            chromium.close()


@pytest.fixture
def browser_page(browser: Browser, live_server: LiveServer, place: Place) -> Iterator[BrowserPage]:
    """Open a page as a named person: ``browser_page("amina", width=360)``, then ``page.goto("/")``.

    ``name=""`` is nobody; ``script=False`` is a browser without JavaScript. Each call is a device
    of its own. The test fails on an error in a script or of the content policy.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        name: str, width: int = 1280, *, script: bool = True, where: Place | None = None
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            reduced_motion="reduce",
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
        )
        contexts.append(context)
        if name:
            log_in(context, live_server, name, where or place)
        page = context.new_page()
        page.set_default_timeout(10_000)
        for way in ("get_by_label", "get_by_role", "get_by_text", "locator"):
            setattr(page, way, _when_loaded(page, getattr(page, way)))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: _note(faults, said.type, said.text))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def _when_loaded(page: Page, find: Callable[..., Locator]) -> Callable[..., Locator]:
    """Find when the scripts have come: on a busy machine a test is quicker than they are."""

    def found(*named: object, **given: object) -> Locator:
        page.wait_for_load_state()
        return find(*named, **given)

    return found


def _note(faults: list[str], kind: str, text: str) -> None:
    # An answer such as 404 or 422 is the server's business and asserted where it is expected.
    if kind == "error" and not text.startswith("Failed to load resource"):
        faults.append(text)


def log_in(context: BrowserContext, live_server: LiveServer, name: str, place: Place) -> None:
    """Give the browser the session of a named person."""
    client = Client()
    client.force_login(place.user(name))
    cookie = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": cookie, "value": client.cookies[cookie].value, "url": live_server.url}]
    )


# What axe has looked at: a page at another width, of another record or day, it need not see again.
_looked_at: set[tuple[str, ...]] = set()
STRUCTURE = """
    [...document.querySelectorAll("*")].map(e => e.tagName + [...e.attributes].map(
        a => ["href", "value", "content", "nonce"].includes(a.name) ||
            a.name.startsWith("hx-") ? a.name : `${a.name}=${a.value.replace(/[0-9]/g, "")}`
    ))
"""


def assert_accessible(page: Page) -> None:
    """Assert that axe finds nothing, and that nothing is wider than the screen, small or large."""
    page.wait_for_load_state()
    structure = tuple(page.evaluate(STRUCTURE))
    if structure not in _looked_at:
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in violations] == []
        _looked_at.add(structure)
    given = page.viewport_size
    assert given is not None
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": given["height"]})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size(given)


def picture(page: Page, name: str) -> None:
    """Save the whole page as NAME.png in the folder SCREENSHOTS, where that is set."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def registers(place: Place) -> Registers:
    """A category and two causes of the board."""
    return make_registers(place)
