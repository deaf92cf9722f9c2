"""Förslag från bevakning in a browser: twelve at once, by keyboard, on a phone, through axe."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Q
from playwright.sync_api import expect

from casework.deadlines import services
from casework.shared import clock
from deviations import states
from deviations.models import Deviation, Proposal, ProposalDecision
from tests.conftest import Place
from tests.factories.handling import make_registers
from tests.factories.proposals import missed
from tests.web.conftest import BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill(place: Place) -> list[Proposal]:
    """Twelve that were missed, by one rule or another."""
    some = [missed(place, days_ago=20 + 9 * number) for number in range(11)]
    some.append(missed(place, "unexecuted_decision", days_ago=150))
    return some


def test_twelve_are_confirmed_with_one_cause_analysis(
    place: Place, browser_page: BrowserPage
) -> None:
    registers = make_registers(place)
    fill(place)
    page = browser_page("eva")
    page.goto("/")
    page.get_by_role("link", name="Förslag från bevakning").click()
    expect(page.get_by_role("heading", level=1, name="Förslag från bevakning")).to_be_visible()
    assert_accessible(page)
    picture(page, "forslag-1280")
    # By the keys of the lists: next row, tick it.
    for key in "jx" * 12:
        page.keyboard.press(key)
    expect(page.get_by_text("12 av 12 markerade")).to_be_visible()
    page.keyboard.press("h")
    expect(page.get_by_role("heading", level=1, name="Bekräfta tillsammans")).to_be_visible()
    page.get_by_label("Problem med bemanning").check()
    page.get_by_label("Rutin saknas").check()
    page.get_by_label("Vilken är huvudorsaken?").select_option(str(registers.other_cause.pk))
    page.get_by_label("Gemensam analys").fill("Två tjänster stod tomma och ingen fördelade om.")
    page.get_by_label("Planera en åtgärd för alla").check()
    page.get_by_label("behövs inget?").fill("Gå igenom listan varje måndag")
    page.get_by_label("Klar senast").fill(str(clock.today() + timedelta(days=30)))
    assert_accessible(page)
    picture(page, "forslag-tillsammans-1280")
    page.get_by_role("button", name="Bekräfta 12 avvikelser").click()
    expect(page.get_by_text("12 avvikelser är bekräftade och hanterade.")).to_be_visible()
    expect(page.get_by_text("Inga förslag")).to_be_visible()
    assert_accessible(page)
    picture(page, "forslag-tom-1280")
    made = Deviation.objects.filter(from_watch=True)
    assert set(made.values_list("status", "main_cause")) == {
        (states.ACTIONS, registers.other_cause.pk)
    }
    assert ProposalDecision.objects.count() == made.count() == 12
    page.goto(f"/avvikelser/{made.latest('pk').pk}/")
    expect(page.get_by_text("Ur bevakningen")).to_be_visible()
    expect(page.get_by_text("Bevakningen", exact=True)).to_be_visible()
    assert_accessible(page)
    picture(page, "forslag-avvikelse-1280")


def test_one_is_confirmed_and_one_declined_without_script(
    place: Place, browser_page: BrowserPage
) -> None:
    some = [missed(place, "lvu_referral", days_ago=30), missed(place, days_ago=40)]
    page = browser_page("eva", script=False, width=360)
    page.goto("/inkorg/")
    page.get_by_role("link", name="Förslag från bevakning").click()
    page.goto(f"/inkorg/forslag/{some[0].pk}/")
    page.get_by_role("button", name="Bekräfta").click()
    expect(page.get_by_text("Svara ja eller nej.").first).to_be_visible()
    page.get_by_label("Ja").check()
    page.get_by_role("button", name="Bekräfta").click()
    expect(page.get_by_text("SAS har den nu.")).to_be_visible()
    page.get_by_role("link", name="Avböj").click()
    page.get_by_label("Varför är det inte en avvikelse?").fill("Fel ärende i systemet.")
    page.get_by_role("button", name="Avböj förslaget").click()
    expect(page.get_by_text("Förslaget är avböjt.")).to_be_visible()
    assert set(ProposalDecision.objects.values_list("outcome", flat=True)) == {
        "confirmed",
        "declined",
    }


def test_every_page_is_accessible_and_fits_a_phone(place: Place, browser_page: BrowserPage) -> None:
    make_registers(place)
    plain, kept = missed(place, days_ago=40), missed(place, days_ago=30)
    lvu = missed(place, "lvu_referral", days_ago=30, protected=True)
    with transaction.atomic():
        (time,) = services.open_for(Q(pk=kept.deadline_id))
        services.meet(time, time.last_day - timedelta(days=2), clock.now())
    page = browser_page("eva", width=360)
    for name, url in {
        "lista": "",
        "bekrafta": f"{lvu.pk}/",
        "klart": f"{kept.pk}/",
        "avboj": f"{kept.pk}/avboj/",
        "tillsammans": f"tillsammans/?ids={plain.pk},{lvu.pk}",
    }.items():
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            answer = page.goto(f"/inkorg/forslag/{url}")
            assert answer is not None
            assert answer.status == 200, url
            picture(page, f"forslag-{name}-{width}")
            assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 800})
    page.get_by_role("button", name="Bekräfta 2 avvikelser").click()
    expect(page.get_by_role("alert").first).to_contain_text("fel behöver rättas")
    picture(page, "forslag-fel-360")
    assert_accessible(page)
