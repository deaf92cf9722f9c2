"""What the reporter's templates need: how a state looks, and how a report is followed."""

from typing import Any

from django import template

from deviations import states
from deviations.models import Deviation
from deviations.services import reporter
from deviations.services.reporter import Followed

register = template.Library()

_KINDS = {
    states.REPORTED: "neutral",
    states.RECEIVED: "info",
    states.INVESTIGATING: "info",
    states.ACTIONS: "info",
    states.WITH_SAS: "warn",
    states.REOPENED: "warn",
    states.CLOSED_FOLLOW_UP: "ok",
    states.CLOSED: "ok",
    states.NOT_DEVIATION: "done",
    states.MERGED: "done",
}


@register.filter
def state_kind(deviation: Deviation) -> str:
    """``{{ deviation|state_kind }}``: the kind of chip for its state."""
    return _KINDS[deviation.status]


@register.filter
def state_label(deviation: Deviation) -> str:
    """``{{ deviation|state_label }}``: its state, with what it was merged with."""
    label = states.LABELS[deviation.status]
    if deviation.merged_into:
        return f"{label} med {deviation.merged_into.number}"
    return label


@register.simple_tag(takes_context=True)
def follow(context: dict[str, Any], deviation: Deviation) -> Followed | None:
    """``{% follow deviation as followed %}``: the report as its reporter follows it.

    None for everybody else.
    """
    return reporter.follow(context["request"].actor, deviation)
