"""Which relation to a case record allows which step (see ``casework.access.policy.may``)."""

from casework.access.policy import Relation

# Whoever works with the unit's cases takes them through their steps.
_WORKS = frozenset(
    {Relation.HANDLER, Relation.WORKER, Relation.SENIOR, Relation.MANAGER, Relation.HEAD}
)
_LEADS = frozenset({Relation.SENIOR, Relation.MANAGER, Relation.HEAD})

RULES: dict[str, frozenset[Relation]] = {
    "assess_protection": _WORKS,
    "decide_intake": _WORKS,
    "ask_feedback": _WORKS,
    "give_feedback": _WORKS,
    "waive_feedback": _WORKS,
    "extend_investigation": _WORKS,
    "close_investigation": _WORKS,
    "begin_follow_up": _WORKS,
    "end_follow_up": _WORKS,
    "execute": _WORKS,
    "interrupt": _WORKS,
    "resume": _WORKS,
    "end_without_execution": _WORKS,
    "give_reason": _WORKS,
    "begin_time": _WORKS,
    "review_time": _WORKS,
    "extend_time": _WORKS,
    "time_done": _WORKS,
    "drop_time": _WORKS,
    # What nobody handles yet, anybody of the unit may take.
    "take": _WORKS,
    "assign": _LEADS | {Relation.HANDLER},
    "move_unit": _LEADS,
    "protect": _WORKS | {Relation.SAS},
}
