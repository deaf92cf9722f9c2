"""The sweep as those who rely on it see it: what is recorded, when, and once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from casework.deadlines import services
from casework.deadlines.models import Deadline, Miss, Notice, Outbox, State
from casework.deadlines.sweep import sweep
from casework.models import FailedRow, RuleCopy
from casework.shared.errors import ConflictError
from tests.conftest import Place
from tests.factories.times import begin, instant, recorded

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
MONDAY = date(2026, 3, 2)


def rows() -> list[tuple[str, str]]:
    found = Notice.objects.order_by("due_at", "id").values_list("step", "rung")
    return list(found)


def locked(time: Deadline) -> Deadline:
    return Deadline.objects.select_for_update().get(pk=time.pk)


def test_nothing_is_due_at_first(place: Place) -> None:
    begin(place, "deviation_handling", MONDAY)
    assert str(sweep(instant("2026-03-02 12:00"))) == (
        "notices: 0, escalations: 0, missed: 0, proposals: 0, failed: 0"
    )


def test_each_step_falls_due_on_a_working_morning(place: Place) -> None:
    # Thirty days from 2 March is 1 April; a week before is 25 March, both Wednesdays.
    begin(place, "deviation_handling", MONDAY)
    assert sweep(instant("2026-03-25 07:29")).notices == 0
    assert sweep(instant("2026-03-25 07:30")).notices == 1
    assert rows() == [("before_7", "handler")]
    assert sweep(instant("2026-04-01 07:30")).notices == 2


def test_a_warning_is_brought_forward_and_a_report_put_off(place: Place) -> None:
    # The last day is Saturday 7 March: told on Friday. The day after it is Sunday: on Monday.
    begin(place, "effect_follow_up", date(2026, 1, 5), own_date=date(2026, 3, 7))
    sweep(instant("2026-04-30 12:00"))
    due = dict(Notice.objects.values_list("step", "due_at"))
    assert due["last_day"] == instant("2026-03-06 07:30")
    assert due["over_1"] == instant("2026-03-09 07:30")


def test_warnings_go_by_the_raw_date_and_missed_by_the_last_day(place: Place) -> None:
    # Four months end on midsommarafton and roll to Monday the 22nd.
    time = begin(place, "child_investigation", date(2026, 2, 19))
    sweep(instant("2026-06-21 12:00"))
    due = dict(Notice.objects.values_list("step", "due_at"))
    assert due["last_day"] == instant("2026-06-18 07:30")
    time.refresh_from_db()
    assert (time.state, time.lapsed_unit) == (State.RUNNING, None)
    sweep(instant("2026-06-23 00:00"))
    time.refresh_from_db()
    assert (time.state, time.lapsed_unit) == (State.RUNNING, place.unit)


@pytest.mark.parametrize(
    ("rule", "trigger", "missed_at"),
    [
        # Last day Monday 22 June, two working days of grace: the 23rd and the 24th.
        ("child_investigation", date(2026, 2, 19), "2026-06-25 00:00"),
        # No grace for skydd and LVU, and no roll: the day after, weekend or not.
        ("protection_assessment", date(2026, 3, 5), "2026-03-07 00:00"),
        ("lvu_referral", date(2026, 3, 7), "2026-03-15 00:00"),
    ],
)
def test_missed_once_the_grace_is_over(
    place: Place, rule: str, trigger: date, missed_at: str
) -> None:
    time = begin(place, rule, trigger)
    at = instant(missed_at)
    assert sweep(at - timedelta(seconds=1)).missed == 0
    assert sweep(at).missed == 1
    assert sweep(at).missed == 0
    miss = Miss.objects.get(deadline=time)
    assert miss.unit == place.unit


def test_a_second_run_adds_nothing(place: Place) -> None:
    begin(place, "child_investigation", date(2026, 2, 19))
    sweep(instant("2026-09-01 12:00"))
    before = recorded()
    assert str(sweep(instant("2026-09-01 12:00"))).startswith("notices: 0, escalations: 0")
    assert recorded() == before
    assert len(before) == Notice.objects.count() + 1


def test_every_minute_or_once_after_three_days_records_the_same(place: Place) -> None:
    def run(subject: int, instants: list[datetime]) -> set[tuple[object, ...]]:
        for rule in ("deviation_handling", "preliminary_assessment", "lvu_referral"):
            begin(place, rule, MONDAY, subject=subject)
        for at in instants:
            sweep(at)
        return {row[1:] for row in recorded() if row[0] == subject}

    end = instant("2026-04-08 23:59")
    often = [end - timedelta(hours=hours) for hours in range(24 * 40, -1, -8)]
    assert run(1, often) == run(2, [end])


def test_after_an_outage_each_is_told_the_newest_alone(place: Place) -> None:
    begin(place, "effect_follow_up", date(2026, 1, 5), own_date=date(2026, 3, 4))
    tally = sweep(instant("2026-03-06 09:00"))
    assert tally.notices == 1 + 2 + 3
    told = set(Notice.objects.filter(told=True).values_list("step", "rung"))
    assert told == {("over_1", "handler"), ("over_1", "senior"), ("over_1", "manager")}
    assert Outbox.objects.count() == 3


@pytest.mark.parametrize("swept", [True, False])
def test_an_act_records_first_what_was_due_before_it(place: Place, *, swept: bool) -> None:
    time = begin(place, "preliminary_assessment", MONDAY)
    if swept:
        sweep(instant("2026-03-17 09:00"))
    services.meet(locked(time), date(2026, 3, 16), instant("2026-03-17 10:00"))
    assert {row[2:4] for row in recorded()} == {
        ("before_5", "handler"),
        ("before_2", "handler"),
        ("before_2", "senior"),
        ("last_day", "handler"),
        ("last_day", "senior"),
        ("over_1", "handler"),
        ("over_1", "senior"),
        ("over_1", "manager"),
    }
    assert Outbox.objects.count() == (3 if swept else 0)


def test_done_in_time_is_met_although_registered_late(place: Place) -> None:
    time = begin(place, "preliminary_assessment", MONDAY)
    sweep(instant("2026-03-30 09:00"))
    time.refresh_from_db()
    assert time.state == State.MISSED
    services.meet(locked(time), date(2026, 3, 16), instant("2026-03-30 10:00"))
    time.refresh_from_db()
    assert (time.state, time.met_on) == (State.MET, date(2026, 3, 16))


def test_done_late_within_the_grace_is_missed_at_once(place: Place) -> None:
    time = begin(place, "preliminary_assessment", MONDAY)
    services.meet(locked(time), date(2026, 3, 17), instant("2026-03-17 10:00"))
    time.refresh_from_db()
    assert (time.state, time.met_on) == (State.MISSED, date(2026, 3, 17))
    miss = Miss.objects.get(deadline=time)
    assert miss.try_at == instant("2026-03-17 10:00")


def test_the_unit_of_the_day_answers_although_it_has_moved_since(place: Place) -> None:
    time = begin(place, "preliminary_assessment", MONDAY)
    new = services.Owner(place.board.pk, place.sister_unit.pk, None, protected=False)
    services.follow([locked(time)], new, instant("2026-03-17 10:00"))
    sweep(instant("2026-04-30 09:00"))
    assert Miss.objects.get().unit == place.unit
    time.refresh_from_db()
    assert time.unit == place.sister_unit


def test_an_extension_runs_by_its_own_day_and_tells_nothing_twice(place: Place) -> None:
    time = begin(place, "child_investigation", date(2026, 2, 19))
    sweep(instant("2026-06-10 12:00"))
    told = Notice.objects.count()
    longer = services.extend(
        locked(time), date(2026, 8, 31), date(2026, 6, 10), instant("2026-06-10 13:00")
    )
    sweep(instant("2026-08-01 12:00"))
    assert Notice.objects.count() == told
    sweep(instant("2026-08-31 12:00"))
    assert longer.notices.count() > 0
    assert not Miss.objects.exists()
    time.refresh_from_db()
    assert time.state == State.EXTENDED


def test_an_extension_decided_after_expiry_is_none(place: Place) -> None:
    time = begin(place, "child_investigation", date(2026, 2, 19))
    with pytest.raises(ConflictError, match="gick ut 2026-06-22"):
        services.extend(
            locked(time), date(2026, 8, 31), date(2026, 6, 23), instant("2026-06-23 13:00")
        )


def test_history_is_computed_and_nothing_of_it_told_or_missed(place: Place) -> None:
    now = instant("2026-06-01 09:00")
    time = begin(place, "preliminary_assessment", MONDAY, now=now, history=True)
    running = begin(place, "child_investigation", MONDAY, now=now, history=True, subject=2)
    assert time.state == State.MISSED
    tally = sweep(instant("2026-06-02 09:00"))
    assert (tally.notices, tally.missed) == (0, 0)
    # What is still open is watched from then on.
    assert sweep(instant("2026-06-11 09:00")).notices == 1
    assert Notice.objects.get().deadline == running


def test_a_failing_row_is_put_off_shown_and_stops_nothing(place: Place, at: Travel) -> None:
    at(instant("2026-03-25 08:00"))
    bad = begin(place, "deviation_handling", MONDAY, subject=1)
    begin(place, "deviation_handling", MONDAY, subject=2)
    copy = RuleCopy.objects.create(key="broken", digest="0", content={"steps": "none"})
    Deadline.objects.filter(pk=bad.pk).update(copy=copy)
    tally = sweep()
    assert (tally.notices, tally.failed) == (1, 1)
    failed = FailedRow.objects.get()
    assert (failed.act, failed.row_id, failed.attempts) == ("sweep", bad.pk, 1)
    assert sweep().failed == 0
    assert sweep(instant("2026-03-25 08:05")).failed == 1
    failed.refresh_from_db()
    assert failed.attempts == 2
    good = Deadline.objects.get(subject_id=2).copy
    Deadline.objects.filter(pk=bad.pk).update(copy=good)
    assert sweep(instant("2026-03-25 23:00")).notices == 1
    failed.refresh_from_db()
    assert failed.mended_at is not None


def test_the_command_says_what_came_of_it_and_dry_run_takes_it_back(
    place: Place, at: Travel
) -> None:
    at(MONDAY)
    begin(place, "child_investigation", MONDAY)

    def run(*arguments: str) -> str:
        out = StringIO()
        call_command("enforce_deadlines", *arguments, stdout=out)
        return out.getvalue().splitlines()[-1]

    said = run("--at", "2026-07-07T09:00", "--dry-run")
    assert said == "notices: 10, escalations: 1, missed: 1, proposals: 1, failed: 0"
    assert recorded() == set()
    assert run("--at", "2026-07-07T09:00") == said
    assert run("--at", "2026-07-07T09:00").startswith("notices: 0")
    # What it looked at lay ahead; what it wrote down was now.
    assert {row.recorded_at.date() for row in Notice.objects.all()} == {MONDAY}
    with pytest.raises(CommandError, match="ingen tidpunkt"):
        run("--at", "midsommar")
