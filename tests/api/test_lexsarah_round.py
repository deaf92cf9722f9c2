"""What goes round in the API: providers' information, lessons, the duty, words for the outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.models import AuditEvent, Membership, Role
from lexsarah import states
from lexsarah.models import Lesson, OutsideText, ProviderInformation, Report
from lexsarah.services import lessons
from tests.conftest import Place
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TODAY = date(2026, 3, 2)
API = "/api/v1/"
TOLD = f"{API}lexsarah-provider-information/"
GIVEN = {"provider": "Hemmet AB", "text": "En medicin gavs fel.", "received_on": "2026-03-02"}


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any], place: Place) -> None:
    at(TODAY)
    Membership.objects.create(user=place.user("gun"), board=place.board, role=Role.SAS)


def post(client: Client, url: str, tag: str | None = None, **body: Any) -> Any:
    headers = {} if tag is None else {"If-Match": tag}
    return client.post(url, body, content_type="application/json", headers=headers)


def decided(place: Place) -> Report:
    report = handed_in(place)
    Report.objects.filter(pk=report.pk).update(
        status=states.DECIDED, outcome=states.MISCONDUCT, decided_on=TODAY
    )
    report.refresh_from_db()
    return report


class TestProviderInformation:
    def test_entered_followed_and_done_with(self, place: Place, as_user: Login) -> None:
        rut, sara = as_user("rut"), as_user("sara")
        made = post(rut, TOLD, unit=place.unit.pk, registry_number="SN 7", **GIVEN)
        assert made.status_code == 201
        url = made["Location"].removeprefix("http://testserver")
        read = sara.get(url)
        assert read.json()["text"] == "En medicin gavs fel."
        assert read.json()["unit"]["name"] == place.unit.name
        assert AuditEvent.objects.latest("id").action == "lexsarah.provider_information_read"
        early = post(sara, f"{url}finish/", read["ETag"], on="2026-03-02")
        assert early.status_code == 409
        followed = post(sara, f"{url}follow-up/", read["ETag"], text="Vi ringer.")
        assert followed.json()["follow_up"] == "Vi ringer."
        assert followed.json()["registry_number"] == "SN 7"
        done = post(sara, f"{url}finish/", followed["ETag"], on="2026-03-02")
        assert done.json()["closed_on"] == "2026-03-02"

    def test_from_what_was_read_and_nothing_else(self, place: Place, as_user: Login) -> None:
        rut = as_user("rut")
        made = post(rut, TOLD, **GIVEN)
        url = f"{TOLD}{made.json()['id']}/follow-up/"
        assert post(rut, url, text="Vi ringer.").status_code == 428
        assert post(rut, url, made["ETag"], text="Vi ringer.").status_code == 200
        stale = post(as_user("sara"), url, made["ETag"], text="Möte.")
        assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
        assert ProviderInformation.objects.get().follow_up == "Vi ringer."

    def test_the_list_says_nothing_of_what_happened(self, as_user: Login) -> None:
        rut = as_user("rut")
        for day in ("2026-02-01", "2026-03-01"):
            post(rut, TOLD, **GIVEN | {"received_on": day})
        listed = as_user("sara").get(TOLD).json()["results"]
        assert [one["received_on"] for one in listed] == ["2026-03-01", "2026-02-01"]
        assert not {"text", "follow_up"} & set(listed[0])
        assert AuditEvent.objects.latest("id").action == "lexsarah.provider_information_listed"
        later = as_user("sara").get(TOLD, {"received_after": "2026-02-15", "open": "true"})
        assert len(later.json()["results"]) == 1
        assert as_user("eva").get(TOLD).status_code == 403
        url = f"{TOLD}{listed[0]['id']}/"
        assert as_user("eva").get(url).status_code == 404

    def test_what_is_wrong_is_said_by_field(self, other_place: Place, as_user: Login) -> None:
        rut = as_user("rut")
        for wrong in (
            {"received_on": "2026-03-03"},
            {"occurred_on": "2026-03-03"},
            {"provider": " "},
            {"statute": "HSL"},
            {"unit": other_place.unit.pk},
        ):
            answer = post(rut, TOLD, **GIVEN | wrong)
            assert (answer.status_code, answer.json()["field"]) == (400, next(iter(wrong)))
        assert not ProviderInformation.objects.exists()
        assert post(as_user("eva"), TOLD, **GIVEN).status_code == 403


class TestLessons:
    def test_sent_read_and_gone_through(self, place: Place, as_user: Login) -> None:
        report = decided(place)
        url = f"{API}lexsarah-reports/{report.pk}/publish-lesson/"
        body = {"title": "Tillsyn", "text": "Titta till den som väntar."}
        sara = as_user("sara")
        assert post(sara, url, **body).status_code == 428
        assert post(sara, url, '"99"', **body).status_code == 412
        never = post(sara, url, f'"{report.version}"', **body | {"text": "Det var 19811218-9876."})
        assert (never.status_code, never.json()["code"]) == (400, "never")
        sent = post(sara, url, f'"{report.version}"', **body)
        assert sent.status_code == 201
        assert "report" not in sent.json()
        eva = as_user("eva")
        listed = eva.get(f"{API}lexsarah-lessons/").json()["results"]
        assert [one["title"] for one in listed] == ["Tillsyn"]
        one = f"{API}lexsarah-lessons/{sent.json()['id']}/"
        assert eva.get(one).json()["text"] == body["text"]
        held = post(eva, f"{one}reviews/", unit=place.unit.pk, held_on="2026-03-02")
        assert held.status_code == 201
        assert [(row["unit"]["id"], row["held_on"]) for row in held.json()] == [
            (place.unit.pk, "2026-03-02")
        ]
        again = post(eva, f"{one}reviews/", unit=place.unit.pk, held_on="2026-03-02")
        assert again.status_code == 409
        of_units = {row["unit"]["id"]: row["held_on"] for row in sara.get(f"{one}reviews/").json()}
        assert (of_units[place.unit.pk], of_units[place.sister_unit.pk]) == ("2026-03-02", None)
        assert as_user("amina").get(f"{one}reviews/").json() == []

    def test_only_its_manager_says_that_a_unit_did(self, place: Place, as_user: Login) -> None:
        lesson = lessons.publish(
            place.actor("sara"), decided(place).pk, title="Tillsyn", text="Titta till."
        )
        url = f"{API}lexsarah-lessons/{lesson.pk}/reviews/"
        body = {"unit": place.unit.pk, "held_on": "2026-03-02"}
        for name in ("amina", "sara", "erik"):
            assert post(as_user(name), url, **body).status_code == 403
        assert post(as_user("eva"), url, **body | {"held_on": "2026-03-03"}).status_code == 400

    def test_another_boards_do_not_exist(
        self, place: Place, other_place: Place, as_user: Login
    ) -> None:
        lessons.publish(place.actor("sara"), decided(place).pk, title="Tillsyn", text="Titta till.")
        lesson = Lesson.objects.get()
        client = Client()
        client.force_login(other_place.user("sara"))
        assert client.get(f"{API}lexsarah-lessons/").json()["results"] == []
        assert client.get(f"{API}lexsarah-lessons/{lesson.pk}/").status_code == 404


class TestDuty:
    URL = f"{API}lexsarah-duty/"

    def test_confirmed_once_by_each(self, place: Place, as_user: Login) -> None:
        amina = as_user("amina")
        before = amina.get(self.URL).json()
        assert before == {"year": 2026, "confirmed": False, "units": []}
        assert amina.post(self.URL).json()["confirmed"] is True
        assert amina.post(self.URL).status_code == 201
        assert AuditEvent.objects.filter(action="lexsarah.duty_confirmed").count() == 1

    def test_names_are_for_the_own_manager(self, place: Place, as_user: Login) -> None:
        (own,) = as_user("eva").get(self.URL).json()["units"]
        assert own["unit"]["id"] == place.unit.pk
        assert place.user("amina").display_name in own["missing"]
        of_all = as_user("sara").get(self.URL).json()["units"]
        assert {place.unit.pk, place.sister_unit.pk} <= {one["unit"]["id"] for one in of_all}
        assert not any(one["missing"] for one in of_all)


class TestOutside:
    def test_written_by_one_and_approved_by_another(self, place: Place, as_user: Login) -> None:
        report = decided(place)
        url = f"{API}lexsarah-reports/{report.pk}/outside-texts/"
        sara, gun = as_user("sara"), as_user("gun")
        body = {"event": f"Någon fick vänta på {place.unit.name}."}
        assert post(sara, url, **body).status_code == 428
        made = post(sara, url, f'"{report.version}"', **body)
        assert made.status_code == 201
        assert made.json()["telltales"] == [f"enhetens namn ({place.unit.name})"]
        assert post(gun, url, f'"{report.version}"', event="Annat.").status_code == 412
        approve = f"{url}{made.json()['id']}/approve/"
        assert sara.post(approve).status_code == 403
        approved = gun.post(approve)
        assert approved.status_code == 201
        assert approved.json()["approved_at"]
        assert gun.post(approve).status_code == 409
        assert gun.post(f"{url}999999/approve/").status_code == 404
        (read,) = sara.get(url).json()
        assert read["written_by"]["id"] == place.user("sara").pk
        assert AuditEvent.objects.latest("id").action == "lexsarah.read"

    def test_a_rewritten_text_is_not_approved_unread(self, place: Place, as_user: Login) -> None:
        report = decided(place)
        url = f"{API}lexsarah-reports/{report.pk}/outside-texts/"
        sara = as_user("sara")
        first = post(sara, url, f'"{report.version}"', event="Ett.").json()["id"]
        report.refresh_from_db()
        assert post(sara, url, f'"{report.version}"', event="Två.").status_code == 201
        answer = as_user("gun").post(f"{url}{first}/approve/")
        assert (answer.status_code, answer.json()["code"]) == (409, "stale")
        assert OutsideText.objects.filter(approval__isnull=False).count() == 0
