"""Absences: the substitute has the inbox on those days, and on no other."""

from collections.abc import Callable
from datetime import date

import pytest

from casework.models import Absence, Role
from casework.organising.absences import end_absence, record_absence
from casework.shared import clock
from casework.shared.errors import InvalidInput, NotAllowed, NotVisible
from deviations.models import Deviation
from deviations.services import inbox
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db

At = Callable[..., object]
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


def away(place: Place, by: str = "eva", who: str = "eva", substitute: str = "farid") -> Absence:
    return record_absence(
        place.actor(by),
        place.user(who),
        substitute=place.user(substitute),
        valid_from=MONDAY,
        valid_to=FRIDAY,
    )


def test_the_substitute_sees_and_works_in_the_inbox_during_the_absence_only(
    place: Place, at: At
) -> None:
    at(date(2026, 2, 27))
    deviation = make_report(place)
    away(place)
    seen = {}
    for day in (1, 2, 6, 7):
        at(date(2026, 3, day))
        actor = place.actor("farid")
        seen[day] = Deviation.objects.visible_to(actor).filter(pk=deviation.pk).exists()
        assert (place.unit.pk in actor.inbox_units) == seen[day]
    assert seen == {1: False, 2: True, 6: True, 7: False}
    at(MONDAY)
    assert inbox.receive(place.actor("farid"), deviation.pk).status == "received"


def test_protected_ones_go_along_with_the_naming(place: Place, at: At) -> None:
    at(MONDAY)
    deviation = make_report(place, protected=True)
    assert not Deviation.objects.visible_to(place.actor("farid")).exists()
    away(place)
    assert list(Deviation.objects.visible_to(place.actor("farid"))) == [deviation]


def test_a_substitutes_substitute_inherits_nothing(place: Place, at: At) -> None:
    at(MONDAY)
    away(place)
    away(place, by="farid", who="farid", substitute="sven")
    assert place.far_unit.pk in place.actor("sven").inbox_units
    assert place.unit.pk not in place.actor("sven").inbox_units


@pytest.mark.parametrize("by", ["eva", "anna", "simon"])
def test_oneself_ones_leader_and_the_systemforvaltare_note_it(
    place: Place, at: At, by: str
) -> None:
    at(MONDAY)
    away(place, by=by)
    assert Role.MANAGER in place.actor("farid").roles
    assert place.unit.pk in place.actor("farid").inbox_units


@pytest.mark.parametrize("by", ["amina", "erik", "arne", "sara", "vera"])
def test_others_do_not(place: Place, at: At, by: str) -> None:
    at(MONDAY)
    with pytest.raises(NotAllowed):
        away(place, by=by)


def test_the_systemforvaltare_cannot_step_into_a_role_this_way(place: Place, at: At) -> None:
    at(MONDAY)
    with pytest.raises(InvalidInput) as refused:
        away(place, by="simon", substitute="simon")
    assert refused.value.field == "substitute"


def test_the_head_may_stand_in_for_a_manager(place: Place, at: At) -> None:
    at(MONDAY)
    away(place, by="anna", substitute="anna")
    assert place.unit.pk in place.actor("anna").units(Role.MANAGER)


def test_two_absences_do_not_overlap(place: Place, at: At) -> None:
    at(MONDAY)
    away(place)
    with pytest.raises(InvalidInput) as refused:
        away(place, substitute="erik")
    assert refused.value.field == "valid_from"


def test_coming_back_early_ends_it_from_today(place: Place, at: At) -> None:
    at(MONDAY)
    absence = away(place)
    at(date(2026, 3, 4))
    end_absence(place.actor("eva"), absence.pk)
    absence.refresh_from_db()
    assert absence.valid_to == date(2026, 3, 3)
    assert place.unit.pk not in place.actor("farid").inbox_units


def test_one_that_has_not_begun_is_taken_away(place: Place, at: At) -> None:
    at(date(2026, 2, 27))
    absence = away(place)
    end_absence(place.actor("eva"), absence.pk)
    assert not Absence.objects.exists()


def test_another_boards_people_do_not_exist(place: Place, other_place: Place, at: At) -> None:
    at(MONDAY)
    absence = away(other_place)
    with pytest.raises(NotVisible):
        end_absence(place.actor("simon"), absence.pk)
    with pytest.raises(InvalidInput):
        record_absence(
            place.actor("eva"),
            place.user("eva"),
            substitute=other_place.user("eva"),
            valid_from=clock.today(),
            valid_to=clock.today(),
        )
