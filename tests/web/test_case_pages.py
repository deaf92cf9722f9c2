"""Cases on screen: the page of one with its times, and each step as a person takes it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from casework.cases.models import Case, Decision, Intake, Investigation
from casework.cases.services import care, intakes, investigations
from casework.cases.services.door import Person
from casework.shared import clock
from casework.web.cases.steps import BY_ADDRESS, KINDS
from tests.architecture.access_table import STEPS
from tests.conftest import Place, make_report
from tests.factories.cases import decide, investigate, take_in
from tests.factories.times import instant
from tests.web.case_screens import URL, address, html, page_of, refused, take

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
Travel = Callable[[date | datetime], object]


def test_the_page_shows_what_happened_and_why_a_date(
    place: Place, as_user: Login, at: Travel
) -> None:
    at(instant("2026-03-02 10:00"))
    (intake,) = take_in(place, "Ä-77")
    amina = as_user("amina")
    shown = html(amina, page_of(intake))
    assert "Anmälan från Skola kom in" in shown
    assert "2 mars 2026 kl. 09.00" in shown
    assert "Varför detta datum?" in shown
    assert "Tiden räknas från att" in shown
    assert "16 mars 2026" in shown, "förhandsbedömning inom 14 dagar"


def test_a_person_registers_an_anmalan_about_siblings(place: Place, as_user: Login) -> None:
    amina = as_user("amina")
    url = f"{URL}ny/aktualisering/"
    assert "Lägg till ett barn till" in html(amina, url)
    now = clock.now().astimezone(clock.STOCKHOLM)
    typed = {
        "unit": place.unit.pk,
        "kind": "report",
        "received_at": f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M}",
        "source": "Skola",
        "feedback_asked": "on",
        "handler": "on",
        "barn-TOTAL_FORMS": "1",
        "barn-INITIAL_FORMS": "0",
        "barn-0-case_number": "Ä-1",
        "barn-0-sex": "female",
        "barn-0-birth_year": "2016",
    }
    more = amina.post(url, typed | {"add": "1"})
    assert more.status_code == 200
    shown = more.content.decode()
    assert "barn-1-case_number" in shown
    assert 'value="Ä-1"' in shown
    assert 'value="Skola"' in shown
    assert "obligatorisk" in shown
    assert "Fyll i ärendets nummer." not in shown
    typed |= {"barn-TOTAL_FORMS": "3", "barn-1-case_number": "Ä-2", "barn-1-sex": "male"}
    answer = amina.post(url, typed, follow=True)
    assert "Registrerat i 2 ärenden." in answer.content.decode()
    first, second = Intake.objects.order_by("pk")
    assert first.entry == second.entry
    assert first.feedback_asked
    assert first.handler == place.user("amina")
    assert Case.objects.get(number="Ä-1").birth_year == 2016
    assert f'href="{page_of(second)}">Ä-2</a>' in html(amina, page_of(first))


def test_a_sibling_out_of_sight_is_not_named(place: Place, as_user: Login) -> None:
    first, second = take_in(place, "Ä-1", "Ä-2")
    assert second.case
    care.set_protection(place.actor("eva"), second.case.pk, protected=True)
    assert "Ä-2" not in html(as_user("amina"), page_of(first))
    assert "Ä-2" in html(as_user("eva"), page_of(first))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"barn-0-case_number": ""}, "Fyll i ärendets nummer."),
        ({"barn-0-case_number": "20160229-2383"}, "Det ser ut som ett personnummer."),
        ({"barn-0-birth_year": "1016"}, "Skriv födelseåret med fyra siffror."),
        ({"barn-0-birth_year": "2199"}, "Året har inte kommit än."),
        ({"barn-TOTAL_FORMS": "2", "barn-1-case_number": "Ä-1"}, "Samma ärende står två gånger."),
        ({"received_at": "2199-01-01T10:00"}, "Tiden ligger framåt."),
        ({"received_at": ""}, "Ange dag och klockslag."),
        ({"kind": "application", "feedback_asked": "on"}, "Bara en anmälare kan få återkoppling."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    place: Place, as_user: Login, changed: dict[str, str], message: str
) -> None:
    typed = {
        "unit": place.unit.pk,
        "kind": "report",
        "received_at": "2026-03-02T09:00",
        "source": "Polisen i trakten",
        "barn-TOTAL_FORMS": "1",
        "barn-INITIAL_FORMS": "0",
        "barn-0-case_number": "Ä-1",
    }
    answer = as_user("amina").post(f"{URL}ny/aktualisering/", typed | changed)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert message in shown
    assert "Polisen i trakten" in shown
    assert not Intake.objects.exists()


def test_a_case_of_another_unit_is_asked_about(place: Place, as_user: Login, at: Travel) -> None:
    at(instant("2026-03-02 10:00"))
    take_in(place, "Ä-77")
    sven, url = as_user("sven"), f"{URL}ny/utredning/"
    typed = {"unit": place.sister_unit.pk, "case_number": "Ä-77", "opened_on": "2026-03-02"}
    assert "Ärendet ska följa med hit" not in html(sven, url)
    asked = sven.post(url, typed)
    assert asked.status_code == 422
    assert "Ärendet hör till en annan enhet." in asked.content.decode()
    assert "Ärendet ska följa med hit" in asked.content.decode()
    done = sven.post(url, typed | {"other_unit": "on"}, follow=True)
    assert "Utredningen är inledd." in done.content.decode()
    assert Case.objects.get().unit == place.sister_unit
    # The same for an anmälan, back to where it came from.
    amina, url = as_user("amina"), f"{URL}ny/aktualisering/"
    anmalan = {
        "unit": place.unit.pk,
        "kind": "report",
        "received_at": "2026-03-02T10:00",
        "barn-TOTAL_FORMS": "1",
        "barn-INITIAL_FORMS": "0",
        "barn-0-case_number": "Ä-77",
    }
    assert "Ärendet ska följa med hit" in amina.post(url, anmalan).content.decode()
    amina.post(url, anmalan | {"other_unit": "on"})
    assert Intake.objects.filter(unit=place.unit).count() == 2


def test_from_anmalan_to_utredning(place: Place, as_user: Login, at: Travel) -> None:
    at(instant("2026-03-02 10:00"))
    (intake,) = take_in(place, "Ä-77", feedback_asked=True)
    amina = as_user("amina")
    assert "Skyddsbedömningen är antecknad." in take(
        amina, intake, "skyddsbedomning", at="2026-03-02T09:30"
    )
    at(instant("2026-03-05 10:00"))
    amina = as_user("amina")
    shown = take(
        amina, intake, "forhandsbedomning", outcome="opened", on="2026-03-05", kind="Barnutredning"
    )
    investigation = Investigation.objects.get()
    assert investigation.opened_on == date(2026, 3, 5)
    assert "0 dagar (gräns 122 och 123)" in shown
    assert "5 mars 2026 till 6 juli 2026, räkna med 5 juli 2026" in shown
    assert "Återkopplingen är antecknad." in take(amina, intake, "aterkoppling", on="2026-03-05")
    assert intake.feedback_given_on == date(2026, 3, 5)


def test_inled_inte_wants_a_reason(place: Place, as_user: Login) -> None:
    (intake,) = take_in(place)
    amina, today = as_user("amina"), f"{clock.today()}"
    intakes.assess_protection(place.actor("amina"), intake.pk, at=clock.now())
    shown = refused(amina, intake, "forhandsbedomning", outcome="not_opened", on=today)
    assert "Skriv varför utredning inte inleds." in shown
    assert f'value="{today}"' in shown
    given = {"outcome": "not_opened", "on": today, "reason": "Redan utrett i höstas."}
    shown = take(amina, intake, "forhandsbedomning", **given)
    assert "Redan utrett i höstas." in shown
    assert not Investigation.objects.exists()


def test_times_that_run_backwards_are_refused_at_their_field(
    place: Place, as_user: Login, at: Travel
) -> None:
    at(instant("2026-03-02 10:00"))
    (intake,) = take_in(place)
    amina = as_user("amina")
    shown = refused(amina, intake, "skyddsbedomning", at="2026-03-01T10:00")
    assert "aktualiseringen kom in 2026-03-02 09:00" in shown
    assert 'aria-invalid="true"' in shown
    investigation = investigate(place, "Ä2")
    shown = refused(amina, investigation, "avsluta", outcome="measure", on="2026-03-01")
    assert "den inleddes 2026-03-02" in shown
    shown = refused(amina, investigation, "avsluta", on="2026-03-02")
    assert "Välj vad utredningen ledde till." in shown


def test_whoever_comes_second_is_told_so(place: Place, as_user: Login) -> None:
    investigation = investigate(place)
    amina, nils = as_user("amina"), as_user("nils")
    given = {"outcome": "no_measure", "on": f"{clock.today()}"}
    take(amina, investigation, "avsluta", **given)
    shown = refused(nils, investigation, "avsluta", 409, **given)
    assert "Någon annan hann före" in shown
    assert "Utredningen är redan avslutad" in shown
    late = nils.get(address(investigation, "avsluta"))
    assert late.status_code == 409
    assert page_of(investigation) in late.content.decode()


def test_an_extension_shows_until_when_the_time_runs(
    place: Place, as_user: Login, at: Travel
) -> None:
    at(instant("2026-03-02 10:00"))
    investigation = investigate(place)
    at(instant("2026-06-20 10:00"))
    amina = as_user("amina")
    assert "Tiden går nu till" in html(amina, address(investigation, "forlang"))
    given: dict[str, Any] = {
        "until": "2026-07-01",
        "decided_on": "2026-06-20",
        "reason": "Förhör återstår.",
    }
    assert "tiden går redan till" in refused(amina, investigation, "forlang", **given)
    shown = take(amina, investigation, "forlang", **(given | {"until": "2026-09-02"}))
    assert "Förlängd till 2026-09-02" in shown
    assert "gräns 122 och 184" in shown
    assert "Förläng utredningen" in shown
    at(instant("2026-09-03 10:00"))
    amina = as_user("amina")
    late = html(amina, page_of(investigation))
    assert "Förläng utredningen" not in late
    assert "Tiden har gått ut, och en utredning förlängs innan dess" in late
    assert f'href="{address(investigation, "forlang")}"' in late, "one decided in time is noted"
    assert 'value="2026-09-03"' not in html(amina, address(investigation, "forlang"))
    given = {"until": "2026-10-01", "decided_on": "2026-09-03", "reason": "Förhör återstår."}
    assert "tiden gick ut 2026-09-02" in refused(amina, investigation, "forlang", **given)


def test_closing_with_following_up(place: Place, as_user: Login) -> None:
    investigation = investigate(place)
    amina, today = as_user("amina"), f"{clock.today()}"
    given = {"outcome": "no_measure", "on": today, "follow_up": "on"}
    shown = take(amina, investigation, "avsluta", **given)
    assert "Beslut om uppföljning utan insats" in shown
    assert "Avsluta uppföljningen" in shown
    take(amina, investigation, "avsluta-uppfoljning", on=today)
    assert investigation.follow_up_ended_on == clock.today()
    other = investigate(place, "Ä2")
    take(amina, other, "avsluta", outcome="no_measure", on=today)
    take(amina, other, "uppfoljning", on=today)
    assert other.follow_up_on == clock.today()


def test_a_restarted_investigation_is_shown(place: Place, as_user: Login, at: Travel) -> None:
    at(instant("2026-03-02 10:00"))
    first = investigate(place, "Ä-77")
    investigations.close_investigation(
        place.actor("amina"), first.pk, on=clock.today(), outcome="no_measure"
    )
    at(instant("2026-03-20 10:00"))
    investigate(place, "Ä-77")
    investigate(place, "Ä-78")
    amina = as_user("amina")
    shown = html(amina, page_of(first))
    assert "Omstartad utredning: den förra avslutades 2 mars 2026." in shown
    listed = html(amina, f"{URL}?restarted=on")
    assert "Ä-77" in listed
    assert "Ä-78" not in listed


def test_opening_an_investigation_by_itself(place: Place, as_user: Login) -> None:
    investigation = investigate(place, "Ä-77", person=Person("Ä-77", "female", 2015))
    amina, today = as_user("amina"), f"{clock.today()}"
    url = f"{URL}ny/utredning/"
    assert 'value="Ä-77"' in html(amina, f"{url}?arende={investigation.case_id}")
    typed = {
        "unit": place.unit.pk,
        "case_number": "Ä-77",
        "opened_on": today,
        "kind": "Barnutredning",
    }
    answer = amina.post(url, typed)
    assert answer.status_code == 409
    assert "Ärendet har redan en öppen utredning" in answer.content.decode()
    answer = amina.post(url, typed | {"case_number": "Ä-78"}, follow=True)
    assert "Utredningen är inledd." in answer.content.decode()
    answer = amina.post(url, typed | {"case_number": "Ä-79", "opened_on": "2199-01-01"})
    assert "den dagen har inte kommit än" in answer.content.decode()


def test_the_course_of_a_decision(place: Place, as_user: Login) -> None:
    amina, today = as_user("amina"), f"{clock.today()}"
    typed = {
        "unit": place.unit.pk,
        "case_number": "Ä-77",
        "statute": "LSS",
        "measure": "Korttidsvistelse",
        "decided_on": today,
    }
    url = f"{URL}ny/beslut/"
    assert "Fyll i insatsen." in amina.post(url, typed | {"measure": ""}).content.decode()
    answer = amina.post(url, typed, follow=True)
    assert "Beslut: Korttidsvistelse" in answer.content.decode()
    decision = Decision.objects.get()
    assert "Ingen plats ledig" in take(amina, decision, "skal", reason="Ingen plats ledig")
    take(amina, decision, "verkstall", on=today)
    assert decision.executed_on == clock.today()
    take(amina, decision, "avbrott", on=today)
    shown = take(amina, decision, "ateruppta", on=today)
    assert "Verkställigheten återupptagen" in shown
    other = decide(place, "Ä2")
    assert "Skriv varför" in refused(amina, other, "avsluta", on=today)
    take(amina, other, "avsluta", on=today, reason="Den enskilde tackade nej")
    assert other.ended_on == clock.today()


def test_taking_assigning_and_moving(place: Place, as_user: Login) -> None:
    investigation = investigate(place, "Ä-77")
    amina, nils, eva = as_user("amina"), as_user("nils"), as_user("eva")
    assert "Ta ärendet" in html(amina, page_of(investigation))
    take(amina, investigation, "ta")
    assert investigation.handler == place.user("amina")
    assert "Ta ärendet" not in html(nils, page_of(investigation))
    assert nils.post(address(investigation, "fordela"), {"to": ""}).status_code == 403
    take(eva, investigation, "fordela", to=place.user("nils").pk)
    assert investigation.handler == place.user("nils")
    assert amina.post(address(investigation, "flytta"), {}).status_code == 403
    assert "Välj en enhet att flytta till." in refused(eva, investigation, "flytta")
    shown = take(eva, investigation, "flytta", to=place.sister_unit.pk)
    assert "Ärenden" in shown
    assert investigation.unit == place.sister_unit
    assert as_user("sven").get(page_of(investigation)).status_code == 200
    assert amina.get(page_of(investigation)).status_code == 404


def test_the_unit_keeps_its_own_steps_when_the_case_has_gone_on(
    place: Place, as_user: Login
) -> None:
    (intake,) = take_in(place, "Ä-77", feedback_asked=True)
    amina = as_user("amina")
    actor = place.actor("amina")
    intakes.assess_protection(actor, intake.pk, at=clock.now())
    _, investigation = intakes.decide_intake(actor, intake.pk, outcome="opened", on=clock.today())
    assert investigation is not None
    care.move_unit(place.actor("eva"), "investigation", investigation.pk, to=place.sister_unit)
    assert "Ä-77" in html(amina)
    shown = html(amina, page_of(intake))
    assert "Återkoppling lämnad" in shown
    assert "Avsluta utredningen" not in shown, "the investigation is another unit's"
    take(amina, intake, "aterkoppling", on=f"{clock.today()}")
    assert "Avsluta utredningen" in html(as_user("sven"), page_of(intake))


def test_protection_is_asked_for_once_more(place: Place, as_user: Login) -> None:
    (intake,) = take_in(place, "Ä-77")
    url = f"{page_of(intake)}skydd/"
    amina, eva = as_user("amina"), as_user("eva")
    assert "Du kommer inte att se ärendet" in html(amina, url)
    answer = amina.post(url, {"protected": "1"}, follow=True)
    assert answer.redirect_chain == [(URL, 302)]
    assert amina.get(page_of(intake)).status_code == 404
    assert "Skyddade personuppgifter" in html(eva, page_of(intake))
    # A form that says nothing takes no protection away.
    assert eva.post(url).status_code == 400
    assert "Skyddade personuppgifter" in html(eva, page_of(intake))
    answer = eva.post(url, {"protected": "0"}, follow=True)
    assert "Skyddet är borttaget." in answer.content.decode()
    assert "Ä-77" in html(amina)


def test_the_search_box_finds_a_case(place: Place, as_user: Login) -> None:
    (intake,) = take_in(place, "Ä-77")
    assert page_of(intake) in html(as_user("amina"), "/sok/?q=ä-77")
    assert page_of(intake) not in html(as_user("sven"), "/sok/?q=ä-77")
    assert page_of(intake) not in html(as_user("vera"), "/sok/?q=ä-77")


def test_a_deviation_leads_to_its_case(place: Place, as_user: Login) -> None:
    (intake,) = take_in(place, "Ä-77")
    deviation = make_report(place, case_number="Ä-77")
    link = f'<a href="{page_of(intake)}">'
    assert f"{link}Ä-77</a>" in html(as_user("eva"), f"/avvikelser/{deviation.pk}/")
    masked = html(as_user("vera"), f"/avvikelser/{deviation.pk}/")
    assert f"{link}•••</a>" in masked
    assert "Ä-77" not in masked


def test_every_step_on_screen_is_walked_by_the_access_table() -> None:
    walked = {(KINDS[kind], slug) for kind, slugs in STEPS.items() for slug in slugs}
    assert walked == set(BY_ADDRESS)


def test_few_queries_however_much_there_is(
    place: Place, as_user: Login, django_assert_max_num_queries: Any
) -> None:
    records = []
    for number in range(8):
        records += take_in(place, f"Ä-{number}", f"Ä-syskon-{number}")
        investigation = investigate(place, f"Ä-{number}")
        decide(place, f"Ä-{number}")
    eva = as_user("eva")
    for url in (
        URL,
        page_of(records[0]),
        f"{URL}ny/aktualisering/",
        f"{URL}ny/utredning/?arende={investigation.case_id}",
        address(investigation, "forlang"),
        address(investigation, "fordela"),
        address(records[0], "skyddsbedomning"),
        f"{page_of(records[0])}skydd/",
    ):
        with django_assert_max_num_queries(15):
            html(eva, url)
