"""Each gate of a case's steps tried at every step that should have it, each day on its day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from casework.cases.models import Decision, Intake, Investigation
from casework.cases.services import care, decisions, intakes, investigations
from casework.cases.services.door import Person
from casework.cases.services.several import assign_investigations
from casework.models import Deadline, Membership, Role, Unit
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from tests.conftest import Place
from tests.factories.case_steps import DAY, assessed, come_in, granted, opened
from tests.factories.times import instant
from tests.pure.test_personnummer import ADULT, dashed

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
ONE = timedelta(days=1)
TODAY = date(2026, 3, 30)


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _may(do: Callable[[], object], *, refusal: type[Exception] = InvalidInput) -> bool:
    """Do something, take it back, and say whether it was taken."""
    with _taken_back():
        try:
            with transaction.atomic():
                do()
        except refusal:
            return False
        return True


# The day that a step may bear: from the latest of what goes before it until today.


@dataclass(frozen=True)
class Dated:
    """A step with a day of its own: the earliest that it may bear (None: any that has come)."""

    make: Callable[[Place], Any]
    take: Callable[[Place, Any, date], object]
    earliest: date | None


def _closed(place: Place, on: date = date(2026, 3, 10)) -> Investigation:
    return investigations.close_investigation(
        place.actor("amina"), opened(place).pk, on=on, outcome="no_measure"
    )


def _decided(place: Place) -> Intake:
    intake = assessed(place, feedback_asked=True)
    return intakes.decide_intake(
        place.actor("amina"),
        intake.pk,
        outcome="not_opened",
        on=date(2026, 3, 5),
        reason="Ingen oro",
    )[0]


def _extended(place: Place) -> Investigation:
    return investigations.extend_investigation(
        place.actor("amina"),
        opened(place).pk,
        until=date(2026, 9, 1),
        decided_on=date(2026, 3, 12),
        reason="Ny utredare",
    )


def _executed(place: Place) -> Decision:
    return decisions.execute(place.actor("amina"), granted(place).pk, on=date(2026, 3, 5))


def _interrupted(place: Place) -> Decision:
    return decisions.interrupt(place.actor("amina"), _executed(place).pk, on=date(2026, 3, 8))


def _resumed(place: Place) -> Decision:
    return decisions.resume(place.actor("amina"), _interrupted(place).pk, on=date(2026, 3, 11))


def _followed_up(place: Place) -> Investigation:
    return investigations.begin_follow_up(
        place.actor("amina"), _closed(place).pk, on=date(2026, 3, 14)
    )


def _extend(place: Place, it: Investigation, on: date) -> object:
    return investigations.extend_investigation(
        place.actor("amina"), it.pk, until=date(2026, 12, 1), decided_on=on, reason="Skäl"
    )


def _close(place: Place, it: Investigation, on: date) -> object:
    return investigations.close_investigation(
        place.actor("amina"), it.pk, on=on, outcome="no_measure"
    )


def _decide(place: Place, it: Intake, on: date) -> object:
    return intakes.decide_intake(
        place.actor("amina"), it.pk, outcome="not_opened", on=on, reason="Skäl"
    )


def _end(place: Place, it: Decision, on: date) -> object:
    return decisions.end_without_execution(place.actor("amina"), it.pk, on=on, reason="Avstår")


STEPS = {
    "decide": Dated(assessed, _decide, DAY),
    "decide to open": Dated(
        assessed,
        lambda p, it, on: intakes.decide_intake(p.actor("amina"), it.pk, outcome="opened", on=on),
        DAY,
    ),
    "ask for feedback": Dated(
        lambda p: come_in(p)[0],
        lambda p, it, on: intakes.ask_feedback(p.actor("amina"), it.pk, on=on),
        DAY,
    ),
    "give feedback": Dated(
        _decided,
        lambda p, it, on: intakes.give_feedback(p.actor("amina"), it.pk, on=on),
        date(2026, 3, 5),
    ),
    "open": Dated(
        lambda p: None,
        lambda p, it, on: opened(p, opened_on=on, intake_on=date(2026, 3, 4)),
        date(2026, 3, 4),
    ),
    "extend": Dated(opened, _extend, DAY),
    "extend again": Dated(_extended, _extend, date(2026, 3, 12)),
    "close": Dated(opened, _close, DAY),
    "close an extended one": Dated(_extended, _close, date(2026, 3, 12)),
    "begin to follow up": Dated(
        _closed,
        lambda p, it, on: investigations.begin_follow_up(p.actor("amina"), it.pk, on=on),
        date(2026, 3, 10),
    ),
    "end following up": Dated(
        _followed_up,
        lambda p, it, on: investigations.end_follow_up(p.actor("amina"), it.pk, on=on),
        date(2026, 3, 14),
    ),
    "register a decision": Dated(lambda p: None, lambda p, it, on: granted(p, decided_on=on), None),
    "execute": Dated(
        granted, lambda p, it, on: decisions.execute(p.actor("amina"), it.pk, on=on), DAY
    ),
    "interrupt what waits": Dated(
        granted, lambda p, it, on: decisions.interrupt(p.actor("amina"), it.pk, on=on), DAY
    ),
    "interrupt": Dated(
        _executed,
        lambda p, it, on: decisions.interrupt(p.actor("amina"), it.pk, on=on),
        date(2026, 3, 5),
    ),
    "interrupt again": Dated(
        _resumed,
        lambda p, it, on: decisions.interrupt(p.actor("amina"), it.pk, on=on),
        date(2026, 3, 11),
    ),
    "resume": Dated(
        _interrupted,
        lambda p, it, on: decisions.resume(p.actor("amina"), it.pk, on=on),
        date(2026, 3, 8),
    ),
    "end what waits": Dated(granted, _end, DAY),
    "end what stands still": Dated(_interrupted, _end, date(2026, 3, 8)),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_bears_a_day_from_what_goes_before_it_until_today(place: Place, name: str) -> None:
    step = STEPS[name]
    record = step.make(place)
    expected = {TODAY - ONE: True, TODAY: True, TODAY + ONE: False}
    if step.earliest is not None:
        expected |= {step.earliest - ONE: False, step.earliest: True}
    found = {day: _may(lambda day=day: step.take(place, record, day)) for day in expected}  # type: ignore[misc]
    assert found == expected


def test_protection_is_assessed_from_the_minute_it_came_until_now(place: Place) -> None:
    intake, now = come_in(place)[0], clock.now()
    expected = {
        instant("2026-03-02 09:59"): False,
        instant("2026-03-02 10:00"): True,
        now: True,
        now + timedelta(minutes=1): False,
    }
    amina = place.actor("amina")
    found = {
        at: _may(lambda at=at: intakes.assess_protection(amina, intake.pk, at=at))  # type: ignore[misc]
        for at in expected
    }
    assert found == expected


def test_an_investigation_is_extended_through_its_last_day_and_to_a_later_one(
    place: Place, at: Travel
) -> None:
    investigation, last = opened(place), date(2026, 7, 2)
    at(date(2026, 8, 1))
    amina = place.actor("amina")

    def extended(decided_on: date, until: date) -> bool:
        return _may(
            lambda: investigations.extend_investigation(
                amina, investigation.pk, until=until, decided_on=decided_on, reason="Skäl"
            )
        )

    far = date(2026, 12, 1)
    assert [extended(last + n * ONE, far) for n in (-1, 0, 1)] == [True, True, False]
    assert [extended(DAY, last + n * ONE) for n in (-1, 0, 1)] == [False, False, True]


# What has ended takes no further step.


def test_what_is_over_takes_no_further_step(place: Place) -> None:
    amina = place.actor("amina")
    ended = decisions.end_without_execution(
        amina, granted(place).pk, on=date(2026, 3, 6), reason="Avstår"
    )
    closed, decided = _closed(place), _decided(place)
    steps: dict[str, Callable[[], object]] = {
        "execute": lambda: decisions.execute(amina, ended.pk, on=TODAY),
        "interrupt": lambda: decisions.interrupt(amina, ended.pk, on=TODAY),
        "resume": lambda: decisions.resume(amina, ended.pk, on=TODAY),
        "end": lambda: _end(place, ended, TODAY),
        "explain": lambda: decisions.give_reason(amina, ended.pk, reason="Nytt skäl"),
        "extend": lambda: _extend(place, closed, TODAY),
        "close": lambda: _close(place, closed, TODAY),
        "decide": lambda: _decide(place, decided, TODAY),
        "decide to open": lambda: intakes.decide_intake(
            amina, decided.pk, outcome="opened", on=TODAY
        ),
    }
    found = {name: _may(do, refusal=ConflictError) for name, do in steps.items()}
    assert found == dict.fromkeys(steps, False)


def test_what_has_not_begun_does_not_go_on(place: Place) -> None:
    amina, waiting, executed = place.actor("amina"), granted(place), _executed(place)
    interrupted, resumed = _interrupted(place), _resumed(place)
    closed = _closed(place)
    unasked, undecided = come_in(place)[0], assessed(place, feedback_asked=True)
    steps: dict[str, Callable[[], object]] = {
        "resume what waits": lambda: decisions.resume(amina, waiting.pk, on=TODAY),
        "resume what goes on": lambda: decisions.resume(amina, executed.pk, on=TODAY),
        "resume again": lambda: decisions.resume(amina, resumed.pk, on=TODAY),
        "execute again": lambda: decisions.execute(amina, executed.pk, on=TODAY),
        "interrupt again": lambda: decisions.interrupt(amina, interrupted.pk, on=TODAY),
        "end what goes on": lambda: _end(place, executed, TODAY),
        "end following up": lambda: investigations.end_follow_up(amina, closed.pk, on=TODAY),
        "give feedback unasked": lambda: intakes.give_feedback(amina, unasked.pk, on=TODAY),
        "waive feedback unasked": lambda: intakes.waive_feedback(amina, unasked.pk, reason="x"),
        "give feedback undecided": lambda: intakes.give_feedback(amina, undecided.pk, on=TODAY),
    }
    found = {name: _may(do, refusal=ConflictError) for name, do in steps.items()}
    assert found == dict.fromkeys(steps, False)


def test_interrupted_again_it_stands_still_again(place: Place) -> None:
    again = decisions.interrupt(place.actor("amina"), _resumed(place).pk, on=date(2026, 3, 20))
    assert (again.interrupted_on, again.resumed_on) == (date(2026, 3, 20), None)
    running = Deadline.objects.open().filter(kind="decision", subject_id=again.pk)
    assert list(running.values_list("rule", "trigger_date")) == [
        ("interrupted_decision", date(2026, 3, 20))
    ]


@pytest.mark.parametrize("outcome", ["opened", "not_opened"])
def test_a_childs_anmalan_is_assessed_before_it_is_decided(place: Place, outcome: str) -> None:
    amina, intake = place.actor("amina"), come_in(place)[0]
    with pytest.raises(ConflictError, match="Skyddsbedömningen saknas"):
        intakes.decide_intake(amina, intake.pk, outcome=outcome, on=TODAY, reason="Skäl")


# Following up without a measure: of a child, without a measure, beside no open investigation.


@pytest.mark.parametrize("way", ["with the closing", "afterwards"])
@pytest.mark.parametrize("trouble", ["", "measure", "adult", "another open"])
def test_a_child_without_a_measure_is_followed_up(place: Place, way: str, trouble: str) -> None:
    adult = trouble == "adult"
    by, unit = ("farid", place.far_unit) if adult else ("amina", place.unit)
    # Of custody: there may be one of the child's need of protection beside it.
    kind = "Vuxenutredning" if adult else "Vårdnadsutredning"
    investigation, actor = opened(place, by=by, unit=unit, kind=kind), place.actor(by)
    if trouble == "another open":
        opened(place)
    outcome = "measure" if trouble == "measure" else "no_measure"

    def close(follow_up: bool) -> object:
        return investigations.close_investigation(
            actor, investigation.pk, on=TODAY, outcome=outcome, follow_up=follow_up
        )

    refused = (ConflictError, InvalidInput)
    if way == "with the closing":
        assert _may(lambda: close(follow_up=True), refusal=refused) is (not trouble)  # type: ignore[arg-type]
        return
    close(follow_up=False)
    begun = _may(
        lambda: investigations.begin_follow_up(actor, investigation.pk, on=TODAY),
        refusal=refused,  # type: ignore[arg-type]
    )
    assert begun is (not trouble)


# Whose it is: moved, assigned, taken.

KINDS: dict[str, Callable[[Place], Any]] = {
    "intake": lambda p: come_in(p)[0],
    "investigation": opened,
    "decision": granted,
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_old_units_handler_does_not_keep_what_has_moved(place: Place, kind: str) -> None:
    record, eva = KINDS[kind](place), place.actor("eva")
    care.assign(eva, kind, record.pk, to=place.user("nils"))
    moved = care.move_unit(eva, kind, record.pk, to=place.far_unit)
    moved.refresh_from_db()
    assert (moved.unit, moved.handler) == (place.far_unit, None)
    for who in ("nils", "amina", "eva"):
        with pytest.raises(NotVisible):
            care.assign(place.actor(who), kind, record.pk, to=place.user(who))
    times = Deadline.objects.open().filter(kind=kind, subject_id=record.pk)
    assert set(times.values_list("unit", "handler")) <= {(place.far_unit.pk, None)}


@pytest.mark.parametrize("kind", KINDS)
def test_it_moves_to_a_unit_of_the_board_that_is_there(
    place: Place, other_place: Place, kind: str
) -> None:
    record, eva = KINDS[kind](place), place.actor("eva")

    def moved(to: Unit) -> bool:
        return _may(lambda: care.move_unit(eva, kind, record.pk, to=to))

    assert not moved(other_place.unit)
    assert not moved(place.unit)
    for days, taken in ((-1, False), (0, True), (1, True)):
        place.far_unit.valid_to = TODAY + days * ONE
        assert moved(place.far_unit) is taken, days


@pytest.mark.parametrize("kind", KINDS)
def test_one_takes_what_nobody_has_and_no_colleagues(place: Place, kind: str) -> None:
    record, amina = KINDS[kind](place), place.user("amina")
    care.assign(place.actor("eva"), kind, record.pk, to=place.user("nils"))
    with pytest.raises(NotAllowed):
        care.assign(place.actor("amina"), kind, record.pk, to=amina)
    with pytest.raises(NotAllowed):
        care.assign(place.actor("amina"), kind, record.pk, to=None)
    # Whoever has it may give it to another or to nobody; then anybody takes it.
    care.assign(place.actor("nils"), kind, record.pk, to=None)
    care.assign(place.actor("amina"), kind, record.pk, to=amina)


@pytest.mark.parametrize("kind", [*KINDS, "several"])
def test_it_is_assigned_to_whoever_works_here_and_may_see_it(place: Place, kind: str) -> None:
    record, eva = KINDS.get(kind, opened)(place), place.actor("eva")

    def assigned(who: str) -> bool:
        to = place.user(who)
        if kind == "several":
            return _may(lambda: assign_investigations(eva, [record.pk], to=to))
        return _may(lambda: care.assign(eva, kind, record.pk, to=to))

    assert [assigned(who) for who in ("amina", "nils", "sven", "sara")] == [
        True,
        True,
        False,
        False,
    ]
    for days, taken in ((-1, False), (0, True)):
        Membership.objects.filter(user=place.user("amina")).update(valid_to=TODAY + days * ONE)
        assert assigned("amina") is taken
    place.user("nils").is_active = False
    assert not assigned("nils")
    place.user("nils").is_active = True
    care.set_protection(eva, record.case_id, protected=True)
    Membership.objects.create(
        user=place.user("frida"),
        board=place.board,
        role=Role.WORKER,
        unit=place.sister_unit,
        sees_protected=True,
    )
    # Named in another unit is not named here.
    assert [assigned(who) for who in ("amina", "frida", "nils", "eva")] == [
        False,
        False,
        True,
        True,
    ]


def test_what_has_been_closed_meanwhile_is_not_assigned(place: Place) -> None:
    there, closed = opened(place, person=Person("Ä2")), _closed(place)
    with pytest.raises(ConflictError, match="Ä1: utredningen är avslutad"):
        assign_investigations(place.actor("eva"), [there.pk, closed.pk], to=place.user("nils"))
    there.refresh_from_db()
    assert there.handler is None


# What is typed


@pytest.mark.parametrize(
    ("year", "taken"), [(1899, False), (1900, True), (2027, True), (2028, False)]
)
def test_a_birth_year_is_one_that_somebody_has(place: Place, year: int, taken: bool) -> None:
    person = Person("Ä9", "female", year)
    assert _may(lambda: come_in(place, people=[person])) is taken
    assert _may(lambda: opened(place, person=person)) is taken


def test_no_personnummer_is_a_case_number(place: Place) -> None:
    person = Person(dashed(ADULT))
    for way in (
        lambda: come_in(place, people=[Person("Ä1"), person]),
        lambda: opened(place, person=person),
        lambda: granted(place, person=person),
    ):
        with pytest.raises(InvalidInput) as refused:
            way()
        assert refused.value.field == "case_number"


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True), (1, True)])
def test_a_unit_registers_through_its_last_day(place: Place, days: int, taken: bool) -> None:
    place.unit.valid_to = TODAY + days * ONE
    place.unit.save()
    for way in (lambda: come_in(place), lambda: opened(place), lambda: granted(place)):
        assert _may(way) is taken
