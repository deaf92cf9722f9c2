"""Roles, absences and units on their first and last day; whose units and whose help count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from casework.access.actor import Actor
from casework.models import Absence, Membership, Role, Unit
from casework.organising.absences import record_absence
from casework.organising.handover import hand_over
from casework.shared.errors import InvalidInput
from deviations.models import Deviation
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db

ONE = timedelta(days=1)
TODAY = date(2026, 3, 4)


@pytest.fixture(autouse=True)
def _in_march(at: Callable[[date], object]) -> None:
    at(TODAY)


def _of(place: Place, name: str) -> Membership:
    return Membership.objects.get(user=place.user(name))


ROLES = [
    ("amina", Role.WORKER),
    ("frida", Role.SENIOR),
    ("eva", Role.MANAGER),
    ("anna", Role.HEAD),
    ("sara", Role.SAS),
    ("vera", Role.DEVELOPER),
    ("rut", Role.REGISTRAR),
    ("birgit", Role.DECIDER),
    ("simon", Role.ADMINISTRATOR),
]


@pytest.mark.parametrize(("name", "role"), ROLES)
def test_a_role_holds_from_its_first_day_through_its_last(
    place: Place, name: str, role: Role
) -> None:
    held = Membership.objects.filter(pk=_of(place, name).pk)
    for first, last, has in [
        (-1, 0, True),
        (0, 0, True),
        (0, 1, True),
        (1, 1, False),
        (-1, -1, False),
        (None, -1, False),
        (None, 0, True),
        (1, None, False),
        (0, None, True),
    ]:
        held.update(
            valid_from=None if first is None else TODAY + first * ONE,
            valid_to=None if last is None else TODAY + last * ONE,
        )
        actor = place.actor(name)
        assert actor.has(role) is has, (first, last)
        assert (role in actor.own_roles) is has
        if role in {Role.WORKER, Role.SENIOR, Role.MANAGER, Role.HEAD}:
            assert (place.unit.pk in actor.own_units) is has
            # Who has left is known to have, from the day after the last.
            gone = last is not None and last < 0
            assert actor.left_units.get(place.unit.pk) == (
                TODAY + last * ONE if gone and last is not None else None
            )


def test_who_has_left_twice_left_on_the_later_day(place: Place) -> None:
    first = _of(place, "amina")
    for days in (-30, -2, -10):
        Membership.objects.create(
            user=first.user,
            board=place.board,
            role=Role.WORKER,
            unit=place.unit,
            valid_from=TODAY - 60 * ONE,
            valid_to=TODAY + days * ONE,
        )
    Membership.objects.filter(pk=first.pk).update(valid_to=TODAY - 20 * ONE)
    assert place.actor("amina").left_units == {place.unit.pk: TODAY - 2 * ONE}


@pytest.mark.parametrize(("days", "sees"), [(-1, False), (0, True), (1, True)])
def test_the_naming_for_protected_ends_with_the_role_and_is_of_its_unit(
    place: Place, days: int, sees: bool
) -> None:
    eva = place.user("eva")
    Membership.objects.filter(user=eva).update(valid_to=TODAY + days * ONE)
    Membership.objects.create(
        user=eva, board=place.board, role=Role.MANAGER, unit=place.sister_unit
    )
    there = make_report(place, by="sara", unit=place.sister_unit, protected=True)
    here = make_report(place, by="sara", unit=place.unit, protected=True)
    actor = place.actor("eva")
    assert actor.protected_units == ({place.unit.pk} if sees else frozenset())
    visible = set(Deviation.objects.visible_to(actor).values_list("pk", flat=True))
    assert visible & {there.pk, here.pk} == ({here.pk} if sees else set())


@pytest.mark.parametrize(
    ("first", "last", "stands_in"),
    [(-2, -1, False), (-1, 0, True), (0, 0, True), (0, 1, True), (1, 2, False)],
)
def test_one_stands_in_from_the_first_day_of_the_absence_through_the_last(
    place: Place, first: int, last: int, stands_in: bool
) -> None:
    Absence.objects.create(
        user=place.user("eva"),
        substitute=place.user("erik"),
        board=place.board,
        valid_from=TODAY + first * ONE,
        valid_to=TODAY + last * ONE,
    )
    deviation = make_report(place, by="eva", protected=True)
    erik = place.actor("erik")
    assert erik.stands_in_for == ({place.user("eva").pk} if stands_in else frozenset())
    assert (place.unit.pk in erik.managed_units) is stands_in
    assert Deviation.objects.visible_to(erik).filter(pk=deviation.pk).exists() is stands_in
    # What is stood in for is no role of one's own, and nobody stands in for oneself.
    assert erik.own_roles == {Role.MANAGER}


def test_one_stands_in_with_the_roles_that_the_absent_has_that_day(place: Place) -> None:
    Absence.objects.create(
        user=place.user("sara"),
        substitute=place.user("vera"),
        board=place.board,
        valid_from=TODAY,
        valid_to=TODAY,
    )
    assert place.actor("vera").roles == {Role.DEVELOPER, Role.SAS}
    Membership.objects.filter(user=place.user("sara")).update(valid_to=TODAY - ONE)
    assert place.actor("vera").roles == {Role.DEVELOPER}
    assert place.actor("vera").left_units == {}


@pytest.mark.parametrize(
    ("first", "last", "taken"),
    [(-3, -1, False), (-3, 0, True), (0, 0, True), (1, 1, True), (1, 0, False)],
)
def test_an_absence_is_noted_that_is_not_over_yet(
    place: Place, first: int, last: int, taken: bool
) -> None:
    _record(place, first, last, taken)


@pytest.mark.parametrize(
    ("first", "last", "taken"),
    [(1, 4, True), (1, 5, False), (5, 5, False), (9, 9, False), (9, 12, False), (10, 12, True)],
)
def test_two_absences_share_no_day(place: Place, first: int, last: int, taken: bool) -> None:
    _record(place, 5, 9, True)
    _record(place, first, last, taken)


def _record(place: Place, first: int, last: int, taken: bool) -> None:
    days = {"valid_from": TODAY + first * ONE, "valid_to": TODAY + last * ONE}
    eva, erik = place.user("eva"), place.user("erik")
    if taken:
        record_absence(place.actor("eva"), eva, substitute=erik, **days)
        return
    with pytest.raises(InvalidInput):
        record_absence(place.actor("eva"), eva, substitute=erik, **days)


@pytest.mark.parametrize(("days", "there"), [(-1, False), (0, True), (1, True)])
def test_a_unit_is_there_through_its_last_day(place: Place, days: int, there: bool) -> None:
    place.unit.valid_to = TODAY + days * ONE
    place.unit.save()
    assert place.unit.is_valid_on(TODAY) is there
    assert Unit.objects.valid_on(TODAY).filter(pk=place.unit.pk).exists() is there


@pytest.mark.parametrize(("days", "there"), [(-1, True), (0, True), (1, False)])
def test_a_unit_is_there_from_its_first_day(place: Place, days: int, there: bool) -> None:
    place.unit.valid_from = TODAY + days * ONE
    place.unit.save()
    assert place.unit.is_valid_on(TODAY) is there
    assert Unit.objects.valid_on(TODAY).filter(pk=place.unit.pk).exists() is there


def test_what_a_unit_has_replaced_is_its_own_however_long_ago(place: Place) -> None:
    oldest, older, old = (
        Unit.objects.create(
            board=place.board, department=place.other_department, area=place.area, name=name
        )
        for name in ("1", "2", "3")
    )
    place.unit.replaces.set([old])
    old.replaces.set([older])
    older.replaces.set([oldest])
    chain = {place.unit.pk, old.pk, older.pk, oldest.pk}
    assert place.actor("eva").managed_units == chain
    assert place.actor("anna").headed_units == chain | {place.sister_unit.pk}
    # Not the other way: who stayed in what was replaced has not come along.
    Membership.objects.create(
        user=place.user("gun"), board=place.board, role=Role.WORKER, unit=oldest
    )
    assert place.actor("gun").own_units == {oldest.pk}


def test_a_forste_helps_in_the_units_that_say_so_and_nobody_else_does(place: Place) -> None:
    assert place.actor("frida").inbox_units == frozenset()
    place.sister_unit.forste_helps_with_inbox = True
    place.sister_unit.save()
    # Hers is not the unit that said so.
    assert place.actor("frida").inbox_units == frozenset()
    place.unit.forste_helps_with_inbox = True
    place.unit.save()
    helped = {name: place.actor(name).helped_units for name in place.people}
    assert {name for name, units in helped.items() if units} == {"frida"}
    assert helped["frida"] == {place.unit.pk}


def test_who_leaves_keeps_no_role_now_or_to_come(place: Place) -> None:
    amina = place.user("amina")
    for first, last in [(1, None), (0, None), (-5, -3), (-5, 9)]:
        Membership.objects.create(
            user=amina,
            board=place.board,
            role=Role.WORKER,
            unit=place.far_unit,
            valid_from=TODAY + first * ONE,
            valid_to=None if last is None else TODAY + last * ONE,
        )
    hand_over(place.actor("eva"), amina, to=place.user("nils"))
    left = set(Membership.objects.filter(user=amina).values_list("valid_from", "valid_to"))
    assert left == {
        (None, TODAY),
        (TODAY, TODAY),
        (TODAY - 5 * ONE, TODAY - 3 * ONE),
        (TODAY - 5 * ONE, TODAY),
    }
    tomorrow = Actor.of(amina, TODAY + ONE)
    assert (tomorrow.roles, tomorrow.own_units) == (frozenset(), frozenset())
