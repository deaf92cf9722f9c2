"""Which relation to a report allows which act (see ``casework.access.policy.may``).

Nobody in the examined unit, or above it, is in this table: whose unit is examined does not
investigate (SOSFS 2011:5). ``Relation.EXAMINED`` stands at what an examined SAS may still do: it
neither tells of the investigation nor decides in it.
"""

from casework.access.circles import Circle
from casework.access.policy import REGISTER_READERS, Relation
from casework.organisation.models import Role

_SAS = frozenset({Relation.SAS})
_WORKS = _SAS | {Relation.HANDLER}
_DECIDES = frozenset({Relation.DECIDER})

RULES: dict[str, frozenset[Relation]] = {
    "start_investigation": _SAS,
    "assign_investigator": _SAS,
    "set_registry_number": _WORKS,
    "assess_serious": _WORKS,
    "notify_ivo": _WORKS,
    "supplement_ivo": _WORKS,
    "make_safe": _WORKS | {Relation.EXAMINED},
    "protect": _WORKS,
    "move": _SAS,
    "classify": _WORKS,
    "point_to_mas": _WORKS,
    "write_document": _WORKS,
    "add_note": _WORKS,
    "read_notes": _WORKS | _DECIDES,
    "read_document": _WORKS | _DECIDES,
    "judge_earlier_event": _WORKS,
    "name_examined": _SAS,
    "request_statement": _WORKS,
    "request_safety": _WORKS,
    "withdraw_request": _WORKS,
    "read_requests": _WORKS | _DECIDES,
    "propose": _WORKS,
    "take_back_proposal": _WORKS,
    "assign_decider": _WORKS,
    "return_proposal": _DECIDES,
    "decide": _DECIDES,
    # Who may is tried against the delegationsordning.
    "close_short": _WORKS | _DECIDES,
    "reopen": _SAS | _DECIDES,
    "deliver": _WORKS,
    "propose_measure": _WORKS,
    "withdraw_measure": _WORKS,
    "reassign_measure": _WORKS,
    "decide_measure": _DECIDES,
    "follow_measures": _WORKS,
    # Its owner as well, by a door of its own (``services.measures``).
    "finish_measure": _WORKS,
    "assess_measure": _WORKS,
    "close": _WORKS,
    "store_document": _WORKS,
    "register_document": _WORKS,
    "ivo_letter": _WORKS,
    # Whoever decides tries the words for secrecy where SAS is one person.
    "read_outside_text": _WORKS | _DECIDES,
    "write_outside_text": _WORKS,
    "approve_outside_text": _SAS | _DECIDES,
    "publish_lesson": _SAS,
}

# What comes to the board on paper, or from a provider, is entered by these.
ENTERING = Circle((Role.REGISTRAR, Role.SAS), "Det gör registratorn eller SAS.")
# What goes to the board's meeting.
APPENDIX = Circle((Role.SAS,), "Bilagan tas fram av SAS.")
OFFICIAL_REGISTER = Circle(REGISTER_READERS, "Diariet är för registratorn och SAS.")
DECISIONS = Circle((Role.SAS, Role.REGISTRAR), "Listan är för SAS och registratorn.")

# Information från utförare: whoever entered it, and SAS.
PROVIDER_RULES: dict[str, frozenset[Relation]] = {
    "follow_up": _WORKS,
    "finish": _WORKS,
    "correct": _WORKS,
}
