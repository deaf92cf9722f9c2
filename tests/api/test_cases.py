"""Cases and their records through the API: reading them, and the way in from the case system."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.cases.models import Case, Decision, Intake, Investigation
from casework.cases.services.investigations import close_investigation
from casework.models import AuditEvent, ImportBatch
from tests.casework.case_files import Ran, written
from tests.conftest import Place

pytestmark = pytest.mark.django_db
INTAKES, INVESTIGATIONS = "/api/v1/intakes/", "/api/v1/investigations/"
DECISIONS, CASES = "/api/v1/decisions/", "/api/v1/cases/"


@pytest.fixture(autouse=True)
def _spring(at: Any) -> None:
    at(date(2026, 3, 30))


def intake(place: Place, **given: Any) -> dict[str, Any]:
    row = {
        "unit": place.unit.name,
        "case_number": "Ä1",
        "received_at": "2026-03-02T10:00:00+01:00",
        "kind": "report",
        "source": "Skola",
        "sex": "female",
        "birth_year": 2015,
        "assessed_at": "2026-03-02T15:00:00+01:00",
    }
    return row | given


def investigation(place: Place, **given: Any) -> dict[str, Any]:
    row = {"unit": place.unit.name, "case_number": "Ä1", "opened_on": "2026-03-05"}
    return row | given


def decision(place: Place, **given: Any) -> dict[str, Any]:
    row = {
        "unit": place.unit.name,
        "case_number": "Ä1",
        "statute": "SoL",
        "measure": "Kontaktfamilj",
        "decided_on": "2026-03-05",
    }
    return row | given


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [row["external_id"] for row in answer.json()["results"]]


def test_what_an_account_puts_in_a_day_is_one_reading_in(place: Place, api: Any, at: Any) -> None:
    vera, simon = api("vera"), api("simon")
    for number in ("A-1", "A-2"):
        assert vera.put(f"{INTAKES}{number}/", intake(place)).status_code == 201
    vera.put(f"{INTAKES}A-1/", intake(place, source="Polis"))
    vera.put(f"{INTAKES}A-1/", intake(place, source="Polis"))
    vera.put(f"{DECISIONS}B-1/", decision(place))
    simon.put(f"{INTAKES}A-3/", intake(place, case_number="Ä3"))
    at(date(2026, 3, 31))
    last = api("vera").put(f"{INTAKES}A-2/", intake(place, source="Vård"))
    assert last.status_code == 200, last.json()
    batches = ImportBatch.objects.order_by("pk")
    assert [(b.kind, b.rows, b.added, b.updated, b.actor) for b in batches] == [
        ("aktualiseringar", 3, 2, 1, place.user("vera")),
        ("beslut", 1, 1, 0, place.user("vera")),
        ("aktualiseringar", 1, 1, 0, place.user("simon")),
        ("aktualiseringar", 1, 0, 1, place.user("vera")),
    ]
    events = AuditEvent.objects.filter(action="register.imported").order_by("pk")
    assert [event.data["rows"] for event in events] == [1] * 6


def test_what_was_done_here_between_two_puts_of_a_day_stands(
    place: Place, api: Any, at: Any
) -> None:
    vera, amina = api("vera"), place.actor("amina")
    at(datetime(2026, 3, 30, 9, tzinfo=UTC))
    row = investigation(place)
    for number in ("U-1", "U-2"):
        vera.put(f"{INVESTIGATIONS}{number}/", row | {"case_number": number})
    at(datetime(2026, 3, 30, 11, tzinfo=UTC))
    found = Investigation.objects.get(external_id="U-1")
    close_investigation(amina, found.pk, on=date(2026, 3, 30), outcome="no_measure")
    # The day's batch goes on; what it read in the morning was read in the morning.
    at(datetime(2026, 3, 30, 13, tzinfo=UTC))
    other = row | {"case_number": "U-2", "birth_year": 2015}
    assert vera.put(f"{INVESTIGATIONS}U-2/", other).status_code == 200
    refused = vera.put(
        f"{INVESTIGATIONS}U-1/", row | {"case_number": "U-1", "closed_on": "2026-03-28"}
    )
    assert refused.status_code == 409
    # What has been read since it was done here may be put right.
    agrees = row | {"case_number": "U-1", "closed_on": "2026-03-30"}
    assert vera.put(f"{INVESTIGATIONS}U-1/", agrees).status_code == 200
    at(datetime(2026, 3, 30, 14, tzinfo=UTC))
    right = agrees | {"closed_on": "2026-03-28"}
    assert vera.put(f"{INVESTIGATIONS}U-1/", right).status_code == 200
    found.refresh_from_db()
    assert found.closed_on == date(2026, 3, 28)
    assert ImportBatch.objects.count() == 1


def test_a_put_with_a_personnummer_for_a_case_is_refused(place: Place, api: Any) -> None:
    answer = api("vera").put(f"{INTAKES}A-1/", intake(place, case_number="20121212-1212"))
    assert (answer.status_code, answer.json()["field"]) == (400, "case_number")
    assert "20121212" not in answer.content.decode()
    assert not Case.objects.exists()


def test_a_put_by_external_id_makes_the_record_and_is_then_without_effect(
    place: Place, api: Any
) -> None:
    vera, body = api("vera"), intake(place)
    first = vera.put(f"{INTAKES}A-1/", body)
    made = Intake.objects.get()
    assert (first.status_code, first.json()) == (
        201,
        {"id": made.pk, "external_id": "A-1", "result": "created", "changed_fields": []},
    )
    assert first["Location"].endswith(f"{INTAKES}{made.pk}/")
    events, batches = AuditEvent.objects.count(), ImportBatch.objects.count()
    again = vera.put(f"{INTAKES}A-1/", body)
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    assert (AuditEvent.objects.count(), ImportBatch.objects.count()) == (events, batches)
    changed = vera.put(f"{INTAKES}A-1/", body | {"outcome": "not_opened", "decided_on": None})
    assert (changed.status_code, changed.json()["field"]) == (400, "decided_on")
    changed = vera.put(
        f"{INTAKES}A-1/", body | {"outcome": "not_opened", "decided_on": "2026-03-09"}
    )
    assert (changed.status_code, changed.json()["result"]) == (200, "changed")
    assert set(changed.json()["changed_fields"]) == {"outcome", "decided_on"}
    made.refresh_from_db()
    assert (made.outcome, made.decided_on) == ("not_opened", date(2026, 3, 9))


def test_a_file_and_a_put_are_the_same_act(place: Place, api: Any, tmp_path: Any) -> None:
    row = {
        "id": "U-1",
        "enhet": place.unit.name,
        "ärende": "Ä1",
        "inledd": "2026-03-05",
        "kön": "Flicka",
        "utredningstyp": "Barnutredning",
        "skyddad": "Nej",
    }
    ran = Ran("utredningar", written(tmp_path, "utredningar", [row]), f"--board={place.board.name}")
    assert ran.code == 0, ran.err
    same = api("simon").put(f"{INVESTIGATIONS}U-1/", investigation(place, sex="female"))
    assert (same.status_code, same.json()["result"]) == (200, "unchanged")
    body = investigation(place, sex="female", closed_on="2026-03-20")
    # Which fields is told to whoever may open the record.
    closed = api("vera").put(f"{INVESTIGATIONS}U-1/", body)
    assert closed.json()["changed_fields"] == ["closed_on"]
    kept = Investigation.objects.get()
    # What the body does not name is as it was.
    assert (kept.closed_on, kept.kind) == (date(2026, 3, 20), "Barnutredning")


def test_every_field_of_each_kind_comes_in(place: Place, api: Any) -> None:
    simon = api("simon")
    rows: list[tuple[str, dict[str, Any], Any]] = [
        (
            f"{INTAKES}A-1/",
            intake(place, outcome="opened", decided_on="2026-03-04", reason="Oro"),
            Intake,
        ),
        (
            f"{INVESTIGATIONS}U-1/",
            investigation(
                place,
                intake_on="2026-03-02",
                intake_kind="report",
                extended_to="2026-08-01",
                extension_decided_on="2026-03-10",
                closed_on="2026-03-20",
                sex="male",
                birth_year=2014,
                kind="Barnutredning",
                protected=True,
            ),
            Investigation,
        ),
        (
            f"{DECISIONS}B-1/",
            decision(
                place,
                sex="male",
                executed_on="2026-03-08",
                interrupted_on="2026-03-10",
                resumed_on="2026-03-12",
                reason="Familj saknas",
            ),
            Decision,
        ),
    ]
    sara = api("sara")
    for url, body, model in rows:
        answer = simon.put(url, body)
        assert answer.status_code == 201, answer.json()
        shown = sara.get(url).json()
        assert shown["id"] == model.objects.get().pk
        for name, value in body.items():
            if name == "unit":
                assert shown["unit"]["name"] == value
            elif name == "case_number":
                assert shown["case"]["number"] == value
            elif name == "extension_decided_on":
                assert shown["extensions"][0]["decided_on"] == value
            else:
                assert shown[name] == value, name


def test_a_unit_may_be_given_by_its_id(place: Place, other_place: Place, api: Any) -> None:
    simon = api("simon")
    url = f"{DECISIONS}B-1/"
    assert simon.put(url, decision(place, unit=place.unit.pk)).status_code == 201
    for unit in (other_place.unit.pk, 0, 2**70, True, None, "Okänd"):
        answer = simon.put(url, decision(place, unit=unit))
        assert (answer.status_code, answer.json()["field"]) == (400, "unit"), unit


def test_bad_cells_are_refused_by_field_all_at_once(place: Place, api: Any) -> None:
    body = investigation(
        place, unit="Finns inte", opened_on="2026-03-05", closed_on="2026-03-01", birth_year=1800
    )
    answer = api("vera").put(f"{INVESTIGATIONS}U-1/", body)
    assert answer.status_code == 400
    fields = {fault["field"] for fault in answer.json()["errors"]}
    assert fields == {"unit", "closed_on", "birth_year"}
    empty = api("vera").put(f"{INVESTIGATIONS}U-1/", {})
    assert {fault["field"] for fault in empty.json()["errors"]} == {"unit", "opened_on"}
    assert not Investigation.objects.exists()


def test_what_was_worked_with_here_since_is_a_conflict(place: Place, api: Any, at: Any) -> None:
    url = f"{DECISIONS}B-1/"
    assert api("vera").put(url, decision(place)).status_code == 201
    at(date(2026, 3, 31))
    done = api("amina").post(f"{url}execute/", {"on": "2026-03-10"})
    assert done.status_code == 200, done.json()
    answer = api("vera").put(url, decision(place, executed_on="2026-03-09"))
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "B-1" in answer.json()["message"]


def test_what_was_registered_here_is_known_by_its_row_from_then_on(place: Place, api: Any) -> None:
    body = {"unit": place.unit.pk, "opened_on": "2026-03-05", "case_number": "Ä1"}
    key = api("amina").post(INVESTIGATIONS, body).json()["id"]
    answer = api("simon").put(f"{INVESTIGATIONS}U-1/", investigation(place))
    assert answer.json()["id"] == key
    assert Investigation.objects.get().external_id == "U-1"


def test_only_who_takes_in_registers_may_put(place: Place, api: Any) -> None:
    for name in ("amina", "eva", "anna", "sara"):
        answer = api(name).put(f"{INTAKES}A-1/", {})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), name
    assert not Intake.objects.exists()


def test_numbers_of_digits_alone_have_an_address_of_their_own(place: Place, api: Any) -> None:
    simon = api("simon")
    for url in (f"{INTAKES}17/", f"{INTAKES}0017/"):
        answer = simon.put(url, intake(place))
        assert (answer.status_code, answer.json()["code"]) == (400, "ambiguous_id")
    for number in ("17", "2026/17"):
        url = f"{INTAKES}by-external-id/{number}/"
        assert simon.put(url, intake(place, case_number=f"Ä{number}")).status_code == 201
        assert api("amina").get(url).json()["external_id"] == number
    assert simon.put(f"{INTAKES}by-external-id/{'x' * 201}/", intake(place)).status_code == 400


def test_another_boards_records_do_not_exist(place: Place, other_place: Place, api: Any) -> None:
    api("simon").put(f"{INTAKES}A-1/", intake(place))
    stranger = api("sara", other_place)
    key = Intake.objects.get().pk
    for url in (f"{INTAKES}A-1/", f"{INTAKES}{key}/", f"{INTAKES}by-external-id/A-1/"):
        assert stranger.get(url).status_code == 404
    # The same number there is another record.
    theirs = api("simon", other_place).put(f"{INTAKES}A-1/", intake(other_place))
    assert theirs.status_code == 201
    assert theirs.json()["id"] != key


@pytest.fixture
def some(place: Place, api: Any) -> Place:
    """Records of Enheten (one case, protected: another) and of the sister unit."""
    simon = api("simon")
    sister = place.sister_unit.name
    for url, body in (
        (f"{INTAKES}A-1/", intake(place)),
        (f"{INTAKES}A-2/", intake(place, case_number="Ä2", protected=True)),
        (f"{INTAKES}A-3/", intake(place, case_number="Ä3", unit=sister)),
        (f"{INVESTIGATIONS}U-1/", investigation(place)),
        (
            f"{INVESTIGATIONS}U-4/",
            investigation(place, case_number="Ä4", opened_on="2026-01-10", closed_on="2026-02-01"),
        ),
        (f"{DECISIONS}B-1/", decision(place)),
        (f"{DECISIONS}B-5/", decision(place, statute="LSS", executed_on="2026-03-06")),
    ):
        answer = simon.put(url, body)
        assert answer.status_code == 201, answer.json()
    return place


def test_each_sees_what_they_may_and_nothing_else(some: Place, api: Any) -> None:
    assert ids(api("amina").get(INTAKES)) == ["A-1"]
    assert ids(api("nils").get(INTAKES)) == ["A-2", "A-1"]
    assert ids(api("sven").get(INTAKES)) == ["A-3"]
    assert ids(api("anna").get(INTAKES)) == ["A-3", "A-1"]
    assert ids(api("sara").get(INTAKES)) == ["A-3", "A-2", "A-1"]
    assert ids(api("simon").get(INTAKES)) == []
    numbers = [row["number"] for row in api("amina").get(CASES).json()["results"]]
    assert numbers == ["Ä4", "Ä1"]


def test_lists_are_narrowed(some: Place, api: Any) -> None:
    sara = api("sara")
    unit, sister = some.unit.pk, some.sister_unit.pk
    case = Case.objects.get(number="Ä1").pk
    for url, wanted in {
        f"{INTAKES}?unit={sister}": ["A-3"],
        f"{INTAKES}?case_number=Ä2": ["A-2"],
        f"{INTAKES}?case={case}": ["A-1"],
        f"{INTAKES}?external_id=A-2": ["A-2"],
        f"{INTAKES}?open=false": [],
        f"{INTAKES}?received_after=2026-03-03": [],
        f"{INTAKES}?received_before=2026-03-02&unit={unit}": ["A-2", "A-1"],
        f"{INVESTIGATIONS}?open=true": ["U-1"],
        f"{INVESTIGATIONS}?open=false": ["U-4"],
        f"{INVESTIGATIONS}?opened_before=2026-02-01": ["U-4"],
        f"{INVESTIGATIONS}?closed_after=2026-02-01": ["U-4"],
        f"{DECISIONS}?open=true": ["B-1"],
        f"{DECISIONS}?statute=LSS": ["B-5"],
        f"{DECISIONS}?decided_after=2026-03-06": [],
    }.items():
        assert ids(sara.get(url)) == wanted, url
    for url, wanted in {
        f"{CASES}?open=false": ["Ä4"],
        f"{CASES}?number=Ä3": ["Ä3"],
        f"{CASES}?unit={sister}": ["Ä3"],
        f"{CASES}?late=true": ["Ä3", "Ä2"],
    }.items():
        numbers = [row["number"] for row in sara.get(url).json()["results"]]
        assert numbers == wanted, url
    odd = sara.get(f"{INTAKES}?received_after=i+fredags")
    assert (odd.status_code, odd.json()["field"]) == (400, "received_after")


def test_a_case_shows_what_one_may_open_of_it(some: Place, api: Any) -> None:
    case = Case.objects.get(number="Ä1")
    shown = api("amina").get(f"{CASES}{case.pk}/").json()
    assert (shown["number"], shown["unit"]["name"]) == ("Ä1", "Enheten")
    assert (shown["sex"], shown["birth_year"]) == ("female", 2015)
    found = {
        kind: [row["external_id"] for row in shown[kind]]
        for kind in ("intakes", "investigations", "decisions")
    }
    assert found == {
        "intakes": ["A-1"],
        "investigations": ["U-1"],
        "decisions": ["B-5", "B-1"],
    }
    (listed,) = api("amina").get(f"{CASES}?number=Ä1").json()["results"]
    assert listed["under_way"] == ["undecided", "investigated", "waiting"]
    assert (listed["open"], listed["next_last_day"]) == (True, "2026-06-05")


def test_the_developer_reads_masked_numbers_and_cannot_ask_for_one(some: Place, api: Any) -> None:
    vera = api("vera")
    case = Case.objects.get(number="Ä1")
    assert vera.get(f"{CASES}{case.pk}/").json()["number"] == "•••"
    assert vera.get(f"{INTAKES}A-1/").json()["case"]["number"] == "•••"
    for url in (INTAKES, INVESTIGATIONS, DECISIONS, CASES, "/api/v1/deadlines/"):
        answer = vera.get(url)
        assert answer.json()["results"]
        assert "Ä1" not in answer.content.decode(), url
    for url in (f"{INTAKES}?case_number=Ä1", f"{CASES}?number=Ä1"):
        assert vera.get(url).status_code == 403


def test_a_list_holds_nothing_that_anyone_wrote(place: Place, api: Any) -> None:
    body = decision(place, reason="Familjen har tackat nej")
    api("simon").put(f"{DECISIONS}B-1/", body)
    amina = api("amina")
    assert body["reason"] not in amina.get(DECISIONS).content.decode()
    assert amina.get(f"{DECISIONS}B-1/").json()["reason"] == body["reason"]


def test_each_page_read_is_one_audit_event_with_its_ids(some: Place, api: Any) -> None:
    amina = api("amina")
    for url, kind, model in (
        (INTAKES, "intake", Intake),
        (INVESTIGATIONS, "investigation", Investigation),
        (DECISIONS, "decision", Decision),
        (CASES, "case", Case),
    ):
        keys = sorted(row["id"] for row in amina.get(url).json()["results"])
        event = AuditEvent.objects.get(action="case.listed", subject_kind=kind)
        assert event.subject_ids == keys
        amina.get(f"{url}{keys[0]}/")
        event = AuditEvent.objects.get(action="case.read", subject_kind=kind)
        assert event.subject_ids == keys[:1], model


def test_pages_follow_one_another_by_cursor(place: Place, api: Any) -> None:
    simon = api("simon")
    for key in range(5):
        simon.put(f"{DECISIONS}B-{key}/", decision(place, case_number=f"Ä{key}"))
    seen, url, amina = [], f"{DECISIONS}?page_size=2", api("amina")
    while url:
        answer = amina.get(url)
        seen += ids(answer)
        url = answer.json()["next"]
    assert seen == [f"B-{key}" for key in (4, 3, 2, 1, 0)]


def test_pages_and_records_take_few_queries_however_many_there_are(place: Place, api: Any) -> None:
    simon = api("simon")
    for key in range(8):
        simon.put(f"{INTAKES}A-{key}/", intake(place, case_number=f"Ä{key}"))
        simon.put(f"{INVESTIGATIONS}U-{key}/", investigation(place, case_number=f"Ä{key}"))
        simon.put(f"{DECISIONS}B-{key}/", decision(place, case_number=f"Ä{key}"))
    case = Case.objects.latest("pk")
    amina = api("amina")
    for url in (
        INTAKES,
        f"{INTAKES}A-1/",
        INVESTIGATIONS,
        f"{INVESTIGATIONS}U-1/",
        DECISIONS,
        f"{DECISIONS}B-1/",
        CASES,
        f"{CASES}{case.pk}/",
        "/api/v1/deadlines/",
    ):
        with CaptureQueriesContext(connection) as queries:
            assert amina.get(url).status_code == 200
        asked = [query["sql"][:90] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(asked) <= 15, (url, len(asked), asked)
