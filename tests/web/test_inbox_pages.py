"""The Inkorg and the lists, as they answer."""

from datetime import date, timedelta
from typing import Any

import pytest

from casework.models import AuditEvent
from casework.shared import clock
from deviations import states
from deviations.models import Deviation
from deviations.services import closing, inbox, investigating
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


def test_the_inbox_is_in_order_of_risk_and_then_age(place: Place, as_user: Login, at: Any) -> None:
    at(date(2026, 1, 12))
    old = make_report(place, description="Gammal")
    at(date(2026, 3, 2))
    new = make_report(place, description="Ny")
    unsafe = make_report(place, description="Farlig", safe_now="no")
    text = page(as_user("eva"), "/inkorg/")
    places = [text.index(one.number) for one in (unsafe, old, new)]
    assert places == sorted(places)
    assert "49 dagar" in text
    assert "Inte trygg nu" in text


def test_what_is_received_has_left_the_inbox(place: Place, as_user: Login) -> None:
    one, other = make_report(place), make_report(place)
    eva = as_user("eva")
    answer = eva.post("/inkorg/flera/", {"verb": "receive", "ids": [one.pk]}, follow=True)
    assert f"{one.number} är mottagen." in answer.content.decode()
    assert one.number not in page(eva, "/inkorg/").replace(f"{one.number} är", "")
    assert other.number in page(eva, "/inkorg/")


def test_several_are_refused_together_with_the_number_of_the_bad_one(
    place: Place, as_user: Login
) -> None:
    one, other = make_report(place), make_report(place)
    inbox.receive(place.actor("eva"), other.pk)
    answer = as_user("eva").post(
        "/inkorg/flera/", {"verb": "receive", "ids": [one.pk, other.pk]}, follow=True
    )
    assert other.number in answer.content.decode()
    one.refresh_from_db()
    assert one.status == states.REPORTED


def test_effect_comes_back_on_its_day(
    place: Place, registers: Registers, as_user: Login, at: Any
) -> None:
    at(date(2026, 3, 2))
    deviation = make_report(place)
    given = simple(registers, effect_due_on=date(2026, 6, 1))
    closing.close_simply(place.actor("eva"), deviation.pk, given)
    at(date(2026, 5, 31))
    assert "Bedöm effekt" not in page(as_user("eva"), "/inkorg/")
    at(date(2026, 6, 1))
    eva = as_user("eva")
    assert "Bedöm effekt" in page(eva, "/inkorg/")
    eva.post(f"/avvikelser/{deviation.pk}/effekt/", {"effect": "improved"})
    assert "Inkorgen är tom" in page(eva, "/inkorg/")


def test_the_head_gets_what_was_moved_twice_and_what_is_about_the_manager(
    place: Place, as_user: Login
) -> None:
    moved = make_report(place)
    inbox.move(place.actor("eva"), moved.pk, to=place.sister_unit, reason="Deras")
    inbox.move(place.actor("erik"), moved.pk, to=place.unit, reason="Nej")
    about = make_report(place, about_manager=True)
    text = page(as_user("anna"), "/inkorg/")
    assert text.index("Bestäm ansvarig enhet") < text.index(moved.number)
    assert text.index("Gäller en enhetschef") < text.index(about.number)
    hers = page(as_user("eva"), "/inkorg/")
    assert moved.number in hers
    assert about.number not in hers
    assert about.number not in page(as_user("arne"), "/inkorg/")


def test_sas_gets_possible_misconduct_and_what_was_handed_over(
    place: Place, as_user: Login
) -> None:
    marked = make_report(place, possible_misconduct=True)
    sent, plain = make_report(place), make_report(place)
    inbox.send_to_sas(place.actor("eva"), sent.pk, reason="Kan vara allvarligt")
    text = page(as_user("sara"), "/inkorg/")
    assert marked.number in text
    assert sent.number in text
    assert plain.number not in text


def test_an_answer_shows_until_it_has_been_read(place: Place, as_user: Login) -> None:
    deviation = make_report(place)
    eva = place.actor("eva")
    inbox.receive(eva, deviation.pk)
    question = inbox.ask(eva, deviation.pk, text="Vilken dag?")
    client = as_user("eva")
    assert "Komplettering har kommit" not in page(client, "/inkorg/")
    inbox.answer(place.actor("amina"), deviation.pk, question.pk, text="I tisdags")
    assert "Komplettering har kommit" in page(client, "/inkorg/")
    assert "I tisdags" in page(client, f"/avvikelser/{deviation.pk}/")
    assert "Komplettering har kommit" not in page(client, "/inkorg/")


def test_what_can_be_closed_waits_to_be_closed(
    place: Place, registers: Registers, as_user: Login
) -> None:
    deviation = equipped(place, registers)
    action = investigating.plan_action(place.actor("eva"), deviation.pk, planned(place, registers))
    eva = as_user("eva")
    assert "Redo att avslutas" not in page(eva, "/inkorg/")
    as_user("amina").post("/mina-atgarder/utford/", {"ids": action.pk})
    assert "Redo att avslutas" in page(eva, "/inkorg/")


