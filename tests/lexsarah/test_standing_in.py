"""The decider is away: the Ersättare sees what waits, and decides in a role of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.models import Absence, Membership, Role, User
from casework.shared import clock
from casework.shared.errors import InvalidInput, NotAllowed, NotVisible
from lexsarah import queries
from lexsarah.models import Decision, DelegationRule, Examined, Report
from lexsarah.services import closing, deciding, examining, measures, outside
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, delegate, investigated, measure, proposed
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Travel = Callable[[Any], Any]
Login = Callable[..., Client]
TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


def away(place: Place, substitute: str, name: str = "birgit") -> None:
    Absence.objects.create(
        user=place.user(name),
        substitute=place.user(substitute),
        board=place.board,
        valid_from=TODAY,
        valid_to=TODAY,
    )


def let_head_decide(place: Place) -> None:
    """Arne heads the sister unit's department; as Avdelningschef he may decide Missförhållande."""
    DelegationRule.objects.create(
        board=place.board,
        name="Punkt 4.9",
        outcome="misconduct",
        role=Role.HEAD,
        valid_from=date(2020, 1, 1),
    )


def decide(place: Place, report: Report, name: str, outcome: str = "misconduct") -> Report:
    actor = place.actor(name)
    return deciding.decide(actor, report.pk, outcome=outcome, reasons=REASONS)


def sees(place: Place, name: str) -> bool:
    return Report.objects.visible_to(place.actor(name)).exists()


def test_without_absence_it_is_before_nobody_else(place: Place) -> None:
    let_head_decide(place)
    report = put(place)
    assert not sees(place, "arne")
    with pytest.raises(NotVisible):
        decide(place, report, "arne")


def put(place: Place) -> Report:
    """A report with a proposed measure, before Birgit."""
    delegate(place)
    report = investigated(place)
    measure(place, report)
    birgit, sara = place.user("birgit"), place.actor("sara")
    return deciding.propose(sara, report.pk, outcome="misconduct", reasons=REASONS, decider=birgit)


def test_the_ersattare_decides_in_a_role_of_their_own(
    place: Place, as_user: Login, at: Travel
) -> None:
    let_head_decide(place)
    report = put(place)
    away(place, "arne")
    arne = as_user("arne")
    assert "Framlagt för dig eller den du ersätter." in page(arne, "/")
    assert report.number in page(arne, "/lex-sarah/?state=decide")
    form = page(arne, f"/lex-sarah/{report.pk}/besluta/")
    assert "Du är Ersättare" in form
    assert "Din delegation omfattar: Missförhållande." in form
    decide(place, report, "arne")
    decision = Decision.objects.get()
    assert (decision.decided_by, decision.delegation_name) == (place.user("arne"), "Punkt 4.9")
    assert decision.decider_role == Role.HEAD
    # What was left to be decided later is before the Ersättare too, as long as the absence lasts.
    one = report.measures.get()
    assert list(queries.to_decide(place.actor("arne"))) == [report]
    measures.decide_measure(place.actor("arne"), one.pk, verdict="approved")
    at(TOMORROW)
    assert not sees(place, "arne")
    assert sees(place, "birgit")
    assert as_user("arne").get(f"/lex-sarah/{report.pk}/").status_code == 404


class TestNextStep:
    """SAS reads whose decision is awaited, and what to do where nobody can make it."""

    def read(self, as_user: Login, report: Report) -> str:
        return page(as_user("sara"), f"/lex-sarah/{report.pk}/")

    def test_the_ersattare_is_named(self, place: Place, as_user: Login) -> None:
        let_head_decide(place)
        report = put(place)
        away(place, "arne")
        text = self.read(as_user, report)
        assert "Birgit Norr är borta till och med måndag 2 mars" in text
        assert "Väntar på beslut av Arne Norr, som ersätter, senast" in text

    def test_one_who_may_not_is_said_to(self, place: Place, as_user: Login) -> None:
        report = put(place)
        away(place, "arne")
        text = self.read(as_user, report)
        assert "Arne Norr, som ersätter, får inte besluta det här." in text
        assert "Lägg fram det för någon annan" in text

    @pytest.mark.parametrize("hidden", ["examined", "protected"])
    def test_nor_who_does_not_see_it(self, place: Place, as_user: Login, hidden: str) -> None:
        let_head_decide(place)
        delegate(place)
        report = proposed(place, protected=hidden == "protected")
        if hidden == "examined":
            examining.name_examined(place.actor("sara"), report.pk, user=place.user("arne"))
        away(place, "arne")
        assert "Arne Norr, som ersätter, får inte besluta" in self.read(as_user, report)

    def test_one_who_has_left(self, place: Place, as_user: Login) -> None:
        report = put(place)
        User.objects.filter(pk=place.user("birgit").pk).update(is_active=False)
        assert "Birgit Norr har slutat. Lägg fram det för någon annan" in self.read(as_user, report)

    def test_one_chosen_while_standing_in_after_that(
        self, place: Place, as_user: Login, at: Travel
    ) -> None:
        report = put(place)
        away(place, "arne")
        deciding.assign_decider(place.actor("sara"), report.pk, decider=place.user("arne"))
        assert "Väntar på beslut av Arne Norr, senast" in self.read(as_user, report)
        at(TOMORROW)
        assert "Arne Norr får inte besluta det." in self.read(as_user, report)

    def test_measures_that_wait(self, place: Place, as_user: Login) -> None:
        let_head_decide(place)
        report = put(place)
        decide(place, report, "birgit")
        away(place, "arne")
        waits = "Åtgärder väntar på beslut av Arne Norr, som ersätter."
        assert waits in self.read(as_user, report)


