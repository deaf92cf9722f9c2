"""The diarium: read by who answers for it, without anything of the matter or of who reported."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.models import AuditEvent, Membership, Role, User
from casework.shared import clock
from casework.shared.errors import NotVisible
from lexsarah import states
from lexsarah.models import Examined, Report
from lexsarah.services import investigating, official_register, registry, requests
from lexsarah.services.registry import Entry
from lexsarah.services.reporting import NewReport, Paper, submit
from lexsarah.services.requests import Asked
from tests.conftest import Place
from tests.lexsarah.factory import EVENT, handed_in
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TODAY = date(2026, 3, 30)
LIST, API = "/lex-sarah/diarium/", "/api/v1/lexsarah-register/"


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(TODAY)


@pytest.fixture
def place(place: Place) -> Place:
    """Where Amina, who reports, has a whole name."""
    User.objects.filter(pk=place.user("amina").pk).update(first_name="Amina", last_name="Ali")
    place.user("amina").refresh_from_db()
    return place


def address(report: Report) -> str:
    return f"{LIST}{report.pk}/"


def numbers(place: Place, name: str) -> set[str]:
    return {one.number for one in official_register.reports_in_register(place.actor(name))}


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


class TestWho:
    """The Registrator and SAS; by the same rule on screen and through the API."""

    @pytest.mark.parametrize("name", ["amina", "eva", "anna", "vera", "birgit", "gun", "simon"])
    def test_nobody_else(self, place: Place, as_user: Login, name: str) -> None:
        report = handed_in(place)
        if name == "gun":
            Membership.objects.filter(user=place.user("gun")).update(role=Role.REVIEWER)
        somebody = as_user(name)
        for url in (LIST, API):
            assert somebody.get(url).status_code == 403
        for url in (address(report), f"{API}{report.pk}/"):
            assert somebody.get(url).status_code == 404
        assert LIST not in page(somebody, "/")

    def test_the_registrator_finds_it_in_the_menu(self, place: Place, as_user: Login) -> None:
        assert f'href="{LIST}"' in page(as_user("rut"), "/")
        assert LIST in page(as_user("sara"), "/lex-sarah/")

    def test_skyddade_personuppgifter_leave_no_trace_with_the_registrator(
        self, place: Place, as_user: Login
    ) -> None:
        open_one, hidden = handed_in(place), handed_in(place, protected=True)
        assert numbers(place, "rut") == {open_one.number}
        assert numbers(place, "sara") == {open_one.number, hidden.number}
        rut = as_user("rut")
        for url in (LIST, f"{LIST}?format=csv", f"{LIST}?q={hidden.number}", API):
            answer = rut.get(url)
            assert hidden.number not in answer.content.decode().replace(
                f'value="{hidden.number}"', ""
            )
        for url in (address(hidden), f"{address(hidden)}?format=csv", f"{API}{hidden.pk}/"):
            assert rut.get(url).status_code == 404

    def test_another_boards_are_not_there(
        self, place: Place, other_place: Place, as_user: Login
    ) -> None:
        strange = handed_in(other_place)
        assert numbers(place, "rut") == set()
        assert as_user("rut").get(address(strange)).status_code == 404

    def test_what_examines_ones_own_unit_or_oneself_is_not_there(self, place: Place) -> None:
        report = handed_in(place)
        Membership.objects.create(
            board=place.board,
            user=place.user("rut"),
            role=Role.WORKER,
            unit=place.unit,
            valid_from=TODAY,
        )
        assert numbers(place, "rut") == set()
        named = Examined.objects.create(
            report=report, user=place.user("sara"), added_at=clock.now()
        )
        assert numbers(place, "sara") == set()
        # Of two rows, the one taken away and the other about somebody else.
        named.removed_at = clock.now()
        named.save()
        Examined.objects.create(report=report, user=place.user("nils"), added_at=clock.now())
        assert numbers(place, "sara") == {report.number}


class TestTheList:
    """Numbers, the day it came, open or not; found by either number and by year."""

    def test_nothing_of_the_matter_stands_there(self, place: Place, as_user: Login) -> None:
        report = handed_in(place, case_number="B-2026-0417")
        Report.objects.filter(pk=report.pk).update(
            registry_number="SN 2026/417",
            status=states.CLOSED,
            outcome=states.SERIOUS,
            decided_on=TODAY,
            notified_on=TODAY,
            ivo_number="3.1-7/2026",
        )
        text = page(as_user("rut"), LIST)
        for shown in (report.number, "SN 2026/417", "2026-03-30", "Avslutad"):
            assert shown in text
        file = as_user("rut").get(f"{LIST}?format=csv")
        assert rows(file) == [
            {
                "nummer": report.number,
                "diarienummer": "SN 2026/417",
                "inkom": "2026-03-30",
                "läge": "Avslutad",
            }
        ]
        event = AuditEvent.objects.latest("id")
        assert (event.action, list(event.subject_ids)) == (
            "lexsarah.official_register_exported",
            [report.pk],
        )
        for told in (EVENT, place.unit.name, "B-2026-0417", "Amina", "llvarligt", "3.1-7/2026"):
            assert told not in text
            assert told not in file.content.decode()

    def test_it_is_found_by_either_number_and_by_year(self, place: Place, as_user: Login) -> None:
        this_year, before = handed_in(place), handed_in(place)
        Report.objects.filter(pk=before.pk).update(
            registered_on=date(2025, 11, 3), registry_number="SN 2025/77"
        )
        rut = as_user("rut")
        for query, found in {
            "": {this_year, before},
            f"q={this_year.number[-5:]}": {this_year},
            "q=sn+2025": {before},
            "year=2026": {this_year},
            "year=2025": {before},
            "q=sn&year=2026": set(),
            "year=1": {this_year, before},
        }.items():
            text = page(rut, f"{LIST}?{query}")
            shown = {one for one in (this_year, before) if f"{address(one)}" in text}
            assert shown == found, query
        assert "Ingen rapport med det numret" in page(rut, f"{LIST}?q=finns+inte")
        assert len(rows(rut.get(f"{LIST}?year=2025&format=csv"))) == 1
        assert AuditEvent.objects.filter(action="lexsarah.official_register_listed").exists()


class TestOneReport:
    """Its list of documents, as the officer has it, but for names of colleagues."""

    @pytest.fixture
    def report(self, place: Place) -> Report:
        report = handed_in(place)
        sara = place.actor("sara")
        investigating.start_investigation(sara, report.pk, statute="SoL")
        entry = Entry(TODAY, "in", "Foto från Amina Ali", "Amina Ali", anyway=True)
        wrong = registry.register_document(sara, report.pk, entry=entry)
        right = Entry(TODAY, "in", "Foto", "Regionen")
        registry.correct_entry(sara, report.pk, wrong.pk, entry=right)
        asked = Asked(place.user("eva"), "Vad hände?", TODAY + timedelta(days=7))
        requests.request_statement(sara, report.pk, asked)
        return report

    def test_the_reporter_is_named_in_no_line(
        self, place: Place, report: Report, as_user: Login
    ) -> None:
        text = page(as_user("rut"), address(report))
        assert "Foto från Anställd" in text
        assert text.count("Rättad") == 1
        assert "Begäran: yttrande" in text
        for told in ("Amina", EVENT, "Vad hände?", "/handlingar/rad/"):
            assert told not in text
        assert AuditEvent.objects.latest("id").action == "lexsarah.official_register_read"
        # The officer's own list has the line as it was entered.
        assert "Foto från Amina Ali" in page(as_user("sara"), f"/lex-sarah/{report.pk}/handlingar/")

    def test_no_line_tells_which_unit_it_is(self, place: Place, report: Report) -> None:
        sara, norr = place.actor("sara"), place.unit.name
        entry = Entry(TODAY, "in", f"Schema från {norr.upper()}s arkiv", norr)
        registry.register_document(sara, report.pk, entry=entry)
        of_other = Asked(place.user("farid"), "Hur gör ni?", TODAY + timedelta(days=7))
        requests.request_statement(sara, report.pk, of_other)
        lines = [(line.party, line.subject) for line in official_register.neutral_lines(report)]
        assert lines.count(("Verksamheten", "Begäran: yttrande")) == 2
        assert ("Verksamheten", "Schema från Verksamheten arkiv") in lines
        for name in (norr, place.far_unit.name):
            assert name.casefold() not in str(lines).casefold()
            assert name in str(registry.lines_of(report))

    def test_the_file_is_the_same_list(self, report: Report, as_user: Login) -> None:
        answer = as_user("rut").get(f"{address(report)}?format=csv")
        found = [(one["från eller till"], one["gäller"], one["rättad"]) for one in rows(answer)]
        assert found[0] == ("Anställd", "Lex Sarah-rapport", "")
        assert ("Anställd", "Foto från Anställd", "Ja") in found
        assert ("Regionen", "Foto", "") in found
        assert AuditEvent.objects.latest("id").action == "lexsarah.registry_exported"
        assert as_user("rut").get(f"{address(report)}?format=xlsx").status_code == 200
        assert as_user("rut").get(f"{address(report)}?format=pdf").status_code == 400

    @pytest.mark.parametrize("typed", ["Maj Persson", "Persson, Maj", "Persson, M", "Maj"])
    def test_the_name_on_a_paper_neither(self, place: Place, typed: str) -> None:
        given = NewReport(EVENT, TODAY, place.unit, "yes")
        paper = Paper("Maj Persson", TODAY)
        report = submit(place.actor("rut"), given, paper=paper)
        entry = Entry(TODAY, "in", "Komplettering", typed)
        registry.register_document(place.actor("sara"), report.pk, entry=entry)
        parties = [line.party for line in official_register.neutral_lines(report)]
        assert parties == ["Anställd", "Anställd, M" if typed.endswith(" M") else "Anställd"]

    def test_a_paper_that_was_entered_is_found_at_once(self, place: Place, as_user: Login) -> None:
        fields = {
            "name": "Maj Persson",
            "received_on": "2026-03-30",
            "event": EVENT,
            "occurred_on": "2026-03-29",
            "unit": place.unit.pk,
            "safe_now": "yes",
            "statute": "SoL",
        }
        told = as_user("rut").post("/lex-sarah/papper/", fields, follow=True)
        report = Report.objects.get()
        assert told.redirect_chain[-1][0] == address(report)
        hidden = as_user("rut").post("/lex-sarah/papper/", fields | {"protected": "on"})
        assert hidden["Location"] == "/lex-sarah/papper/"

    def test_few_queries(self, report: Report, as_user: Login) -> None:
        rut = as_user("rut")
        for url in (LIST, address(report)):
            with CaptureQueriesContext(
                connection,
            ) as counted:
                page(rut, url)
            assert len(counted) <= 15


class TestTheBoardsNumber:
    """The Registrator notes the board's diarienummer; nothing is overwritten unseen."""

    def test_it_is_noted_and_audited(self, place: Place, as_user: Login) -> None:
        report = handed_in(place)
        fields = {"number": " SN 2026/417 ", "before": ""}
        told = as_user("rut").post(address(report), fields, follow=True).content.decode()
        assert "Diarienumret är antecknat." in told
        report.refresh_from_db()
        assert (report.registry_number, report.version) == ("SN 2026/417", 2)
        event = AuditEvent.objects.get(action="lexsarah.registry_number_set")
        assert event.actor_id == place.user("rut").pk
        assert "SN 2026/417" in page(as_user("sara"), f"/lex-sarah/{report.pk}/")
        lacking = as_user("rut").post(address(report), {"number": " ", "before": "SN 2026/417"})
        assert lacking.status_code == 422
        assert "Skriv diarienumret." in lacking.content.decode()

    def test_whoever_comes_second_is_shown_what_stands_and_nothing_else(
        self, place: Place, as_user: Login
    ) -> None:
        report = handed_in(place)
        sara = place.actor("sara")
        investigating.assess_serious(sara, report.pk, on=TODAY, reason="Allvarligt.")
        investigating.set_registry_number(sara, report.pk, number="SN 2026/1")
        fields = {"number": "SN 2026/2", "before": ""}
        answer = as_user("rut").post(address(report), fields)
        said = answer.content.decode()
        assert answer.status_code == 409
        assert "SN 2026/1" in said
        assert 'name="before" value="SN 2026/1"' in said
        assert "llvarligt" not in said
        again = as_user("rut").post(address(report), fields | {"before": "SN 2026/1"})
        assert again.status_code == 302
        report.refresh_from_db()
        assert report.registry_number == "SN 2026/2"

    def test_not_what_one_does_not_see(self, place: Place) -> None:
        hidden = handed_in(place, protected=True)
        for name in ("rut", "vera"):
            with pytest.raises(NotVisible):
                official_register.set_registry_number(place.actor(name), hidden.pk, number="SN 1")


