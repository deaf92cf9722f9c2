"""Reading and reporting deviations through the API."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.models import AuditEvent
from casework.shared import clock
from deviations.models import Category, Cause, Deviation
from deviations.services import cooperation, inbox, investigating
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db
LIST = "/api/v1/deviations/"


def one(deviation: Deviation, act: str = "") -> str:
    return f"{LIST}{deviation.pk}/{act}"


def numbers(answer: Any) -> list[str]:
    return [row["number"] for row in answer.json()["results"]]


def test_a_manager_lists_the_units_deviations_and_nobody_elses(
    place: Place, other_place: Place, api: Any
) -> None:
    mine = make_report(place)
    make_report(place, by="sven", unit=place.sister_unit)
    make_report(other_place)
    assert numbers(api("eva").get(LIST)) == [mine.number]


def test_what_is_hidden_and_what_does_not_exist_answer_alike(
    place: Place, other_place: Place, api: Any
) -> None:
    hidden = make_report(other_place)
    for key in (hidden.pk, hidden.pk + 1000):
        answer = api("eva").get(f"{LIST}{key}/")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "not_found"


def test_without_login_one_is_asked_for_a_token(client: Any, db: None) -> None:
    answer = client.get(LIST)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert answer.json()["message"]


def test_a_page_read_is_one_audit_event_with_its_ids(place: Place, api: Any) -> None:
    keys = sorted(make_report(place).pk for _ in range(3))
    api("eva").get(LIST)
    event = AuditEvent.objects.filter(action="deviation.listed").get()
    assert event.subject_ids == keys


def test_one_deviation_in_full_is_audited_and_carries_its_version(
    place: Place, deviation: Deviation, api: Any
) -> None:
    answer = api("eva").get(one(deviation))
    assert answer["ETag"] == f'"{deviation.version}"'
    body = answer.json()
    assert body["description"] == deviation.description
    assert body["reporter"]["name"] == "Amina Norr"
    assert body["unit"] == {"id": place.unit.pk, "name": "Enheten"}
    event = AuditEvent.objects.filter(action="deviation.read").get()
    assert event.subject_ids == [deviation.pk]


def test_a_list_holds_nothing_that_anyone_wrote(deviation: Deviation, api: Any) -> None:
    answer = api("eva").get(LIST)
    assert deviation.description not in answer.content.decode()


def test_the_developer_sees_that_there_is_a_case_number_but_not_which(
    place: Place, api: Any
) -> None:
    deviation = make_report(place, case_number="SN-2026-77")
    assert api("vera").get(one(deviation)).json()["case_number"] == "•••"
    assert api("vera").get(LIST).json()["results"][0]["case_number"] == "•••"
    assert api("eva").get(one(deviation)).json()["case_number"] == "SN-2026-77"


def test_pages_follow_one_another_by_cursor(place: Place, api: Any) -> None:
    made = [make_report(place).number for _ in range(5)]
    client, seen, url = api("eva"), [], f"{LIST}?page_size=2"
    while url:
        answer = client.get(url)
        seen += numbers(answer)
        url = answer.json()["next"]
    assert seen == made[::-1]


def test_lists_are_narrowed_by_state_unit_category_and_day(
    place: Place, category: Category, api: Any, at: Any
) -> None:
    at(date(2026, 3, 2))
    early = make_report(place, category=category)
    at(date(2026, 3, 9))
    late = make_report(place, by="sven", unit=place.sister_unit)
    inbox.receive(place.actor("erik"), late.pk)
    client = api("sara")

    def found(query: str) -> list[str]:
        return numbers(client.get(f"{LIST}?{query}"))

    assert found("status=received") == [late.number]
    assert found("status=received&status=reported") == [late.number, early.number]
    assert found(f"unit={place.unit.pk}") == [early.number]
    assert found(f"category={category.pk}") == [early.number]
    assert found(f"category={category.parent_id}") == [early.number]
    assert found("reported_after=2026-03-03") == [late.number]
    assert found("reported_before=2026-03-02") == [early.number]
    assert found(f"number={late.number}") == [late.number]
    Deviation.objects.filter(pk=early.pk).update(external_id="LIS-7")
    assert found("external_id=LIS-7") == [early.number]


def test_a_filter_that_makes_no_sense_names_its_field(api: Any) -> None:
    answer = api("eva").get(f"{LIST}?reported_after=i+fredags")
    assert answer.status_code == 400
    assert answer.json()["field"] == "reported_after"


def test_a_report_is_submitted_and_answered_with_its_number(place: Place, api: Any) -> None:
    body = {
        "description": "Besöket blev inte av.",
        "occurred_on": str(clock.today() - timedelta(days=1)),
        "unit": place.unit.pk,
        "safe_now": "yes",
    }
    answer = api("amina").post(LIST, body)
    assert answer.status_code == 201
    deviation = Deviation.objects.get()
    assert answer.json() == {
        "id": deviation.pk,
        "number": deviation.number,
        "version": deviation.version,
    }
    assert answer["Location"].endswith(one(deviation))
    assert deviation.reporter == place.user("amina")


def test_everything_wrong_with_a_report_is_said_at_once_by_field(
    place: Place, other_place: Place, api: Any
) -> None:
    body = {"occurred_on": "2026-13-01", "unit": other_place.unit.pk, "safe_now": "kanske"}
    answer = api("amina").post(LIST, body)
    assert answer.status_code == 400
    fields = {fault["field"] for fault in answer.json()["errors"]}
    assert fields == {"description", "occurred_on", "unit", "safe_now"}
    assert not Deviation.objects.exists()


def test_what_the_service_refuses_names_its_field_too(place: Place, api: Any) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    body = {
        "description": "Besöket blev inte av.",
        "occurred_on": str(tomorrow),
        "unit": place.unit.pk,
        "safe_now": "yes",
    }
    answer = api("amina").post(LIST, body)
    assert (answer.status_code, answer.json()["field"]) == (400, "occurred_on")
    assert "framåt i tiden" in answer.json()["message"]


def test_the_history_tells_what_held_from_when_and_who_recorded_it(
    place: Place, deviation: Deviation, category: Category, api: Any
) -> None:
    inbox.move(place.actor("eva"), deviation.pk, to=place.sister_unit, reason="Hör dit")
    investigating.classify(place.actor("erik"), deviation.pk, category=category)
    rows = api("anna").get(one(deviation, "history/")).json()
    told = [(row["kind"], row["label"], row["by"]["name"]) for row in rows]
    assert told == [
        ("registration", "", "Amina Norr"),
        ("status", "Rapporterad", "Amina Norr"),
        ("unit", "Enheten", "Amina Norr"),
        ("protection", "", "Amina Norr"),
        ("status", "Rapporterad", "Eva Norr"),
        ("unit", "Systerenheten", "Eva Norr"),
        ("category", category.label, "Erik Norr"),
    ]


def test_pages_and_records_take_few_queries_however_many_there_are(
    place: Place, category: Category, cause: Cause, api: Any
) -> None:
    actor = place.actor("eva")
    for _ in range(10):
        made = make_report(place, category=category)
        inbox.ask(actor, made.pk, text="När?")
        cooperation.record_exchange(actor, made.pk, authority="Regionen")
    client = api("eva")
    for url in (LIST, one(made), one(made, "history/")):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        asked = [query["sql"][:90] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(asked) <= 15, (url, asked)
