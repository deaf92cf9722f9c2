"""Information från utförare: two clicks are one entry, what is wrong is corrected by a new row."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from casework.models import AuditEvent, Membership, Role
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from lexsarah.models import ProviderInformation, ProviderInformationRow
from lexsarah.services import providers
from lexsarah.services.providers import Information
from tests.conftest import Place
from tests.races.overlapping import at_once
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
DAY = date(2026, 3, 30)
NEW, API = "/lex-sarah/utforare/ny/", "/api/v1/lexsarah-provider-information/"
TEXT = "En medicin gavs fel."
FORM = {
    "provider": "Hemmet AB",
    "text": TEXT,
    "received_on": "2026-03-30",
    "statute": "SoL",
    "provider_notified_ivo": "unknown",
}
BODY = {"provider": "Hemmet AB", "text": TEXT, "received_on": "2026-03-30"}


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(DAY)


def given(**fields: Any) -> Information:
    base: dict[str, Any] = {"provider": "Hemmet AB", "text": TEXT, "received_on": DAY}
    return Information(**(base | fields))


def taken_in(place: Place, **fields: Any) -> ProviderInformation:
    return providers.take_in(place.actor("rut"), given(**fields))


def address(found: ProviderInformation, rest: str = "ratta/") -> str:
    return f"/lex-sarah/utforare/{found.pk}/{rest}"


class TestSentTwice:
    """The form carries a key: the same entry twice is one, another entry is another."""

    def test_the_form_sent_twice_is_one_entry(self, place: Place, as_user: Login) -> None:
        rut = as_user("rut")
        key = page(rut, NEW).split('name="key" value="')[1].split('"')[0]
        assert key not in page(rut, NEW)
        told = [rut.post(NEW, FORM | {"key": key}, follow=True) for _ in range(2)]
        found = ProviderInformation.objects.get()
        assert all(
            f"Informationen är inskriven som {found.number}" in one.content.decode() for one in told
        )
        assert ProviderInformationRow.objects.count() == 1
        assert AuditEvent.objects.filter(action__endswith="taken_in").count() == 1

    def test_a_form_gone_back_to_and_filled_in_anew_loses_nothing(
        self, place: Place, as_user: Login
    ) -> None:
        rut, key = as_user("rut"), str(uuid4())
        rut.post(NEW, FORM | {"key": key})
        first = ProviderInformation.objects.get()
        another = FORM | {"text": "Larmet var ur funktion.", "key": key}
        refused = rut.post(NEW, another)
        said = refused.content.decode()
        assert refused.status_code == 409
        assert f"{first.number} skrevs in med det här formuläret" in said
        assert "Larmet var ur funktion." in said
        assert ProviderInformation.objects.count() == 1
        fresh = said.split('name="key" value="')[1].split('"')[0]
        assert rut.post(NEW, another | {"key": fresh}).status_code == 302
        assert ProviderInformation.objects.latest("pk").text == "Larmet var ur funktion."

    def test_what_was_corrected_since_is_the_same_entry_still(self, place: Place) -> None:
        rut, key = place.actor("rut"), uuid4()
        found = providers.take_in(rut, given(), key=key)
        providers.correct(rut, found.pk, given(provider="Hemmet i Norr AB"), reason="Fel namn.")
        assert providers.take_in(rut, given(), key=key).pk == found.pk

    def test_somebody_elses_key_is_refused(self, place: Place) -> None:
        key = uuid4()
        providers.take_in(place.actor("rut"), given(), key=key)
        with pytest.raises(ConflictError):
            providers.take_in(place.actor("sara"), given(), key=key)

    def test_through_the_api(self, as_user: Login) -> None:
        rut, body = as_user("rut"), BODY | {"submission_key": str(uuid4())}
        first, second = (rut.post(API, body, "application/json") for _ in range(2))
        assert (first.status_code, second.json()) == (201, first.json())
        other = rut.post(API, body | {"text": "Annat."}, "application/json")
        assert (other.status_code, other.json()["code"]) == (409, "conflict")
        assert ProviderInformation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_time_are_one_entry(place: Place) -> None:
    key, rut = uuid4(), place.actor("rut")

    def click() -> str:
        return providers.take_in(rut, given(), key=key).number

    numbers = set(at_once(ProviderInformation, *[click] * 4))
    assert numbers == {ProviderInformation.objects.get().number}


class TestCorrecting:
    """What was entered stays; a new row holds what should have stood, with who, when and why."""

    def test_both_rows_stand_and_the_page_tells_of_it(self, place: Place, as_user: Login) -> None:
        found = taken_in(place, occurred_on=DAY - timedelta(days=3))
        right = FORM | {
            "provider": "Hemmet i Norr AB",
            "occurred_on": "2026-03-26",
            "protected": "on",
            "version": 1,
            "reason": "Fel bolag och fel dag.",
        }
        told = as_user("sara").post(address(found), right, follow=True).content.decode()
        found.refresh_from_db()
        assert (found.provider, found.version) == ("Hemmet i Norr AB", 2)
        assert (found.occurred_on, found.protected) == (date(2026, 3, 26), True)
        rows = [(row.provider, row.reason) for row in found.rows.all()]
        assert rows == [("Hemmet AB", ""), ("Hemmet i Norr AB", "Fel bolag och fel dag.")]
        for shown in (
            "Hemmet AB</del>",
            "Hemmet i Norr AB",
            "2026-03-27</del>",
            "Fel bolag och fel dag.",
            place.user("sara").display_name,
            "30 mars 2026",
        ):
            assert shown in told
        event = AuditEvent.objects.get(action="lexsarah.provider_information_corrected")
        assert event.data["fields"] == ["provider", "occurred_on", "protected"]
        assert "Hemmet" not in str(event.data)

    def test_who_entered_it_and_sas_and_nobody_else(self, place: Place, as_user: Login) -> None:
        found = taken_in(place)
        for name in ("rut", "sara"):
            assert "Rätta det som skrevs in" in page(as_user(name), address(found, ""))
            providers.correct(place.actor(name), found.pk, given(text=f"{name}."), reason="Fel.")
        Membership.objects.create(user=place.user("gun"), board=place.board, role=Role.REGISTRAR)
        for name in ("gun", "eva", "anna", "vera", "simon"):
            assert as_user(name).get(address(found)).status_code == 404
            with pytest.raises(NotVisible):
                providers.correct(place.actor(name), found.pk, given(), reason="Fel.")

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"reason": " "}, "reason"),
            ({"provider": ""}, "provider"),
            ({"received_on": DAY + timedelta(days=1)}, "received_on"),
            ({}, None),
        ],
    )
    def test_what_is_wrong_is_said_by_field(
        self, place: Place, wrong: dict[str, Any], field: str | None
    ) -> None:
        found = taken_in(place)
        reason = str(wrong.pop("reason", "Fel."))
        with pytest.raises(InvalidInput) as error:
            providers.correct(place.actor("rut"), found.pk, given(**wrong), reason=reason)
        assert error.value.field == field
        found.refresh_from_db()
        assert (found.version, found.rows.count()) == (1, 1)

    def test_also_when_it_is_done_with(self, place: Place) -> None:
        found, sara = taken_in(place, received_on=DAY - timedelta(days=5)), place.actor("sara")
        providers.follow_up(sara, found.pk, text="Vi ringer.", registry_number="SN 7")
        providers.finish(sara, found.pk, on=DAY - timedelta(days=2))
        stands = providers.told(ProviderInformation.objects.get())
        assert stands.registry_number == "SN 7"
        with pytest.raises(InvalidInput, match="klar 2026-03-28") as error:
            providers.correct(sara, found.pk, given(received_on=DAY), reason="Fel dag.")
        assert error.value.field == "received_on"
        stands.registry_number = "SN 8"
        done = providers.correct(sara, found.pk, stands, reason="Fel nummer.")
        assert (done.registry_number, done.closed_on) == ("SN 8", DAY - timedelta(days=2))
        numbers = [row.registry_number for row in done.rows.order_by("pk")]
        assert numbers == ["", "SN 7", "SN 8"]

    def test_whoever_comes_second_is_shown_both(self, place: Place, as_user: Login) -> None:
        found, rut = taken_in(place, unit=place.unit), place.actor("rut")
        first = given(unit=place.unit, provider="Hemmet i Norr AB")
        providers.correct(rut, found.pk, first, reason="Fel namn.")
        typed = FORM | {"provider": "Hemmet i Söder AB", "version": 1, "reason": "Fel ort."}
        sara = as_user("sara")
        answer = sara.post(address(found), typed)
        said = answer.content.decode()
        assert answer.status_code == 409
        now, was_typed = said.split("Det du skrev</h2>")
        assert "Hemmet i Norr AB" in now
        assert place.unit.name in now
        assert "Hemmet i Söder AB" in was_typed
        assert f"{place.user('rut').display_name}: Rättade information" in said
        found.refresh_from_db()
        assert found.provider == "Hemmet i Norr AB"
        version = answer.context["form"]["version"].value()
        assert sara.post(address(found), typed | {"version": version}).status_code == 302
        found.refresh_from_db()
        assert found.provider == "Hemmet i Söder AB"

    def test_a_personnummer_gives_a_warning_first(self, place: Place, as_user: Login) -> None:
        found, rut = taken_in(place), as_user("rut")
        typed = FORM | {"text": "Gäller 19811218-9876.", "version": 1, "reason": "Kompletterat."}
        stopped = rut.post(address(found), typed).content.decode()
        assert "Informationen är inte sparad än" in stopped
        assert found.rows.count() == 1
        rut.post(address(found), typed | {"verb": "save-anyway"})
        assert found.rows.count() == 2

    def test_through_the_api_what_is_left_out_stays(self, place: Place, as_user: Login) -> None:
        rut = as_user("rut")
        made = rut.post(API, BODY | {"unit": place.unit.pk}, "application/json")
        url = made["Location"].removeprefix("http://testserver") + "correct/"
        body = {"provider": "Hemmet i Norr AB", "reason": "Fel namn."}
        tag = {"If-Match": made["ETag"]}
        assert rut.post(url, body, "application/json").status_code == 428
        lacking = rut.post(url, {"provider": "X"}, "application/json", headers=tag)
        assert (lacking.status_code, lacking.json()["field"]) == (400, "reason")
        shown = rut.post(url, body, "application/json", headers=tag).json()
        assert (shown["provider"], shown["text"]) == ("Hemmet i Norr AB", TEXT)
        assert shown["unit"]["id"] == place.unit.pk
        (correction,) = shown["corrections"]
        assert correction["reason"] == "Fel namn."
        assert correction["corrected_by"]["id"] == place.user("rut").pk
        assert correction["changes"] == [
            {"field": "provider", "before": "Hemmet AB", "after": "Hemmet i Norr AB"}
        ]
        stale = as_user("sara").post(url, body, "application/json", headers=tag)
        assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")


def test_what_was_entered_before_has_its_first_row(place: Place) -> None:
    old = ProviderInformation.objects.create(
        board=place.board,
        number="LU-2026-90001",
        provider="Hemmet AB",
        statute="SoL",
        received_on=DAY,
        text=TEXT,
        provider_notified_ivo="no",
        recorded_by=place.user("rut"),
        recorded_at="2026-03-30T10:00:00Z",
    )
    migration = importlib.import_module("lexsarah.migrations.0007_provider_corrections")
    with connection.schema_editor() as editor:
        migration.first_rows(apps, editor)
        migration.first_rows(apps, editor)
    row = ProviderInformationRow.objects.get()
    assert (row.information, row.text, row.entered_by) == (old, TEXT, place.user("rut"))
    assert providers.told(row) == providers.told(old)
