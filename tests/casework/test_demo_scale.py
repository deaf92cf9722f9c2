"""``demo --scale``: bulk rows that keep the same rules as those written one by one."""

import os
from io import StringIO
from urllib.parse import unquote, urlsplit

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Count

from casework.deadlines import services
from casework.demo.upkeep import vacuum
from casework.models import Board, Deadline, Unit
from deviations import states
from deviations.models import Deviation, DeviationVersion, StatusRow
from deviations.services.rebuilding import rebuilt_versions
from deviations.services.watching import DEVIATION, EFFECT, HANDLING, owner
from tests.casework.test_demo import facts

pytestmark = pytest.mark.django_db

COUNT = 300


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The tables handed to be vacuumed. Not in these tests: nothing is committed here, and a
    planner told that the tables are empty would slow every later test of the run."""
    handed: list[object] = []
    monkeypatch.setattr("casework.demo.loading.vacuum", handed.extend)
    return handed


@pytest.fixture
def scaled(filled: list[object], monkeypatch: pytest.MonkeyPatch) -> Board:
    # What is read here are the deviations: of the cases a few are written, the others copied.
    monkeypatch.setattr("casework.demo.scale.PATTERN", 30)
    call_command("demo", "--scale", str(COUNT), stdout=StringIO())
    return Board.objects.get(name="Skalnämnden")


def test_versions_are_those_that_follow_from_the_history(scaled: Board) -> None:
    for deviation in Deviation.objects.filter(board=scaled):
        stored = list(DeviationVersion.objects.filter(deviation=deviation))
        assert sorted(map(facts, stored)) == sorted(map(facts, rebuilt_versions(deviation)))


def test_each_deviation_stands_as_its_last_version_says(scaled: Board) -> None:
    names = (
        "board_id registered_on unit_id status closed_on category_id cause_ids effect protected"
    ).split()
    last = DeviationVersion.objects.filter(
        recorded_to__year=9999, effective_to__year=9999
    ).select_related("deviation")
    assert len(last) == COUNT
    for version in last:
        deviation = version.deviation
        assert [getattr(version, n) for n in names] == [getattr(deviation, n) for n in names]
        assert deviation.version == StatusRow.objects.filter(deviation=deviation).count() + 1


def test_it_is_a_board_of_its_own_with_thirty_units_and_so_many_deviations(scaled: Board) -> None:
    assert scaled.is_demo
    assert Unit.objects.filter(board=scaled).count() == 30
    mine = Deviation.objects.filter(board=scaled)
    assert mine.count() == COUNT == mine.values("number").distinct().count()
    assert mine.first().description
    versions = mine.annotate(n=Count("versions")).values_list("n", flat=True)
    assert 3 <= sum(versions) / COUNT <= 5


def test_it_is_loaded_once_and_a_number_is_asked_for(scaled: Board) -> None:
    said = StringIO()
    call_command("demo", "--scale", "5", stdout=said)
    assert "finns redan" in said.getvalue()
    assert Deviation.objects.count() == COUNT
    with pytest.raises(CommandError):
        call_command("demo", "--scale", "0")


def test_each_that_waits_is_watched_as_if_it_had_been_taken_in(scaled: Board) -> None:
    mine = Deadline.objects.filter(board=scaled, kind=DEVIATION)
    times = {(time.subject_id, time.rule): time for time in mine}
    waiting = {}
    for deviation in Deviation.objects.filter(board=scaled):
        if deviation.is_open:
            waiting[deviation.pk, HANDLING] = (deviation, deviation.registered_on, None)
        elif deviation.status == states.CLOSED_FOLLOW_UP:
            due = deviation.effect_due_on
            waiting[deviation.pk, EFFECT] = (deviation, deviation.closed_on, due)
    assert {rule for _, rule in waiting} == {HANDLING, EFFECT}
    assert times.keys() == waiting.keys()
    for (pk, rule), (deviation, began, own) in waiting.items():
        time = times[pk, rule]
        again = services.Start(
            "again", pk, rule, began, owner(deviation), own_date=own, history=True
        )
        begun = services.start(again, time.started_at)
        assert begun is not None
        for name in ("raw_date", "last_day", "state", "next_action_at", "unit_id", "handler_id"):
            assert getattr(time, name) == getattr(begun, name), name


def test_nothing_is_left_to_be_watched_when_the_service_starts(scaled: Board) -> None:
    said = StringIO()
    call_command("watch_open_records", stdout=said)
    assert said.getvalue() == "times: 0\n"


def vacuumed(model: type[Deviation] | type[DeviationVersion]) -> object:
    """When somebody last asked for the table to be vacuumed and analysed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT least(last_vacuum, last_analyze) FROM pg_stat_user_tables WHERE relname = %s",
            [model._meta.db_table],
        )
        return cursor.fetchone()[0]


def test_the_planner_knows_of_what_was_filled(scaled: Board, filled: list[object]) -> None:
    assert {Deviation, DeviationVersion} <= set(filled)


def test_the_tables_filled_are_vacuumed() -> None:
    before = vacuumed(Deviation)
    vacuum([Deviation])
    assert vacuumed(Deviation) != before


def test_the_role_of_the_service_may_vacuum_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    service = urlsplit(os.environ["SERVICE_DATABASE_URL"])
    login = {"USER": unquote(service.username or ""), "PASSWORD": unquote(service.password or "")}
    monkeypatch.setattr(connection, "settings_dict", connection.settings_dict | login)
    before = vacuumed(Deviation)
    vacuum([Deviation])
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        may = int(cursor.fetchone()[0]) >= 170000 or not os.environ.get("DATABASE_APP_ROLE")
    assert (vacuumed(Deviation) != before) == may
