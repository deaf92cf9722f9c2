"""Sweeps and senders that are killed, run beside each other or stay away: nothing lost or doubled.

Each runs in a process of its own. What is compared is all that they leave in the database.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from casework.deadlines import outbox, services, sweep
from casework.deadlines.models import Deadline, FailedRow, Letter, Notice, Told
from casework.models import Absence
from deviations.models import Deviation
from tests.conftest import Place, make_place, make_report
from tests.factories.times import instant, owner
from tests.races.sweeping import FORK, INSTANTS, at, completed, fill, killed, left

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "BATCH", 3)


@pytest.fixture
def calm(small_batches: None) -> dict[str, set[Any]]:
    """What one calm run leaves: every instant in its turn, undisturbed."""
    place = make_place("Lugn")
    fill(place)
    for moment in INSTANTS:
        at(moment)()
    return left(place)


def test_kills_at_random_points_change_nothing(calm: dict[str, set[Any]]) -> None:
    place, kills, rng = make_place("Störd"), 0, random.Random(20260312)
    fill(place)
    for moment in INSTANTS:
        kills += sum(killed(at(moment), before=rng.randint(1, 30)) for _ in range(3))
        completed(at(moment))
    assert kills >= 16, "too few were killed while at work"
    assert left(place) == calm


@pytest.fixture
def moves() -> Iterator[Callable[[], list[tuple[int, datetime]]]]:
    """Return each time a sweep moved a time on, and to when."""
    with connection.cursor() as cursor:
        cursor.execute(_WATCH_MOVES)

    def found() -> list[tuple[int, datetime]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, settled_until FROM seen_moves")
            return list(cursor.fetchall())

    yield found
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE seen_moves; DROP FUNCTION see_move() CASCADE")


_WATCH_MOVES = """
CREATE TABLE seen_moves (id bigint, settled_until timestamptz);
CREATE FUNCTION see_move() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO seen_moves VALUES (NEW.id, NEW.settled_until); RETURN NULL; END';
CREATE TRIGGER see_move AFTER UPDATE ON casework_deadline
    FOR EACH ROW EXECUTE FUNCTION see_move();
"""


def together(moment: datetime, gate: Any) -> Callable[[], object]:
    def run() -> object:
        gate.wait()
        return at(moment)()

    return run


def test_two_at_once_do_the_work_of_one(
    calm: dict[str, set[Any]], moves: Callable[[], list[tuple[int, datetime]]]
) -> None:
    place = make_place("Dubbel")
    fill(place)
    for moment in INSTANTS:
        gate = FORK.Barrier(2)
        completed(together(moment, gate), together(moment, gate))
    assert left(place) == calm
    # Each row was claimed by one of them alone.
    assert len(moves()) == len(set(moves())) > 0


def test_a_time_put_back_is_noted_and_told_no_second_time(small_batches: None) -> None:
    place = make_place("Igen")
    fill(place)
    at(INSTANTS[-1])()
    before = left(place)
    Deadline.objects.update(
        settled_until=instant("2026-02-01 00:00"), next_action_at=instant("2026-02-01 00:00")
    )
    completed(at(INSTANTS[-1]), at(INSTANTS[-1]))
    assert left(place) == before
    assert not FailedRow.objects.exists()


def test_after_an_outage_all_is_recorded_and_the_newest_told(calm: dict[str, set[Any]]) -> None:
    place = make_place("Borta")
    fill(place)
    at(INSTANTS[0])()
    at(INSTANTS[-1])()
    found = left(place)

    # Last stands whether it was told, and when each was last looked at: by that they differ.
    assert found["proposals"] == calm["proposals"]
    for name in ("notices", "times"):
        assert {row[:-1] for row in found[name]} == {row[:-1] for row in calm[name]}
    assert {row[:3] for row in found["misses"]} == {row[:3] for row in calm["misses"]}
    # Nobody hears less than where it stands now: the last word to each is the same.
    assert newest_told(found["notices"]) == newest_told(calm["notices"])
    assert len(found["outbox"]) < len(calm["outbox"])


def newest_told(rows: set[Any]) -> dict[Any, Any]:
    told: dict[Any, Any] = {}
    for subject, rule, step, rung, due_at, was_told in sorted(rows, key=lambda row: row[4]):
        if was_told:
            told[subject, rule, rung] = (step, due_at)
    return told


@pytest.mark.parametrize(
    ("last_day", "warned"),
    [
        # The clocks go forward on 29 March and back on 25 October; mornings stay where they are.
        (date(2026, 4, 6), "2026-03-30 07:30+02:00"),
        (date(2026, 4, 3), "2026-03-27 07:30+01:00"),
        (date(2026, 11, 2), "2026-10-26 07:30+01:00"),
        (date(2026, 10, 30), "2026-10-23 07:30+02:00"),
    ],
)
def test_summer_time_moves_no_morning(last_day: date, warned: str) -> None:
    place, due = make_place("Sommar"), datetime.fromisoformat(warned)
    given = services.Start(
        "deviation", 1, "effect_follow_up", date(2026, 1, 2), owner(place), own_date=last_day
    )
    services.start(given, instant("2026-01-02 09:00"))
    at(due - timedelta(seconds=1))()
    assert not Notice.objects.exists()
    at(due)()
    assert Notice.objects.get().due_at == due


def reports(place: Place, count: int) -> list[Deviation]:
    with time_machine.travel(instant("2026-02-26 10:00"), tick=False):
        return [make_report(place) for _ in range(count)]


def sending(moment: datetime) -> Callable[[], object]:
    def run() -> object:
        with time_machine.travel(moment, tick=False):
            return outbox.deliver()

    return run


def told(place: Place) -> tuple[list[Any], list[Any]]:
    notices = Told.objects.filter(notice__deadline__board=place.board)
    letters = Letter.objects.filter(board=place.board)
    return (
        sorted(notices.values_list("user__first_name", "notice__step", "letter__day")),
        sorted(letters.values_list("user__first_name", "day")),
    )


def test_a_killed_sender_tells_everybody_once(small_batches: None) -> None:
    calm, place, rng = make_place("Lugn"), make_place("Störd"), random.Random(7)
    morning, kills = instant("2026-03-23 07:30"), 0
    for where in (calm, place):
        reports(where, 12)
    at(morning)()
    for _ in range(6):
        kills += killed(sending(morning), before=rng.randint(2, 20))
    completed(sending(morning), sending(morning))
    assert told(place) == told(calm)
    assert kills >= 4
    notices, letters = told(place)
    assert [row[0] for row in letters] == ["Eva"]
    assert len(notices) == 12


def test_an_ersattare_named_in_between_is_the_one_who_is_told(small_batches: None) -> None:
    place = make_place("Vikarie")
    reports(place, 3)
    # The morning's notices are recorded; then Eva falls ill, before anything is sent.
    at(instant("2026-03-23 07:30"))()
    before = left(place)
    Absence.objects.create(
        user=place.user("eva"),
        substitute=place.user("erik"),
        board=place.board,
        valid_from=date(2026, 3, 23),
        valid_to=date(2026, 3, 27),
    )
    completed(sending(instant("2026-03-23 07:31")))
    assert {row[0] for row in told(place)[0]} == {"Erik"}
    assert left(place)["notices"] == before["notices"]