def test_the_helper_has_the_inbox_where_the_manager_said_so(place: Place, as_user: Login) -> None:
    deviation = make_report(place)
    assert as_user("frida").get("/inkorg/").status_code == 403
    place.unit.forste_helps_with_inbox = True
    place.unit.save()
    assert deviation.number in page(as_user("frida"), "/inkorg/")


@pytest.mark.parametrize("name", ["amina", "simon", "rut", "vera"])
def test_nobody_else_has_an_inbox(place: Place, as_user: Login, name: str) -> None:
    assert as_user(name).get("/inkorg/").status_code == 403


def test_the_other_board_sees_nothing_of_ours(
    place: Place, other_place: Place, as_user: Login
) -> None:
    deviation = make_report(place, possible_misconduct=True)
    for name in ("eva", "anna", "sara", "vera"):
        client = as_user(name, other_place)
        for url in ("/inkorg/", "/avvikelser/?status=all", "/apt/", "/mina-atgarder/"):
            assert deviation.number not in client.get(url).content.decode()
        assert client.get(f"/avvikelser/{deviation.pk}/").status_code == 404


def test_several_are_assigned_and_moved_on_their_own_pages(place: Place, as_user: Login) -> None:
    pair = [make_report(place), make_report(place)]
    ids = ",".join(str(one.pk) for one in pair)
    eva = as_user("eva")
    answer = eva.post("/inkorg/flera/", {"verb": "assign", "ids": [one.pk for one in pair]})
    assert answer["Location"] == f"/inkorg/fordela/?ids={ids.replace(',', '%2C')}"
    text = page(eva, answer["Location"])
    assert all(one.number in text for one in pair)
    assert "Nils Norr" in text
    assert "Sven Norr" not in text
    chosen = {"ids": [one.pk for one in pair], "to": place.user("nils").pk}
    eva.post("/inkorg/fordela/", chosen)
    assert set(Deviation.objects.values_list("handler__first_name", flat=True)) == {"Nils"}
    to = {"ids": [one.pk for one in pair], "to": place.far_unit.pk, "reason": "Vuxna"}
    eva.post("/inkorg/flytta/", to)
    assert set(Deviation.objects.values_list("unit", flat=True)) == {place.far_unit.pk}


def test_ten_alike_are_handled_on_one_page(
    place: Place, registers: Registers, as_user: Login
) -> None:
    ten = [make_report(place).pk for _ in range(10)]
    eva = as_user("eva")
    ids = ",".join(map(str, ten))
    assert "Hantera 10 avvikelser" in page(eva, f"/inkorg/tillsammans/?ids={ids}")
    form = {
        "ids": ten,
        "category": registers.category.pk,
        "causes": [registers.cause.pk],
        "severity": 2,
        "probability": 2,
        "way": "planned",
        "text": "Skriv en rutin",
        "owner": place.user("amina").pk,
        "due_on": clock.today() + timedelta(days=14),
        "analysis": "Samma sak",
    }
    refused = eva.post("/inkorg/tillsammans/", form | {"owner": ""})
    assert refused.status_code == 422
    assert "Välj vem som ansvarar" in refused.content.decode()
    assert eva.post("/inkorg/tillsammans/", form).status_code == 302
    assert set(Deviation.objects.values_list("status", flat=True)) == {states.ACTIONS}


def test_the_list_is_narrowed_by_what_one_chooses(
    place: Place, registers: Registers, as_user: Login, at: Any
) -> None:
    at(date(2026, 1, 12))
    old = make_report(place)
    at(date(2026, 3, 2))
    new = make_report(place, category=registers.category)
    done = in_state(place, registers, states.CLOSED)
    eva = as_user("eva")

    def shown(query: str) -> set[str]:
        text = page(eva, f"/avvikelser/{query}")
        return {one.number for one in (old, new, done) if one.number in text}

    assert shown("") == {old.number, new.number}
    assert shown("?status=all") == {old.number, new.number, done.number}
    assert shown("?status=closed") == {done.number}
    assert shown("?status=open&age=slow") == {old.number}
    assert shown(f"?status=open&category={registers.category.parent_id}") == {new.number}
    assert shown("?from_day=2026-02-01&status=open") == {new.number}
    assert shown(f"?unit={place.sister_unit.pk}") == set()
    assert shown("?status=nonsens") == {old.number, new.number, done.number}
    assert as_user("eva").get("/avvikelser/?sort=description").status_code == 200
    assert shown("?sort=number") == shown("?page=1") == {old.number, new.number}


