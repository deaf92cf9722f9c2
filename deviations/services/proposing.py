"""Proposing a deviation for a time that the law sets and that was missed."""

from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.deadlines.subjects import Missed
from deviations.models import Proposal
from deviations.services.register_values import RegisterValues

_CASEWORK = "Utreda/besluta i SoL-ärende"
_NOT_CARRIED_OUT = ("Utförande av SoL-insats", "Insats inte blivit av")
# Category and underkategori by rule; what is not named here is "Lagstadgad tid överskriden".
CATEGORIES = {
    "preliminary_assessment": (_CASEWORK, "Förhandsbedömning ej gjord inom tidsfrist"),
    "protection_assessment": (_CASEWORK, "Utebliven skyddsbedömning"),
    "child_investigation": (_CASEWORK, "Utredningstid överskridits"),
    "unexecuted_decision": _NOT_CARRIED_OUT,
    "interrupted_decision": _NOT_CARRIED_OUT,
}
OTHERS = (_CASEWORK, "Lagstadgad tid överskriden")


def propose(missed: Missed) -> bool:
    """Make the proposal for a missed time, for the unit that was responsible that day."""
    deadline = missed.deadline
    actor = Actor.system(deadline.board)
    with unit_of_work(actor) as work:
        category = RegisterValues(deadline.board).named_category(
            *CATEGORIES.get(deadline.rule, OTHERS), missed.lapsed_on
        )
        proposal, is_new = Proposal.objects.get_or_create(
            deadline=deadline,
            defaults={
                "board": deadline.board,
                "unit": missed.unit,
                "category": category,
                "asks_lex_sarah": missed.asks_lex_sarah,
                "proposed_at": work.at,
            },
        )
        if is_new:
            work.audit("deviation.proposed", proposal, data={"deadline": deadline.pk})
    return is_new
