"""Markup that people wrote stays text; and were it ever markup, it could send nothing."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from casework.organisation.models import Membership
from tests.conftest import Place
from tests.web.conftest import BrowserPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COLUMNS = (
    "id;enhet;rapporterad;inträffad;upptäckt;kategori;underkategori;beskrivning;ärende;status;"
    "avslutad;orsaker;åtgärd;effekt;{unknown}"
)
ROW = "A{n};Enheten;2022-01-10;;;Post;Försenad;Brevet kom inte fram.;Ä1;Pågående;;;;;{cell}"
# Each is tried on the page by itself: a link, a form, a boosted link, the other spelling, a form
# that saves by itself, and one that would be inherited.
INJECTED = (
    "<a hx-post='{address}' hx-trigger='load' hx-vals='{values}'>x</a>",
    "<form hx-post='{address}' hx-trigger='load'><input name='role' value='sas'></form>",
    "<div hx-boost='true'><a id='pressed' href='{address}'>x</a></div>",
    "<b data-hx-put='{address}' data-hx-trigger='load' hx-headers='{values}'>x</b>",
    "<i hx-get='{address}' hx-trigger='load' data-own=''>x</i>",
    "<form data-autosave='{address}'><input id='typed' name='role' value='sas'></form>",
)


def posted(page: Page) -> list[str]:
    """Collect what the page sends from now on by itself, to any address."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method != "GET" or request.resource_type in {"xhr", "fetch"}:
            sent.append(f"{request.method} {request.url}")

    page.on("request", note)
    return sent


def test_cells_of_a_file_make_nobody_sas(
    browser_page: BrowserPage, place: Place, tmp_path: Path
) -> None:
    amina = place.user("amina")
    cells = (
        f"<a hx-post='/organisation/personer/{amina.pk}/'",
        """hx-trigger=load hx-vals='{""role"":""sas""'""",
        """""x"":1}'>.</a>""",
    )
    lines = [COLUMNS.format(unknown="<b hx-get='/'>Övrigt</b>")]
    lines += [ROW.format(n=n, cell=f'"{cell}"') for n, cell in enumerate(cells)]
    path = tmp_path / "uttag.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    page = browser_page("simon")
    page.goto("/register/avvikelser/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Fortsätt").click()
    # The page of columns, and what was in the file stands there as it was written.
    expect(page.get_by_text("I filen: <a hx-post='/organisation/")).to_be_visible()
    expect(page.locator("main [hx-post], main [hx-get]")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert not Membership.objects.filter(user=amina, role="sas").exists()


def test_markup_put_into_a_page_sends_nothing(browser_page: BrowserPage, place: Place) -> None:
    page = browser_page("simon")
    page.goto("/avvikelser/ny/")
    address = f"/organisation/personer/{place.user('amina').pk}/"
    sent = posted(page)
    for markup in INJECTED:
        html = markup.format(address=address, values='{"role":"sas"}')
        page.evaluate(
            "html => { const box = document.createElement('div'); box.innerHTML = html;"
            " document.querySelector('main').prepend(box); htmx.process(box);"
            " box.firstElementChild.dispatchEvent(new Event('input', {bubbles: true}));"
            " box.querySelector('#typed')?.dispatchEvent(new Event('input', {bubbles: true})); }",
            html,
        )
    # Longer than the pause after which a form saves by itself: what belongs here has been sent.
    page.get_by_label("Vad hände?").fill("Det som hände är det här.")
    expect(page.locator("[data-autosave-status][data-state=saved]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert {line.split("/avvikelser/")[-1] for line in sent} == {"ny/spara/", "ny/tips/"}
    page.locator("#pressed").click()
    page.wait_for_url(f"**{address}")


def test_no_request_carries_the_token_but_our_own(browser_page: BrowserPage, place: Place) -> None:
    """The token stands on no element from which an attribute could pass it on."""
    page = browser_page("simon")
    page.goto("/avvikelser/ny/")
    token = "[hx-headers], [data-hx-headers], meta[content*=csrf]"
    expect(page.locator(token)).to_have_count(0)