def test_whether_someone_was_safe_alarms_only_until_it_is_closed(
    place: Place, as_user: Login
) -> None:
    unsafe = make_report(place, safe_now="no")
    eva = as_user("eva")
    assert "Inte trygg nu" in page(eva, f"/avvikelser/{unsafe.pk}/")
    inbox.dismiss(place.actor("eva"), unsafe.pk, reason="Var en övning")
    assert "Inte trygg nu" not in page(eva, f"/avvikelser/{unsafe.pk}/")


def test_one_of_several_is_spoken_of_as_one(place: Place, as_user: Login) -> None:
    one = make_report(place)
    answer = as_user("eva").post(
        "/inkorg/fordela/", {"ids": [one.pk], "to": place.user("amina").pk}, follow=True
    )
    assert f"{one.number} är fördelad." in answer.content.decode()


def test_a_worker_sees_own_reports_and_what_is_assigned(place: Place, as_user: Login) -> None:
    mine = make_report(place)
    other = make_report(place, by="nils")
    text = page(as_user("amina"), "/avvikelser/")
    assert mine.number in text
    assert other.number not in text
    inbox.assign(place.actor("eva"), other.pk, to=place.user("amina"))
    assert other.number in page(as_user("amina"), "/avvikelser/")


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_list_as_a_file_is_the_list_on_screen(
    place: Place, as_user: Login, file_format: str
) -> None:
    make_report(place, description="=HYPERLINK(1)", case_number="2026-4711")
    make_report(place, by="sven", unit=place.sister_unit)
    answer = as_user("eva").get(f"/avvikelser/?format={file_format}")
    assert f"avvikelser.{file_format}" in answer["Content-Disposition"]
    event = AuditEvent.objects.latest("pk")
    assert (event.action, len(event.subject_ids)) == ("deviation.exported", 1)
    if file_format == "csv":
        text = answer.content.decode("utf-8-sig")
        assert "'=HYPERLINK" in text
        assert "2026-4711" in text
        hidden = as_user("vera").get("/avvikelser/?format=csv").content.decode("utf-8-sig")
        assert "2026-4711" not in hidden


def test_case_numbers_are_masked_for_the_developer(place: Place, as_user: Login) -> None:
    deviation = make_report(place, case_number="2026-4711")
    assert "2026-4711" in page(as_user("eva"), f"/avvikelser/{deviation.pk}/")
    assert "2026-4711" not in page(as_user("vera"), f"/avvikelser/{deviation.pk}/")


def test_my_actions_are_mine_whether_or_not_i_see_the_deviation(
    place: Place, registers: Registers, as_user: Login
) -> None:
    deviation = equipped(place, registers)
    action = investigating.plan_action(
        place.actor("eva"), deviation.pk, planned(place, registers, owner=place.user("sven"))
    )
    sven = as_user("sven")
    text = page(sven, "/mina-atgarder/")
    assert "Skriv en rutin" in text
    assert f'href="/avvikelser/{deviation.pk}/"' not in text
    assert "Skriv en rutin" not in page(as_user("nils"), "/mina-atgarder/")
    assert as_user("nils").post("/mina-atgarder/utford/", {"ids": action.pk}).status_code == 404
    sven.post("/mina-atgarder/utford/", {"ids": action.pk})
    assert "Inga åtgärder väntar" in page(sven, "/mina-atgarder/")


def test_a_protected_matters_action_shows_no_text_to_an_owner_outside(
    place: Place, registers: Registers, as_user: Login
) -> None:
    deviation = equipped(place, registers)
    investigating.plan_action(
        place.actor("eva"), deviation.pk, planned(place, registers, owner=place.user("sven"))
    )
    from deviations.services.cooperation import set_protection

    set_protection(place.actor("eva"), deviation.pk, protected=True)
    text = page(as_user("sven"), "/mina-atgarder/")
    assert "Skriv en rutin" not in text
    assert "Skyddade personuppgifter" in text


# Pages that 40 rows must not make slower, and who opens them.
BUSY = [
    ("eva", "/inkorg/"),
    ("anna", "/inkorg/"),
    ("sara", "/inkorg/"),
    ("eva", "/avvikelser/?status=all"),
    ("anna", "/avvikelser/?status=all"),
    ("vera", "/avvikelser/?status=all"),
    ("amina", "/mina-atgarder/"),
    ("eva", "/apt/"),
    ("anna", "/apt/"),
    ("amina", "/apt/"),
]


@pytest.mark.parametrize(("name", "url"), BUSY)
def test_at_most_15_queries_with_40_rows(
    place: Place,
    registers: Registers,
    as_user: Login,
    name: str,
    url: str,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(40):
        deviation = equipped(
            place, registers, possible_misconduct=number % 2, about_manager=number % 5 == 0
        )
        if number % 3 == 0 and not deviation.about_manager:
            investigating.plan_action(place.actor("eva"), deviation.pk, planned(place, registers))
    client = as_user(name)
    client.get(url)
    with django_assert_max_num_queries(15):
        assert client.get(url).status_code == 200
