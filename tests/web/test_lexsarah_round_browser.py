"""What goes round of lex Sarah in a real browser: each page fits a phone and can be used by all."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from casework.shared import clock
from lexsarah import states
from lexsarah.models import Report
from lexsarah.services import lessons, providers
from lexsarah.services.providers import Information
from tests.conftest import Place
from tests.lexsarah.factory import handed_in
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_fit_and_read_well(place: Place, browser_page: BrowserPage, width: int) -> None:
    report = handed_in(place)
    Report.objects.filter(pk=report.pk).update(
        status=states.DECIDED, outcome=states.MISCONDUCT, decided_on=clock.today()
    )
    sas = place.actor("sara")
    lesson = lessons.publish(sas, report.pk, title="Boka genast", text="Boka tid genast.")
    information = providers.take_in(
        place.actor("rut"), Information("Hemmet AB", "En medicin gavs fel.", clock.today())
    )
    eva = browser_page("eva", width=width)
    eva.goto("/lex-sarah/skyldighet/")
    eva.get_by_role("button", name="Jag känner till skyldigheten").click()
    expect(eva.get_by_text("Tack. Du har bekräftat för")).to_be_visible()
    assert_accessible(eva)
    picture(eva, f"round-duty-{width}")
    eva.goto("/lex-sarah/lardomar/")
    assert_accessible(eva)
    picture(eva, f"round-lessons-{width}")
    eva.get_by_role("link", name="Boka genast").click()
    assert_accessible(eva)
    picture(eva, f"round-lesson-{width}")
    eva.get_by_role("button", name="Vi har gått igenom den").click()
    expect(eva.get_by_text("Genomgången är antecknad.")).to_be_visible()

    sara = browser_page("sara", width=width)
    for url, name in (
        ("/lex-sarah/utforare/", "providers"),
        ("/lex-sarah/utforare/ny/", "provider-new"),
        (f"/lex-sarah/utforare/{information.pk}/", "provider"),
        (f"/lex-sarah/lardomar/{lesson.pk}/", "lesson-sas"),
        (f"/lex-sarah/{report.pk}/utat/", "outside"),
    ):
        sara.goto(url)
        assert_accessible(sara)
        picture(sara, f"round-{name}-{width}")
