"""How deviations go: each story does one act at a time and says when the next is due.

A story that would go on after today has not got further yet, so every state comes of itself.
"""

from casework.demo.agenda import Story
from casework.demo.world import Place
from casework.organisation.models import User
from deviations.demo import phrases
from deviations.demo.cases import Case
from deviations.services import closing, inbox


def simple(case: Case, *, act: bool = True) -> Story:
    """Received and closed on one screen."""
    case.report()
    yield case.after(0.3, 9)
    case.receive()
    if case.stop_after == "receive":
        return
    yield case.after(0, 40)
    case.close_simply(act=act)
    if act:
        yield from effect(case)


def effect(case: Case) -> Story:
    """Come back to the effect after some three months."""
    if case.stop_after == "close":
        return
    yield case.after(84, 112)
    case.assess_effect()


def full(case: Case, *, owner: User | None = None, handler: User | None = None) -> Story:
    """Every step: received, assigned, judged, causes, an åtgärd or two, closed, effect."""
    case.report(grave=True)
    yield case.after(0.5, 14)
    case.receive()
    yield case.after(0, 12)
    case.assign(handler)
    case.classify()
    if case.stop_after == "assign":
        return
    yield case.after(5, 45)
    case.investigate()
    if case.rng.random() < 0.1:
        case.exchange(answered=case.rng.random() < 0.5)
    yield case.after(0, 10)
    actions = [case.plan_action(owner) for _ in range(case.rng.choice([1, 1, 2]))]
    if case.stop_after == "plan":
        return
    yield case.after(7, 50)
    for action in actions:
        case.finish_action(action)
    yield case.after(0, 12)
    case.close()
    yield from effect(case)


def waiting(case: Case) -> Story:
    """Reported, and nobody has looked at it yet."""
    case.report()
    yield from ()


def dismissed(case: Case) -> Story:
    """It turns out not to be a deviation."""
    case.report()
    yield case.after(0.5, 20)
    inbox.dismiss(case.leader, case.deviation.pk, reason=case.rng.choice(phrases.DISMISSALS))


def asked(case: Case, *, answers: bool = True) -> Story:
    """Something is asked of the reporter, who answers or has not yet."""
    case.report()
    yield case.after(0.3, 4)
    case.receive()
    question, reply = case.rng.choice(phrases.QUESTIONS)
    asked_now = inbox.ask(case.leader, case.deviation.pk, text=question)
    if not answers:
        return
    yield case.after(1, 8)
    reporter = case.world.actor(case.reporter)
    inbox.answer(reporter, case.deviation.pk, asked_now.pk, text=reply)
    yield case.after(1, 15)
    case.close_simply()
    yield from effect(case)


def misconduct(case: Case, *, returned: bool = False) -> Story:
    """Marked as a possible missförhållande: SAS has it at once, and now and then hands it back."""
    case.report(phrases.MISCONDUCT, grave=True, possible_misconduct=True)
    if case.stop_after == "report":
        return
    yield case.after(0.3, 3)
    case.receive()
    yield case.after(0, 1)
    case.deviation = inbox.send_to_sas(
        case.leader, case.deviation.pk, reason="Den enskilde kan ha kommit till skada."
    )
    if not returned:
        return
    yield case.after(10, 40)
    sas = case.world.actor(case.world.people["sas"])
    case.deviation = inbox.return_from_sas(
        sas, case.deviation.pk, reason="Inte ett missförhållande. Enheten följer upp rutinen."
    )
    case.classify()
    case.investigate()
    yield case.after(5, 20)
    reason = case.rng.choice(phrases.NO_ACTION_REASONS)
    closing.close_without_action(case.leader, case.deviation.pk, reason=reason)


def moved(case: Case, towards: list[Place], *, decided: bool = True) -> Story:
    """Moved from unit to unit; after the second move the head decides."""
    case.report()
    for place in towards:
        yield case.after(1, 9)
        reason = case.rng.choice(phrases.MOVE_REASONS)
        case.deviation = inbox.move(case.leader, case.deviation.pk, to=place.unit, reason=reason)
    if not decided:
        return
    yield case.after(2, 12)
    head = case.world.actor(case.place_now.head)
    case.deviation = inbox.decide_unit(
        head, case.deviation.pk, to=case.place.unit, reason="Händelsen inträffade där."
    )
    yield case.after(2, 20)
    case.close_simply()
    yield from effect(case)


def about_manager(case: Case) -> Story:
    """About one's manager: it goes to the head instead."""
    case.report(phrases.ABOUT_MANAGER, about_manager=True)
    if case.stop_after == "report":
        return
    yield case.after(2, 10)
    case.receive()
    case.classify()
    if case.stop_after == "receive":
        return
    yield case.after(5, 30)
    case.investigate()
    yield case.after(0, 5)
    action = case.plan_action(case.place_now.head)
    yield case.after(5, 30)
    case.finish_action(action)
    case.close()
    yield from effect(case)


def protected(case: Case) -> Story:
    """About somebody with skyddade personuppgifter: the named people and SAS alone."""
    case.report(protected=True)
    yield case.after(0.3, 3)
    case.receive()
    case.assign()
    if case.stop_after == "assign":
        return
    yield case.after(4, 40)
    case.close_simply()
    yield from effect(case)


def reopened(case: Case, *, again: bool = True) -> Story:
    """Closed, and opened again since the same thing happened."""
    case.report()
    yield case.after(0.5, 6)
    case.receive()
    yield case.after(1, 20)
    case.close_simply()
    yield case.after(15, 70)
    case.deviation = closing.reopen(
        case.leader, case.deviation.pk, reason=case.rng.choice(phrases.REOPENINGS)
    )
    if not again:
        return
    yield case.after(5, 30)
    case.close_simply()
    yield from effect(case)


def doubled(case: Case, other: Case) -> Story:
    """Two have reported the same event: the later report is merged into the earlier."""
    other.report()
    yield other.after(0.2, 1)
    case.report()
    yield case.after(1, 8)
    case.deviation = inbox.merge(case.leader, case.deviation.pk, into=other.deviation.pk)
    yield other.after(2, 30)
    other.close_simply()
    yield from effect(other)
