"""Delegation, delgivning, what is asked and measures on the day itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from casework.models import Membership, Role
from casework.reports.selection import select
from casework.shared.errors import ConflictError, InvalidInput
from lexsarah import counting, states
from lexsarah.models import DelegationRule, Report
from lexsarah.services import (
    closing,
    deciding,
    delegation,
    delivering,
    measures,
    reporting,
    requests,
)
from lexsarah.services.delegation import Wish
from lexsarah.services.requests import Asked
from tests.conftest import Place
from tests.factories.times import instant
from tests.lexsarah.deciding import (
    REASONS,
    decided,
    delegate,
    investigated,
    measure,
    proposed,
)
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
ONE = timedelta(days=1)
TODAY = date(2026, 3, 4)


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


def _decide(place: Place, report: Report, who: str = "birgit") -> Report:
    return deciding.decide(place.actor(who), report.pk, outcome=states.MISCONDUCT, reasons=REASONS)


# (first day of the row from today, last, whether it holds today)
ROWS = [
    (-9, -1, False),
    (-9, 0, True),
    (-9, 1, True),
    (-9, None, True),
    (0, 0, True),
    (0, None, True),
    (1, None, False),
]


def _row_from(place: Place, first: int, last: int | None) -> None:
    DelegationRule.objects.filter(board=place.board).update(
        valid_from=TODAY + first * ONE, valid_to=None if last is None else TODAY + last * ONE
    )


@pytest.mark.parametrize(("first", "last", "holds"), ROWS)
def test_a_row_of_the_delegation_holds_from_its_first_day_through_its_last(
    place: Place, first: int, last: int | None, holds: bool
) -> None:
    report = proposed(place)
    _row_from(place, first, last)
    outcomes = list(states.OUTCOMES) if holds else []
    assert delegation.covered(place.actor("birgit"), report, TODAY) == outcomes
    deciders = delegation.deciders(report, states.OUTCOMES, TODAY)
    assert (place.user("birgit") in deciders) is holds
    why_not = deciding.why_not_decider(place.user("birgit"), report, states.RISK, TODAY)
    assert (why_not == "") is holds
    if holds:
        assert _decide(place, report).status == states.DECIDED
        return
    with pytest.raises(InvalidInput) as refused:
        _decide(place, report)
    assert refused.value.code == "not_delegated"


# What follows on a decision asks for the same: each act, on each day of the row.
FOLLOWS: dict[str, Callable[[Place, Report, Any], object]] = {
    "reopen": lambda place, report, it: closing.reopen(
        place.actor("birgit"), report.pk, reason="Nytt vittne."
    ),
    "decide_measure": lambda place, report, it: measures.decide_measure(
        place.actor("birgit"), it.pk, verdict="approved"
    ),
}


@pytest.mark.parametrize("act", FOLLOWS)
@pytest.mark.parametrize(("last", "holds"), [(-1, False), (0, True), (1, True)])
def test_what_follows_on_a_decision_wants_a_delegation_that_holds(
    place: Place, act: str, last: int, holds: bool
) -> None:
    report = decided(place)
    later = measure(place, report)
    _row_from(place, -9, last)
    if holds:
        FOLLOWS[act](place, report, later)
        return
    with pytest.raises(InvalidInput) as refused:
        FOLLOWS[act](place, report, later)
    assert refused.value.code == "not_delegated"


@pytest.mark.parametrize(("last", "holds"), [(-1, False), (0, True), (1, True)])
def test_the_short_close_and_a_new_decider_want_a_delegation_that_holds(
    place: Place, last: int, holds: bool
) -> None:
    report = proposed(place)
    short = investigated(place, unit=place.sister_unit)
    delegate(place, role=Role.SAS, by_investigator=True)
    _row_from(place, -9, last)
    tries: list[Callable[[], object]] = [
        lambda: deciding.assign_decider(
            place.actor("sara"), report.pk, decider=place.user("birgit")
        ),
        lambda: deciding.close_short(place.actor("sara"), short.pk, reasons=REASONS),
    ]
    for do in tries:
        if holds:
            do()
        else:
            with pytest.raises(InvalidInput):
                do()


@pytest.mark.parametrize(("last", "holds"), [(-1, False), (0, True), (1, True)])
def test_a_role_decides_through_its_last_day(place: Place, last: int, holds: bool) -> None:
    report = proposed(place)
    Membership.objects.filter(user=place.user("birgit")).update(valid_to=TODAY + last * ONE)
    deciders = delegation.deciders(report, states.OUTCOMES, TODAY)
    assert (place.user("birgit") in deciders) is holds
    if holds:
        _decide(place, report)
        return
    with pytest.raises(InvalidInput):
        _decide(place, report)


def _wish(first: date, **given: Any) -> Wish:
    fields: dict[str, Any] = {
        "name": "Punkt 4.1",
        "outcome": states.MISCONDUCT,
        "role": Role.DECIDER,
        "by_investigator": False,
        "valid_from": first,
    }
    return Wish(**(fields | given))


def _rows(place: Place) -> list[tuple[date, date | None]]:
    found = DelegationRule.objects.filter(board=place.board).order_by("valid_from", "pk")
    return list(found.values_list("valid_from", "valid_to"))


@pytest.mark.parametrize("days", [0, 1, 30])
def test_ended_a_row_holds_through_the_day_that_was_said(place: Place, days: int) -> None:
    simon, last = place.actor("simon"), TODAY + days * ONE
    row = DelegationRule.objects.create(board=place.board, **vars(_wish(TODAY - 9 * ONE)))
    assert delegation.end(simon, row.pk, last_day=last)
    assert _rows(place) == [(TODAY - 9 * ONE, last)]
    held = [delegation.valid_on(place.board.pk, last + n * ONE).exists() for n in (-1, 0, 1)]
    assert held == [True, True, False]


def test_a_row_is_not_ended_on_a_day_that_has_been(place: Place) -> None:
    simon = place.actor("simon")
    row = DelegationRule.objects.create(board=place.board, **vars(_wish(TODAY - 9 * ONE)))
    # Yesterday is the earliest: then it does not hold today.
    for days, taken in ((-3, False), (-2, False), (-1, True)):
        if taken:
            delegation.end(simon, row.pk, last_day=TODAY + days * ONE)
            continue
        with pytest.raises(InvalidInput) as refused:
            delegation.end(simon, row.pk, last_day=TODAY + days * ONE)
        assert refused.value.field == "last_day"
    with pytest.raises(ConflictError):
        delegation.end(simon, row.pk, last_day=TODAY)


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True), (1, True), (9, True)])
def test_changed_from_a_day_the_old_row_holds_through_the_eve(
    place: Place, days: int, taken: bool
) -> None:
    simon, first = place.actor("simon"), TODAY + days * ONE
    row = DelegationRule.objects.create(board=place.board, **vars(_wish(TODAY - 9 * ONE)))
    wish = _wish(first, by_investigator=True)
    if not taken:
        with pytest.raises(InvalidInput):
            delegation.change(simon, row.pk, wish)
        return
    delegation.change(simon, row.pk, wish)
    assert _rows(place) == [(TODAY - 9 * ONE, first - ONE), (first, None)]
    for day in (first - ONE, first):
        assert delegation.valid_on(place.board.pk, day).count() == 1


@pytest.mark.parametrize(("last", "taken"), [(9, False), (10, False), (8, True)])
def test_two_rows_of_one_outcome_and_role_share_no_day(
    place: Place, last: int, taken: bool
) -> None:
    DelegationRule.objects.create(
        board=place.board, valid_to=TODAY + last * ONE, **vars(_wish(TODAY - 9 * ONE))
    )
    wish = _wish(TODAY + 9 * ONE)
    if taken:
        delegation.add(place.actor("simon"), wish)
        return
    with pytest.raises(InvalidInput) as refused:
        delegation.add(place.actor("simon"), wish)
    assert refused.value.field == "role"


def test_the_days_on_which_nobody_may_decide() -> None:
    def row(outcome: str, first: int, last: int | None) -> DelegationRule:
        return DelegationRule(
            outcome=outcome,
            valid_from=TODAY + first * ONE,
            valid_to=None if last is None else TODAY + last * ONE,
        )

    rows = [
        row(states.NO_MISCONDUCT, -9, None),
        row(states.MISCONDUCT, -9, 0),
        row(states.MISCONDUCT, 1, None),
        row(states.RISK, -9, 3),
        row(states.RISK, 5, 9),
        row(states.SERIOUS, -9, -1),
        row(states.SERIOUS_RISK, 1, None),
    ]
    found = [
        (gap.outcome, (gap.first - TODAY).days, gap.last and (gap.last - TODAY).days)
        for gap in delegation.gaps(rows, TODAY)
    ]
    assert found == [
        (states.RISK, 4, 4),
        (states.RISK, 10, None),
        (states.SERIOUS, 0, None),
        (states.SERIOUS_RISK, 0, 0),
    ]


# Delgivning


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True), (3, True), (4, False)])
def test_a_decision_is_delgivet_from_its_day_until_today(
    place: Place, at: Travel, days: int, taken: bool
) -> None:
    report = decided(place)
    at(TODAY + 3 * ONE)
    given = {"to": [place.user("eva")], "on": TODAY + days * ONE}
    if taken:
        delivering.deliver(place.actor("sara"), report.pk, **given)
        return
    with pytest.raises(InvalidInput) as refused:
        delivering.deliver(place.actor("sara"), report.pk, **given)
    assert refused.value.field == "on"


@pytest.mark.parametrize("who", ["eva", "anna"])
def test_a_delgivning_is_counted_from_its_day_and_from_when_it_was_known(
    place: Place, at: Travel, who: str
) -> None:
    """Delgivet on the 6th and noted on the 9th: a table of the 7th, made again, has none."""
    report = decided(place)
    delivered_on, noted_at = TODAY + 2 * ONE, instant("2026-03-09 10:00")
    at(noted_at)
    delivering.deliver(place.actor("sara"), report.pk, to=[place.user("eva")], on=delivered_on)
    at(TODAY + 20 * ONE)

    def counted(as_of: date, known_at: datetime) -> int:
        selection = select(
            place.actor(who),
            place.board,
            period_from=TODAY,
            period_to=TODAY,
            as_of=as_of,
            known_at=known_at,
        )
        return counting.reported(selection).count()

    second = timedelta(seconds=1)
    # By the day of the delgivning, all of it known …
    later = noted_at + ONE
    assert [counted(delivered_on + n * ONE, later) for n in (-1, 0, 1)] == [0, 1, 1]
    # … and by the instant from which it was.
    late = TODAY + 10 * ONE
    assert [counted(late, noted_at + n * second) for n in (-1, 0, 1)] == [0, 1, 1]


# What is asked, and what is to be done


@pytest.mark.parametrize(
    ("days", "taken"), [(-1, False), (0, True), (1, True), (365, True), (366, False)]
)
@pytest.mark.parametrize("ask", [requests.request_statement, requests.request_safety])
def test_what_is_asked_is_due_from_today_and_within_the_year(
    place: Place, ask: Callable[..., Any], days: int, taken: bool
) -> None:
    report = investigated(place)
    wanted = Asked(place.user("eva"), "Beskriv tillsynen.", TODAY + days * ONE)
    if taken:
        ask(place.actor("sara"), report.pk, wanted)
        return
    with pytest.raises(InvalidInput) as refused:
        ask(place.actor("sara"), report.pk, wanted)
    assert refused.value.field == "due_on"


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True), (1, True)])
def test_a_measure_is_due_today_at_the_earliest(place: Place, days: int, taken: bool) -> None:
    report = investigated(place)
    if taken:
        measure(place, report, due_on=TODAY + days * ONE)
        return
    with pytest.raises(InvalidInput) as refused:
        measure(place, report, due_on=TODAY + days * ONE)
    assert refused.value.field == "due_on"


def _approved(place: Place) -> Any:
    report = decided(place)
    it = measure(place, report)
    return measures.decide_measure(place.actor("birgit"), it.pk, verdict="approved")


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True), (5, True), (6, False)])
@pytest.mark.parametrize("way", ["report", "own"])
def test_a_measure_is_done_from_the_report_until_today(
    place: Place, at: Travel, way: str, days: int, taken: bool
) -> None:
    it = _approved(place)
    delivering.deliver(place.actor("sara"), it.report_id, to=[place.user("eva")], on=TODAY)
    at(TODAY + 5 * ONE)
    given: dict[str, Any] = {"on": TODAY + days * ONE, "how": "Ny rutin."}
    do = measures.finish_own if way == "own" else measures.finish_measure
    who = place.actor("eva" if way == "own" else "sara")
    if taken:
        do(who, it.pk, **given)
        return
    with pytest.raises(InvalidInput) as refused:
        do(who, it.pk, **given)
    assert refused.value.field == "on"


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, False), (1, True)])
def test_its_effect_is_assessed_after_the_day_it_was_done(
    place: Place, days: int, taken: bool
) -> None:
    it = _approved(place)
    given: dict[str, Any] = {
        "on": TODAY,
        "how": "Ny rutin.",
        "effect_due_on": TODAY + days * ONE,
    }
    if taken:
        measures.finish_measure(place.actor("sara"), it.pk, **given)
        return
    with pytest.raises(InvalidInput) as refused:
        measures.finish_measure(place.actor("sara"), it.pk, **given)
    assert refused.value.field == "effect_due_on"


def test_its_effect_is_assessed_three_months_after_unless_another_day_is_set(
    place: Place, at: Travel
) -> None:
    it = _approved(place)
    done = measures.finish_measure(place.actor("sara"), it.pk, on=TODAY, how="Ny rutin.")
    assert done.effect_due_on == date(2026, 6, 4)
    given = {"effect": "better", "text": "Inga nya händelser."}
    at(date(2026, 6, 3))
    with pytest.raises(ConflictError):
        measures.assess_measure(place.actor("sara"), it.pk, **given)
    at(date(2026, 6, 4))
    measures.assess_measure(place.actor("sara"), it.pk, **given)


@pytest.mark.parametrize(
    ("occurred", "noticed", "received", "faults"),
    [
        (0, None, 0, set()),
        (-1, -1, 0, set()),
        (-1, 0, 0, set()),
        (1, None, 0, {"occurred_on"}),
        (-1, -2, 0, {"noticed_on"}),
        (-1, 1, 0, {"noticed_on"}),
        (-2, -2, -2, set()),
        (-1, None, -2, {"occurred_on"}),
        (-3, -1, -2, {"noticed_on"}),
        (-3, None, 1, {"received_on"}),
    ],
)
def test_a_report_is_of_what_had_happened_by_then(
    occurred: int, noticed: int | None, received: int, faults: set[str]
) -> None:
    found = reporting.faults_of_days(
        TODAY + occurred * ONE,
        None if noticed is None else TODAY + noticed * ONE,
        TODAY,
        TODAY + received * ONE,
    )
    assert found.keys() == faults


@pytest.mark.parametrize("who", ["eva", "anna"])
def test_until_the_delgivning_its_chefer_count_nothing(place: Place, who: str) -> None:
    """Handed in, investigated, decided, taken up again: a number would tell that it is there."""

    def counted() -> int:
        selection = select(place.actor(who), place.board, period_from=TODAY, period_to=TODAY)
        return counting.reported(selection).count()

    handed_in(place)
    seen = [counted()]
    investigated(place)
    seen.append(counted())
    report = decided(place)
    seen.append(counted())
    closing.reopen(place.actor("sara"), report.pk, reason="Nytt vittne.")
    seen.append(counted())
    assert seen == [0, 0, 0, 0]
