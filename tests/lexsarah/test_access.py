"""Who may do what in lex Sarah, as the one place that decides it says: the same by every door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from casework.access import examined, policy
from casework.access.actor import Actor
from casework.models import Absence, Membership, Role, Unit, User
from casework.shared import clock
from casework.shared.errors import InvalidInput, NotAllowed
from lexsarah import asked, states
from lexsarah.models import Delivery, Examined, Lesson, Report, Reporter, Request
from lexsarah.rules import RULES
from lexsarah.services import deciding, delegation, following, investigating, lessons, notes
from tests.conftest import Place
from tests.lexsarah.deciding import decided, delegate, proposed
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
DAY = date(2026, 3, 2)
REVIEW = "Vi har gått igenom den"


@pytest.fixture(autouse=True)
def _spring(at: Callable[[date], object]) -> None:
    at(DAY)


def away(place: Place, name: str, substitute: str) -> Absence:
    return Absence.objects.create(
        board=place.board,
        user=place.user(name),
        substitute=place.user(substitute),
        valid_from=DAY,
        valid_to=DAY,
    )


class TestLessons:
    """The Enhetschef, and whoever stands in, says that the unit went through a lesson."""

    @pytest.fixture
    def lesson(self, place: Place) -> Lesson:
        report = handed_in(place)
        Report.objects.filter(pk=report.pk).update(
            status=states.DECIDED, outcome=states.MISCONDUCT, decided_on=DAY
        )
        return lessons.publish(place.actor("sara"), report.pk, title="Tillsyn", text="Titta till.")

    @pytest.mark.parametrize("name", ["anna", "frida", "amina", "erik", "sara", "vera", "simon"])
    def test_nobody_else_by_any_door(
        self, place: Place, as_user: Login, lesson: Lesson, name: str
    ) -> None:
        with pytest.raises(NotAllowed):
            lessons.review(place.actor(name), lesson.pk, unit=place.unit, held_on=DAY)
        given: dict[str, Any] = {"unit": place.unit.pk, "held_on": "2026-03-02"}
        client, url = as_user(name), f"/lex-sarah/lardomar/{lesson.pk}/"
        # Erik says it of his own unit, and cannot choose another.
        assert client.post(url, given).status_code == (422 if name == "erik" else 403)
        api = f"/api/v1/lexsarah-lessons/{lesson.pk}/reviews/"
        assert client.post(api, given, content_type="application/json").status_code == 403
        assert not lesson.reviews.exists()
        if name != "erik":
            assert REVIEW not in client.get(url).content.decode()
            assert "Lärdomar att gå igenom" not in client.get("/").content.decode()

    @pytest.mark.parametrize("door", ["service", "screen", "api"])
    def test_the_ersattare_by_every_door(
        self, place: Place, as_user: Login, lesson: Lesson, door: str
    ) -> None:
        away(place, "eva", "amina")
        client, url = as_user("amina"), f"/lex-sarah/lardomar/{lesson.pk}/"
        assert "Lärdomar att gå igenom" in client.get("/").content.decode()
        assert REVIEW in client.get(url).content.decode()
        given: dict[str, Any] = {"unit": place.unit.pk, "held_on": "2026-03-02"}
        if door == "service":
            lessons.review(place.actor("amina"), lesson.pk, unit=place.unit, held_on=DAY)
        elif door == "screen":
            assert client.post(url, given).status_code == 302
        else:
            api = f"/api/v1/lexsarah-lessons/{lesson.pk}/reviews/"
            assert client.post(api, given, content_type="application/json").status_code == 201
        assert lesson.reviews.get().confirmed_by == place.user("amina")
        assert "Lärdomar att gå igenom" not in client.get("/").content.decode()


class TestExamined:
    """Whose unit, decision or conduct is examined: kept from all but making the person safe."""

    def allowed(self, place: Place, report: Report) -> frozenset[str]:
        found = Report.objects.get_visible(place.actor("sara"), report.pk)
        allowed = policy.allowed(place.actor("sara"), found, RULES)
        assert allowed == {
            one for one in RULES if policy.may(place.actor("sara"), one, found, RULES)
        }
        return allowed

    def test_a_sas_who_is_not_may_do_what_sas_does(self, place: Place) -> None:
        by_decider = {"decide", "return_proposal", "decide_measure"}
        assert self.allowed(place, handed_in(place)) == RULES.keys() - by_decider

    def test_one_who_is_named(self, place: Place) -> None:
        report = handed_in(place, unit=place.far_unit)
        row = Examined.objects.create(report=report, user=place.user("sara"), added_at=clock.now())
        assert self.allowed(place, report) == {"make_safe"}
        row.removed_at = clock.now()
        row.save()
        assert len(self.allowed(place, report)) > 1

    def test_one_who_works_in_the_unit(self, place: Place) -> None:
        report = handed_in(place)
        Membership.objects.create(
            user=place.user("sara"), board=place.board, role=Role.WORKER, unit=place.unit
        )
        assert self.allowed(place, report) == {"make_safe"}
        assert len(self.allowed(place, handed_in(place, unit=place.far_unit))) > 1

    @pytest.mark.parametrize("name", ["eva", "anna"])
    def test_one_who_stands_in_for_its_leaders(self, place: Place, name: str) -> None:
        report = handed_in(place)
        away(place, name, "sara")
        assert self.allowed(place, report) == {"make_safe"}

    def test_who_stands_in_for_the_examined_is_made_neither_investigator_nor_decider(
        self, place: Place
    ) -> None:
        Membership.objects.create(user=place.user("gun"), board=place.board, role=Role.SAS)
        delegate(place)
        report = handed_in(place)
        outcomes = list(states.OUTCOMES)
        assert place.user("birgit") in delegation.deciders(report, outcomes, DAY)
        away(place, "eva", "birgit")
        away(place, "frida", "gun")
        assert place.user("birgit") not in delegation.deciders(report, outcomes, DAY)
        with pytest.raises(InvalidInput, match="granskade enheten"):
            investigating.assign_investigator(place.actor("sara"), report.pk, to=place.user("gun"))


def test_the_system_is_asked_given_and_left_nothing(place: Place) -> None:
    """Rows that are addressed to people reach no command or task by that."""
    handed_in(place)
    system = Actor.system(place.board)
    assert not asked.asked_of(system).exists()
    assert not asked.delivered_to(system).exists()
    assert not asked.own_measures(system).exists()
    assert not Reporter.objects.own(system).exists()
    assert Reporter.objects.own(place.actor("amina")).exists()


class TestWhoHasLeftTheUnitSinceItHappened:
    """They were there: a new post does not make them strangers to it."""

    def leave(self, place: Place, name: str, on: date, role: Role) -> None:
        Membership.objects.filter(user=place.user(name)).update(valid_to=on)
        Membership.objects.create(
            user=place.user(name), board=place.board, role=role, valid_from=on + timedelta(days=1)
        )

    @pytest.mark.parametrize("name", ["eva", "amina", "anna"])
    def test_investigates_decides_and_reads_nothing(self, place: Place, name: str) -> None:
        report = proposed(place)
        self.leave(place, name, clock.today() - timedelta(days=1), Role.SAS)
        who = place.actor(name)
        assert examined.is_examined(who, report)
        with pytest.raises(InvalidInput, match="kan inte utreda"):
            investigating.assign_investigator(place.actor("sara"), report.pk, to=place.user(name))
        with pytest.raises(InvalidInput, match="granskas"):
            deciding.assign_decider(place.actor("sara"), report.pk, decider=place.user(name))
        with pytest.raises(NotAllowed, match="granskas"):
            notes.notes_of(who, report)
        # Nor is anybody offered whom the door refuses.
        delegate(place, role=Role.SAS, by_investigator=True)
        deciders = delegation.deciders(report, states.OUTCOMES, clock.today())
        assert set(deciders) == {place.user("birgit"), place.user("sara")}
        assert not Report.objects.in_official_register(who).exists()

    def test_not_what_happened_after_they_had_left(self, place: Place) -> None:
        self.leave(place, "eva", clock.today() - timedelta(days=2), Role.SAS)
        # It happened yesterday.
        report = handed_in(place)
        report = investigating.start_investigation(place.actor("eva"), report.pk)
        assert report.investigator == place.user("eva")
        assert list(Report.objects.in_official_register(place.actor("eva"))) == [report]

    def test_a_decider_who_was_there_sees_it_no_more(self, place: Place) -> None:
        self.leave(place, "eva", clock.today() - timedelta(days=1), Role.DECIDER)
        report = handed_in(place)
        Report.objects.filter(pk=report.pk).update(decider=place.user("eva"))
        assert not Report.objects.visible_to(place.actor("eva")).exists()
        Report.objects.filter(pk=report.pk).update(occurred_on=None, registered_on=clock.today())
        assert Report.objects.visible_to(place.actor("eva")).exists()

    def test_nor_where_the_unit_was_replaced_meanwhile(self, place: Place) -> None:
        report = handed_in(place)
        successor = Unit.objects.create(
            board=place.board,
            department=place.other_department,
            area=place.area,
            name="Nya enheten",
        )
        successor.replaces.set([place.unit])
        self.leave(place, "eva", clock.today() - timedelta(days=1), Role.SAS)
        following.follow_unit(place.actor("simon"), [place.unit], successor, clock.today())
        report.refresh_from_db()
        assert report.unit == successor
        assert examined.is_examined(place.actor("eva"), report)
        people = examined.examined_people(report, clock.today())
        assert place.user("eva") in User.objects.filter(people)


def test_a_row_that_names_somebody_of_another_board_opens_nothing(
    place: Place, other_place: Place
) -> None:
    """No service writes such a row; the wall between boards holds without that."""
    report = decided(other_place)
    eva, now = place.user("eva"), clock.now()
    asked_of_eva = Request.objects.create(
        report=report,
        kind=Request.Kind.STATEMENT,
        unit=other_place.unit,
        asked_of=eva,
        text="Beskriv tillsynen.",
        due_on=clock.today(),
        asked_at=now,
    )
    Delivery.objects.create(
        report=report,
        decision=report.decisions.get(),
        to=eva,
        delivered_on=clock.today(),
        delivered_at=now,
    )
    for found in (asked.asked_of, asked.delivered_to, asked.timed_for, asked.own_measures):
        assert not found(place.actor("eva")).exists()
    assert Request.objects.get() == asked_of_eva
