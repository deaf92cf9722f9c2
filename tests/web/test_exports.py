"""Every list on screen as a file: the same rows, for the same people, and audited once."""

import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client

from casework.models import AuditEvent
from casework.shared import clock
from casework.web.search import views as search_views
from deviations.models import Action, Category, Cause, Deviation
from deviations.services import inbox, investigating
from deviations.services.cooperation import set_protection
from deviations.web.inbox import views as inbox_views
from deviations.web.listing import actions as action_views
from deviations.web.reporting import follow
from tests.conftest import Place, make_report
from tests.factories.handling import Registers, equipped, make_registers, planned
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture
from tests.web.downloads import FORMULA, HARMLESS, audited, column, fetched, file_rows, on_page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
Travel = Callable[[date | datetime], object]


def test_the_inbox_in_its_sections_and_order(
    place: Place, registers: Registers, as_user: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm = make_report(place, description=FORMULA, case_number="2026-4711")
    unsafe = make_report(place, safe_now="no")
    follow_up = equipped(place, registers)
    Deviation.objects.filter(pk=follow_up.pk).update(
        status="closed_follow_up", effect_due_on=clock.today(), closed_on=clock.today()
    )
    make_report(place, by="sven", unit=place.sister_unit)
    eva = as_user("eva")
    shown = on_page(eva, "/inkorg/")
    monkeypatch.setattr(inbox_views, "PER_PAGE", 1)
    monkeypatch.setattr(inbox_views, "FETCHED_AT_ONCE", 2)
    rows = file_rows(eva, "/inkorg/?page=2")
    assert column(rows, "Nummer") == shown == [unsafe.number, calm.number, follow_up.number]
    waiting = ["Att ta ställning till", "Att ta ställning till", "Bedöm effekt"]
    assert column(rows, "Väntar på") == waiting
    assert rows[0]["Viktigt"] == "Inte trygg nu"
    assert rows[1]["Beskrivning"] == HARMLESS
    assert rows[1]["Ärende"] == "2026-4711"
    assert rows[2]["Effekten följs upp"] == clock.today().isoformat()
    audited("deviation.exported", [calm.pk, unsafe.pk, follow_up.pk])


def test_the_inbox_keeps_what_is_protected_from_the_head(place: Place, as_user: Login) -> None:
    hidden = make_report(place, by="eva", protected=True, about_manager=True)
    seen = make_report(place, about_manager=True)
    assert column(file_rows(as_user("anna"), "/inkorg/"), "Nummer") == [seen.number]
    assert hidden.number not in str(AuditEvent.objects.latest("pk").data)


def test_ones_own_reports_on_all_pages(
    place: Place, as_user: Login, at: Travel, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(date(2026, 3, 2))
    old = make_report(place, description=FORMULA)
    at(date(2026, 3, 3))
    new = make_report(place)
    at(date(2026, 3, 4))
    inbox.ask(place.actor("eva"), new.pk, text="Vilken dag?")
    make_report(place, by="nils")
    monkeypatch.setattr(follow, "PAGE_SIZE", 1)
    amina = as_user("amina")
    assert on_page(amina, "/avvikelser/mina/?page=2") == [old.number]
    rows = file_rows(amina, "/avvikelser/mina/?page=2")
    assert column(rows, "Nummer") == [new.number, old.number]
    assert column(rows, "Rapporterad") == ["2026-03-03", "2026-03-02"]
    assert column(rows, "Fråga väntar på svar") == ["Ja", "Nej"]
    assert column(rows, "Läge") == ["Rapporterad", "Rapporterad"]
    assert rows[1]["Beskrivning"] == HARMLESS
    audited("deviation.exported", [old.pk, new.pk])


def test_ones_own_actions_those_done_with_them(
    place: Place, registers: Registers, as_user: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    deviation = equipped(place, registers)  # with one that Amina has done
    for number, text in enumerate((FORMULA, "Ring anhörig")):
        due_on = clock.today() + timedelta(days=number)
        investigating.plan_action(
            place.actor("eva"), deviation.pk, planned(place, registers, text=text, due_on=due_on)
        )
    theirs = planned(place, registers, text="Nils ska göra", owner=place.user("nils"))
    investigating.plan_action(place.actor("eva"), deviation.pk, theirs)
    monkeypatch.setattr(action_views, "PER_PAGE", 1)
    rows = file_rows(as_user("amina"), "/mina-atgarder/")
    assert column(rows, "Åtgärd") == [HARMLESS, "Ring anhörig", "Gick igenom bemanningen"]
    assert column(rows, "Utförd") == ["", "", clock.today().isoformat()]
    assert column(rows, "Mot orsaken") == ["Problem med bemanning"] * 3
    assert column(rows, "Avvikelse") == [deviation.number] * 3
    audited("deviation.exported", [deviation.pk])


def test_an_action_of_a_protected_matter_says_nothing_in_the_file_either(
    place: Place, registers: Registers, as_user: Login
) -> None:
    deviation = equipped(place, registers)
    sven = planned(place, registers, owner=place.user("sven"))
    investigating.plan_action(place.actor("eva"), deviation.pk, sven)
    set_protection(place.actor("eva"), deviation.pk, protected=True)
    (row,) = file_rows(as_user("sven"), "/mina-atgarder/")
    assert (row["Åtgärd"], row["Mot orsaken"]) == ("Skyddade personuppgifter", "")
    # Its manager, who may open it, has nothing to do there: only what is one's own is listed.
    assert Action.objects.filter(owner=place.user("eva")).count() == 0


def test_apt_without_text_and_reporter(place: Place, as_user: Login, at: Travel) -> None:
    at(date(2026, 1, 12))
    registers = make_registers(place)
    Category.objects.filter(pk=registers.category.pk).update(name="@summa")
    Cause.objects.filter(pk=registers.cause.pk).update(name=FORMULA)
    early = make_report(place)
    at(date(2026, 3, 2))
    wanted = equipped(place, registers, by="nils", case_number="2026-4711")
    for given in ({"protected": True}, {"about_manager": True}):
        make_report(place, by="eva", **given)
    make_report(place, by="sven", unit=place.sister_unit)
    client = as_user("amina")
    rows = file_rows(client, "/apt/?from_day=2026-02-01&to_day=2026-03-02")
    assert column(rows, "Nummer") == [wanted.number]
    assert rows[0]["Orsaker"] == HARMLESS
    assert rows[0]["Kategori"].endswith("@summa")
    assert (rows[0]["Åtgärder"], rows[0]["Utförda åtgärder"]) == ("1", "1")
    content = fetched(client, "/apt/").content.decode()
    assert early.number in content
    for hidden in (wanted.description, "Nils", "2026-4711", "Gick igenom bemanningen"):
        assert hidden not in content
    event = AuditEvent.objects.filter(action="deviation.exported").earliest("pk")
    assert event.subject_ids == [wanted.pk]
    assert event.data == {"format": "csv", "unit": place.unit.pk}


def test_the_cases_behind_a_figure(place: Place, as_user: Login, at: Travel) -> None:
    at(date(2026, 3, 2))
    main = Category.objects.create(board=place.board, name=FORMULA)
    first = make_report(place, category=main, case_number="Ä2026-17")
    second = make_report(place, by="sven", unit=place.sister_unit, category=main)
    hidden = make_report(place, by="eva", category=main)
    vera = as_user("vera")
    report = "/rapport/?from=2026-01-01&to=2026-12-31&min_count=1"
    figure = re.findall(r'href="(/rapport/siffra/[^"]+)"', vera.get(report).content.decode())[0]
    set_protection(place.actor("eva"), hidden.pk, protected=True)
    shown = on_page(vera, figure)
    rows = file_rows(vera, figure)
    assert column(rows, "Nummer") == shown == [second.number, first.number]
    assert rows[1]["Kategori"] == HARMLESS
    assert "Ä2026-17" not in str(rows)
    assert "Ä2026-17" in fetched(as_user("sara"), figure).content.decode()
    own = column(file_rows(as_user("eva"), figure), "Nummer")
    assert own == [first.number]
    event = AuditEvent.objects.filter(action="report.figure_exported").earliest("pk")
    assert event.subject_ids == [first.pk, second.pk]
    assert event.subject_kind == "deviation"
    assert as_user("amina").get(f"{figure}?format=csv").status_code == 403


def test_search_hits_on_all_pages_and_never_what_was_typed(
    place: Place, as_user: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    Category.objects.create(board=place.board, name="Dörrar")
    found = [make_report(place, description="Dörren stod olåst.") for _ in range(3)]
    make_report(place)
    make_report(place, by="sven", unit=place.sister_unit, description="Dörren var låst.")
    monkeypatch.setattr(search_views, "PAGE_SIZE", 2)
    eva = as_user("eva")
    rows = file_rows(eva, "/sok/?q=d%C3%B6rren&page=2")
    numbers = [deviation.number for deviation in reversed(found)]
    assert column(rows, "Träff") == numbers
    assert column(rows, "Hittades genom") == ["ordet dörren i texten"] * 3
    event = audited("search.exported", [deviation.pk for deviation in found])
    assert "dörren" not in str(event.data)
    monkeypatch.setattr(search_views, "MOST_IN_FILE", 2)
    assert column(file_rows(eva, "/sok/?q=d%C3%B6rren"), "Träff") == numbers[:2]
    assert "rymmer de 2 första" in eva.get("/sok/?q=d%C3%B6rren").content.decode()


def test_search_hits_hold_no_formula(place: Place, as_user: Login) -> None:
    unit = place.unit
    make_report(place)
    type(unit).objects.filter(pk=unit.pk).update(name="=Enheten")
    Deviation.objects.update(number="=1+1")
    (row,) = file_rows(as_user("eva"), "/sok/?q=%3DEnheten")
    assert row["Träff"] == "'=1+1"


def test_the_list_of_deviations_as_it_is_narrowed_and_ordered(place: Place, as_user: Login) -> None:
    calm, unsafe = make_report(place), make_report(place, safe_now="no")
    inbox.receive(place.actor("eva"), make_report(place).pk)
    rows = file_rows(as_user("eva"), "/avvikelser/?status=reported&sort=priority&page=1")
    assert column(rows, "Nummer") == [unsafe.number, calm.number]
    audited("deviation.exported", [calm.pk, unsafe.pk])


# Who opens each list of a board where there is something in all of them.
LISTS = [
    ("eva", "/avvikelser/"),
    ("eva", "/inkorg/"),
    ("amina", "/avvikelser/mina/"),
    ("amina", "/mina-atgarder/"),
    ("eva", "/apt/"),
    ("eva", "/organisation/"),
    ("simon", "/organisation/personer/"),
    ("simon", "/organisation/kategorier/"),
    ("simon", "/organisation/orsaker/"),
    ("eva", "/sok/?q=enheten"),
    ("eva", "/bevakning/?visa=senare"),
]


@pytest.mark.parametrize(("name", "url"), LISTS)
def test_excel_holds_what_csv_holds_and_each_is_audited_once(
    place: Place, registers: Registers, as_user: Login, name: str, url: str
) -> None:
    equipped(place, registers, description=FORMULA)
    client = as_user(name)
    wanted = file_rows(client, url)
    assert wanted
    before = AuditEvent.objects.filter(action__contains="exported").count()
    book = openpyxl.load_workbook(io.BytesIO(fetched(client, url, "xlsx").content))
    assert AuditEvent.objects.filter(action__contains="exported").count() == before + 1 == 2
    head, *rows = book.worksheets[0].iter_rows()
    assert [cell.value for cell in head] == [*wanted[0]]
    assert [[_as_text(cell.value) for cell in row] for row in rows] == [
        [*row.values()] for row in wanted
    ]
    assert not any(cell.data_type == "f" for row in rows for cell in row)


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def test_a_file_costs_at_most_15_queries_whatever_its_length(
    place: Place, registers: Registers, as_user: Login, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        equipped(place, registers)
    clients = {name: as_user(name) for name, _ in LISTS}
    for client in clients.values():
        client.get("/")  # the session is written once
    for name, url in LISTS:
        with django_assert_max_num_queries(15):
            clients[name].get(f"{url}{'&' if '?' in url else '?'}format=csv")


@pytest.mark.parametrize(("name", "url"), LISTS)
def test_another_kind_of_file_is_refused_and_leaves_no_trace(
    place: Place, registers: Registers, as_user: Login, name: str, url: str
) -> None:
    equipped(place, registers)
    answer = as_user(name).get(f"{url}{'&' if '?' in url else '?'}format=pdf")
    assert answer.status_code == 400
    assert "Välj CSV eller Excel" in answer.content.decode()
    assert not AuditEvent.objects.filter(action__contains="exported").exists()


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_the_links_fit_and_give_the_file(
    transactional_db: None, place: Place, browser_page: BrowserPage, width: int
) -> None:
    equipped(place, make_registers(place))
    for name in ("eva", "simon"):
        page = browser_page(name, width=width)
        for number, url in enumerate(url for who, url in LISTS if who == name):
            page.goto(url)
            assert_accessible(page)
            picture(page, f"lista-{name}-{number}-{width}")
            with page.expect_download() as started:
                page.get_by_role("link", name="Ladda ned listan som CSV").click()
            assert started.value.suggested_filename.endswith(".csv")
