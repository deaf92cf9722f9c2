"""The audit trail: whole, or the first broken event is named."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from casework.audit import anchors, verify
from casework.audit.work import record_reading, unit_of_work
from casework.models import AuditAnchor, AuditEvent
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db


def tamper(statement: str) -> None:
    """Do in SQL what only the owner of the tables could, with the triggers switched off."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_auditevent DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE casework_auditevent ENABLE TRIGGER USER")


@pytest.fixture
def events(place: Place) -> list[AuditEvent]:
    for _ in range(12):
        make_report(place)
    return list(AuditEvent.objects.order_by("id"))


def test_a_whole_chain_verifies_and_says_how_many(events: list[AuditEvent]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue().strip() == str(len(events)) == "12"


@pytest.mark.parametrize(
    "column",
    [
        "actor_id = 4711",
        "action = 'deviation.read'",
        "at = at + interval '1 second'",
        "subject_ids = subject_ids || 99::bigint",
        """data = '{"unit": 0}'""",
        "board_id = NULL",
    ],
)
def test_a_changed_event_is_named(events: list[AuditEvent], column: str) -> None:
    victim = events[5]
    tamper(f"UPDATE casework_auditevent SET {column} WHERE id = {victim.pk}")
    err = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", stderr=err)
    assert stopped.value.code == 1
    assert f"händelse {victim.pk}." in err.getvalue()


def test_an_event_removed_in_the_middle_shows_in_the_next(place: Place) -> None:
    with unit_of_work(place.actor("eva")) as work:
        for _ in range(3):
            work.audit("search.made", kind="search", ids=[])
    first, middle, last = AuditEvent.objects.order_by("seq")
    tamper(f"DELETE FROM casework_auditevent WHERE id = {middle.pk}")
    assert verify.verify().broken == f"händelse {last.pk}"
    assert first.lane == last.lane


def test_a_tail_cut_off_after_an_anchor_shows(events: list[AuditEvent]) -> None:
    lanes = {event.lane for event in events}
    assert anchors.anchor() == len(lanes)
    assert anchors.anchor() == 0, "a lane that has not moved needs no second anchor"
    newest = events[-1]
    tamper(f"DELETE FROM casework_auditevent WHERE lane = {newest.lane}")
    broken = verify.verify().broken
    assert broken is not None
    assert f"kedja {newest.lane} saknar" in broken


@pytest.mark.parametrize("table", [AuditEvent, AuditAnchor])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET lane = 0", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_the_database_refuses_changes(
    events: list[AuditEvent], table: type[AuditEvent | AuditAnchor], statement: str
) -> None:
    anchors.anchor()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table._meta.db_table))


def test_what_is_undone_leaves_no_event(place: Place) -> None:
    def stopped_half_way() -> None:
        with unit_of_work(place.actor("eva")) as work:
            work.audit("search.made", kind="search", ids=[])
            raise LookupError

    with pytest.raises(LookupError):
        stopped_half_way()
    assert not AuditEvent.objects.exists()


def test_work_within_work_is_one_transaction_and_writes_last(place: Place) -> None:
    actor = place.actor("eva")
    with unit_of_work(actor) as outer:
        with unit_of_work(actor) as inner:
            inner.audit("search.made", kind="search", ids=[])
        assert inner is outer
        assert not AuditEvent.objects.exists()
    assert AuditEvent.objects.count() == 1


def test_a_page_read_is_one_event_with_its_list(place: Place) -> None:
    record_reading(place.actor("eva"), "deviation.listed", kind="deviation", ids=[3, 1, 2])
    event = AuditEvent.objects.get()
    assert event.subject_ids == [1, 2, 3]
    assert event.actor_id == place.user("eva").pk


def test_an_unregistered_action_is_refused(place: Place) -> None:
    with (
        pytest.raises(ValueError, match="not registered"),
        unit_of_work(place.actor("eva")) as work,
    ):
        work.audit("deviation.vanished")
