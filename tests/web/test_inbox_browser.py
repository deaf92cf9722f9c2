"""The Enhetschef at work, in a real browser: by keyboard alone, on a phone, through axe."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from casework.shared import clock
from deviations import states
from deviations.models import Category, Deviation
from deviations.services import closing, cooperation, inbox, investigating
from deviations.web.handling.acts import PAGES
from tests.conftest import Place, make_report
from tests.factories.handling import Registers, equipped, make_registers, planned, simple
from tests.web.conftest import BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS = (
    "Utredningen blev klar efter fyra månader och elva dagar, och vårdnadshavaren fick inget "
    "besked om att den var försenad.",
    "Beslutet skickades till fel adress. Mottagaren ringde och berättade.",
    "Orosanmälan låg oläst i funktionsbrevlådan över helgen.",
    "Kontaktpersonen kom inte till det avtalade mötet och ingen meddelade familjen.",
    "Genomförandeplan saknas sedan i våras.",
)


def press(page: Page, keys: str) -> None:
    """Press one key after the other, on a page whose scripts have come."""
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def fill_registers(place: Place) -> Registers:
    """Registers of a believable size."""
    registers = make_registers(place)
    for name in ("Dokumentation", "Kommunikation", "Rättssäkerhet"):
        main = Category.objects.create(board=place.board, name=name)
        for part in ("Saknas", "Fördröjd", "Felaktig"):
            Category.objects.create(board=place.board, name=f"{name}: {part}", parent=main)
    for name in ("Bristande kommunikation", "Hög arbetsbelastning", "Okänd rutin", "Teknik"):
        registers.cause.__class__.objects.create(board=place.board, name=name)
    return registers


def test_the_inbox_is_emptied_by_keyboard_alone(place: Place, browser_page: BrowserPage) -> None:
    for text in TEXTS:
        make_report(place, description=text)
    page = browser_page("eva")
    page.goto("/inkorg/")
    expect(page.get_by_role("heading", name="Att ta ställning till")).to_be_visible()
    press(page, "?")
    expect(page.get_by_role("dialog").get_by_text("Ta emot")).to_be_visible()
    page.keyboard.press("Escape")
    # One by one, then the rest at once.
    press(page, "jxm")
    expect(page.get_by_text("är mottagen.")).to_be_visible()
    press(page, "jxjxjxjx")
    expect(page.get_by_text("4 av 4 markerade")).to_be_visible()
    press(page, "m")
    expect(page.get_by_text("Inkorgen är tom")).to_be_visible()
    assert set(Deviation.objects.values_list("status", flat=True)) == {states.RECEIVED}


def test_one_is_closed_with_enkel_hantering_by_keyboard(
    place: Place, browser_page: BrowserPage
) -> None:
    registers = fill_registers(place)
    deviation = make_report(place, category=registers.category)
    page = browser_page("eva")
    page.goto("/inkorg/")
    press(page, "j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=deviation.number)).to_be_visible()
    press(page, "e")
    expect(page.get_by_role("heading", name="Enkel hantering")).to_be_visible()
    page.get_by_label("Problem med bemanning").focus()
    page.keyboard.press("Space")
    page.get_by_label("behövs inget?").focus()
    page.keyboard.type("Vi gick igenom rutinen på mötet.")
    page.get_by_role("button", name="Avsluta").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("är avslutad")).to_be_visible()
    deviation.refresh_from_db()
    assert deviation.status == states.CLOSED_FOLLOW_UP
    assert (deviation.severity, deviation.probability) == (1, 1)


def test_ten_alike_are_handled_together_by_keyboard(
    place: Place, browser_page: BrowserPage
) -> None:
    registers = fill_registers(place)
    for number in range(10):
        make_report(place, description=f"Genomförandeplan saknas, ärende {number}")
    page = browser_page("eva")
    page.goto("/inkorg/")
    press(page, "jx" * 10 + "h")
    expect(page.get_by_role("heading", name="Hantera tillsammans")).to_be_visible()
    page.get_by_label("Kategori").select_option(str(registers.category.pk))
    page.get_by_label("Rutin saknas").check()
    page.get_by_label("Planera en åtgärd för alla").check()
    page.get_by_label("behövs inget?").fill("Skriv en rutin för genomförandeplaner")
    page.get_by_label("Klar senast").fill(str(clock.today() + timedelta(days=30)))
    assert_accessible(page)
    picture(page, "hantera-tillsammans-1280")
    page.get_by_role("button", name="Hantera 10 avvikelser").click()
    expect(page.get_by_text("10 avvikelser är hanterade tillsammans")).to_be_visible()
    assert set(Deviation.objects.values_list("status", flat=True)) == {states.ACTIONS}


def test_the_same_without_script(place: Place, browser_page: BrowserPage) -> None:
    make_report(place)
    page = browser_page("eva", script=False)
    page.goto("/inkorg/")
    page.locator("input[name=ids]").check()
    page.get_by_role("button", name="Ta emot").click()
    expect(page.get_by_text("är mottagen.")).to_be_visible()


def busy(place: Place) -> dict[str, Deviation]:
    """A unit with something of everything, ages and risks of all kinds."""
    registers = fill_registers(place)
    eva, today = place.actor("eva"), clock.today()
    for number, text in enumerate(TEXTS):
        one = make_report(
            place,
            description=text,
            safe_now="no" if number == 1 else "yes",
            possible_misconduct=number == 2,
            category=registers.category if number == 3 else None,
        )
        day = today - timedelta(days=25 * number)
        Deviation.objects.filter(pk=one.pk).update(registered_on=day, occurred_on=day)
    asked = make_report(place, description=TEXTS[3], case_number="2026-4711")
    inbox.receive(eva, asked.pk)
    question = inbox.ask(eva, asked.pk, text="Vilken dag var mötet?")
    inbox.answer(place.actor("amina"), asked.pk, question.pk, text="Tisdagen den tredje.")
    due = make_report(place, description=TEXTS[4])
    closing.close_simply(eva, due.pk, simple(registers))
    Deviation.objects.filter(pk=due.pk).update(effect_due_on=today)
    ready = equipped(place, registers)
    investigating.finish_action(
        eva, investigating.plan_action(eva, ready.pk, planned(place, registers)).pk
    )
    worked = equipped(place, registers, description=TEXTS[0])
    inbox.assign(eva, worked.pk, to=place.user("nils"))
    investigating.investigate(
        eva,
        worked.pk,
        causes=[registers.cause, registers.other_cause],
        main_cause=registers.other_cause,
        analysis="Två medarbetare var sjuka samtidigt, och det fanns ingen rutin för hur ärenden "
        "fördelas då.",
    )
    investigating.plan_action(eva, worked.pk, planned(place, registers))
    investigating.plan_action(
        eva, worked.pk, planned(place, registers, text="Gå igenom alla öppna utredningar")
    )
    cooperation.record_exchange(
        eva, worked.pk, authority="Region Nord", their_number="MCP-2214", sent_on=today
    )
    about = make_report(place, about_manager=True, description="Chefen svarar inte på larm.")
    return {"asked": asked, "worked": worked, "due": due, "about": about}


def test_every_page_is_accessible_and_fits_a_phone(place: Place, browser_page: BrowserPage) -> None:
    named = busy(place)
    worked, due, asked = named["worked"].pk, named["due"].pk, named["asked"].pk
    first = Deviation.objects.filter(status=states.REPORTED, safe_now="yes").earliest("pk").pk
    pages = {
        "inkorg": ("eva", "/inkorg/"),
        "inkorg-avdelningschef": ("anna", "/inkorg/"),
        "inkorg-sas": ("sara", "/inkorg/"),
        "lista": ("eva", "/avvikelser/?status=all"),
        "lista-filter": ("vera", "/avvikelser/?status=open&age=slow"),
        "lista-tom": ("eva", "/avvikelser/?status=merged"),
        "detalj": ("eva", f"/avvikelser/{worked}/"),
        "detalj-ny": ("eva", f"/avvikelser/{first}/"),
        "detalj-fraga": ("eva", f"/avvikelser/{asked}/"),
        "detalj-rapportor": ("amina", f"/avvikelser/{due}/"),
        "enkel": ("eva", f"/avvikelser/{first}/enkel/"),
        "sammanfor": ("eva", f"/avvikelser/{first}/sammanfor/"),
        "mina-atgarder": ("amina", "/mina-atgarder/"),
        "apt": ("eva", "/apt/"),
        "apt-medarbetare": ("amina", "/apt/"),
        "fordela-flera": ("eva", f"/inkorg/fordela/?ids={first},{asked}"),
        "effekt": ("eva", f"/avvikelser/{due}/effekt/"),
        "flytta-fram": ("eva", f"/avvikelser/{due}/{PAGES['postpone_effect'].slug}/"),
        "orsaker": ("eva", f"/avvikelser/{worked}/orsaker/"),
        "atgard": ("eva", f"/avvikelser/{worked}/atgard/"),
        "kategori": ("eva", f"/avvikelser/{worked}/kategori-och-risk/"),
        "flytta": ("eva", f"/avvikelser/{first}/flytta/"),
        "skydd": ("eva", f"/avvikelser/{first}/skydd/"),
        "samverkan": ("eva", f"/avvikelser/{worked}/samverkan/"),
    }
    opened: dict[str, Page] = {}
    for name, (who, url) in pages.items():
        if who not in opened:
            opened[who] = browser_page(who)
        page = opened[who]
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        picture(page, name)
        assert_accessible(page)


def test_faults_in_a_form_are_accessible_too(place: Place, browser_page: BrowserPage) -> None:
    fill_registers(place)
    deviation = make_report(place)
    page = browser_page("eva", width=360)
    page.goto(f"/avvikelser/{deviation.pk}/enkel/")
    page.get_by_label("behövs inget?").fill("")
    page.get_by_role("button", name="Avsluta").click()
    expect(page.get_by_role("alert")).to_contain_text("fel behöver rättas")
    picture(page, "enkel-fel-360")
    assert_accessible(page)