class TestTheApi:
    """The same through the API."""

    def test_list_and_detail(self, place: Place, as_user: Login) -> None:
        report = handed_in(place)
        Report.objects.filter(pk=report.pk).update(registry_number="SN 2026/417")
        sara = place.actor("sara")
        entry = Entry(TODAY, "in", "Foto", "Amina Ali", anyway=True)
        registry.register_document(sara, report.pk, entry=entry)
        rut = as_user("rut")
        listed = {
            "id": report.pk,
            "number": report.number,
            "registry_number": "SN 2026/417",
            "received_on": "2026-03-30",
            "is_open": True,
        }
        assert rut.get(API).json()["results"] == [listed]
        for query in (
            "registry_number=2026/4",
            f"number={report.number[-5:]}",
            "received_after=2026-01-01&received_before=2026-12-31",
        ):
            assert rut.get(f"{API}?{query}").json()["results"] == [listed], query
        assert rut.get(f"{API}?received_before=2025-12-31").json()["results"] == []
        shown = rut.get(f"{API}{report.pk}/").json()
        assert shown == listed | {"documents": shown["documents"]}
        assert [(one["party"], one["subject"]) for one in shown["documents"]] == [
            ("Anställd", "Lex Sarah-rapport"),
            ("Anställd", "Foto"),
        ]
        assert AuditEvent.objects.latest("id").action == "lexsarah.official_register_read"
