"""The lex Sarah investigation in a real browser, on a phone too: saved as one types; axe."""

import pytest
from playwright.sync_api import expect

from deviations.models import Cause
from lexsarah.models import DocumentPart, Note, Report
from lexsarah.services import documenting, examining, investigating
from tests.conftest import Place, make_report
from tests.lexsarah.factory import EVENT, handed_in
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def report(place: Place) -> Report:
    """One that Sara investigates, with earlier events that are like it."""
    Cause.objects.create(board=place.board, name="Bemanning")
    handed_in(place)
    make_report(place, description=EVENT)
    report = investigating.start_investigation(place.actor("sara"), handed_in(place).pk)
    return examining.classify(place.actor("sara"), report.pk, event_kind="intervention")


@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_saved_as_one_types_and_a_conflict_shows_both(
    place: Place, browser_page: BrowserPage, report: Report, width: int
) -> None:
    sara = browser_page("sara", width=width)
    sara.goto(f"/lex-sarah/{report.pk}/")
    sara.get_by_role("link", name="Utredning", exact=True).click()
    assert_accessible(sara)
    picture(sara, f"lex-doc-empty-{width}")
    part = sara.locator("#del-event")
    left = sara.locator("#kvar")
    expect(left.get_by_role("link", name="Vad hände?")).to_be_visible()
    part.get_by_label("Vad hände?").fill("Pojken väntade.")
    expect(part.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
    expect(left.get_by_role("link", name="Vad hände?")).to_have_count(0)
    part.get_by_label("Vad hände?").press_sequentially(" Ingen såg det, 19121212-1212.")
    expect(part.get_by_text("Det ser ut att stå ett personnummer")).to_be_visible()
    row = DocumentPart.objects.get()
    assert (row.text, row.version >= 2) == (
        "Pojken väntade. Ingen såg det, 19121212-1212.",
        True,
    )
    # Somebody else saves the part meanwhile.
    documenting.save_part(
        place.actor("sara"),
        report.pk,
        "event",
        text="En annans text.",
        expected_version=row.version,
    )
    part.get_by_label("Vad hände?").fill("Det som jag skrev.")
    expect(part.get_by_text("Texten har ändrats medan du skrev")).to_be_visible()
    expect(part.get_by_text("En annans text.")).to_be_visible()
    assert part.get_by_label("Vad hände?").input_value() == "Det som jag skrev."
    assert DocumentPart.objects.get().text == "En annans text."
    assert_accessible(sara)
    picture(sara, f"lex-doc-conflict-{width}")
    part.get_by_label("Vad hände?").fill("En annans text, och det som jag skrev.")
    part.get_by_role("button", name="Spara").click()
    expect(sara.get_by_text("Sparat: Vad hände?")).to_be_visible()
    assert DocumentPart.objects.get().text == "En annans text, och det som jag skrev."


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, False)])
def test_the_rest_of_the_investigation_fits_and_works_without_script(
    place: Place, browser_page: BrowserPage, report: Report, width: int, script: bool
) -> None:
    sara = browser_page("sara", width=width, script=script)
    sara.goto(f"/lex-sarah/{report.pk}/utredning/")
    police = sara.locator("#del-police")
    police.get_by_label("Ja, polisanmält").check()
    police.get_by_label("Beskriv").fill("Den 3 mars, 5000-K123-26.")
    police.get_by_role("button", name="Spara").click()
    expect(sara.get_by_text("Sparat: Är det polisanmält?")).to_be_visible()
    causes = sara.locator("#del-causes")
    causes.get_by_text("Välj en orsak", exact=True).click()
    causes.get_by_label("Med egna ord").fill("För få på kvällen.")
    causes.get_by_role("button", name="Välj orsaken").click()
    expect(causes.get_by_text("För få på kvällen.")).to_be_visible()
    sara.get_by_role("link", name="Gå igenom förslagen").click()
    if script:
        assert_accessible(sara)
    picture(sara, f"lex-earlier-{width}")
    first = sara.locator("section.card").filter(has_text="Därför föreslås den").first
    first.get_by_label("Varför hände det igen?").fill("Ingen rutin.")
    first.get_by_role("button", name="Liknande").first.click()
    expect(sara.get_by_text("Antecknat som liknande.")).to_be_visible()
    picture(sara, f"lex-earlier-judged-{width}")
    sara.get_by_role("link", name="Anteckningar").click()
    sara.get_by_label("Källa").fill("Samtal med nattpersonalen")
    sara.get_by_label("Faktauppgift", exact=True).check()
    sara.get_by_label("Anteckning", exact=False).last.fill("Larmet var avstängt.")
    sara.get_by_role("button", name="Spara anteckningen").click()
    expect(sara.get_by_text("Anteckningen är sparad.")).to_be_visible()
    sara.get_by_role("link", name="Rätta").click()
    sara.locator("textarea").fill("Larmet var på.")
    if script:
        assert_accessible(sara)
    picture(sara, f"lex-note-{width}")
    sara.get_by_role("button", name="Spara rättelsen").click()
    expect(sara.get_by_text("Larmet var på.")).to_be_visible()
    assert Note.objects.count() == 2
    if script:
        assert_accessible(sara)
    picture(sara, f"lex-notes-{width}")
    sara.goto(f"/lex-sarah/{report.pk}/utredning/")
    picture(sara, f"lex-doc-{width}")
    sara.goto(f"/lex-sarah/{report.pk}/granskad/")
    picture(sara, f"lex-examined-{width}")
