"""The times of cases on the day itself: what was open, extended, asked for, no longer asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from casework.cases.clocks import Inquiry as Open
from casework.cases.clocks import of_decision, of_investigation
from casework.cases.models import Decision, Investigation
from casework.cases.services import intakes
from casework.cases.services.weekly import monday_of
from casework.deadlines.sweep import sweep
from casework.models import Miss
from casework.organising import units
from deviations.models import Proposal
from tests.conftest import Place
from tests.factories.case_clocks import DAY, arrive, assess, decide, times
from tests.factories.case_steps import opened
from tests.factories.inquiries import Inquiry, investigated

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
ONE = timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday(at: Travel) -> None:
    at(DAY)


# (opened, intake that led to it, closed) as days from an anmälan → whether it was open before it
OPEN = [
    (-1, None, None, True),
    (0, None, None, False),
    (1, None, None, False),
    (0, -1, None, True),
    (0, 0, None, False),
    (-9, None, -1, False),
    (-9, None, 0, True),
    (-9, None, 1, True),
]


@pytest.mark.parametrize(("began", "intake", "closed", "was_open"), OPEN)
def test_what_was_open_when_an_anmalan_came(
    began: int, intake: int | None, closed: int | None, was_open: bool
) -> None:
    def day(number: int | None) -> date | None:
        return None if number is None else DAY + number * ONE

    one = Open(1, DAY + began * ONE, day(intake), day(closed), is_childs=True)
    assert one.was_open_before(DAY) is was_open


LAST = date(2026, 3, 16)  # fourteen days from DAY


@pytest.mark.parametrize(
    ("days", "state", "missed"), [(-1, "void", 0), (0, "void", 0), (1, "missed", 1)]
)
def test_an_investigation_opened_through_the_last_day_leaves_nothing_to_assess(
    place: Place, at: Travel, days: int, state: str, missed: int
) -> None:
    intake = arrive(place)
    at(LAST + days * ONE)
    opened(place, opened_on=LAST + days * ONE)
    assert times(intake)[1] == ("preliminary_assessment", state, LAST)
    # Nor is it missed later, by a sweep that comes when the days of grace are over.
    at(LAST + 30 * ONE)
    sweep()
    assert Miss.objects.filter(deadline__rule="preliminary_assessment").count() == missed
    proposed = Proposal.objects.filter(deadline__rule="preliminary_assessment")
    assert proposed.count() == missed


@pytest.mark.parametrize(("days", "state"), [(-1, "met"), (0, "met"), (1, "missed"), (2, "missed")])
def test_what_is_decided_through_the_last_day_is_decided_in_time(
    place: Place, at: Travel, days: int, state: str
) -> None:
    intake = arrive(place)
    assess_at = "2026-03-02 12:00"
    at(LAST + 2 * ONE)
    assess(place, intake, assess_at)
    decide(place, intake, "not_opened", LAST + days * ONE)
    assert times(intake)[1] == ("preliminary_assessment", state, LAST)


@pytest.mark.parametrize(
    ("asked", "rules"), [(4, ["reporter_feedback"]), (5, ["reporter_feedback"]), (6, [])]
)
def test_who_asks_through_the_day_of_the_decision_is_answered_in_a_week(
    place: Place, at: Travel, asked: int, rules: list[str]
) -> None:
    intake = arrive(place)
    at(date(2026, 3, 10))
    assess(place, intake, "2026-03-02 12:00")
    decide(place, intake, "not_opened", date(2026, 3, 5))
    intakes.ask_feedback(place.actor("amina"), intake.pk, on=date(2026, 3, asked))
    assert [rule for rule, *_ in times(intake)[2:]] == rules


FOUR_MONTHS, LONGER = date(2026, 5, 20), date(2026, 9, 1)


@pytest.mark.parametrize(("days", "holds"), [(-1, True), (0, True), (1, False)])
def test_an_extension_decided_through_the_last_day_holds(
    place: Place, at: Travel, days: int, holds: bool
) -> None:
    at(date(2026, 6, 1))
    decided = FOUR_MONTHS + days * ONE
    (one,) = investigated(place, Inquiry("1", date(2026, 1, 20), extended=(LONGER, decided)))
    expected = [("child_investigation", "missed", FOUR_MONTHS)]
    if holds:
        expected = [
            ("child_investigation", "extended", FOUR_MONTHS),
            ("child_investigation", "running", LONGER),
        ]
    assert times(one) == expected


@pytest.mark.parametrize(("intake_on", "from_day"), [(None, DAY), (DAY - 9 * ONE, DAY - 9 * ONE)])
def test_ekonomiskt_bistand_counts_from_the_application(
    intake_on: date | None, from_day: date
) -> None:
    investigation = Investigation(
        opened_on=DAY, kind="Ekonomiskt bistånd", intake_on=intake_on, follow_up_on=None
    )
    (clock,) = of_investigation(investigation, [], [], is_childs=False)
    assert (clock.rule, clock.trigger_date) == ("economic_assistance", from_day)


def test_an_interruption_ends_with_its_decision_where_it_was_not_resumed() -> None:
    decision = Decision(
        decided_on=DAY,
        executed_on=DAY + 5 * ONE,
        interrupted_on=DAY + 9 * ONE,
        ended_on=DAY + 20 * ONE,
    )
    waited, stood = of_decision(decision)
    assert (waited.met_on, waited.fell_on) == (DAY + 5 * ONE, None)
    assert (stood.met_on, stood.fell_on) == (None, DAY + 20 * ONE)
    decision.resumed_on = DAY + 12 * ONE
    _, stood = of_decision(decision)
    assert (stood.met_on, stood.fell_on) == (DAY + 12 * ONE, None)


@pytest.mark.parametrize("days", range(7))
def test_a_week_goes_from_monday_through_sunday(days: int) -> None:
    assert monday_of(DAY + days * ONE) == DAY
    assert monday_of(DAY - ONE) == DAY - 7 * ONE


@pytest.mark.parametrize(("came", "follows"), [(2, 5), (4, 5), (5, 5), (6, 6), (10, 10)])
def test_what_came_to_a_replaced_unit_later_follows_from_its_own_day(
    place: Place, at: Travel, came: int, follows: int
) -> None:
    at(date(2026, 3, 20))
    investigation = opened(place, opened_on=date(2026, 3, came))
    new = units.rename_unit(
        place.actor("simon"), place.unit.pk, name="Nya enheten", on=date(2026, 3, 5)
    )
    told = investigation.unit_rows.order_by("pk").values_list("unit", "effective_on")
    assert list(told) == [
        (place.unit.pk, date(2026, 3, came)),
        (new.pk, date(2026, 3, follows)),
    ]
