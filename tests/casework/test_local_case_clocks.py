"""The board's own times of cases: adults' investigations and ekonomiskt bistånd."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from casework.cases.models import Investigation
from casework.cases.services import care, investigations
from casework.cases.services.door import Person
from casework.deadlines import local_setting
from casework.deadlines.local_setting import Wish
from casework.deadlines.sweep import sweep
from casework.models import Deadline, Notice, ServiceArea
from deviations.models import Proposal
from tests.conftest import Place
from tests.factories.case_clocks import arrive, assess, times
from tests.factories.case_steps import granted, opened
from tests.factories.times import instant

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
SET, DAY = date(2026, 1, 12), date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _january(at: Travel) -> None:
    at(SET)


def decide(place: Place, key: str, amount: int, area: ServiceArea | None = None) -> None:
    """The board sets ``amount`` days for what begins from the day after."""
    wish = Wish(key, amount, "days", "standard", SET + timedelta(days=1), None, area)
    local_setting.set_rule(place.actor("simon"), wish)


def investigate(place: Place, **given: object) -> Investigation:
    """An investigation of an adult, opened in the other unit on 2 March."""
    usual = {"by": "farid", "unit": place.far_unit, "kind": "", "person": Person("Ä9")}
    return opened(place, **(usual | given))  # type: ignore[arg-type]


def test_without_a_row_of_the_board_no_time_runs(place: Place, at: Travel) -> None:
    at(DAY)
    assert times(investigate(place)) == []
    assert times(investigate(place, kind="Ekonomiskt bistånd")) == []


def test_with_one_an_adults_investigation_has_a_time_without_breach(
    place: Place, at: Travel
) -> None:
    decide(place, "adult_investigation", 60)
    at(DAY)
    first = investigate(place)
    assert times(first) == [("adult_investigation", "running", date(2026, 5, 1))]
    child = opened(place)
    assert [rule for rule, _, _ in times(child)] == ["child_investigation"]
    at(date(2026, 5, 20))
    assert sweep().missed == 1
    assert not Proposal.objects.exists()
    farid = place.actor("farid")
    investigations.close_investigation(farid, first.pk, on=date(2026, 5, 20), outcome="measure")
    assert times(first) == [("adult_investigation", "missed", date(2026, 5, 1))]


def test_a_row_of_one_area_is_that_areas_alone(place: Place, at: Travel) -> None:
    decide(place, "adult_investigation", 30, place.unit.area)
    at(DAY)
    assert times(investigate(place)) == []
    own = opened(place, kind="Vuxenutredning")
    assert times(own) == [("adult_investigation", "running", date(2026, 4, 1))]


def test_ekonomiskt_bistand_counts_from_the_application(place: Place, at: Travel) -> None:
    decide(place, "economic_assistance", 10)
    at(DAY)
    by_kind = investigate(place, kind="Utredning ekonomiskt bistånd", intake_on=date(2026, 2, 27))
    assert times(by_kind) == [("economic_assistance", "running", date(2026, 3, 9))]
    ServiceArea.objects.filter(pk=place.far_unit.area_id).update(name="Ekonomiskt bistånd")
    by_area = investigate(place, person=Person("Ä8"))
    assert times(by_area) == [("economic_assistance", "running", date(2026, 3, 12))]


def test_what_the_board_sets_later_changes_nothing_that_has_begun(place: Place, at: Travel) -> None:
    decide(place, "adult_investigation", 60)
    at(DAY)
    first = investigate(place)
    at(date(2026, 3, 9))
    later = Wish("adult_investigation", 20, "days", "standard", date(2026, 3, 10))
    local_setting.set_rule(place.actor("simon"), later)
    at(date(2026, 3, 16))
    care.assign(place.actor("farid"), "investigation", first.pk, to=place.user("farid"))
    assert times(first) == [("adult_investigation", "running", date(2026, 5, 1))]
    second = investigate(place, person=Person("Ä7"), opened_on=date(2026, 3, 16))
    assert times(second)[0][2] == date(2026, 4, 5)


def test_a_met_assessment_by_the_boards_own_length_is_not_begun_again(
    place: Place, at: Travel
) -> None:
    decide(place, "protection_assessment", 3)
    at(DAY)
    intake = arrive(place)
    at(date(2026, 3, 3))
    assess(place, intake, "2026-03-02 16:00")
    assert times(intake)[0] == ("protection_assessment", "met", date(2026, 3, 5))
    care.assign(place.actor("eva"), "intake", intake.pk, to=place.user("amina"))
    assert [rule for rule, _, _ in times(intake)].count("protection_assessment") == 1


def test_what_is_not_executed_is_told_each_quarter_and_proposed_once(
    place: Place, at: Travel
) -> None:
    at(DAY)
    decision = granted(place)
    for month in range(3, 13):
        sweep(instant(f"2026-{month:02}-20 12:00"))
    sweep(instant("2027-03-20 12:00"))
    told = Notice.objects.filter(step__startswith="quarter").order_by("pk")
    assert list(told.values_list("step", "rung", "deadline__subject_id")) == [
        ("quarter_2", "manager", decision.pk),
        ("quarter_3", "manager", decision.pk),
        ("quarter_4", "manager", decision.pk),
    ]
    assert Proposal.objects.count() == 1
    assert Deadline.objects.get(kind="decision").ended_at is None