def test_it_ends_with_the_absence(place: Place, at: Travel) -> None:
    let_head_decide(place)
    report = put(place)
    away(place, "arne")
    assert list(queries.to_decide(place.actor("arne"))) == [report]
    at(TOMORROW)
    assert not queries.to_decide(place.actor("arne")).exists()
    with pytest.raises(NotVisible):
        decide(place, report, "arne")
    assert not Decision.objects.exists()


def test_what_only_the_absents_role_may_decide_is_not_decided(place: Place) -> None:
    let_head_decide(place)
    report = put(place)
    away(place, "arne")
    with pytest.raises(InvalidInput, match="din egen roll") as error:
        decide(place, report, "arne", "serious")
    assert error.value.code == "not_delegated"
    assert not Decision.objects.exists()
    # Chosen for it by SAS, who knows, an Ersättare decides in the role that is stood in for.
    deciding.assign_decider(place.actor("sara"), report.pk, decider=place.user("arne"))
    assert decide(place, report, "arne", "serious").outcome == "serious"


def test_what_follows_is_for_whoever_might_have_decided(place: Place) -> None:
    report = put(place)
    decide(place, report, "birgit")
    away(place, "arne")
    arne = place.actor("arne")
    with pytest.raises(InvalidInput, match="din egen roll"):
        measures.decide_measure(arne, report.measures.get().pk, verdict="approved")
    with pytest.raises(InvalidInput, match="din egen roll"):
        closing.reopen(arne, report.pk, reason="Nytt.")


def test_who_is_examined_sees_nothing_by_standing_in(place: Place, as_user: Login) -> None:
    let_head_decide(place)
    report = put(place)
    # Anna heads the department of the examined unit.
    away(place, "anna")
    assert not sees(place, "anna")
    assert as_user("anna").get(f"/lex-sarah/{report.pk}/besluta/").status_code == 404
    Absence.objects.all().delete()
    examining.name_examined(place.actor("sara"), report.pk, user=place.user("arne"))
    away(place, "arne")
    assert not sees(place, "arne")
    with pytest.raises(NotVisible):
        decide(place, report, "arne")


def test_of_the_protected_nothing_is_seen_by_standing_in(place: Place) -> None:
    let_head_decide(place)
    delegate(place)
    report = proposed(place, protected=True)
    away(place, "arne")
    assert not sees(place, "arne")
    with pytest.raises(NotVisible):
        decide(place, report, "arne")


def test_an_investigator_who_stands_in_decides_only_what_the_row_lets_them(place: Place) -> None:
    report = put(place)
    away(place, "sara")
    with pytest.raises(InvalidInput):
        decide(place, report, "sara")
    Membership.objects.create(
        board=place.board, user=place.user("sara"), role=Role.DECIDER, valid_from=TODAY
    )
    with pytest.raises(InvalidInput):
        decide(place, report, "sara")
    DelegationRule.objects.filter(outcome="misconduct").update(by_investigator=True)
    assert decide(place, report, "sara").status == "decided"


def test_the_ersattare_tries_the_words_for_the_outside_and_who_is_examined_does_not(
    place: Place,
) -> None:
    report = put(place)
    decide(place, report, "birgit")
    outside.write(place.actor("sara"), report.pk, event="Någon fick vänta.")
    assert list(queries.to_approve(place.actor("birgit"))) == [report]
    away(place, "arne")
    assert list(queries.to_approve(place.actor("arne"))) == [report]
    # Whoever wrote it does not try it, and nobody else is asked.
    for name in ("sara", "vera", "eva"):
        assert not queries.to_approve(place.actor(name)).exists(), name
    Examined.objects.create(report=report, user=place.user("birgit"), added_at=clock.now())
    assert not queries.to_approve(place.actor("birgit")).exists()


def test_once_closed_it_is_before_nobody(place: Place) -> None:
    report = proposed(place)
    decide(place, report, "birgit")
    away(place, "arne")
    assert sees(place, "arne")
    closing.close(place.actor("sara"), report.pk)
    assert not sees(place, "arne")
    with pytest.raises((NotVisible, NotAllowed)):
        closing.reopen(place.actor("arne"), report.pk, reason="Nytt.")
    assert sees(place, "birgit")


def test_taken_back_meanwhile_the_ersattare_keeps_what_was_typed(
    place: Place, as_user: Login
) -> None:
    report = put(place)
    away(place, "arne")
    deciding.take_back_proposal(place.actor("sara"), report.pk)
    given = {"version": 1, "outcome": "misconduct", "reasons": "Mina egna skäl."}
    answer = as_user("arne").post(f"/lex-sarah/{report.pk}/besluta/", given)
    assert answer.status_code == 409
    assert "Mina egna skäl." in answer.content.decode()
