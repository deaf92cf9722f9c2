"""Nästa steg: one sentence that says exactly what should happen next, and its buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from deviations import states
from deviations.models import Action, Deviation, SafeNow

SIMPLE = "simple"


@dataclass(frozen=True)
class NextStep:
    """What comes next, and the acts that do it, the one expected first."""

    text: str
    acts: tuple[str, ...] = ()
    kind: str = "info"


def next_step(
    deviation: Deviation, actions: Sequence[Action], today: date, *, judged_in: str = ""
) -> NextStep:
    """Return the next step of a deviation with its ``actions``.

    ``judged_in`` is the number of what SAS judges it in, to those who may read that.
    """
    status = deviation.status
    if status in states.INBOX_STATES:
        return _first_decision(deviation)
    if status == states.RECEIVED:
        if deviation.category_id and deviation.risk_level:
            return NextStep(
                "Fördela till den som ska utreda, eller beskriv själv vad det berodde på.",
                ("assign", "investigate", SIMPLE),
            )
        return NextStep(
            "Fördela till den som ska utreda, eller bedöm kategori och risk själv.",
            ("assign", "classify", SIMPLE),
        )
    if status in {states.INVESTIGATING, states.ACTIONS}:
        return _work(deviation, actions, today)
    if status == states.WITH_SAS and judged_in:
        return NextStep(
            f"Om det är ett missförhållande bedöms i {judged_in}. Lämna sedan tillbaka avvikelsen: "
            "enheten väntar på besked.",
            ("return_from_sas",),
        )
    if status == states.WITH_SAS:
        return NextStep(
            "SAS bedömer om det är ett missförhållande. Enheten väntar på besked.",
            ("return_from_sas",),
        )
    if status == states.CLOSED_FOLLOW_UP:
        return _follow_up(deviation, today)
    return NextStep("Klart. Inget mer att göra.", (), "ok")


def _first_decision(deviation: Deviation) -> NextStep:
    if deviation.moves >= 2 and not deviation.unit_decided:
        return NextStep(
            "Enheterna har flyttat det två gånger. Avdelningschefen bestämmer vem som ansvarar.",
            ("decide_unit", "receive"),
            "warn",
        )
    if deviation.safe_now == SafeNow.NO:
        return NextStep(
            "Den enskilde är inte trygg. Ta emot nu och se till att det ordnas i dag.",
            ("receive", "assign"),
            "danger",
        )
    if deviation.possible_misconduct:
        return NextStep(
            "Rapporten kan gälla ett missförhållande och finns även hos SAS. Ta emot den.",
            ("receive", "assign", "send_to_sas"),
            "danger",
        )
    return NextStep(
        "Läs rapporten. Avsluta med enkel hantering om risken är låg, annars ta emot eller "
        "fördela den.",
        ("receive", SIMPLE, "assign"),
    )


def _work(deviation: Deviation, actions: Sequence[Action], today: date) -> NextStep:
    if deviation.category_id is None or deviation.risk_level is None:
        missing = "kategori" if deviation.category_id is None else ""
        if deviation.risk_level is None:
            missing = f"{missing} och risk" if missing else "risk"
        return NextStep(f"Bedöm {missing}.", ("classify", SIMPLE))
    if not deviation.cause_ids:
        return NextStep("Beskriv vad det berodde på.", ("investigate", SIMPLE))
    if not actions:
        return NextStep(
            "Planera en åtgärd mot orsaken, eller avsluta utan åtgärd och säg varför.",
            ("plan_action", "close_without_action"),
        )
    undone = [action for action in actions if action.done_on is None]
    if not undone:
        return NextStep("Alla åtgärder är utförda. Avsluta ärendet.", ("close", "plan_action"))
    return _awaited(undone, today)


def _awaited(undone: Sequence[Action], today: date) -> NextStep:
    days = sorted(action.due_on for action in undone if action.due_on)
    count = "En åtgärd" if len(undone) == 1 else f"{len(undone)} åtgärder"
    if days and days[0] < today:
        return NextStep(
            f"{count} återstår, och {date_format(days[0], 'j F')} har passerat. Markera som "
            "utförd, eller stäm av med den som ansvarar.",
            ("plan_action",),
            "warn",
        )
    when = f", närmast till {date_format(days[0], 'j F')}" if days else ""
    return NextStep(f"{count} återstår{when}. Markera som utförd när det är gjort.")


def _follow_up(deviation: Deviation, today: date) -> NextStep:
    due = deviation.effect_due_on
    if due is None or due <= today:
        return NextStep(
            "Hjälpte åtgärderna? Bedöm effekten.", ("assess_effect", "postpone_effect"), "warn"
        )
    return NextStep(
        f"Inget att göra nu. Effekten följs upp {date_format(due, 'j F Y')}.",
        ("assess_effect",),
        "ok",
    )


def premature(deviation: Deviation, actions: Sequence[Action]) -> frozenset[str]:
    """Return the acts that could only be refused yet, for want of something."""
    early = set() if deviation.cause_ids else {"plan_action"}
    if any(action.done_on is None for action in actions):
        early |= {"close", "close_without_action", SIMPLE}
    elif not (deviation.category_id and deviation.risk_level and deviation.cause_ids):
        early |= {"close", "close_without_action"}
    else:
        early.add("close_without_action" if actions else "close")
    return frozenset(early)
