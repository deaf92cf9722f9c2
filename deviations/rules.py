"""Which relation to a deviation allows which act (see ``casework.access.policy.may``)."""

from casework.access.policy import Relation, Rules
from deviations.models import Proposal

_INBOX = frozenset({Relation.MANAGER, Relation.HELPER, Relation.HEAD})
_DECIDES = frozenset({Relation.MANAGER, Relation.HEAD})
_WORKS = _DECIDES | {Relation.HANDLER}

RULES: dict[str, frozenset[Relation]] = {
    "receive": _INBOX,
    "assign": _INBOX,
    "classify": _INBOX | {Relation.HANDLER, Relation.SAS, Relation.DEVELOPER},
    "investigate": _WORKS,
    "plan_action": _WORKS,
    "finish_action": _WORKS,
    "move": _INBOX,
    # Moved twice already: the units will not agree, so the head settles it.
    "decide_unit": frozenset({Relation.HEAD}),
    "ask": _INBOX | {Relation.HANDLER, Relation.SAS},
    "answer": frozenset({Relation.REPORTER}),
    "dismiss": _DECIDES,
    "merge": _INBOX,
    "send_to_sas": _INBOX | {Relation.HANDLER},
    "return_from_sas": frozenset({Relation.SAS}),
    "close": _DECIDES,
    "close_without_action": _DECIDES,
    "assess_effect": _DECIDES,
    "postpone_effect": _DECIDES,
    "reopen": _DECIDES | {Relation.SAS},
    "exchange": _WORKS | {Relation.SAS},
    "protect": _INBOX | {Relation.HANDLER, Relation.SAS},
}

# A proposal is received as a report is; that there is nothing to it, or what it was due to, says
# whoever decides.
PROPOSAL_RULES: dict[str, frozenset[Relation]] = {
    "confirm": _INBOX,
    "confirm_together": _DECIDES,
    "decline": _DECIDES,
}
# The examined unit does not know of the report; and the time was SAS's to keep.
CONFIDENTIAL_PROPOSAL_RULES: dict[str, frozenset[Relation]] = {
    "confirm": frozenset({Relation.SAS}),
    "confirm_together": frozenset(),
    "decline": frozenset({Relation.SAS}),
}


def proposal_rules(proposal: Proposal) -> Rules:
    """Return which relation to the proposal allows which act."""
    return CONFIDENTIAL_PROPOSAL_RULES if proposal.is_confidential else PROPOSAL_RULES
