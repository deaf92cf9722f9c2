"""Who does what with a decision: each act tried by everybody, in a state that admits it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.access.actor import Actor
from casework.models import Membership, Role
from casework.shared.errors import NotAllowed, NotVisible
from lexsarah import states
from lexsarah.models import DelegationRule, Measure, Report
from lexsarah.rules import RULES
from lexsarah.services import closing, deciding, investigating, measures
from tests.conftest import Place
from tests.lexsarah.deciding import (
    REASONS,
    decided,
    delegate,
    investigated,
    measure,
    proposed,
)

pytestmark = pytest.mark.django_db

EVERYBODY = "amina nils frida eva sven erik farid anna arne sara vera rut birgit gun simon".split()


@dataclass(frozen=True)
class Case:
    """An act: the report it begins from, who may, and the doing of it."""

    begins: Callable[[Place], Any]
    may: str
    do: Callable[[Actor, Any, Place], object]


def _approved(place: Place) -> Measure:
    one = measure(place, decided(place))
    return measures.decide_measure(place.actor("birgit"), one.pk, verdict="approved")


def _done(place: Place) -> Measure:
    one = _approved(place)
    given = {"on": date(2026, 3, 2), "how": "Klart.", "effect_due_on": date(2026, 3, 3)}
    return measures.finish_measure(place.actor("sara"), one.pk, **given)


def _delegated(place: Place) -> Report:
    delegate(place)
    return investigated(place)


CASES = {
    "propose": Case(
        _delegated,
        "sara",
        lambda actor, report, place: deciding.propose(
            actor,
            report.pk,
            outcome="risk",
            reasons=REASONS,
            decider=place.user("birgit"),
        ),
    ),
    "take_back_proposal": Case(
        proposed, "sara", lambda actor, one, place: deciding.take_back_proposal(actor, one.pk)
    ),
    "return_proposal": Case(
        proposed,
        "birgit",
        lambda actor, one, place: deciding.return_proposal(actor, one.pk, because="Varför?"),
    ),
    "assign_decider": Case(
        proposed,
        "sara",
        lambda actor, one, place: deciding.assign_decider(
            actor, one.pk, decider=place.user("birgit")
        ),
    ),
    "decide": Case(
        proposed,
        "birgit",
        lambda actor, one, place: deciding.decide(actor, one.pk, outcome="risk", reasons=REASONS),
    ),
    "reopen by SAS": Case(
        decided,
        "sara birgit",
        lambda actor, one, place: closing.reopen(actor, one.pk, reason="Ny."),
    ),
    "close": Case(decided, "sara", lambda actor, one, place: closing.close(actor, one.pk)),
    "follow_measures": Case(
        lambda place: _approved(place).report,
        "sara",
        lambda actor, one, place: closing.follow_measures(actor, one.pk),
    ),
    "propose_measure": Case(
        decided,
        "sara",
        lambda actor, one, place: measures.propose_measure(
            actor,
            one.pk,
            cause=one.causes.get(),
            text="Ny rutin.",
            owner=place.user("eva"),
            due_on=date(2026, 4, 1),
        ),
    ),
    "withdraw_measure": Case(
        lambda place: measure(place, decided(place)),
        "sara",
        lambda actor, one, place: measures.withdraw_measure(actor, one.pk),
    ),
    "reassign_measure": Case(
        lambda place: measure(place, decided(place)),
        "sara",
        lambda actor, one, place: measures.reassign_measure(
            actor, one.pk, owner=place.user("anna")
        ),
    ),
    "decide_measure": Case(
        lambda place: measure(place, decided(place)),
        "birgit",
        lambda actor, one, place: measures.decide_measure(actor, one.pk, verdict="approved"),
    ),
    "finish_measure": Case(
        _approved,
        "sara",
        lambda actor, one, place: measures.finish_measure(
            actor, one.pk, on=date(2026, 3, 2), how="Klart."
        ),
    ),
    "assess_measure": Case(
        _done,
        "sara",
        lambda actor, one, place: measures.assess_measure(
            actor, one.pk, effect="better", text="Bra."
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_only_those_who_may_do_it(place: Place, name: str, at: Callable[[date], object]) -> None:
    at(date(2026, 3, 2))
    case = CASES[name]
    record = case.begins(place)
    if name == "assess_measure":
        at(date(2026, 3, 4))
    allowed = case.may.split()
    for who in EVERYBODY:
        if who not in allowed:
            with pytest.raises((NotVisible, NotAllowed)):
                case.do(place.actor(who), record, place)
    version = type(record).objects.get(pk=record.pk).version
    case.do(place.actor(allowed[-1]), record, place)
    if name != "propose_measure":
        assert type(record).objects.get(pk=record.pk).version > version


def test_every_act_of_the_table_has_its_rule() -> None:
    assert set(states.REPORT.acts) - set(RULES) == {"statements_in", "statements_awaited"}


def test_who_comes_to_lead_the_examined_unit_sees_no_more_what_lay_before_them(
    place: Place, as_user: Callable[..., Client]
) -> None:
    """A decider who becomes its Enhetschef is examined, and the report is not there for them."""
    report = proposed(place)
    birgit = as_user("birgit")
    listed, opened = "/lex-sarah/?state=all", f"/lex-sarah/{report.pk}/"
    assert report.number in birgit.get(listed).content.decode()
    assert birgit.get(opened).status_code == 200
    Membership.objects.create(
        user=place.user("birgit"), board=place.board, role=Role.MANAGER, unit=place.unit
    )
    assert birgit.get(listed).status_code == 302
    assert birgit.get(opened).status_code == 404
    assert birgit.get(f"/api/v1/lexsarah-reports/{report.pk}/").status_code == 404
    assert birgit.get("/api/v1/lexsarah-reports/").json()["results"] == []
    assert "0 träffar" in birgit.get(f"/sok/?q={report.number}").content.decode()
    assert as_user("sara").get(opened).status_code == 200


def test_a_proposal_before_somebody_who_leads_the_new_unit_goes_back(place: Place) -> None:
    DelegationRule.objects.create(
        board=place.board,
        name="Punkt 4.7",
        outcome=states.MISCONDUCT,
        role=Role.HEAD,
        valid_from=date(2020, 1, 1),
    )
    report = investigated(place, unit=place.far_unit)
    deciding.propose(
        place.actor("sara"),
        report.pk,
        outcome=states.MISCONDUCT,
        reasons=REASONS,
        decider=place.user("anna"),
    )
    moved = investigating.change_unit(place.actor("sara"), report.pk, to=place.unit)
    assert (moved.decider, moved.status) == (None, states.INVESTIGATING)
    assert "granskas" in moved.proposals.get().returned_because
    assert not Report.objects.visible_to(place.actor("anna")).exists()
