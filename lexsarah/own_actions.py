"""What lex Sarah adds to Mina åtgärder: the measures that one is to do, without the report."""

from collections.abc import Sequence
from typing import Any

from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.shared import clock
from deviations.queries.own_actions import OWN_ACTIONS, OwnActions
from lexsarah.asked import own_measures
from lexsarah.models import Measure

_HIDDEN = "Skyddade personuppgifter. Fråga SAS vad som ska göras."


def shown_text(measure: Measure) -> str:
    """Return what is to be done, as its owner may read it."""
    return _HIDDEN if measure.report.protected else measure.decided_text


def _content(actor: Actor) -> object:
    to_do = list(own_measures(actor).filter(done_on=None).order_by("due_on", "pk"))
    if not to_do:
        return None
    _audit(actor, to_do)
    return {
        "rows": [{"measure": one, "text": shown_text(one)} for one in to_do],
        "today": clock.today(),
    }


def _rows(actor: Actor) -> Sequence[Sequence[Any]]:
    every = list(own_measures(actor).order_by("done_on", "due_on", "pk"))
    _audit(actor, every)
    return [
        (
            shown_text(one),
            one.cause.cause.name,
            one.due_on,
            one.done_on,
            one.report.number,
            one.report.unit.name,
        )
        for one in every
    ]


def _audit(actor: Actor, shown: Sequence[Measure]) -> None:
    if shown:
        ids = [one.pk for one in shown]
        record_reading(actor, "lexsarah.measures_listed", kind="measure", ids=ids)


OWN_ACTIONS.register("lexsarah", OwnActions("lexsarah/deciding/own_measures.html", _content, _rows))
