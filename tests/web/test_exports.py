"""Every list on screen as a file: the same rows, for the same people, and audited once."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client

from casework.deadlines import outbox
from casework.deadlines.sweep import sweep
from casework.models import Absence, AuditEvent, FailedRow, ImportBatch, Membership, Role, User
from casework.organising.units import rename_unit
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
from tests.factories.times import begin, instant
from tests.web.conftest import BrowserPage, assert_accessible, picture

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
Travel = Callable[[date | datetime], object]
Row = dict[str, str]

FORMULA = '=HYPERLINK("http://x.se")'
HARMLESS = f"'{FORMULA}"
NUMBER = re.compile(r"AVV-\d{4}-\d+")


@pytest.fixture
def registers(place: Place) -> Registers:
    return make_registers(place)


def fetched(client: Client, url: str, file_format: str = "csv") -> Any:
    """Ask for the file by the link that the page itself shows."""
    page = client.get(url)
    assert page.status_code == 200
    text = page.content.decode()
    (link,) = re.findall(rf'href="(\?[^"]*format={file_format})"', text)
    answer = client.get(url.partition("?")[0] + link.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert f'.{file_format}"' in answer["Content-Disposition"]
    return answer


def as_rows(content: bytes) -> list[Row]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def file_rows(client: Client, url: str) -> list[Row]:
    return as_rows(fetched(client, url).content)


def column(rows: Sequence[Row], name: str) -> list[str]:
    return [row[name] for row in rows]


def on_page(client: Client, url: str) -> list[str]:
    """The numbers of the deviations on a page, in its order."""
    return list(dict.fromkeys(NUMBER.findall(client.get(url).content.decode())))


def audited(action: str, ids: Sequence[int]) -> AuditEvent:
    """The one event that taking out the file left."""
    event = AuditEvent.objects.filter(action=action).get()
    assert event.subject_ids == sorted(ids)
    assert event.data["format"] == "csv"
    return event


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


def test_the_units_of_the_day_asked_for(
    place: Place, other_place: Place, as_user: Login, at: Travel
) -> None:
    at(date(2026, 3, 2))
    rename_unit(place.actor("simon"), place.unit.pk, name=FORMULA, on=clock.today())
    amina = as_user("amina")
    today = file_rows(amina, "/organisation/")
    assert sorted(column(today, "Enhet")) == [HARMLESS, "Fjärrenheten", "Systerenheten"]
    assert {*column(today, "Förvaltning")} == {"Förvaltningen Norr"}
    then = file_rows(amina, "/organisation/?on=2026-02-01")
    assert column(then, "Enhet") == ["Enheten", "Systerenheten", "Fjärrenheten"]
    assert then[0]["Till"] == "2026-03-01"
    event = AuditEvent.objects.filter(action="register.exported").latest("pk")
    assert (event.subject_kind, len(event.subject_ids)) == ("unit", 3)
    assert event.data == {"format": "csv", "on": "2026-02-01"}


def test_who_works_in_a_unit_and_who_is_named_only_for_those_who_see_it(
    place: Place, as_user: Login
) -> None:
    address = f"/organisation/enhet/{place.unit.pk}/"
    as_worker = file_rows(as_user("amina"), address)
    assert sorted(column(as_worker, "Namn")) == [
        "Amina Norr",
        "Eva Norr",
        "Frida Norr",
        "Nils Norr",
    ]
    assert "Namngiven för skyddade personuppgifter" not in as_worker[0]
    as_manager = file_rows(as_user("eva"), address)
    named = {
        row["Namn"] for row in as_manager if row["Namngiven för skyddade personuppgifter"] == "Ja"
    }
    assert named == {"Eva Norr", "Nils Norr"}
    of_unit = Membership.objects.filter(unit=place.unit).values_list("pk", flat=True)
    for event in AuditEvent.objects.filter(action="register.exported"):
        assert (event.subject_kind, event.subject_ids) == ("membership", sorted(of_unit))


def test_people_with_a_row_for_each_role(place: Place, other_place: Place, as_user: Login) -> None:
    eva = place.user("eva")
    User.objects.filter(pk=eva.pk).update(first_name="+Eva")
    Membership.objects.create(
        user=eva, board=place.board, role=Role.MANAGER, unit=place.sister_unit
    )
    simon = as_user("simon")
    rows = file_rows(simon, "/organisation/personer/")
    assert {*column(rows, "Namn")} >= {"Amina Norr", "'+Eva Norr", "Gun Norr"}
    assert "Söder" not in str(rows)
    found = file_rows(simon, "/organisation/personer/?namn=eva")
    assert [(row["Roll"], row["Enhet"]) for row in found] == [
        ("Enhetschef", "Enheten"),
        ("Enhetschef", "Systerenheten"),
    ]
    assert AuditEvent.objects.filter(action="register.exported").latest("pk").subject_ids == [
        eva.pk
    ]
    assert as_user("eva").get("/organisation/personer/?format=csv").status_code == 403


def test_absences_that_concern_one(place: Place, as_user: Login) -> None:
    User.objects.filter(pk=place.user("frida").pk).update(first_name="-Frida")
    days = {"valid_from": clock.today(), "valid_to": clock.today() + timedelta(days=3)}
    noted = [
        Absence.objects.create(
            board=place.board, user=place.user(who), substitute=place.user(other), **days
        )
        for who, other in (("eva", "frida"), ("erik", "sven"))
    ]
    rows = file_rows(as_user("eva"), "/organisation/franvaro/")
    assert [(row["Borta"], row["Ersättare"]) for row in rows] == [("Eva Norr", "'-Frida Norr")]
    audited("register.exported", [noted[0].pk])


@pytest.mark.parametrize("kind", ["kategorier", "orsaker"])
def test_a_register_with_what_is_no_longer_used(
    place: Place, other_place: Place, as_user: Login, kind: str
) -> None:
    model: Any = {"kategorier": Category, "orsaker": Cause}[kind]
    yesterday = clock.today() - timedelta(days=1)
    ended = model.objects.create(board=place.board, name="Gammal", valid_to=yesterday)
    used = model.objects.create(board=place.board, name=FORMULA, needs_review=True)
    model.objects.create(board=other_place.board, name="Grannens")
    rows = file_rows(as_user("amina"), f"/organisation/{kind}/")
    name = {"kategorier": "Huvudkategori", "orsaker": "Orsak"}[kind]
    assert column(rows, name) == [HARMLESS, "Gammal"]
    assert column(rows, "Till") == ["", yesterday.isoformat()]
    assert column(rows, "Att granska") == ["Ja", "Nej"]
    audited("register.exported", [ended.pk, used.pk])


def test_subcategories_stand_under_their_main_category(
    place: Place, registers: Registers, as_user: Login
) -> None:
    rows = file_rows(as_user("amina"), "/organisation/kategorier/")
    assert [(row["Huvudkategori"], row["Kategori"]) for row in rows] == [
        ("Handläggning", ""),
        ("Handläggning", "Utredningstid"),
    ]


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


def test_the_times_of_the_chosen_part_of_the_watch(
    place: Place, as_user: Login, at: Travel
) -> None:
    at(instant("2026-02-26 10:00"))
    mine = make_report(place)
    hidden = make_report(place, by="eva", protected=True)
    make_report(place, by="sven", unit=place.sister_unit)
    begin(place, "child_investigation", date(2026, 2, 19), subject=mine)
    User.objects.filter(pk=place.user("amina").pk).update(first_name="=Amina")
    at(instant("2026-03-30 09:00"))
    late = file_rows(as_user("anna"), "/bevakning/?visa=sena")
    assert {*column(late, "Enhet")} == {"Enheten", "Systerenheten"}
    assert hidden.number not in str(late)
    (own,) = file_rows(as_user("amina"), "/bevakning/?visa=senare&vem=jag")
    assert own["Ärende"] == mine.number
    assert own["Lagstadgad tid"] == "Ja"
    assert (own["Räkna med"], own["Sista dag"]) == ("2026-06-19", "2026-06-22")
    assert own["Ansvarig"] == "'=Amina Norr"
    assert "midsommarafton" in own["Varför detta datum?"]
    for event in AuditEvent.objects.filter(action="deadline.exported"):
        assert event.subject_kind == "deadline"
        assert event.subject_ids
    assert AuditEvent.objects.filter(action="deadline.exported").count() == 2


def test_what_the_watch_has_told(place: Place, as_user: Login, at: Travel) -> None:
    at(instant("2026-02-26 10:00"))
    deviation = make_report(place)
    at(instant("2026-03-23 09:00"))
    sweep()
    outbox.deliver()
    eva = as_user("eva")
    rows = file_rows(eva, "/bevakning/meddelanden/")
    assert {*column(rows, "Ärende")} == {deviation.number}
    assert "7 dagar kvar" in column(rows, "Påminnelse")
    assert {*column(rows, "Läst")} == {""}
    assert (
        "ladda ned" not in as_user("erik").get("/bevakning/meddelanden/").content.decode().lower()
    )


def test_what_got_stuck_in_the_watch(place: Place, as_user: Login) -> None:
    now = clock.now()
    failed = FailedRow.objects.create(
        board=place.board, act=FailedRow.Act.SWEEP, row_id=7, error="=ValueError", attempts=2,
        first_failed_at=now, failed_at=now, retry_at=now,
    )  # fmt: skip
    (row,) = file_rows(as_user("simon"), "/bevakning/fel/")
    assert (row["Rad"], row["Fel"], row["Försök"]) == ("7", "'=ValueError", "2")
    audited("register.exported", [failed.pk])
    assert as_user("eva").get("/bevakning/fel/?format=csv").status_code == 403


def test_what_has_been_taken_in(place: Place, other_place: Place, as_user: Login) -> None:
    counts = {"rows": 3, "added": 2, "updated": 1, "unchanged": 0}
    cases, _ = (
        ImportBatch.objects.create(
            board=where.board, kind="avvikelser", file_name=name, imported_at=clock.now(), **counts
        )
        for where, name in ((place, "=mars.csv"), (other_place, "grannens.csv"))
    )
    (row,) = file_rows(as_user("vera"), "/register/")
    assert (row["Fil"], row["Av"], row["Nya"]) == ("'=mars.csv", "Driften", "2")
    audited("register.exported", [cases.pk])


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
@pytest.mark.parametrize("width", [360, 1280])
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
