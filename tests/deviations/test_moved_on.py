"""What goes to another unit or person: who keeps it, who may get it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from casework.deadlines.models import Deadline
from casework.models import Membership, Role
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from deviations.models import Action, Deviation
from deviations.services import inbox, investigating
from deviations.services.following import hand_over_actions
from tests.conftest import Place, make_report
from tests.factories.handling import equipped, make_registers, planned

pytestmark = pytest.mark.django_db

ONE = timedelta(days=1)
Move = Callable[[Place, Deviation], Any]
MOVES: dict[str, Move] = {
    "move": lambda place, it: inbox.move(
        place.actor("eva"), it.pk, to=place.far_unit, reason="Gäller vuxna"
    ),
    "move_several": lambda place, it: inbox.move_several(
        place.actor("eva"), [it.pk], to=place.far_unit, reason="Gäller vuxna"
    ),
    "decide_unit": lambda place, it: inbox.decide_unit(
        place.actor("anna"), it.pk, to=place.far_unit, reason="Gäller vuxna"
    ),
}


@pytest.fixture(autouse=True)
def _in_march(at: Callable[[date], object]) -> None:
    at(date(2026, 3, 2))


@pytest.mark.parametrize("name", MOVES)
def test_the_old_units_handler_does_not_keep_what_has_moved(place: Place, name: str) -> None:
    deviation = make_report(place)
    inbox.assign(place.actor("eva"), deviation.pk, to=place.user("nils"))
    MOVES[name](place, deviation)
    deviation.refresh_from_db()
    assert (deviation.unit, deviation.handler) == (place.far_unit, None)
    # Nils works in the unit that reported it, and has neither it nor its times any more.
    assert not Deviation.objects.visible_to(place.actor("nils")).exists()
    with pytest.raises(NotVisible):
        investigating.classify(place.actor("nils"), deviation.pk, severity=1, probability=1)
    (time,) = Deadline.objects.open().filter(kind="deviation", subject_id=deviation.pk)
    assert (time.unit, time.handler) == (place.far_unit, None)


@pytest.mark.parametrize("name", MOVES)
def test_nothing_moves_to_another_board_or_where_it_is(
    place: Place, other_place: Place, name: str
) -> None:
    deviation = make_report(place)
    place.far_unit = other_place.far_unit
    with pytest.raises(InvalidInput) as refused:
        MOVES[name](place, deviation)
    assert refused.value.field == "to"


@pytest.mark.parametrize("by", ["move", "move_several"])
def test_what_the_head_has_settled_the_unit_does_not_move_on(place: Place, by: str) -> None:
    deviation = make_report(place)
    inbox.decide_unit(place.actor("anna"), deviation.pk, to=place.unit, reason="Rätt enhet")
    with pytest.raises(NotAllowed, match="avdelningschefen"):
        MOVES[by](place, deviation)
    # Nor one that has been moved twice, though nothing is settled of it.
    other = make_report(place)
    for moves, refused in ((1, False), (2, True), (3, True)):
        Deviation.objects.filter(pk=other.pk).update(moves=moves, unit=place.unit)
        if refused:
            with pytest.raises(NotAllowed):
                MOVES[by](place, other)
        else:
            MOVES[by](place, other)


Assign = Callable[[Place, Deviation, str], Any]
ASSIGNS: dict[str, Assign] = {
    "assign": lambda place, it, who: inbox.assign(place.actor("eva"), it.pk, to=place.user(who)),
    "assign_several": lambda place, it, who: inbox.assign_several(
        place.actor("eva"), [it.pk], to=place.user(who)
    ),
}


@pytest.mark.parametrize("name", ASSIGNS)
def test_it_is_assigned_to_whoever_works_here_that_day(place: Place, name: str) -> None:
    deviation, today = make_report(place), clock.today()
    for days, taken in ((-1, False), (0, True), (1, True)):
        Membership.objects.filter(user=place.user("amina")).update(valid_to=today + days * ONE)
        _tries(taken, lambda: ASSIGNS[name](place, deviation, "amina"))
    for days, taken in ((1, False), (0, True), (-1, True)):
        Membership.objects.filter(user=place.user("nils")).update(valid_from=today + days * ONE)
        _tries(taken, lambda: ASSIGNS[name](place, deviation, "nils"))


@pytest.mark.parametrize("name", ASSIGNS)
def test_it_is_not_assigned_to_whoever_has_left_or_is_not_named(place: Place, name: str) -> None:
    deviation = make_report(place)
    place.user("amina").is_active = False
    place.user("amina").save()
    _tries(False, lambda: ASSIGNS[name](place, deviation, "amina"))
    protected = make_report(place, by="eva", protected=True)
    _tries(False, lambda: ASSIGNS[name](place, protected, "frida"))
    # Named in another unit is not named here.
    Membership.objects.create(
        user=place.user("frida"),
        board=place.board,
        role=Role.WORKER,
        unit=place.sister_unit,
        sees_protected=True,
    )
    _tries(False, lambda: ASSIGNS[name](place, protected, "frida"))
    _tries(True, lambda: ASSIGNS[name](place, protected, "nils"))


def _tries(taken: bool, do: Callable[[], object]) -> None:
    if taken:
        do()
        return
    with pytest.raises(InvalidInput) as refused:
        do()
    assert refused.value.field == "to"


@pytest.mark.parametrize("to", ["frida", "nils"])
def test_protected_actions_are_handed_over_to_the_named_alone(place: Place, to: str) -> None:
    registers = make_registers(place)
    deviation = equipped(place, registers, by="eva", protected=True)
    action = investigating.plan_action(place.actor("eva"), deviation.pk, planned(place, registers))
    ordinary = investigating.plan_action(
        place.actor("eva"), equipped(place, registers).pk, planned(place, registers)
    )
    hand_over_actions(place.actor("simon"), place.user("amina"), place.user(to))
    owners = dict(Action.objects.values_list("pk", "owner"))
    assert owners[ordinary.pk] == place.user(to).pk
    assert owners[action.pk] == (place.user(to).pk if to == "nils" else None)
    handlers = dict(
        Deadline.objects.open().filter(kind="action").values_list("subject_id", "handler")
    )
    assert handlers == {action.pk: owners[action.pk], ordinary.pk: owners[ordinary.pk]}


def test_an_action_is_done_once(place: Place, at: Callable[[date], object]) -> None:
    registers = make_registers(place)
    action = investigating.plan_action(
        place.actor("eva"), equipped(place, registers).pk, planned(place, registers)
    )
    investigating.finish_action(place.actor("amina"), action.pk)
    at(date(2026, 3, 5))
    with pytest.raises(ConflictError):
        investigating.finish_action(place.actor("amina"), action.pk)
    with pytest.raises(ConflictError):
        investigating.finish_actions(place.actor("amina"), [action.pk])
    action.refresh_from_db()
    assert action.done_on == date(2026, 3, 2)
