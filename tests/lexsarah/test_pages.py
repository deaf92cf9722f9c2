"""Lex Sarah on screen: handing in, the list of SAS, the page of a report and its acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.models import AuditEvent
from casework.shared import clock
from lexsarah import queries
from lexsarah.models import IvoLetter, Report, Reporter
from lexsarah.services import investigating, requests
from lexsarah.services.letters import Letter, answer_letter, record_letter
from lexsarah.web.acts import BY_SLUG
from tests.architecture.access_table import LEX_SARAH_PAGES
from tests.casework.case_files import Ran
from tests.conftest import Place, make_report
from tests.lexsarah.factory import EVENT, handed_in
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
URL = "/lex-sarah/"


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(date(2026, 3, 30))


def new(place: Place, **given: Any) -> dict[str, Any]:
    """A report as it is posted."""
    fields = {
        "event": EVENT,
        "occurred_on": "2026-03-29",
        "unit": place.unit.pk,
        "safe_now": "yes",
        "statute": "SoL",
    }
    return fields | given


def address(report: Report, slug: str) -> str:
    return f"{URL}{report.pk}/{slug}/"


def act(client: Client, report: Report, slug: str, **given: Any) -> str:
    """Post an act, which is done; return the page of the report that it leads to."""
    report.refresh_from_db()
    answer = client.post(address(report, slug), {"version": report.version, **given}, follow=True)
    assert answer.redirect_chain, answer.content.decode()
    report.refresh_from_db()
    return answer.content.decode()


def test_anybody_hands_in_a_report_and_sees_how_it_goes(place: Place, as_user: Login) -> None:
    amina = as_user("amina")
    assert "ingen chef går emellan" in page(amina, f"{URL}rapportera/")
    answer = amina.post(f"{URL}rapportera/", new(place, safe_now="no"), follow=True)
    report = Report.objects.get()
    own = answer.content.decode()
    assert f"Rapporten {report.number} är lämnad" in own
    assert "Rapport mottagen" in own
    # That it was received and how it stands: not what it says.
    assert "elva timmar" not in own
    assert AuditEvent.objects.latest("id").action == "lexsarah.own_read"
    listed = page(as_user("sara"), URL)
    assert report.number in listed
    assert "Den enskilde är inte trygg" in listed
    amina.get(f"{URL}{report.pk}/")
    assert amina.get(f"{URL}{report.pk}/").status_code == 404
    assert as_user("eva").get(f"{URL}{report.pk}/").status_code == 404


def test_the_colleague_sees_it_too_and_nobody_else(place: Place, as_user: Login) -> None:
    nils = place.user("nils")
    as_user("amina").post(f"{URL}rapportera/", new(place, on_behalf_of=nils.pk))
    number = Report.objects.get().number
    assert number in page(as_user("nils"), f"{URL}mina/")
    assert number not in page(as_user("frida"), f"{URL}mina/")


def test_what_is_lacking_is_said_and_what_was_typed_stays(place: Place, as_user: Login) -> None:
    answer = as_user("amina").post(f"{URL}rapportera/", new(place, safe_now="", unit=""))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Ange om den enskilde är trygg nu." in text
    assert EVENT in text
    assert not Report.objects.exists()


def test_a_personnummer_in_the_text_is_asked_about_first(place: Place, as_user: Login) -> None:
    given = new(place, event="Gäller 20120315-2391 som fick vänta.")
    amina = as_user("amina")
    answer = amina.post(f"{URL}rapportera/", given)
    if "personnummer" in answer.content.decode():
        assert not Report.objects.exists()
        amina.post(f"{URL}rapportera/", given | {"verb": "send-anyway"})
    assert Report.objects.count() == 1


def test_the_registrator_enters_what_came_on_paper(place: Place, as_user: Login) -> None:
    given = new(place, name="Maj Persson", received_on="2026-03-27", occurred_on="2026-03-20")
    answer = as_user("rut").post(f"{URL}papper/", given, follow=True)
    assert "är inskriven" in answer.content.decode()
    assert Report.objects.get().registered_on == date(2026, 3, 27)
    assert Reporter.objects.get().name == "Maj Persson"
    assert as_user("amina").get(f"{URL}papper/").status_code == 403
    assert "Maj Persson" not in page(as_user("sara"), f"{URL}{Report.objects.get().pk}/")


def test_that_somebody_is_not_safe_is_the_first_thing_on_the_page(
    place: Place, as_user: Login
) -> None:
    report = handed_in(place, safe_now="no", done_at_once="Ringde jouren.")
    shown = page(as_user("sara"), f"{URL}{report.pk}/")
    content = shown[shown.index("<main") :]
    assert content.index("Den enskilde är inte trygg") < content.index("<h1")
    assert content.index("Ringde jouren.") < content.index("<h1")
    act(as_user("sara"), report, "trygg", on="2026-03-30", how="Flyttade samma kväll.")
    after = page(as_user("sara"), f"{URL}{report.pk}/")
    assert "Den enskilde är inte trygg" not in after
    assert "Flyttade samma kväll." in after
    safe = page(as_user("sara"), f"{URL}{handed_in(place).pk}/")
    assert "Den enskilde är inte trygg" not in safe


def test_the_page_names_nobody_who_reported(place: Place, as_user: Login) -> None:
    report = handed_in(place)
    shown = page(as_user("sara"), f"{URL}{report.pk}/")
    assert EVENT in shown
    assert "Amina" not in shown
    assert "Rapporten lämnades" in shown
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.subject_ids) == ("lexsarah.read", [report.pk])


def test_from_receipt_to_ivo_the_next_step_is_right(place: Place, as_user: Login) -> None:
    make_report(place, possible_misconduct=True, safe_now="unknown")
    report, sara = Report.objects.get(), as_user("sara")
    first = page(sara, f"{URL}{report.pk}/")
    assert "inled utredningen" in first
    assert report.deviation is not None
    assert report.deviation.number in first
    assert "Utredningen är inledd." in act(sara, report, "inled", statute="SoL")
    assert "Anteckna diarienumret." in page(sara, f"{URL}{report.pk}/")
    act(sara, report, "diarienummer", number="SN 2026/17")
    assert "Utred, senast" in page(sara, f"{URL}{report.pk}/")
    serious = act(sara, report, "allvarligt", on="2026-03-30", reason="Fara för liv.")
    assert "Anmäl till IVO, senast" in serious
    # The act only notes it: what is sent is a press away.
    assert f'href="{URL}{report.pk}/ivo/">Till underlaget' in serious
    assert "Fara för liv." in serious
    notified = act(sara, report, "anmal-ivo", on="2026-03-30", ivo_number="3.2.1-7/2026")
    assert "Lämna den färdiga utredningen till IVO, senast" in notified
    assert "3.2.1-7/2026" in notified
    # That it was sent is noted when it is finished.
    assert "komplettera-ivo" not in notified
    assert "Systerenheten" in act(sara, report, "enhet", to=place.sister_unit.pk)
    assert "Skyddade personuppgifter" in act(sara, report, "skydd")
    assert "Ingen än" in page(sara, address(report, "utredare"))
    assert report.investigator == place.user("sara")


def test_what_is_judged_at_receipt_is_not_asked_for_again(place: Place, as_user: Login) -> None:
    report, sara = handed_in(place), as_user("sara")
    first = next_step(page(sara, f"{URL}{report.pk}/"))
    assert "Ta ställning till om det är allvarligt" in first
    assert address(report, "inled") in first
    assert address(report, "allvarligt") in first
    act(sara, report, "allvarligt", on="2026-03-30", reason="Fara för liv.")
    notified = next_step(act(sara, report, "anmal-ivo", on="2026-03-30", ivo_number=""))
    assert "Inled utredningen. Lämna den färdiga utredningen till IVO, senast" in notified
    assert "Ta ställning" not in notified
    assert address(report, "allvarligt") not in notified
    # Also while the number is lacking IVO is not forgotten, and writing is a press away.
    started = next_step(act(sara, report, "inled"))
    assert "Anteckna diarienumret. Lämna den färdiga utredningen till IVO, senast" in started
    written = next_step(act(sara, report, "diarienummer", number="SN 2026/17"))
    assert f'href="{URL}{report.pk}/utredning/"' in written


def next_step(text: str) -> str:
    """Return the card Nästa steg of a page."""
    return text.split("Nästa steg", 1)[1].split("Händelsen", 1)[0]


def test_who_is_not_safe_comes_first_and_ivo_is_not_forgotten(place: Place, as_user: Login) -> None:
    report, sara = handed_in(place, safe_now="no"), as_user("sara")
    act(sara, report, "allvarligt", on="2026-03-30", reason="Fara för liv.")
    shown = page(sara, f"{URL}{report.pk}/")
    safety, ivo = "Se till att den enskilde är trygg.", "Anmäl till IVO, senast"
    assert shown.index(safety) < shown.index(ivo)
    assert safety not in act(
        sara, report, "trygg", on="2026-03-30", how="Flyttad till ett annat hem."
    )


def test_ivos_question_is_a_step_until_it_is_answered(place: Place, as_user: Login) -> None:
    report, sara = handed_in(place), as_user("sara")
    act(sara, report, "anmal-ivo", on="2026-03-30", ivo_number="")
    asked = Letter("question", date(2026, 3, 30), "Hur länge dröjde det?", date(2026, 4, 14))
    letter = record_letter(place.actor("sara"), report.pk, letter=asked)
    step = "Svara på IVO:s fråga, senast"
    assert step in page(sara, f"{URL}{report.pk}/")
    given = {"answered_on": date(2026, 3, 30), "answer": "I elva timmar."}
    answer_letter(place.actor("sara"), report.pk, letter.pk, **given)  # type: ignore[arg-type]
    assert step not in page(sara, f"{URL}{report.pk}/")


def test_what_is_refused_is_said_in_the_form(place: Place, as_user: Login) -> None:
    report, sara = handed_in(place), as_user("sara")
    ahead = {"version": report.version, "on": "2026-03-31"}
    answer = sara.post(address(report, "anmal-ivo"), ahead)
    assert (answer.status_code, "framåt i tiden" in answer.content.decode()) == (422, True)
    act(sara, report, "diarienummer", number="SN 1")
    stale = {"version": report.version - 1, "number": "SN 2"}
    answer = sara.post(address(report, "diarienummer"), stale)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Någon annan hann före" in text
    # What was typed stays, and saved again, knowing it, it holds.
    assert 'value="SN 2"' in text
    assert f'value="{report.version}"' in text
    assert act(sara, report, "inled")
    assert sara.get(address(report, "inled")).status_code == 409


def test_every_act_has_a_row_in_the_access_table() -> None:
    rows = LEX_SARAH_PAGES["lex-sarah/<int:report_id>/<slug:slug>/"]
    assert isinstance(rows, list)
    assert {row.ids["slug"] for row in rows} - {"radera"} == set(BY_SLUG)


def test_the_list_is_by_age_and_who_is_not_safe_comes_first(place: Place, as_user: Login) -> None:
    old = handed_in(place)
    Report.objects.filter(pk=old.pk).update(registered_on=clock.today() - timedelta(days=9))
    young = handed_in(place)
    unsafe = handed_in(place, safe_now="no")
    listed = page(as_user("sara"), URL)
    places = [listed.index(report.number) for report in (unsafe, old, young)]
    assert places == sorted(places)
    investigating.start_investigation(place.actor("sara"), young.pk)
    assert young.number not in page(as_user("sara"), URL)
    assert young.number in page(as_user("sara"), f"{URL}?state=waiting")
    assert "Inga rapporter här" in page(as_user("sara"), f"{URL}?state=closed")
    assert as_user("eva").get(URL).url == f"{URL}mina/"  # type: ignore[attr-defined]


def test_the_list_says_what_kind_of_event_it_is_and_the_next_day_of_all_that_belongs_to_it(
    place: Place, as_user: Login
) -> None:
    def next_day() -> date:
        found = queries.listed(place.actor("sara"), queries.ALL).get(pk=report.pk).next_day
        assert isinstance(found, date)
        return found

    sara = place.actor("sara")
    report = investigating.start_investigation(sara, handed_in(place).pk)
    investigating.record_ivo_notification(sara, report.pk, on=clock.today())
    own = next_day()
    Report.objects.filter(pk=report.pk).update(event_kind="treatment")
    asked = requests.Asked(place.user("eva"), "Vad hände?", clock.today() + timedelta(days=9))
    requests.request_statement(sara, report.pk, asked)
    assert next_day() == asked.due_on < own
    sooner = clock.today() + timedelta(days=4)
    question = Letter(IvoLetter.Kind.QUESTION, clock.today(), "Varför?", sooner)
    record_letter(sara, report.pk, letter=question)
    assert next_day() == sooner
    text = page(as_user("sara"), f"{URL}?state=waiting")
    assert "Brister i bemötande" in text
    assert "Brister i bemötande" in page(as_user("sara"), "/")


def test_the_list_is_taken_out_and_can_be_taken_in_again(
    place: Place, as_user: Login, tmp_path: Any
) -> None:
    report = handed_in(place)
    answer = as_user("sara").get(f"{URL}?state=all&format=csv")
    path = tmp_path / "lexsarah.csv"
    path.write_bytes(answer.content)
    assert EVENT in answer.content.decode("utf-8-sig")
    assert AuditEvent.objects.latest("id").action == "lexsarah.exported"
    ran = Ran("lexsarah", path, f"--board={place.board.name}", "--dry-run")
    assert ran.code == 0, ran.err
    assert report.number in answer.content.decode("utf-8-sig")


def test_sas_finds_a_report_by_any_of_its_numbers_and_nobody_else_does(
    place: Place, as_user: Login
) -> None:
    report = handed_in(place, case_number="Ä-2026-77")
    sara = place.actor("sara")
    investigating.set_registry_number(sara, report.pk, number="SN 2026/17")
    for typed, why in ((report.number.lower(), "nummer"), ("SN 2026/17", "diarienummer")):
        assert why in page(as_user("sara"), f"/sok/?q={typed}")
        assert f"{URL}{report.pk}/" in page(as_user("sara"), f"/sok/?q={typed}")
        assert f"{URL}{report.pk}/" not in page(as_user("eva"), f"/sok/?q={typed}")
    assert f"{URL}{report.pk}/" in page(as_user("sara"), "/sok/?q=Ä-2026-77")


def test_sas_finds_a_report_by_its_unit_and_its_day_and_all_words_are_to_match(
    place: Place, as_user: Login
) -> None:
    report, sara = handed_in(place), as_user("sara")
    link, unit = f"{URL}{report.pk}/", report.unit.name
    for typed, why in (
        (str(report.pk), "nummer"),
        (unit, f"enheten {unit}"),
        ("2026-03", "rapporterad 2026-03-30"),
        (f"{unit} mars 2026", f"enheten {unit}"),
    ):
        found = page(sara, f"/sok/?q={typed}")
        assert link in found, typed
        assert why in found
    for typed in (f"{unit} april 2026", "Annanstans 2026-03"):
        assert link not in page(sara, f"/sok/?q={typed}"), typed
    assert link not in page(as_user("eva"), f"/sok/?q={unit}")


@pytest.mark.parametrize(
    "url", ["", "?state=all", "rapportera/", "papper/", "mina/", "{pk}/", "{pk}/allvarligt/"]
)
def test_no_page_asks_more_than_fifteen_questions(place: Place, as_user: Login, url: str) -> None:
    for _ in range(4):
        report = handed_in(place, by="sara", safe_now="no")
    investigating.start_investigation(place.actor("sara"), report.pk)
    sara = as_user("sara")
    with CaptureQueriesContext(connection) as asked:
        page(sara, URL + url.format(pk=report.pk))
    assert len(asked) <= 15, [query["sql"][:120] for query in asked]


def test_the_quality_report_lists_events_in_words_each_with_its_way(
    place: Place, as_user: Login
) -> None:
    report = handed_in(place)
    asked = "/rapport/?from=2026-01-01&to=2026-12-31&area=Barn+och+unga&part=lexsarah"
    shown = page(as_user("sara"), asked)
    assert EVENT in shown
    row = shown[shown.index(EVENT) : shown.index(EVENT) + 600]
    assert "Utredning pågår</a>" in row
    way = row.split('href="')[1].split('"')[0]
    assert report.number in page(as_user("sara"), way)
    assert EVENT not in page(as_user("vera"), asked)
