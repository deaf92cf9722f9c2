"""Deviations in every state, and every act done to one as an ordinary person would do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from casework.access.actor import Actor
from casework.shared import clock
from deviations import states
from deviations.models import Action, Category, Cause, Deviation, Question
from deviations.services import closing, cooperation, inbox, investigating
from deviations.services.closing import Handling
from deviations.services.investigating import PlannedAction
from deviations.services.writing import Changes, Moment, write
from tests.conftest import Place, make_report


@dataclass
class Registers:
    """A category and two causes of a board."""

    category: Category
    cause: Cause
    other_cause: Cause


def make_registers(place: Place) -> Registers:
    """Give the board a category with its main category, and two causes."""
    main = Category.objects.create(board=place.board, name="Handläggning")
    return Registers(
        Category.objects.create(board=place.board, name="Utredningstid", parent=main),
        Cause.objects.create(board=place.board, name="Problem med bemanning"),
        Cause.objects.create(board=place.board, name="Rutin saknas"),
    )


def equipped(place: Place, registers: Registers, **given: Any) -> Deviation:
    """A report with all that closing asks for: category, risk, cause, an åtgärd that is done."""
    deviation = make_report(place, **given)
    moment = Moment(place.user("eva").pk, clock.now(), clock.today())
    changes = Changes(
        category=registers.category, causes=[registers.cause], main_cause=registers.cause
    )
    with transaction.atomic():
        write(deviation, [(moment, changes)])
    Deviation.objects.filter(pk=deviation.pk).update(severity=2, probability=2)
    Action.objects.create(
        deviation=deviation,
        cause=registers.cause,
        text="Gick igenom bemanningen",
        owner=place.user("amina"),
        due_on=clock.today(),
        done_on=clock.today(),
        created_at=clock.now(),
    )
    deviation.refresh_from_db()
    return deviation


def in_state(place: Place, registers: Registers, state: str, **given: Any) -> Deviation:
    """An equipped deviation in ``state``, with a question that waits for its answer."""
    deviation = equipped(place, registers, **given)
    Question.objects.create(deviation=deviation, text="Vilken dag var det?", asked_at=clock.now())
    if state == states.REPORTED:
        return deviation
    if state == states.MERGED:
        deviation.merged_into = make_report(place)
    if state == states.CLOSED_FOLLOW_UP:
        deviation.effect_due_on = clock.today() + timedelta(days=90)
        deviation.save(update_fields=["effect_due_on"])
    moment = Moment(place.user("eva").pk, clock.now(), clock.today())
    write(deviation, [(moment, Changes(status=state))])
    deviation.refresh_from_db()
    return deviation


def simple(registers: Registers, **given: Any) -> Handling:
    """What enkel hantering says when the form is left as it comes, with what was done."""
    fields: dict[str, Any] = {
        "category": registers.category,
        "severity": 1,
        "probability": 1,
        "causes": [registers.cause],
        "done": "Gick igenom rutinen på mötet.",
    }
    return Handling(**(fields | given))


def planned(place: Place, registers: Registers, **given: Any) -> PlannedAction:
    """An åtgärd against the cause, Amina's to do within the month."""
    fields: dict[str, Any] = {
        "text": "Skriv en rutin",
        "cause": registers.cause,
        "owner": place.user("amina"),
        "due_on": clock.today() + timedelta(days=30),
    }
    return PlannedAction(**(fields | given))


def acts(place: Place, registers: Registers) -> dict[str, Callable[[Actor, Deviation], Any]]:
    """Every act by name, as a call with who acts and the deviation."""
    tomorrow = clock.today() + timedelta(days=1)

    def finish(actor: Actor, deviation: Deviation) -> Any:
        action = Action.objects.create(
            deviation=deviation, text="Ring", due_on=tomorrow, created_at=clock.now()
        )
        return investigating.finish_action(actor, action.pk)

    return {
        "receive": lambda who, it: inbox.receive(who, it.pk),
        "assign": lambda who, it: inbox.assign(who, it.pk, to=place.user("nils")),
        "classify": lambda who, it: investigating.classify(
            who, it.pk, category=registers.category, severity=2, probability=3
        ),
        "investigate": lambda who, it: investigating.investigate(
            who, it.pk, causes=[registers.other_cause], main_cause=None, analysis="Rutin saknades."
        ),
        "plan_action": lambda who, it: investigating.plan_action(
            who, it.pk, planned(place, registers)
        ),
        "finish_action": finish,
        "move": lambda who, it: inbox.move(who, it.pk, to=place.sister_unit, reason="Deras ärende"),
        "decide_unit": lambda who, it: inbox.decide_unit(
            who, it.pk, to=place.sister_unit, reason="De har ärendet"
        ),
        "ask": lambda who, it: inbox.ask(who, it.pk, text="Vilken dag?"),
        "answer": lambda who, it: inbox.answer(
            who, it.pk, it.questions.get().pk, text="I tisdags."
        ),
        "dismiss": lambda who, it: inbox.dismiss(who, it.pk, reason="Det var rätt gjort."),
        "merge": lambda who, it: inbox.merge(who, it.pk, into=make_report(place).pk),
        "send_to_sas": lambda who, it: inbox.send_to_sas(who, it.pk, reason="Kan vara allvarligt"),
        "return_from_sas": lambda who, it: inbox.return_from_sas(who, it.pk, reason="Er sak"),
        "close": lambda who, it: closing.close(who, it.pk, outcome="Vi har en ny rutin."),
        "close_without_action": lambda who, it: closing.close_without_action(
            who, it.pk, reason="Rutinen finns redan."
        ),
        "assess_effect": lambda who, it: closing.assess_effect(who, it.pk, effect=states.IMPROVED),
        "postpone_effect": lambda who, it: closing.postpone_effect(
            who, it.pk, until=tomorrow, reason="För tidigt"
        ),
        "reopen": lambda who, it: closing.reopen(who, it.pk, reason="Det hände igen"),
        "exchange": lambda who, it: cooperation.record_exchange(who, it.pk, authority="Regionen"),
        "protect": lambda who, it: cooperation.set_protection(who, it.pk, protected=True),
    }
