"""Who was there the day it happened, who stands in for them, and who is named: the examined."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from casework.access.examined import examined_people, is_examined
from casework.models import Absence, Membership, Role, User
from lexsarah.models import Examined, Report
from lexsarah.services import (
    examining,
    investigating,
)
from tests.conftest import Place
from tests.factories.times import instant
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
ONE = timedelta(days=1)
TODAY = date(2026, 3, 4)


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


OCCURRED = TODAY - 3 * ONE


def _moved_on(place: Place, name: str, left: int) -> User:
    """Let somebody leave Enheten so many days after it happened, for a post as SAS."""
    user = place.user(name)
    Membership.objects.filter(user=user).update(valid_to=OCCURRED + left * ONE)
    Membership.objects.create(user=user, board=place.board, role=Role.SAS)
    return user


@pytest.mark.parametrize("name", ["amina", "eva", "anna"])
@pytest.mark.parametrize(("left", "examined"), [(-1, False), (0, True), (1, True)])
def test_who_was_there_the_day_it_happened_is_examined(
    place: Place, name: str, left: int, examined: bool
) -> None:
    report = handed_in(place, by="sven", occurred_on=OCCURRED)
    user = _moved_on(place, name, left)
    actor = place.actor(name)
    assert is_examined(actor, report) is examined
    # By every door: the record, the lists, and the choice of who decides.
    assert Report.objects.not_examining(actor).filter(pk=report.pk).exists() is not examined
    assert User.objects.filter(examined_people(report, TODAY), pk=user.pk).exists() is examined
    chosen = investigating.why_not_investigator(user, report, TODAY)
    assert (chosen != "") is examined


def test_where_the_day_is_not_known_it_is_that_of_the_report(place: Place) -> None:
    report = handed_in(place, by="sven", occurred_on=OCCURRED)
    Report.objects.filter(pk=report.pk).update(occurred_on=None)
    report.refresh_from_db()
    user = place.user("amina")
    for left, examined in ((-1, False), (0, True)):
        left_on = report.registered_on + left * ONE
        Membership.objects.filter(user=user).update(valid_to=left_on)
        later = left_on + ONE
        actor = type(place.actor("sara")).of(user, later)
        assert is_examined(actor, report) is examined
        assert Report.objects.not_examining(actor).exists() is not examined
        assert User.objects.filter(examined_people(report, later), pk=user.pk).exists() is examined


@pytest.mark.parametrize("stands_in", [-1, 0, 1])
def test_who_stands_in_for_the_examined_is_so_during_the_absence(
    place: Place, stands_in: int
) -> None:
    report = handed_in(place)
    Absence.objects.create(
        user=place.user("eva"),
        substitute=place.user("sara"),
        board=place.board,
        valid_from=TODAY - 3 * ONE,
        valid_to=TODAY + stands_in * ONE,
    )
    examined = stands_in >= 0
    assert is_examined(place.actor("sara"), report) is examined
    people = User.objects.filter(examined_people(report, TODAY))
    assert (place.user("sara") in people) is examined


def test_who_is_named_no_more_is_examined_no_more(place: Place) -> None:
    gun = place.user("gun")
    Membership.objects.create(user=gun, board=place.board, role=Role.SAS)
    report = handed_in(place)
    examining.name_examined(place.actor("sara"), report.pk, user=gun)
    seen = Report.objects.in_official_register(place.actor("gun"))
    assert (is_examined(place.actor("gun"), report), seen.exists()) == (True, False)
    assert gun in User.objects.filter(examined_people(report, TODAY))
    examining.unname_examined(place.actor("sara"), report.pk, user=gun)
    report = Report.objects.get()
    assert (is_examined(place.actor("gun"), report), seen.exists()) == (False, True)
    assert gun not in User.objects.filter(examined_people(report, TODAY))
    # Another is named still: that does not make Gun so.
    Examined.objects.create(
        report=report, user=place.user("rut"), added_at=instant("2026-03-04 10:00")
    )
    assert Report.objects.in_official_register(place.actor("gun")).exists()
    assert not Report.objects.in_official_register(place.actor("rut")).exists()
