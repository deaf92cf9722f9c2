"""The page of a deviation and of its acts, as they answer."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from casework.models import AuditEvent
from casework.shared import clock
from deviations import states
from deviations.models import Attachment, Deviation, Question
from deviations.services import closing, cooperation, inbox, investigating
from deviations.web.handling.acts import BY_SLUG, PAGES
from tests.conftest import Place, make_report
from tests.factories.handling import (
    Registers,
    equipped,
    in_state,
    planned,
    simple,
)
from tests.web.pages import Login, page

pytestmark = pytest.mark.django_db


def step(text: str) -> str:
    """The card Nästa steg."""
    found = re.search(r'id="nasta-steg">(.*?)</section>', text, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found.group(1)).split())


def test_reading_is_audited_once_a_page(place: Place, as_user: Login) -> None:
    deviation = make_report(place)
    before = AuditEvent.objects.count()
    page(as_user("eva"), f"/avvikelser/{deviation.pk}/")
    (event,) = AuditEvent.objects.order_by("pk")[before:]
    assert (event.action, event.subject_ids) == ("deviation.read", [deviation.pk])


@pytest.mark.parametrize("name", ["sven", "erik", "farid", "arne", "nils", "simon", "rut", "gun"])
def test_who_has_nothing_to_do_with_it_gets_404(place: Place, as_user: Login, name: str) -> None:
    deviation = make_report(place)
    client = as_user(name)
    for tail in ("", "enkel/", "sammanfor/", *(f"{slug}/" for slug in BY_SLUG)):
        assert client.get(f"/avvikelser/{deviation.pk}/{tail}").status_code == 404


@pytest.mark.parametrize("name", ["amina", "frida", "anna", "vera"])
def test_a_protected_one_does_not_exist_for_others(place: Place, as_user: Login, name: str) -> None:
    deviation = make_report(place)
    cooperation.set_protection(place.actor("eva"), deviation.pk, protected=True)
    client = as_user(name)
    assert client.get(f"/avvikelser/{deviation.pk}/").status_code == 404
    assert deviation.number not in client.get("/avvikelser/?status=all").content.decode()
    assert "Skyddade personuppgifter" in page(as_user("eva"), f"/avvikelser/{deviation.pk}/")


def test_the_manager_does_not_find_what_is_about_the_manager(place: Place, as_user: Login) -> None:
    deviation = make_report(place, about_manager=True)
    assert as_user("eva").get(f"/avvikelser/{deviation.pk}/").status_code == 404
    text = page(as_user("anna"), f"/avvikelser/{deviation.pk}/")
    assert "Gäller en chef" in text
    assert "Ta emot" in step(text)


def test_the_reporter_follows_and_sees_no_handling(
    place: Place, registers: Registers, as_user: Login
) -> None:
    deviation = make_report(place)
    eva = place.actor("eva")
    investigating.investigate(
        eva, deviation.pk, causes=[registers.cause], main_cause=None, analysis="Hemlig analys"
    )
    text = page(as_user("amina"), f"/avvikelser/{deviation.pk}/")
    assert deviation.description in text
    assert "Hemlig analys" not in text
    assert "Händelselogg" not in text
    assert "Så går det med din rapport" in text


def test_next_step_leads_all_the_way(place: Place, registers: Registers, as_user: Login) -> None:
    deviation = make_report(place)
    eva, url = as_user("eva"), f"/avvikelser/{deviation.pk}/"

    def post(slug: str, **data: Any) -> None:
        answer = eva.post(f"{url}{slug}/", data)
        assert answer.status_code == 302, answer.content.decode()

    def version() -> int:
        return Deviation.objects.values_list("version", flat=True).get(pk=deviation.pk)

    assert "Läs rapporten" in step(page(eva, url))
    post("ta-emot")
    assert "Fördela till den som ska utreda" in step(page(eva, url))
    post("fordela", to=place.user("nils").pk)
    assert "Bedöm kategori och risk" in step(page(eva, url))
    post(
        "kategori-och-risk",
        category=registers.category.pk,
        severity=3,
        probability=2,
        expected_version=version(),
    )
    assert "Beskriv vad det berodde på" in step(page(eva, url))
    post(
        "orsaker",
        causes=[registers.cause.pk, registers.other_cause.pk],
        main_cause=registers.other_cause.pk,
        analysis="Rutin saknas",
        expected_version=version(),
    )
    assert "Planera en åtgärd" in step(page(eva, url))
    post(
        "atgard",
        text="Skriv rutin",
        cause=registers.other_cause.pk,
        owner=place.user("amina").pk,
        due_on=clock.today() + timedelta(days=20),
    )
    assert "En åtgärd återstår" in step(page(eva, url))
    eva.post("/mina-atgarder/utford/", {"ids": deviation.actions.get().pk, "back": deviation.pk})
    assert "Alla åtgärder är utförda" in step(page(eva, url))
    post(
        "avsluta",
        outcome="Nu finns en rutin",
        effect_due_on=clock.today() + timedelta(days=90),
        expected_version=version(),
    )
    text = page(eva, url)
    assert "Effekten följs upp" in step(text)
    # The log names who, what and why.
    for said in ("Eva Norr", "Mottagen", "Orsaker: Problem med bemanning, Rutin saknas"):
        assert said in text
    reporter = page(as_user("amina"), url)
    assert "Nu finns en rutin" in reporter


@pytest.mark.parametrize("act", sorted(PAGES))
def test_each_act_has_a_page_of_its_own(
    place: Place, registers: Registers, as_user: Login, act: str
) -> None:
    fits = {
        "receive": states.REPORTED,
        "assess_effect": states.CLOSED_FOLLOW_UP,
        "postpone_effect": states.CLOSED_FOLLOW_UP,
        "return_from_sas": states.WITH_SAS,
        "reopen": states.CLOSED,
    }
    deviation = in_state(place, registers, fits.get(act, states.RECEIVED))
    who = {"decide_unit": "anna", "return_from_sas": "sara"}.get(act, "eva")
    client, url = as_user(who), f"/avvikelser/{deviation.pk}/{PAGES[act].slug}/"
    text = page(client, url)
    assert deviation.description in text
    if act not in {"receive", "protect", "classify", "exchange"}:
        empty = client.post(url, {})
        assert empty.status_code == 422
        assert "behöver rättas" in empty.content.decode()
    assert as_user("amina").get(url).status_code == 403


def test_an_act_that_does_not_fit_the_state_says_so(place: Place, as_user: Login) -> None:
    deviation = make_report(place)
    assert as_user("eva").get(f"/avvikelser/{deviation.pk}/effekt/").status_code == 409


def test_a_stale_page_keeps_what_was_typed_and_can_be_saved_again(
    place: Place, registers: Registers, as_user: Login
) -> None:
    deviation = make_report(place)
    seen = deviation.version
    anna = place.actor("anna")
    investigating.investigate(
        anna, deviation.pk, causes=[registers.cause], main_cause=None, analysis="Annas analys"
    )
    eva, url = as_user("eva"), f"/avvikelser/{deviation.pk}/orsaker/"
    mine = {"causes": [registers.other_cause.pk], "analysis": "Evas analys"}
    answer = eva.post(url, mine | {"expected_version": seen})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Någon har ändrat ärendet" in text
    assert "Evas analys" in text
    assert "Annas analys" in text
    deviation.refresh_from_db()
    assert deviation.analysis == "Annas analys"
    version = re.search(r'name="expected_version" value="(\d+)"', text)
    assert version
    assert eva.post(url, mine | {"expected_version": version.group(1)}).status_code == 302
    deviation.refresh_from_db()
    assert deviation.analysis == "Evas analys"


def test_simple_handling_takes_one_screen_with_good_defaults(
    place: Place, registers: Registers, as_user: Login
) -> None:
    deviation = make_report(place, category=registers.category)
    eva, url = as_user("eva"), f"/avvikelser/{deviation.pk}/enkel/"
    text = page(eva, url)
    due = clock.today() + closing.EFFECT_FOLLOW_UP
    assert f'value="{due.isoformat()}"' in text
    assert f'value="{registers.category.pk}" selected' in text
    version = deviation.version
    form = {
        "category": registers.category.pk,
        "causes": [registers.cause.pk],
        "way": "done",
        "text": "Gick igenom rutinen",
        "effect_due_on": due,
        "severity": 1,
        "probability": 1,
        "expected_version": version,
    }
    missing = eva.post(url, form | {"text": "", "causes": []})
    assert missing.status_code == 422
    assert "2 fel behöver rättas" in missing.content.decode()
    answer = eva.post(url, form, follow=True)
    assert "är avslutad" in answer.content.decode()
    deviation.refresh_from_db()
    assert deviation.status == states.CLOSED_FOLLOW_UP


def test_simple_handling_refuses_higher_risk_in_the_form(
    place: Place, registers: Registers, as_user: Login
) -> None:
    deviation = make_report(place)
    form = {
        "category": registers.category.pk,
        "causes": [registers.cause.pk],
        "way": "none",
        "text": "Ingen fara",
        "severity": 4,
        "probability": 2,
    }
    answer = as_user("eva").post(f"/avvikelser/{deviation.pk}/enkel/", form)
    assert answer.status_code == 422
    assert "Enkel hantering är för låg risk" in answer.content.decode()


@pytest.mark.parametrize("given", [{"safe_now": "no"}, {"possible_misconduct": True}])
def test_simple_handling_is_not_offered_for_the_unsafe(
    place: Place, as_user: Login, given: dict[str, Any]
) -> None:
    deviation = make_report(place, **given)
    eva = as_user("eva")
    assert "Enkel hantering" not in page(eva, f"/avvikelser/{deviation.pk}/")
    answer = eva.get(f"/avvikelser/{deviation.pk}/enkel/", follow=True)
    assert "inte en låg risk" in answer.content.decode()


def test_merging_asks_once_more_and_names_both(place: Place, as_user: Login) -> None:
    first = make_report(place, description="Larmet gick inte fram till boendet i fredags")
    twin = make_report(place, description="Larmet gick aldrig fram till boendet i fredags kväll")
    make_report(place, description="Beslut skickades till fel person")
    eva, url = as_user("eva"), f"/avvikelser/{twin.pk}/sammanfor/"
    text = page(eva, url)
    likeliest = re.search(r'name="into"[^>]*value="(\d+)"', text)
    assert likeliest
    assert int(likeliest.group(1)) == first.pk
    asked = eva.post(url, {"into": first.pk})
    assert "Det går inte att ångra" in asked.content.decode()
    twin.refresh_from_db()
    assert twin.status == states.REPORTED
    eva.post(url, {"number": first.number, "confirmed": "1"})
    twin.refresh_from_db()
    assert twin.merged_into == first
    assert f"Sammanförd med {first.number}" in step(page(eva, f"/avvikelser/{twin.pk}/"))
    assert twin.number in page(eva, f"/avvikelser/{first.pk}/")


def test_merging_with_what_is_not_there_is_told_on_the_field(place: Place, as_user: Login) -> None:
    deviation = make_report(place)
    hidden = make_report(place, by="sven", unit=place.sister_unit)
    url = f"/avvikelser/{deviation.pk}/sammanfor/"
    for number in ("AVV-1999-00001", hidden.number):
        answer = as_user("eva").post(url, {"number": number, "confirmed": "1"})
        assert answer.status_code == 422
        assert "Det finns ingen avvikelse med det numret" in answer.content.decode()


def test_marking_as_protected_leads_away_who_may_not_see_it(place: Place, as_user: Login) -> None:
    deviation = make_report(place)
    inbox.assign(place.actor("eva"), deviation.pk, to=place.user("amina"))
    amina, url = as_user("amina"), f"/avvikelser/{deviation.pk}/skydd/"
    assert "Du kommer inte att se ärendet" in page(amina, url)
    answer = amina.post(url, follow=True)
    assert answer.status_code == 200
    assert amina.get(f"/avvikelser/{deviation.pk}/").status_code == 404


def test_an_exchange_is_added_to(place: Place, as_user: Login) -> None:
    deviation = make_report(place)
    eva, url = as_user("eva"), f"/avvikelser/{deviation.pk}/samverkan/"
    eva.post(url, {"authority": "Region Nord", "their_number": "MCP-4", "sent_on": "2026-01-02"})
    exchange = deviation.exchanges.get()
    text = page(eva, f"{url}?exchange={exchange.pk}")
    assert "MCP-4" in text
    eva.post(
        url,
        {
            "exchange": exchange.pk,
            "authority": "Region Nord",
            "their_number": "MCP-4",
            "sent_on": "2026-01-02",
            "answered_on": "2026-01-09",
        },
    )
    assert deviation.exchanges.get().answered_on == date(2026, 1, 9)
    assert "9 januari 2026" in page(eva, f"/avvikelser/{deviation.pk}/")


def test_the_reporting_unit_sees_on_but_cannot_act(place: Place, as_user: Login) -> None:
    deviation = make_report(place)
    inbox.move(place.actor("eva"), deviation.pk, to=place.far_unit, reason="Gäller vuxna")
    text = page(as_user("eva"), f"/avvikelser/{deviation.pk}/")
    assert "Gäller vuxna" in text
    assert "Enhet: Fjärrenheten" in text
    assert "Ta emot" not in text
    assert "Flytta till annan enhet" not in text


def test_a_category_no_longer_used_stays_while_the_rest_is_changed(
    place: Place, registers: Registers, as_user: Login
) -> None:
    deviation = equipped(place, registers)
    registers.category.valid_to = clock.today() - timedelta(days=1)
    registers.category.save()
    eva, url = as_user("eva"), f"/avvikelser/{deviation.pk}/kategori-och-risk/"
    assert f'value="{registers.category.pk}" selected' in page(eva, url)
    answer = eva.post(url, {"category": registers.category.pk, "severity": 3, "probability": 3})
    assert answer.status_code == 302
    deviation.refresh_from_db()
    assert (deviation.category, deviation.severity) == (registers.category, 3)


def full(place: Place, registers: Registers) -> Deviation:
    """A deviation with some of everything."""
    deviation = equipped(place, registers)
    eva = place.actor("eva")
    inbox.receive(eva, deviation.pk)
    for number in range(5):
        investigating.plan_action(eva, deviation.pk, planned(place, registers))
        question = inbox.ask(eva, deviation.pk, text=f"Fråga {number}?")
        inbox.answer(place.actor("amina"), deviation.pk, question.pk, text="Svar")
        cooperation.record_exchange(eva, deviation.pk, authority=f"Region {number}")
        investigating.classify(eva, deviation.pk, severity=1 + number % 4)
        Attachment.objects.create(
            deviation=deviation, name="bild.png", content_type="image/png", size=10,
            added_at=clock.now(),
        )  # fmt: skip
    return deviation


@pytest.mark.parametrize("name", ["eva", "anna", "sara", "vera", "amina"])
def test_at_most_15_queries_for_a_full_page(
    place: Place,
    registers: Registers,
    as_user: Login,
    name: str,
    django_assert_max_num_queries: Any,
) -> None:
    deviation = full(place, registers)
    client = as_user(name)
    client.get(f"/avvikelser/{deviation.pk}/")
    with django_assert_max_num_queries(15):
        assert client.get(f"/avvikelser/{deviation.pk}/").status_code == 200


@pytest.mark.parametrize(
    "tail",
    ["enkel/", "sammanfor/", *(f"{slug}/" for slug in BY_SLUG)],
)
def test_at_most_15_queries_for_the_page_of_an_act(
    place: Place,
    registers: Registers,
    as_user: Login,
    tail: str,
    django_assert_max_num_queries: Any,
) -> None:
    deviation = full(place, registers)
    for _ in range(20):
        make_report(place)
    client, url = as_user("anna"), f"/avvikelser/{deviation.pk}/{tail}"
    client.get(url)
    with django_assert_max_num_queries(15):
        assert client.get(url).status_code in {200, 403, 409}


def test_a_question_is_asked_and_its_answer_shown(place: Place, as_user: Login) -> None:
    deviation = make_report(place)
    eva = as_user("eva")
    eva.post(f"/avvikelser/{deviation.pk}/komplettering/", {"text": "Vilken dag?"})
    assert "Väntar på svar" in page(eva, f"/avvikelser/{deviation.pk}/")
    question = Question.objects.get()
    inbox.answer(place.actor("amina"), deviation.pk, question.pk, text="I tisdags")
    assert "I tisdags" in page(eva, f"/avvikelser/{deviation.pk}/")


def test_reopening_brings_it_back_to_the_inbox(
    place: Place, registers: Registers, as_user: Login
) -> None:
    deviation = make_report(place)
    closing.close_simply(place.actor("eva"), deviation.pk, simple(registers))
    eva = as_user("eva")
    eva.post(f"/avvikelser/{deviation.pk}/ateroppna/", {"reason": "Det hände igen"})
    assert deviation.number in page(eva, "/inkorg/")
    assert "Det hände igen" in page(eva, f"/avvikelser/{deviation.pk}/")


def test_the_next_step_goes_on_when_category_and_risk_are_judged(
    place: Place, as_user: Login, registers: Registers
) -> None:
    deviation = make_report(place)
    eva, actor = as_user("eva"), place.actor("eva")
    inbox.receive(actor, deviation.pk)
    assert "bedöm kategori och risk" in page(eva, f"/avvikelser/{deviation.pk}/")
    investigating.classify(
        actor, deviation.pk, category=registers.category, severity=2, probability=2
    )
    assert "beskriv själv vad det berodde på" in page(eva, f"/avvikelser/{deviation.pk}/")
