"""Which relation to a report allows which act (see ``casework.access.policy.may``).

Nobody in the examined unit, or above it, is in this table: whose unit is examined does not
investigate (SOSFS 2011:5).
"""

from casework.access.policy import Relation

_SAS = frozenset({Relation.SAS})
_WORKS = _SAS | {Relation.HANDLER}

RULES: dict[str, frozenset[Relation]] = {
    "start_investigation": _SAS,
    "assign_investigator": _SAS,
    "set_registry_number": _WORKS,
    "assess_serious": _WORKS,
    "notify_ivo": _WORKS,
    "supplement_ivo": _WORKS,
    "make_safe": _WORKS,
    "protect": _WORKS,
    "move": _SAS,
}
