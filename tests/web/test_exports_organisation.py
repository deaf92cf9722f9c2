"""The lists of the organisation, its registers and the watch as files."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from casework.deadlines import outbox
from casework.deadlines.sweep import sweep
from casework.models import Absence, AuditEvent, FailedRow, ImportBatch, Membership, Role, User
from casework.organising.units import rename_unit
from casework.shared import clock
from deviations.models import Category, Cause
from tests.conftest import Place, make_report
from tests.factories.handling import Registers
from tests.factories.times import begin, instant
from tests.web.downloads import FORMULA, HARMLESS, audited, column, file_rows

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
Travel = Callable[[date | datetime], object]


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
