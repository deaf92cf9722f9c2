"""The sweep comes late, or not at all: what fell due before an act is recorded all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.core import mail

from casework.deadlines import outbox, services
from casework.deadlines.recording import Plans, record
from casework.deadlines.services import Owner
from casework.deadlines.sweep import sweep
from casework.models import Deadline, Membership, Miss, Notice, Outbox
from casework.shared.errors import ConflictError
from deviations.models import Deviation
from deviations.services import cooperation, inbox
from tests.conftest import Place, make_report
from tests.factories.mailing import deliver
from tests.factories.times import begin, instant

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
MONDAY = date(2026, 3, 2)
# Fourteen days end on Monday the 16th; with two working days of grace it is missed on the 19th.
LAST, MISSED_AT = date(2026, 3, 16), instant("2026-03-19 00:00")
SECOND = timedelta(seconds=1)


def _locked(time: Deadline) -> Deadline:
    return Deadline.objects.select_for_update().get(pk=time.pk)


@pytest.mark.parametrize("swept", [True, False])
@pytest.mark.parametrize(("after", "missed"), [(-SECOND, 0), (0 * SECOND, 1), (9000 * SECOND, 1)])
@pytest.mark.parametrize("act", ["void", "meet late", "follow"])
def test_what_had_been_missed_by_then_is_missed(
    place: Place, act: str, after: timedelta, missed: int, *, swept: bool
) -> None:
    time = begin(place, "preliminary_assessment", MONDAY)
    now = MISSED_AT + after
    if swept:
        sweep(now)
    locked = _locked(time)
    if act == "void":
        services.void(locked, now)
    elif act == "meet late":
        # Done after the last day it is missed at once, whatever the grace.
        services.meet(locked, LAST + timedelta(days=1), now)
        missed = 1
    else:
        services.follow([locked], Owner(place.board.pk, place.sister_unit.pk, None, False), now)
    assert [miss.unit for miss in Miss.objects.all()] == [place.unit] * missed
    time.refresh_from_db()
    expected = {"void": "void", "meet late": "missed", "follow": "missed" if missed else "running"}
    assert time.state == expected[act]
    # Nor does a sweep that comes in the end add or take anything, but for what runs on.
    before = Miss.objects.count()
    sweep(MISSED_AT + timedelta(days=30))
    assert Miss.objects.count() == (1 if act == "follow" else before)


def test_recorded_twice_from_one_row_nothing_is_told_or_missed_again(place: Place) -> None:
    """As two sweeps do of which one was held up: what the second writes is there already."""
    row = _locked(begin(place, "preliminary_assessment", MONDAY))
    tallies = [record([row], Plans(), until=MISSED_AT, now=MISSED_AT, tell=True) for _ in range(2)]
    told = Outbox.objects.count()
    assert tallies[0].notices > 0
    assert told > 0
    assert [(tally.notices, tally.missed) for tally in tallies] == [
        (tallies[0].notices, 1),
        (0, 0),
    ]
    assert (Notice.objects.count(), Miss.objects.count()) == (tallies[0].notices, 1)


@pytest.mark.parametrize(
    ("moved_at", "answers"),
    [("2026-03-16 23:59", "sister"), ("2026-03-17 00:00", "unit"), ("2026-03-18 10:00", "unit")],
)
@pytest.mark.parametrize("swept", [True, False])
def test_the_unit_that_had_it_when_its_last_day_was_over_answers(
    place: Place, moved_at: str, answers: str, *, swept: bool
) -> None:
    time, now = begin(place, "preliminary_assessment", MONDAY), instant(moved_at)
    if swept:
        sweep(now)
    services.follow([_locked(time)], Owner(place.board.pk, place.sister_unit.pk, None, False), now)
    sweep(MISSED_AT)
    assert Miss.objects.get().unit == (place.unit if answers == "unit" else place.sister_unit)


@pytest.mark.parametrize(("days", "state"), [(-1, "met"), (0, "met"), (1, "missed"), (2, "missed")])
def test_done_on_its_last_day_it_is_met_however_late_it_is_registered(
    place: Place, days: int, state: str
) -> None:
    time = begin(place, "preliminary_assessment", MONDAY)
    services.meet(_locked(time), LAST + timedelta(days=days), MISSED_AT + timedelta(days=9))
    time.refresh_from_db()
    assert time.state == state
    # Corrected afterwards it is what the right day makes it.
    for on, expected in ((LAST, "met"), (LAST + timedelta(days=1), "missed")):
        services.amend_met(_locked(time), on)
        time.refresh_from_db()
        assert (time.state, time.met_on) == (expected, on)


@pytest.mark.parametrize(("days", "taken"), [(-1, True), (0, True), (1, False)])
def test_a_time_of_the_law_is_extended_through_its_last_day(
    place: Place, days: int, taken: bool
) -> None:
    time, now = begin(place, "preliminary_assessment", MONDAY), instant("2026-03-20 10:00")
    decided = LAST + timedelta(days=days)
    if taken:
        longer = services.extend(_locked(time), date(2026, 4, 20), decided, now)
        assert (longer.last_day, longer.state) == (date(2026, 4, 20), "running")
        return
    with pytest.raises(ConflictError):
        services.extend(_locked(time), date(2026, 4, 20), decided, now)


@pytest.mark.parametrize(
    ("began", "missed"), [("2026-03-15", False), ("2026-03-16", False), ("2026-03-17", True)]
)
def test_history_that_ran_out_before_today_is_missed_and_not_told(
    place: Place, began: str, missed: bool
) -> None:
    time = begin(
        place, "preliminary_assessment", MONDAY, now=instant(f"{began} 10:00"), history=True
    )
    assert (time.state == "missed") is missed
    assert not Miss.objects.exists()


# Between what is told and the letter


@pytest.fixture
def reported(place: Place, at: Travel) -> Deviation:
    """A deviation of which Eva is told on Friday 20 March that a week is left."""
    for name in ("eva", "anna", "nils"):
        place.user(name).email = f"{name}@example.com"
        place.user(name).save(update_fields=["email"])
    at(instant("2026-02-26 10:00"))
    return make_report(place)


def _protect(place: Place, deviation: Deviation) -> None:
    Membership.objects.filter(user=place.user("eva")).update(sees_protected=False)
    cooperation.set_protection(place.actor("sara"), deviation.pk, protected=True)


def _move(place: Place, deviation: Deviation) -> None:
    inbox.move(place.actor("eva"), deviation.pk, to=place.far_unit, reason="Gäller vuxna")
    Deviation.objects.update(reporting_unit=place.far_unit)


def _end_role(place: Place, deviation: Deviation) -> None:
    Membership.objects.filter(user=place.user("eva")).update(valid_to=date(2026, 3, 19))


def _dismiss(place: Place, deviation: Deviation) -> None:
    inbox.dismiss(place.actor("eva"), deviation.pk, reason="Det var rätt gjort.")


def _close_account(place: Place, deviation: Deviation) -> None:
    place.user("eva").is_active = False
    place.user("eva").save(update_fields=["is_active"])


LOST = [_protect, _move, _end_role, _dismiss, _close_account]


@pytest.mark.parametrize("lose", LOST)
@pytest.mark.parametrize("when", ["before it is told", "before it is sent"])
def test_who_may_see_it_is_asked_again_when_the_letter_is_written(
    place: Place,
    at: Travel,
    reported: Deviation,
    lose: Callable[[Place, Deviation], None],
    when: str,
) -> None:
    at(instant("2026-03-20 07:30"))
    sweep()
    if when == "before it is sent":
        outbox.deliver()
    lose(place, reported)
    deliver()
    assert [letter.to for letter in mail.outbox if "eva@example.com" in letter.to] == []
    # Nor does anybody else read of what is protected in a letter.
    numbers = [letter for letter in mail.outbox if reported.number in str(letter.body)]
    assert lose is not _protect or numbers == []


def test_with_nothing_lost_the_letter_goes(place: Place, at: Travel, reported: Deviation) -> None:
    at(instant("2026-03-20 07:30"))
    sweep()
    outbox.deliver()
    deliver()
    assert [letter.to for letter in mail.outbox] == [["eva@example.com"]]
    # Sent again it is not.
    deliver()
    assert len(mail.outbox) == 1
