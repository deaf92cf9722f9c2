"""No act without its event: both are there or neither, and all of it as the service's own role."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from casework.access.actor import Actor
from casework.deadlines.subjects import Missed
from casework.shared import clock
from casework.shared.uploads import Upload
from deviations.models import Action, Deviation
from deviations.services import (
    closing,
    cooperation,
    following,
    inbox,
    investigating,
    proposals,
    proposing,
    reporting,
)
from deviations.services import registers as values
from deviations.services.reporting import Report
from tests.conftest import Place, make_report
from tests.deviations.test_handling_acts import BY, FITS
from tests.factories.events import Walk
from tests.factories.handling import Registers, acts, in_state, make_registers, simple
from tests.factories.handling import planned as planned_by
from tests.factories.proposals import begin_in, missed

pytestmark = pytest.mark.django_db

# What each act says of itself.
SAYS = {
    "receive": "received",
    "assign": "assigned",
    "classify": "classified",
    "investigate": "investigated",
    "plan_action": "action_planned",
    "finish_action": "action_finished",
    "move": "moved",
    "decide_unit": "unit_decided",
    "ask": "asked",
    "answer": "answered",
    "dismiss": "dismissed",
    "merge": "merged",
    "send_to_sas": "sent_to_sas",
    "return_from_sas": "returned_from_sas",
    "close": "closed",
    "close_without_action": "closed",
    "assess_effect": "effect_assessed",
    "postpone_effect": "effect_postponed",
    "reopen": "reopened",
    "exchange": "exchange_recorded",
    "protect": "protection_changed",
}


def prepared(place: Place, name: str, deviation: Deviation, known: Callable[..., Any]) -> Any:
    """The act, with what it needs beside the deviation made before and not within it."""
    if name == "merge":
        other = make_report(place)
        return lambda who, it: inbox.merge(who, it.pk, into=other.pk)
    if name == "finish_action":
        action = Action.objects.create(
            deviation=deviation, text="Ring", due_on="2026-12-31", created_at="2026-11-01T00:00Z"
        )
        return lambda who, it: investigating.finish_action(who, action.pk)
    return known


def test_each_act_and_its_event_are_there_or_neither(place: Place) -> None:
    walk, registers = Walk(place), make_registers(place)
    for name, known in acts(place, registers).items():
        start = transaction.savepoint()
        deviation = in_state(place, registers, FITS[name])
        act = prepared(place, name, deviation, known)

        def of_this(who: Actor, act: Any = act, deviation: Deviation = deviation) -> object:
            return act(who, deviation)

        walk.do(f"deviation.{SAYS[name]}", BY[name], of_this)
        transaction.savepoint_rollback(start)
    assert walk.acts >= 20
    beside_one_deviation(walk, registers)
    # An earlier release said this of each row of a file; now ``register.imported`` names them.
    assert not walk.unsaid("deviation.", elsewhere="deviation.imported")


def beside_one_deviation(walk: Walk, registers: Registers) -> None:
    """Do what is done to several, to the registers, to what the watch proposes, and at a report."""
    place = walk.place

    def do(says: str, who: str, act: Callable[..., Any], *keys: Any, **given: Any) -> Any:
        return walk.do(f"deviation.{says}", who, lambda actor: act(actor, *keys, **given))

    file = Upload("a.pdf", b"%PDF-1.4\n%%EOF")
    report = Report("En dörr var låst.", clock.today(), place.unit, "yes", files=[file])
    do("attached", "amina", reporting.report, report)
    several = [make_report(place).pk for _ in range(3)]
    do("received", "eva", inbox.receive_several, several)
    do("assigned", "eva", inbox.assign_several, several, to=place.user("amina"))
    planned = simple(registers, done="", planned=planned_by(place, registers))
    do("action_planned", "eva", closing.handle_together, several[:2], planned)
    actions = list(Action.objects.filter(deviation__in=several).values_list("pk", flat=True))
    do("action_finished", "amina", investigating.finish_actions, actions[:1])
    do("closed_simply", "eva", closing.close_simply, several[2], simple(registers))
    held = {"held_on": clock.today(), "deviation_ids": several}
    do("reviewed_at_apt", "eva", cooperation.record_unit_review, place.unit, **held)
    amina, frida = place.user("amina"), place.user("frida")
    do("handed_over", "eva", following.hand_over_deviations, amina, frida)
    do("handed_over", "eva", following.hand_over_actions, amina, frida)
    one, other = missed(place), missed(place, "child_investigation")
    do("proposal_confirmed", "eva", proposals.confirm, one.pk)
    do("proposal_declined", "eva", proposals.decline, other.pk, reason="Den var klar.")
    time = begin_in(place, make_report(place), "child_investigation", 140)
    again = Missed(time, place.unit, clock.today(), asks_lex_sarah=False)
    service = Actor.system(place.board)
    walk.do("deviation.proposed", service, lambda actor: proposing.propose(again))
    added = do("register_changed", "vera", values.add_cause, name="Teknik")
    do("register_changed", "vera", values.rename, added, name="Teknikfel")
    do("register_changed", "vera", values.end, registers.other_cause, last_day=clock.today())
    follow, today = following.follow_unit, clock.today()
    do("units_merged", "simon", follow, [place.unit], place.sister_unit, today)
