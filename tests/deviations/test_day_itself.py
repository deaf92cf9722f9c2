"""Every limit of a deviation on its day: a day inside, the day itself, a day outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from casework.models import Unit
from casework.reports.selection import select
from casework.reports.tables import QUALITY_TABLES
from casework.shared import clock
from casework.shared.errors import InvalidInput
from deviations import risk, states
from deviations.models import Category, Deviation
from deviations.queries.limits import Limits
from deviations.services import closing, cooperation, inbox, investigating
from deviations.services.closing import Handling
from tests.conftest import Place, make_report
from tests.factories.handling import Registers, equipped, make_registers, planned, simple
from tests.factories.times import instant

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
ONE = timedelta(days=1)
START = date(2026, 1, 5)


@pytest.fixture(autouse=True)
def _in_january(at: Travel) -> None:
    at(START)


@pytest.fixture
def registers(place: Place) -> Registers:
    return make_registers(place)


def _numbers(place: Place, key: str, **clocks: Any) -> dict[Any, Any]:
    """Return a table of the year as label → number, all of it as ``total`` too."""
    asked: dict[str, Any] = {"period_from": START, "period_to": START + timedelta(days=365)}
    selection = select(place.actor("sara"), place.board, area="Barn och unga", **asked | clocks)
    content = QUALITY_TABLES[f"deviations.{key}"].build(selection, selection.areas[0])
    return {row.cells[0]: row.cells[1] for row in content.rows} | {"total": content.total}


def _closed_after(place: Place, registers: Registers, at: Travel, days: int) -> Deviation:
    at(START)
    deviation = equipped(place, registers)
    at(START + days * ONE)
    return closing.close_without_action(place.actor("eva"), deviation.pk, reason="Enstaka.")


def test_closed_on_the_ninth_it_is_counted_once_each_day(
    place: Place, registers: Registers, at: Travel
) -> None:
    _closed_after(place, registers, at, 4)
    ongoing = {"Avslutad": 0, "Pågående": 1, "total": 1}
    closed = {"Avslutad": 1, "Pågående": 0, "total": 1}
    days = [(8, ongoing), (9, closed), (10, closed)]
    for day, expected in days:
        assert _numbers(place, "status", as_of=date(2026, 1, day)) == expected
    for key in ("effects", "handling_time"):
        for day, _ in days:
            numbers = _numbers(place, key, as_of=date(2026, 1, day))
            total = numbers.pop("total")
            assert total == sum(numbers.values()) == 1
    assert [
        _numbers(place, "effects", as_of=date(2026, 1, day))["Ej bedömd"] for day in (8, 9)
    ] == [
        1,
        0,
    ]


def test_reported_on_the_first_or_the_last_day_it_is_in_the_period(
    place: Place, at: Travel
) -> None:
    make_report(place)
    periods = [(-1, -1, 0), (-1, 0, 1), (0, 0, 1), (0, 1, 1), (1, 1, 0)]
    for first, last, number in periods:
        asked = {"period_from": START + first * ONE, "period_to": START + last * ONE}
        at(START + 5 * ONE)
        assert _numbers(place, "status", **asked)["total"] == number, (first, last)


def test_what_was_recorded_at_an_instant_is_known_from_it_on(
    place: Place, registers: Registers, at: Travel
) -> None:
    moment = instant("2026-01-05 10:00")
    at(moment)
    deviation = equipped(place, registers)
    known = deviation.versions.order_by("recorded_from").values_list("recorded_from", flat=True)
    before, after = known[0] - timedelta(microseconds=1), instant("2026-01-05 11:00")
    at(after)
    closing.close_without_action(place.actor("eva"), deviation.pk, reason="Enstaka.")
    at(instant("2026-01-05 12:00"))
    seen = [
        _numbers(place, "status", as_of=START, known_at=when)
        for when in (before, known[0], after - timedelta(microseconds=1), after)
    ]
    assert [(one["Pågående"], one["Avslutad"], one["total"]) for one in seen] == [
        (0, 0, 0),
        (1, 0, 1),
        (1, 0, 1),
        (0, 1, 1),
    ]


def test_handling_time_is_in_time_on_its_thirtieth_and_ninetieth_day(
    place: Place, registers: Registers, at: Travel
) -> None:
    for days in (30, 31, 90, 91):
        _closed_after(place, registers, at, days)
    at(START + 300 * ONE)
    assert _numbers(place, "handling_time") == {
        "≤ 30 dagar": 1,
        "31–90 dagar": 2,
        "> 90 dagar": 1,
        "total": 4,
    }


def test_what_is_not_closed_is_counted_to_the_day_asked_for(
    place: Place, registers: Registers, at: Travel
) -> None:
    # Closed in the end: what was asked of an earlier day is not told by that.
    _closed_after(place, registers, at, 200)
    group = {
        29: "≤ 30 dagar",
        30: "≤ 30 dagar",
        31: "31–90 dagar",
        90: "31–90 dagar",
        91: "> 90 dagar",
        199: "> 90 dagar",
    }
    for days, label in group.items():
        numbers = _numbers(place, "handling_time", as_of=START + days * ONE)
        assert [one for one, number in numbers.items() if number] == [label, "total"], days


def test_what_is_open_is_slow_after_thirty_days_and_late_after_ninety(place: Place) -> None:
    make_report(place)
    stands = {
        30: (False, False),
        31: (True, False),
        90: (True, False),
        91: (True, True),
    }
    for days, (slow, late) in stands.items():
        limits = Limits(place.board.pk, START + days * ONE)
        found = [Deviation.objects.filter(one).exists() for one in (limits.slow, limits.late)]
        assert found == [slow, late], days


def test_handling_time_is_that_of_the_first_closing_until_it_is_opened_again(
    place: Place, registers: Registers, at: Travel
) -> None:
    deviation = _closed_after(place, registers, at, 10)
    at(START + 40 * ONE)
    closing.reopen(place.actor("eva"), deviation.pk, reason="Det hände igen.")
    for days, label in [(39, "≤ 30 dagar"), (40, "31–90 dagar")]:
        assert _numbers(place, "handling_time", as_of=START + days * ONE)[label] == 1, days
    # Nor is the effect of what is open again counted any more.
    for days, label in [(39, "Utan åtgärd"), (40, "Ej bedömd")]:
        assert _numbers(place, "effects", as_of=START + days * ONE)[label] == 1, days


# Days that somebody enters: (what, days from today that are taken, days that are refused)


@pytest.mark.parametrize(("days", "taken"), [(-1, True), (0, True), (1, False)])
def test_it_happened_today_at_the_latest(place: Place, days: int, taken: bool) -> None:
    _tries(taken, "occurred_on", lambda: make_report(place, occurred_on=START + days * ONE))


@pytest.mark.parametrize(
    ("days", "taken"), [(-4, False), (-3, True), (-2, True), (0, True), (1, False)]
)
def test_it_was_noticed_from_the_day_it_happened_until_today(
    place: Place, days: int, taken: bool
) -> None:
    occurred = START - 3 * ONE
    _tries(
        taken,
        "noticed_on",
        lambda: make_report(place, occurred_on=occurred, noticed_on=START + days * ONE),
    )


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True), (1, True)])
def test_a_unit_and_a_category_are_there_through_their_last_day(
    place: Place, days: int, taken: bool
) -> None:
    Unit.objects.filter(pk=place.unit.pk).update(valid_to=START + days * ONE)
    place.unit.refresh_from_db()
    _tries(taken, "unit", lambda: make_report(place))
    category = Category.objects.create(board=place.board, name="Post", valid_to=START + days * ONE)
    _tries(
        taken,
        "category",
        lambda: make_report(place, unit=place.sister_unit, category=category),
    )


@pytest.mark.parametrize(("days", "taken"), [(-1, True), (0, True), (1, False)])
def test_a_unit_is_there_from_its_first_day(place: Place, days: int, taken: bool) -> None:
    Unit.objects.filter(pk=place.unit.pk).update(valid_from=START + days * ONE)
    place.unit.refresh_from_db()
    _tries(taken, "unit", lambda: make_report(place))


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True), (1, True)])
def test_an_action_is_due_today_at_the_earliest(
    place: Place, registers: Registers, days: int, taken: bool
) -> None:
    deviation = equipped(place, registers)
    wanted = planned(place, registers, due_on=START + days * ONE)
    _tries(
        taken,
        "due_on",
        lambda: investigating.plan_action(place.actor("eva"), deviation.pk, wanted),
    )


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, False), (1, True)])
def test_the_effect_is_followed_up_tomorrow_at_the_earliest(
    place: Place, registers: Registers, days: int, taken: bool
) -> None:
    eva, due = place.actor("eva"), START + days * ONE
    deviation = equipped(place, registers)
    _tries(
        taken,
        "effect_due_on",
        lambda: closing.close(eva, deviation.pk, outcome="Ny rutin.", effect_due_on=due),
    )
    other = equipped(place, registers)
    given: Handling = simple(registers, effect_due_on=due)
    _tries(taken, "effect_due_on", lambda: closing.close_simply(eva, other.pk, given))
    third = equipped(place, registers)
    closing.close(eva, third.pk, outcome="Ny rutin.")
    _tries(
        taken,
        "until",
        lambda: closing.postpone_effect(eva, third.pk, until=due, reason="För tidigt."),
    )


@pytest.mark.parametrize(
    ("closed", "due"),
    [
        (date(2026, 3, 2), date(2026, 6, 2)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
    ],
)
def test_the_effect_is_followed_up_after_three_months(
    place: Place, registers: Registers, at: Travel, closed: date, due: date
) -> None:
    at(closed)
    deviation = equipped(place, registers)
    closing.close(place.actor("eva"), deviation.pk, outcome="Ny rutin.")
    deviation.refresh_from_db()
    assert deviation.effect_due_on == due


@pytest.mark.parametrize(
    ("sent", "answered", "field"),
    [
        (-1, None, ""),
        (0, None, ""),
        (1, None, "sent_on"),
        (-1, 0, ""),
        (-1, -1, ""),
        (0, 0, ""),
        (-1, 1, "answered_on"),
        (-1, -2, "answered_on"),
    ],
)
def test_an_exchange_is_sent_today_and_answered_that_day_or_later(
    place: Place, sent: int, answered: int | None, field: str
) -> None:
    _tries(
        not field,
        field,
        lambda: cooperation.record_exchange(
            place.actor("eva"),
            make_report(place).pk,
            authority="Regionen",
            sent_on=START + sent * ONE,
            answered_on=None if answered is None else START + answered * ONE,
        ),
    )


@pytest.mark.parametrize(("days", "taken"), [(-1, True), (0, True), (1, False)])
def test_the_apt_was_held_today_at_the_latest(place: Place, days: int, taken: bool) -> None:
    deviation = make_report(place)
    _tries(
        taken,
        "held_on",
        lambda: cooperation.record_unit_review(
            place.actor("eva"),
            place.unit,
            held_on=START + days * ONE,
            deviation_ids=[deviation.pk],
        ),
    )


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True), (1, True)])
def test_a_case_moves_to_a_unit_on_its_last_day_and_not_after(
    place: Place, days: int, taken: bool
) -> None:
    Unit.objects.filter(pk=place.sister_unit.pk).update(valid_to=START + days * ONE)
    place.sister_unit.refresh_from_db()
    moves: list[Callable[[Deviation], object]] = [
        lambda it: inbox.move(place.actor("eva"), it.pk, to=place.sister_unit, reason="Deras"),
        lambda it: inbox.move_several(
            place.actor("eva"), [it.pk], to=place.sister_unit, reason="Deras"
        ),
        lambda it: inbox.decide_unit(
            place.actor("anna"), it.pk, to=place.sister_unit, reason="Deras"
        ),
    ]
    for move in moves:
        deviation = make_report(place)
        _tries(taken, "to", lambda move=move, it=deviation: move(it))  # type: ignore[misc]


def _tries(taken: bool, field: str, do: Callable[[], object]) -> None:
    if taken:
        do()
        return
    with pytest.raises(InvalidInput) as refused:
        do()
    assert refused.value.field == field


# Risk: severity down, probability across (SOSFS 2011:9 5:1)
LEVELS = {
    1: ["low", "low", "low", "low"],
    2: ["low", "low", "medium", "high"],
    3: ["medium", "medium", "high", "high"],
    4: ["medium", "high", "high", "high"],
}
# (safe now, may be a missförhållande, risk) → place in the Inkorg, the first 0.
PLACES = [
    ("no", False, None, 0),
    ("no", True, (1, 1), 0),
    ("yes", True, (1, 1), 1),
    ("unknown", True, None, 1),
    ("yes", False, (2, 4), 2),
    ("yes", False, (2, 3), 3),
    ("yes", False, None, 3),
    ("unknown", False, None, 3),
    ("yes", False, (2, 2), 4),
]


def test_the_level_of_each_risk() -> None:
    assert {s: [risk.level(s, p) for p in (1, 2, 3, 4)] for s in (1, 2, 3, 4)} == LEVELS


@pytest.mark.parametrize(("safe", "misconduct", "judged", "place_in_inbox"), PLACES)
def test_the_place_in_the_inbox(
    safe: str, misconduct: bool, judged: tuple[int, int] | None, place_in_inbox: int
) -> None:
    severity, probability = judged or (None, None)
    found = risk.priority(
        safe_now=safe,
        possible_misconduct=misconduct,
        severity=severity,
        probability=probability,
    )
    assert found == place_in_inbox


# What each state is to the report, to the Inkorg and to whoever works with it.
STANDING = """
                  closed counted open inbox
reported            .       x      x    x
received            .       x      x    .
investigating       .       x      x    .
actions             .       x      x    .
closed_follow_up    x       x      .    .
closed              x       x      .    .
not_deviation       x       x      .    .
merged              .       .      .    .
with_sas            .       x      .    .
reopened            .       x      x    x
"""


def test_what_each_state_counts_as() -> None:
    found = {
        state: [
            state in states.CLOSED_STATES,
            state not in states.NOT_COUNTED,
            state in states.OPEN_STATES,
            state in states.INBOX_STATES,
        ]
        for state in states.LABELS
    }
    _, *rows = (line.split() for line in STANDING.strip().splitlines())
    assert found == {name: [cell == "x" for cell in cells] for name, *cells in rows}


def test_today_is_stockholms_day_and_not_utcs(place: Place, at: Travel) -> None:
    # Half past midnight in Stockholm on 6 January; in UTC it is the 5th still.
    at(instant("2026-01-06 00:30"))
    deviation = make_report(place, occurred_on=date(2026, 1, 6))
    assert (clock.today(), deviation.registered_on) == (date(2026, 1, 6), date(2026, 1, 6))
    assert _numbers(place, "status", as_of=date(2026, 1, 5))["total"] == 0
