"""Bevakad tid i ärendet: every time of the law that no other step of the case begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from casework.cases.models import Case, DropReason, WatchedTime, WatchedTimeRow
from casework.cases.services import care, watched
from casework.cases.services.investigations import close_investigation
from casework.cases.services.watched import begin_time, done, drop, reviewed
from casework.cases.watchable import EXTENDABLE, WATCHABLE
from casework.deadlines import duty, outbox
from casework.deadlines.lists import rows
from casework.deadlines.sweep import sweep
from casework.models import AuditEvent, Deadline, Notice, Told
from casework.organising.handover import hand_over, open_work
from casework.organising.units import close_unit, rename_unit
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from deviations.models import Proposal
from tests.conftest import Place
from tests.factories.case_steps import opened
from tests.factories.times import instant

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
DAY = date(2026, 3, 2)

# Each from Monday 2 March 2026: the raw date, the last day, how it is missed.
# (rule, raw date, last day, category proposed, asks about lex Sarah)
TIMES = [
    ("placement_review", date(2026, 9, 2), date(2026, 9, 2), True, False),
    ("custody_transfer", date(2028, 3, 2), date(2028, 3, 2), True, False),
    ("emergency_home", date(2026, 5, 2), date(2026, 5, 4), True, False),
    ("lvu_referral", date(2026, 3, 9), date(2026, 3, 9), True, True),
    ("lvu_application", date(2026, 3, 30), date(2026, 3, 30), True, True),
    ("lvu_consideration", date(2026, 9, 2), date(2026, 9, 2), True, True),
    ("lvu_reconsideration", date(2026, 9, 2), date(2026, 9, 2), True, True),
    ("contact_restriction", date(2026, 6, 2), date(2026, 6, 2), True, True),
    ("intermediate_order", date(2026, 9, 2), date(2026, 9, 2), True, True),
    ("moving_ban", date(2026, 6, 2), date(2026, 6, 2), True, True),
    ("travel_ban_review", date(2026, 9, 2), date(2026, 9, 2), True, True),
    ("follow_up_after_care", date(2026, 9, 2), date(2026, 9, 2), True, True),
    ("lvm_referral", date(2026, 3, 3), date(2026, 3, 3), True, False),
    ("lvm_application", date(2026, 3, 9), date(2026, 3, 9), True, False),
    ("delay_request", date(2026, 3, 30), date(2026, 3, 30), True, False),
    ("appeal", date(2026, 3, 23), date(2026, 3, 23), False, False),
]
# (rule, trigger, raw date, last day): the vectors of the law on counting time.
VECTORS = [
    # Over a weekend and a holiday: SoL and FL move, deprivation of liberty never.
    ("placement_review", date(2025, 12, 24), date(2026, 6, 24), date(2026, 6, 24)),
    ("placement_review", date(2026, 6, 25), date(2026, 12, 25), date(2026, 12, 28)),
    ("lvu_consideration", date(2026, 6, 25), date(2026, 12, 25), date(2026, 12, 25)),
    ("lvu_reconsideration", date(2026, 8, 31), date(2027, 2, 28), date(2027, 2, 28)),
    ("placement_review", date(2026, 8, 31), date(2027, 2, 28), date(2027, 3, 1)),
    ("custody_transfer", date(2024, 2, 29), date(2026, 2, 28), date(2026, 3, 2)),
    ("appeal", date(2026, 12, 3), date(2026, 12, 24), date(2026, 12, 28)),
    ("lvm_referral", date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 25)),
    ("lvu_referral", date(2026, 12, 24), date(2026, 12, 31), date(2026, 12, 31)),
]
# (rule, months of each following turn)
RECURRING = [
    ("placement_review", 6),
    ("custody_transfer", 12),
    ("lvu_consideration", 6),
    ("lvu_reconsideration", 6),
    ("contact_restriction", 3),
    ("moving_ban", 3),
    ("travel_ban_review", 6),
]


@pytest.fixture(autouse=True)
def _monday(at: Travel) -> None:
    at(DAY)


@pytest.fixture
def case(place: Place) -> Case:
    """A case of Enheten that Amina handles, without other times than those begun by hand."""
    amina = place.user("amina")
    found = opened(place, opened_on=DAY, kind="Vuxenutredning", handler=amina).case
    assert found is not None
    return found


def turns(time: WatchedTime) -> list[tuple[str, date, date]]:
    """The turns of a time as (state, counted from, last day), the first to begin first."""
    found = Deadline.objects.filter(kind="watchedtime", subject_id=time.pk)
    return list(found.order_by("pk").values_list("state", "trigger_date", "last_day"))


def begin(place: Place, case: Case, rule: str, day: date = DAY) -> WatchedTime:
    return begin_time(place.actor("amina"), case.pk, rule, day)


def test_every_time_that_can_be_begun_is_tried_here() -> None:
    assert {rule for rule, *_ in TIMES} == WATCHABLE


@pytest.mark.parametrize(("rule", "raw", "last"), [time[:3] for time in TIMES])
def test_a_time_begins_and_is_met(
    place: Place, case: Case, at: Travel, rule: str, raw: date, last: date
) -> None:
    time = begin(place, case, rule)
    running = Deadline.objects.get(kind="watchedtime")
    assert (running.raw_date, running.last_day) == (raw, last)
    assert (running.unit, running.handler) == (place.unit, place.user("amina"))
    at(last)
    done(place.actor("amina"), time.pk, on=last)
    assert [state for state, _, _ in turns(time)] == ["met"]
    time.refresh_from_db()
    assert time.ended_on == last
    assert sweep(instant("2028-12-01 12:00")).missed == 0


@pytest.mark.parametrize(
    ("rule", "last", "proposes", "asks"), [(one[0], *one[2:]) for one in TIMES]
)
def test_a_time_that_runs_out_is_proposed_once_as_the_law_says(
    place: Place, case: Case, rule: str, last: date, *, proposes: bool, asks: bool
) -> None:
    begin(place, case, rule)
    assert sweep(instant(f"{last} 23:00")).missed == 0
    # By noon of the fourth day after a weekend the days of grace are over too.
    sweep(instant(f"{last + timedelta(days=6)} 12:00"))
    found = list(Proposal.objects.values_list("category__name", "asks_lex_sarah", "unit"))
    expected = ("Lagstadgad tid överskriden", asks, place.unit.pk)
    assert found == ([expected] if proposes else [])
    sweep(instant("2029-01-01 12:00"))
    assert Proposal.objects.count() == proposes


@pytest.mark.parametrize(("rule", "trigger", "raw", "last"), VECTORS)
def test_a_time_ends_as_the_law_counts(
    place: Place, case: Case, at: Travel, rule: str, trigger: date, raw: date, last: date
) -> None:
    at(max(DAY, trigger))
    begin(place, case, rule, trigger)
    running = Deadline.objects.get(kind="watchedtime")
    assert (running.raw_date, running.last_day) == (raw, last)


@pytest.mark.parametrize(("rule", "months"), RECURRING)
def test_a_review_begins_the_next_turn_from_itself_and_not_from_a_grid(
    place: Place, case: Case, at: Travel, rule: str, months: int
) -> None:
    time = begin(place, case, rule)
    at(date(2026, 4, 15))
    reviewed(place.actor("amina"), time.pk, on=date(2026, 4, 13))
    at(date(2026, 5, 20))
    reviewed(place.actor("amina"), time.pk, on=date(2026, 5, 20))
    ends = {3: date(2026, 8, 20), 6: date(2026, 11, 20), 12: date(2027, 5, 20)}
    assert turns(time)[1:] == [
        ("met", date(2026, 4, 13), turns(time)[1][2]),
        ("running", date(2026, 5, 20), ends[months]),
    ]
    assert turns(time)[0][:2] == ("met", DAY)


@pytest.mark.parametrize("rule", sorted(WATCHABLE - {rule for rule, _ in RECURRING}))
def test_what_runs_once_is_not_reviewed(place: Place, case: Case, at: Travel, rule: str) -> None:
    time = begin(place, case, rule)
    at(date(2026, 3, 3))
    with pytest.raises(ConflictError, match="löper en gång"):
        reviewed(place.actor("amina"), time.pk, on=date(2026, 3, 3))


def test_a_review_too_late_is_a_miss_and_the_next_turn_begins_all_the_same(
    place: Place, case: Case, at: Travel
) -> None:
    time = begin(place, case, "moving_ban")
    at(date(2026, 6, 10))
    reviewed(place.actor("amina"), time.pk, on=date(2026, 6, 8))
    assert turns(time) == [
        ("missed", DAY, date(2026, 6, 2)),
        ("running", date(2026, 6, 8), date(2026, 9, 8)),
    ]
    sweep()
    assert Proposal.objects.count() == 1


def test_a_time_with_reviews_before_counts_from_the_latest(
    place: Place, case: Case, at: Travel
) -> None:
    time = begin_time(
        place.actor("amina"),
        case.pk,
        "custody_transfer",
        date(2023, 1, 9),
        reviewed_on=date(2026, 1, 12),
    )
    assert turns(time) == [("running", date(2026, 1, 12), date(2027, 1, 12))]
    (row,) = rows(place.actor("amina"), list(Deadline.objects.all()))
    assert "det senaste övervägandet gjordes" in row.why[0]
    assert "12 månader" in row.why[1]
    assert row.shown is not None
    assert (row.kind, row.shown.number) == ("Bevakad tid", case.number)
    with pytest.raises(InvalidInput) as refused:
        begin_time(place.actor("amina"), case.pk, "lvu_referral", DAY, reviewed_on=DAY)
    assert refused.value.field == "reviewed_on"


@pytest.mark.parametrize("rule", sorted(WATCHABLE))
def test_only_what_the_law_allows_is_extended(
    place: Place, case: Case, at: Travel, rule: str
) -> None:
    time = begin(place, case, rule)
    until, amina = date(2029, 1, 8), place.actor("amina")
    at(date(2026, 3, 3))
    if rule not in EXTENDABLE:
        with pytest.raises(ConflictError, match="ingen möjlighet"):
            watched.extend(amina, time.pk, until=until, decided_on=date(2026, 3, 3))
        return
    watched.extend(amina, time.pk, until=until, decided_on=date(2026, 3, 3))
    assert [turn[0] for turn in turns(time)] == ["extended", "running"]
    assert turns(time)[1][2] == until
    done(amina, time.pk, on=date(2026, 3, 3))
    assert [turn[0] for turn in turns(time)] == ["extended", "met"]


def test_an_extension_decided_too_late_or_to_an_earlier_day_is_none(
    place: Place, case: Case, at: Travel
) -> None:
    time, amina = begin(place, case, "lvu_application"), place.actor("amina")
    at(date(2026, 4, 1))
    for decided_on, until, field in (
        (date(2026, 3, 31), date(2026, 4, 20), "decided_on"),
        (date(2026, 3, 1), date(2026, 4, 20), "decided_on"),
        (date(2026, 3, 20), date(2026, 3, 30), "until"),
    ):
        with pytest.raises(InvalidInput) as refused:
            watched.extend(amina, time.pk, until=until, decided_on=decided_on)
        assert refused.value.field == field


def test_times_do_not_run_backwards(place: Place, case: Case, at: Travel) -> None:
    amina = place.actor("amina")
    with pytest.raises(InvalidInput, match="har inte kommit än"):
        begin(place, case, "moving_ban", date(2026, 3, 3))
    with pytest.raises(InvalidInput, match="Välj vilken tid"):
        begin(place, case, "child_investigation")
    time = begin(place, case, "moving_ban")
    with pytest.raises(InvalidInput, match="räknas redan från 2026-03-02"):
        reviewed(amina, time.pk, on=DAY)
    with pytest.raises(InvalidInput, match="den räknas från 2026-03-02"):
        done(amina, time.pk, on=date(2026, 3, 1))
    with pytest.raises(InvalidInput, match="har inte kommit än"):
        drop(amina, time.pk, on=date(2026, 3, 3), reason=DropReason.CEASED)
    with pytest.raises(ConflictError, match="bevakas redan"):
        begin(place, case, "moving_ban")
    done(amina, time.pk, on=DAY)
    with pytest.raises(ConflictError, match="redan avslutad"):
        reviewed(amina, time.pk, on=DAY)


def test_a_request_that_takes_too_long_is_made_once_in_a_case(place: Place, case: Case) -> None:
    amina = place.actor("amina")
    mistaken = begin(place, case, "delay_request")
    drop(amina, mistaken.pk, on=DAY, reason=DropReason.MISTAKE)
    done(amina, begin(place, case, "delay_request").pk, on=DAY)
    with pytest.raises(ConflictError, match="en gång i varje ärende"):
        begin(place, case, "delay_request")


@pytest.mark.parametrize(
    ("reason", "state"), [(DropReason.CEASED, "missed"), (DropReason.MISTAKE, "void")]
)
def test_what_ends_after_its_last_day_was_missed_unless_added_by_mistake(
    place: Place, case: Case, at: Travel, reason: str, state: str
) -> None:
    late, other = begin(place, case, "lvu_referral"), begin(place, case, "moving_ban")
    at(date(2026, 3, 10))
    for time in (late, other):
        drop(place.actor("amina"), time.pk, on=date(2026, 3, 10), reason=reason)
    assert (turns(late)[0][0], turns(other)[0][0]) == (state, "void")


def test_nobody_misses_the_time_of_the_citizen(place: Place, case: Case, at: Travel) -> None:
    time = begin(place, case, "appeal")
    at(date(2026, 4, 7))
    done(place.actor("amina"), time.pk, on=date(2026, 4, 7))
    assert turns(time)[0][0] == "void"
    sweep()
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("rule", ["lvu_referral", "lvu_application", "lvm_referral"])
def test_what_is_urgent_goes_at_once_to_the_person_and_to_those_on_duty(
    place: Place, case: Case, at: Travel, rule: str
) -> None:
    jour = duty.found(place.actor("simon"), name="Jouren", valid_from=DAY)
    duty.add_member(place.actor("simon"), jour.pk, user=place.user("eva"))
    begin(place, case, rule)
    evening = instant(f"{Deadline.objects.get(kind='watchedtime').last_day} 20:00")
    at(evening)
    sweep()
    outbox.deliver()
    told = set(Told.objects.filter(notice__step="last_day").values_list("user", "notice__rung"))
    amina, eva = place.user("amina").pk, place.user("eva").pk
    assert {(amina, "handler"), (eva, "duty")} <= told
    assert all(Notice.objects.filter(step="last_day").values_list("at_once", flat=True))


def test_the_times_follow_the_case(place: Place, case: Case) -> None:
    time = begin(place, case, "lvu_consideration")
    investigation = case.investigations.get()
    care.assign(place.actor("eva"), "investigation", investigation.pk, to=place.user("frida"))
    running = Deadline.objects.get(kind="watchedtime")
    assert running.handler == place.user("frida")
    ended = begin(place, case, "lvm_referral")
    done(place.actor("eva"), ended.pk, on=DAY)
    care.move_unit(place.actor("eva"), "investigation", investigation.pk, to=place.far_unit)
    running.refresh_from_db()
    assert running.unit == place.far_unit
    with pytest.raises(NotVisible):
        done(place.actor("eva"), time.pk, on=DAY)
    care.set_protection(place.actor("sara"), case.pk, protected=True)
    running.refresh_from_db()
    assert running.protected
    assert not WatchedTime.objects.visible_to(place.actor("farid")).exists()
    assert WatchedTime.objects.visible_to(place.actor("sara")).count() == 2


def closed(place: Place, case: Case) -> None:
    """Close all that goes on in the case but what is watched."""
    close_investigation(
        place.actor("amina"), case.investigations.get().pk, on=DAY, outcome="no_measure"
    )


def test_what_is_still_watched_follows_a_unit_to_its_successor(place: Place, case: Case) -> None:
    time = begin(place, case, "lvu_consideration")
    closed(place, case)
    simon = place.actor("simon")
    with pytest.raises(ConflictError, match="öppna ärenden"):
        close_unit(simon, place.unit.pk, last_day=DAY, successor=None)
    new = rename_unit(simon, place.unit.pk, name="Nya enheten", on=DAY)
    for one in (time, running := Deadline.objects.get(kind="watchedtime")):
        one.refresh_from_db()
        assert one.unit == new
    assert AuditEvent.objects.filter(action="case.units_merged").count() == 1
    investigation = case.investigations.get()
    assert investigation.unit == place.unit, "what was counted for the old unit stays"
    # What begins now begins with the successor, and what comes after brings nothing back.
    assert begin(place, case, "lvm_referral").unit == new
    care.set_protection(place.actor("sara"), case.pk, protected=True)
    running.refresh_from_db()
    assert (running.unit, running.protected) == (new, True)


def test_what_is_still_watched_is_handed_over(place: Place, case: Case) -> None:
    time = begin(place, case, "lvu_consideration")
    closed(place, case)
    eva, amina, frida = place.actor("eva"), place.user("amina"), place.user("frida")
    assert {share.label: share.count for share in open_work(eva, amina)}["Ärenden att handlägga"]
    with pytest.raises(InvalidInput):
        hand_over(eva, amina, to=None)
    hand_over(eva, amina, to=frida)
    time.refresh_from_db()
    case.refresh_from_db()
    assert (time.handler, case.handler) == (frida, frida)
    assert Deadline.objects.open().get(kind="watchedtime").handler == frida


def test_who_works_with_the_case_does_it_and_the_others_do_not(
    place: Place, other_place: Place, case: Case
) -> None:
    time = begin(place, case, "moving_ban")
    for name in ("sara", "vera"):
        with pytest.raises(NotAllowed):
            begin_time(place.actor(name), case.pk, "lvu_referral", DAY)
        with pytest.raises(NotAllowed):
            drop(place.actor(name), time.pk, on=DAY, reason=DropReason.CEASED)
    for actor in (place.actor("farid"), other_place.actor("amina"), place.actor("simon")):
        with pytest.raises(NotVisible):
            begin_time(actor, case.pk, "lvu_referral", DAY)
        with pytest.raises(NotVisible):
            done(actor, time.pk, on=DAY)
    for name in ("frida", "eva", "anna"):
        begin_time(place.actor(name), case.pk, "lvu_referral", DAY - timedelta(days=len(name)))


def test_what_was_done_stays_written_and_is_audited(place: Place, case: Case, at: Travel) -> None:
    time = begin(place, case, "moving_ban")
    at(date(2026, 4, 1))
    reviewed(place.actor("amina"), time.pk, on=date(2026, 4, 1))
    drop(place.actor("frida"), time.pk, on=date(2026, 4, 1), reason=DropReason.CEASED)
    told = WatchedTimeRow.objects.order_by("pk").values_list("step", "on", "actor")
    amina, frida = place.user("amina").pk, place.user("frida").pk
    assert list(told) == [
        ("begun", DAY, amina),
        ("reviewed", date(2026, 4, 1), amina),
        ("dropped", date(2026, 4, 1), frida),
    ]
    acts = AuditEvent.objects.filter(action__startswith="case.time_").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == [
        "case.time_begun",
        "case.time_reviewed",
        "case.time_dropped",
    ]
