"""Bevakad tid on its last day and the day after: dropped, done, extended, reviewed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from casework.cases import watchable
from casework.cases.models import Case, DropReason, WatchedTime
from casework.cases.services import watched
from casework.cases.services.watched import begin_time, done, drop, reviewed
from casework.models import Deadline
from casework.shared.errors import ConflictError, InvalidInput
from tests.conftest import Place
from tests.factories.case_steps import opened

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
ONE = timedelta(days=1)
DAY = date(2026, 3, 2)
# Four weeks from the omhändertagande (LVU 8 §); a week (LVU 7 §).
APPLICATION, REFERRAL = date(2026, 3, 30), date(2026, 3, 9)


@pytest.fixture(autouse=True)
def _monday(at: Travel) -> None:
    at(DAY)


@pytest.fixture
def case(place: Place) -> Case:
    found = opened(place, opened_on=DAY, kind="Vuxenutredning").case
    assert found is not None
    return found


def _states(time: WatchedTime) -> list[str]:
    found = Deadline.objects.filter(kind="watchedtime", subject_id=time.pk)
    return list(found.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize(
    ("days", "states"), [(-1, ["void"]), (0, ["void"]), (1, ["missed"]), (2, ["missed"])]
)
def test_what_is_dropped_after_its_last_day_was_missed(
    place: Place, case: Case, at: Travel, days: int, states: list[str]
) -> None:
    time = begin_time(place.actor("amina"), case.pk, "lvu_referral", DAY)
    at(REFERRAL + 3 * ONE)
    drop(place.actor("amina"), time.pk, on=REFERRAL + days * ONE, reason=DropReason.CEASED)
    assert _states(time) == states


@pytest.mark.parametrize(
    ("days", "states"), [(-1, ["met"]), (0, ["met"]), (1, ["missed"]), (2, ["missed"])]
)
def test_what_is_done_after_its_last_day_was_missed(
    place: Place, case: Case, at: Travel, days: int, states: list[str]
) -> None:
    time = begin_time(place.actor("amina"), case.pk, "lvu_referral", DAY)
    at(REFERRAL + 3 * ONE)
    done(place.actor("amina"), time.pk, on=REFERRAL + days * ONE)
    assert _states(time) == states


@pytest.mark.parametrize(("days", "taken"), [(-1, True), (0, True), (1, False)])
def test_it_is_extended_through_its_last_day(
    place: Place, case: Case, at: Travel, days: int, taken: bool
) -> None:
    time = begin_time(place.actor("amina"), case.pk, "lvu_application", DAY)
    at(APPLICATION + 5 * ONE)
    given = {"until": date(2026, 4, 20), "decided_on": APPLICATION + days * ONE}
    if taken:
        watched.extend(place.actor("amina"), time.pk, **given)
        assert _states(time) == ["extended", "running"]
        return
    with pytest.raises(InvalidInput) as refused:
        watched.extend(place.actor("amina"), time.pk, **given)
    assert refused.value.field == "decided_on"


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, False), (1, True)])
def test_it_is_extended_beyond_its_last_day(
    place: Place, case: Case, days: int, taken: bool
) -> None:
    time = begin_time(place.actor("amina"), case.pk, "lvu_application", DAY)
    given = {"until": APPLICATION + days * ONE, "decided_on": DAY}
    if taken:
        watched.extend(place.actor("amina"), time.pk, **given)
        return
    with pytest.raises(InvalidInput) as refused:
        watched.extend(place.actor("amina"), time.pk, **given)
    assert refused.value.field == "until"


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, False), (1, True), (2, False)])
def test_a_review_comes_after_the_day_it_is_counted_from(
    place: Place, case: Case, at: Travel, days: int, taken: bool
) -> None:
    amina = place.actor("amina")
    time = begin_time(amina, case.pk, "moving_ban", DAY)
    at(DAY + ONE)
    if taken:
        reviewed(amina, time.pk, on=DAY + days * ONE)
        assert _states(time) == ["met", "running"]
        return
    with pytest.raises(InvalidInput):
        reviewed(amina, time.pk, on=DAY + days * ONE)
    # The same of the latest review that is told of as it begins.
    with pytest.raises(InvalidInput) as refused:
        begin_time(amina, case.pk, "lvu_consideration", DAY, reviewed_on=DAY + days * ONE)
    assert refused.value.field == "reviewed_on"


def test_no_step_is_taken_with_what_has_ended(place: Place, case: Case, at: Travel) -> None:
    amina = place.actor("amina")
    time = begin_time(amina, case.pk, "emergency_home", DAY)
    at(DAY + ONE)
    done(amina, time.pk, on=DAY)
    on = DAY + ONE
    steps: list[Callable[[], object]] = [
        lambda: done(amina, time.pk, on=on),
        lambda: drop(amina, time.pk, on=on, reason=DropReason.CEASED),
        lambda: reviewed(amina, time.pk, on=on),
        lambda: watched.extend(amina, time.pk, until=date(2026, 9, 1), decided_on=on),
    ]
    for step in steps:
        with pytest.raises(ConflictError, match="redan avslutad"):
            step()
    assert _states(time) == ["met"]


def test_which_times_the_law_lets_be_extended_and_which_run_once() -> None:
    # LVU 8 § (the court), SoL 22:4 (särskilda skäl); FL 12 § once in each case.
    assert {"lvu_application", "emergency_home"} == watchable.EXTENDABLE
    assert {"delay_request"} == watchable.ONCE
    in_groups = [key for _, keys in watchable.GROUPS for key in keys]
    assert len(in_groups) == len(set(in_groups)) == 16
