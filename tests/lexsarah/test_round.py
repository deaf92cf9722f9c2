"""What goes round: providers' information, the yearly duty, lessons, words for the outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from casework.models import AuditEvent, Membership, Role, User
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from lexsarah import states
from lexsarah.models import (
    DutyConfirmation,
    Lesson,
    LessonReview,
    ProviderInformation,
    Report,
    Reporter,
)
from lexsarah.services import duty, lessons, outside, providers
from lexsarah.services.providers import Information
from lexsarah.services.telltales import Telltales
from tests.conftest import Place
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

Travel = Callable[[date], object]
Login = Callable[[str], Client]
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(DAY)


def decided(place: Place, **given: object) -> Report:
    """A report as it stands when decided, for what may be done from then on."""
    report = handed_in(place, **given)
    Report.objects.filter(pk=report.pk).update(
        status=states.DECIDED, outcome=states.MISCONDUCT, decided_on=DAY
    )
    report.refresh_from_db()
    return report


def second_sas(place: Place) -> None:
    """Let Gun be SAS too."""
    Membership.objects.create(user=place.user("gun"), board=place.board, role=Role.SAS)


def told(place: Place, by: str = "rut", **given: object) -> ProviderInformation:
    fields = {"provider": "Hemmet AB", "text": "En medicin gavs fel.", "received_on": DAY}
    return providers.take_in(place.actor(by), Information(**(fields | given)))  # type: ignore[arg-type]


class TestProviders:
    def test_who_entered_it_and_sas_see_it_and_nobody_else(self, place: Place) -> None:
        found = told(place)
        assert found.number == f"LU-2026-{found.pk:05d}"
        for name in ("rut", "sara"):
            assert ProviderInformation.objects.get_visible(place.actor(name), found.pk)
        for name in "amina frida eva anna vera birgit gun simon".split():
            with pytest.raises(NotVisible):
                providers.follow_up(place.actor(name), found.pk, text="Vi ringer.")
        with pytest.raises(NotAllowed):
            told(place, by="eva")

    def test_it_is_counted_in_no_outcome(self, place: Place) -> None:
        told(place)
        assert not Report.objects.exists()

    def test_done_with_it_only_when_what_was_done_is_noted(self, place: Place) -> None:
        found, sara = told(place), place.actor("sara")
        with pytest.raises(ConflictError, match="Skriv först"):
            providers.finish(sara, found.pk, on=DAY)
        followed = providers.follow_up(sara, found.pk, text="Avtalet följs upp.")
        with pytest.raises(ConflictError, match="ändrat"):
            providers.follow_up(sara, found.pk, text="Annat", expected_version=1)
        with pytest.raises(InvalidInput) as error:
            providers.finish(sara, found.pk, on=DAY - timedelta(days=1))
        assert error.value.field == "on"
        done = providers.finish(sara, found.pk, on=DAY, expected_version=followed.version)
        assert (done.closed_on, done.follow_up) == (DAY, "Avtalet följs upp.")
        with pytest.raises(ConflictError, match="klar"):
            providers.follow_up(sara, found.pk, text="Efteråt")

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"provider": " "}, "provider"),
            ({"text": ""}, "text"),
            ({"received_on": DAY + timedelta(days=1)}, "received_on"),
            ({"occurred_on": DAY + timedelta(days=1)}, "occurred_on"),
            ({"statute": "HSL"}, "statute"),
            ({"provider_notified_ivo": "kanske"}, "provider_notified_ivo"),
            ({"registry_number": "9" * 61}, "registry_number"),
        ],
    )
    def test_what_is_wrong_is_said_by_field(
        self, place: Place, given: dict[str, object], field: str
    ) -> None:
        with pytest.raises(InvalidInput) as error:
            told(place, **given)
        assert error.value.field == field
        assert not ProviderInformation.objects.exists()

    def test_on_screen_from_the_list_to_done(self, place: Place, as_user: Login) -> None:
        rut = as_user("rut")
        assert "Ingen information har kommit" in rut.get("/lex-sarah/utforare/").content.decode()
        given = {
            "provider": "Hemmet AB",
            "text": "Det gäller 19811218-9876.",
            "received_on": "2026-03-02",
            "statute": "SoL",
            "provider_notified_ivo": "yes",
        }
        stopped = rut.post("/lex-sarah/utforare/ny/", given)
        assert "personnummer" in stopped.content.decode()
        assert not ProviderInformation.objects.exists()
        shown = rut.post("/lex-sarah/utforare/ny/", given | {"text": "Fel medicin."}, follow=True)
        assert "Informationen är inskriven" in shown.content.decode()
        found = ProviderInformation.objects.get()
        url = f"/lex-sarah/utforare/{found.pk}/"
        sara = as_user("sara")
        note = {"verb": "follow-up", "version": 1, "text": "Samtal bokat."}
        assert "Sparat." in sara.post(url, note, follow=True).content.decode()
        stale = sara.post(url, note | {"text": "Ett till samtal."})
        assert stale.status_code == 409
        # What was typed stays, and saved again, knowing it, it holds.
        assert "Ett till samtal." in stale.content.decode()
        done = sara.post(url, {"verb": "finish", "version": 2, "on": "2026-03-02"}, follow=True)
        assert "Informationen är klar." in done.content.decode()
        file = sara.get("/lex-sarah/utforare/?format=csv").content.decode("utf-8-sig")
        assert "Hemmet AB" in file
        assert "Fel medicin" not in file
        assert AuditEvent.objects.latest("id").action == "lexsarah.provider_information_exported"


class TestDuty:
    def test_once_a_year_by_oneself(self, place: Place, at: Travel) -> None:
        amina = place.actor("amina")
        first = duty.confirm(amina)
        assert duty.confirm(amina).pk == first.pk
        assert duty.has_confirmed(amina, 2026)
        at(date(2027, 1, 1))
        assert not duty.has_confirmed(place.actor("amina"), 2027)
        with pytest.raises(DatabaseError), transaction.atomic():
            DutyConfirmation.objects.filter(pk=first.pk).update(year=2020)

    def test_names_for_the_own_manager_and_numbers_for_others(self, place: Place) -> None:
        duty.confirm(place.actor("amina"))
        [own] = duty.by_unit(place.actor("eva"), DAY)
        assert own.unit == place.unit
        names = {place.user(name).display_name for name in ("frida", "eva")}
        assert names <= set(own.missing)
        assert place.user("amina").display_name not in own.missing
        assert own.confirmed == 1
        for name in ("anna", "sara", "vera"):
            of_unit = {one.unit: one for one in duty.by_unit(place.actor(name), DAY)}[place.unit]
            assert (of_unit.missing, of_unit.remaining) == ([], own.remaining)
        assert duty.by_unit(place.actor("amina"), clock.today()) == []

    def test_the_start_page_asks_until_it_is_done(self, place: Place, as_user: Login) -> None:
        amina = as_user("amina")
        line = "Bekräfta för 2026: skyldigheten att rapportera"
        assert line in amina.get("/").content.decode()
        shown = amina.post("/lex-sarah/skyldighet/", follow=True).content.decode()
        assert "Du har bekräftat för 2026" in shown
        assert "Enheterna" not in shown
        assert line not in amina.get("/").content.decode()


class TestLessons:
    def test_sent_to_all_and_gone_through_by_each(self, place: Place, as_user: Login) -> None:
        lesson = lessons.publish(
            place.actor("sara"), decided(place).pk, title="Väntan", text="Boka tid genast."
        )
        eva = place.actor("eva")
        assert list(lessons.unreviewed(eva, DAY)) == [lesson]
        assert "Lärdomar att gå igenom" in as_user("eva").get("/").content.decode()
        for name in ("amina", "sara"):
            with pytest.raises(NotAllowed):
                lessons.review(place.actor(name), lesson.pk, unit=place.unit, held_on=DAY)
        with pytest.raises(NotAllowed):
            lessons.review(eva, lesson.pk, unit=place.sister_unit, held_on=DAY)
        with pytest.raises(InvalidInput):
            lessons.review(eva, lesson.pk, unit=place.unit, held_on=DAY - timedelta(days=1))
        url = f"/lex-sarah/lardomar/{lesson.pk}/"
        given = {"unit": place.unit.pk, "held_on": "2026-03-02"}
        done = as_user("eva").post(url, given, follow=True).content.decode()
        assert "Genomgången är antecknad" in done
        assert not lessons.unreviewed(eva, DAY).exists()
        with pytest.raises(ConflictError):
            lessons.review(eva, lesson.pk, unit=place.unit, held_on=DAY)
        assert LessonReview.objects.get().confirmed_by == place.user("eva")
        of_units = lessons.by_unit(place.actor("sara"), lesson, DAY)
        assert [one.unit for one in of_units if one.held_on] == [place.unit]
        assert "Enheterna" in as_user("sara").get(url).content.decode()
        assert "Boka tid genast." in as_user("amina").get(url).content.decode()

    def test_another_boards_lessons_do_not_exist(
        self, place: Place, other_place: Place, as_user: Login
    ) -> None:
        lesson = lessons.publish(place.actor("sara"), decided(place).pk, title="A", text="B")
        stranger = other_place.actor("eva")
        assert not lessons.readable(stranger).exists()
        with pytest.raises(NotVisible):
            lessons.review(stranger, lesson.pk, unit=other_place.unit, held_on=DAY)

    @pytest.mark.parametrize("text", ["Flickan 19811218-9876 väntade.", "I ärende 2026-77 dröjde."])
    def test_what_tells_whom_it_is_about_is_never_sent(self, place: Place, text: str) -> None:
        report = decided(place, case_number="2026-77")
        for anyway in (False, True):
            with pytest.raises(InvalidInput, match="I texten står"):
                lessons.publish(
                    place.actor("sara"), report.pk, title="Lär", text=text, anyway=anyway
                )

    def test_the_units_name_is_warned_of_and_may_be_meant(self, place: Place) -> None:
        report, sara = decided(place), place.actor("sara")
        text = f"På {place.unit.name} dröjde det."
        with pytest.raises(InvalidInput, match="enhetens namn"):
            lessons.publish(sara, report.pk, title="Lär", text=text)
        assert lessons.publish(sara, report.pk, title="Lär", text=text, anyway=True)

    def test_not_before_it_is_decided(self, place: Place) -> None:
        with pytest.raises(ConflictError):
            lessons.publish(place.actor("sara"), handed_in(place).pk, title="A", text="B")

    def test_warnings_do_not_tell_who_reported(self, place: Place) -> None:
        User.objects.filter(pk=place.user("amina").pk).update(first_name="Amina", last_name="Ek")
        User.objects.filter(pk=place.user("frida").pk).update(first_name="Frida", last_name="Berg")
        report = handed_in(place, by="amina")
        # Both have worked in the unit; one of them reported.
        for name in ("Amina", "Frida"):
            assert [one.what for one in Telltales(report).within(f"{name}s anteckning")] == [
                f"ett namn ({name})"
            ]
        assert not Telltales(report).within("Familjen berättade om kvällen.")


class TestOutside:
    def test_another_approves_and_a_new_wording_waits_anew(self, place: Place) -> None:
        second_sas(place)
        report, sara, gun = decided(place), place.actor("sara"), place.actor("gun")
        first = outside.write(sara, report.pk, event="Ett barn fick vänta.", measures="Ny rutin.")
        with pytest.raises(NotAllowed, match="skrev texten"):
            outside.approve(sara, report.pk, text_id=first.pk)
        second = outside.write(sara, report.pk, event="Någon fick vänta.")
        with pytest.raises(ConflictError, match="skrivits om"):
            outside.approve(gun, report.pk, text_id=first.pk)
        outside.approve(gun, report.pk, text_id=second.pk)
        with pytest.raises(ConflictError, match="redan"):
            outside.approve(gun, report.pk, text_id=second.pk)
        outside.write(sara, report.pk, event="En tredje.")
        found = outside.approved_wordings([report.pk], clock.now())
        assert found[report.pk].event == "Någon fick vänta."
        assert outside.approved_wordings([report.pk], clock.now() - timedelta(days=1)) == {}

    def test_a_personnummer_never_leaves(self, place: Place) -> None:
        with pytest.raises(InvalidInput) as error:
            outside.write(place.actor("sara"), decided(place).pk, event="19811218-9876 väntade.")
        assert error.value.field == "event"

    def test_on_screen(self, place: Place, as_user: Login) -> None:
        second_sas(place)
        report = decided(place)
        url = f"/lex-sarah/{report.pk}/utat/"
        given = {"verb": "write", "version": report.version, "event": "Någon fick vänta."}
        assert "Texten är sparad" in as_user("sara").post(url, given, follow=True).content.decode()
        stale = as_user("gun").post(url, given | {"event": "Ett annat ord."})
        assert stale.status_code == 409
        assert "Ett annat ord." in stale.content.decode()
        text = outside.latest_wording(report)
        assert text is not None
        # It waits for another SAS to try it, and says so to nobody else: Birgit did not decide it.
        waits = "Text till kvalitetsrapporten att godkänna"
        for name, sees in (("gun", True), ("birgit", False), ("sara", False), ("vera", False)):
            assert (waits in as_user(name).get("/").content.decode()) is sees, name
        listed = as_user("gun").get("/lex-sarah/?state=approve").content.decode()
        assert f'href="{url}">{report.number}' in listed
        approve = {"verb": "approve", "text_id": text.pk}
        shown = as_user("gun").post(url, approve, follow=True).content.decode()
        assert "Sekretessprövad och godkänd" in shown
        assert waits not in as_user("gun").get("/").content.decode()
        report.refresh_from_db()
        lesson = {"verb": "publish", "version": report.version, "title": "T", "text": "Amina var"}
        unread = as_user("sara").post(url, lesson).content.decode()
        assert "Läs igenom lärdomen" in unread
        # Of words that nothing has been said about yet, nothing is asked.
        assert 'name="anyway"' not in unread
        assert not Lesson.objects.exists()
        lesson["read"] = "on"
        refused = as_user("sara").post(url, lesson)
        assert refused.status_code == 422
        assert "ett namn" in refused.content.decode()
        assert 'name="anyway"' in refused.content.decode()
        sent = as_user("sara").post(url, lesson | {"anyway": "on"}, follow=True)
        assert "Lärdomen är skickad" in sent.content.decode()

    def test_whoever_decides_approves_what_the_only_sas_wrote(
        self, place: Place, as_user: Login
    ) -> None:
        report = decided(place)
        Report.objects.filter(pk=report.pk).update(decider=place.user("birgit"))
        url = f"/lex-sarah/{report.pk}/utat/"
        birgit = as_user("birgit")
        assert "Utredaren skriver den" in birgit.get(url).content.decode()
        text = outside.write(place.actor("sara"), report.pk, event="Någon fick vänta.")
        waits = "Text till kvalitetsrapporten att godkänna"
        assert waits in birgit.get("/").content.decode()
        shown = birgit.get(url).content.decode()
        assert "Någon fick vänta." in shown
        assert "Spara texten" not in shown
        assert "Skicka till alla enheter" not in shown
        write = {"verb": "write", "version": report.version, "event": "Mina ord."}
        assert birgit.post(url, write).status_code == 403
        approve = {"verb": "approve", "text_id": text.pk}
        done = birgit.post(url, approve, follow=True).content.decode()
        assert "Sekretessprövad och godkänd" in done
        assert waits not in birgit.get("/").content.decode()


def test_the_reporter_learns_the_outcome_and_what_it_led_to(place: Place, as_user: Login) -> None:
    report = decided(place, by="amina")
    lessons.publish(place.actor("sara"), report.pk, title="Boka genast", text="Boka tid genast.")
    amina, line = as_user("amina"), "Svar på din lex Sarah-rapport"
    assert line in amina.get("/").content.decode()
    shown = amina.get("/lex-sarah/mina/").content.decode()
    assert "Missförhållande" in shown
    assert "Boka genast" in shown
    assert Reporter.objects.get().seen_at == clock.now()
    assert line not in amina.get("/").content.decode()
