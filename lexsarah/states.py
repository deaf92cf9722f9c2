"""States, outcomes and acts of a lex Sarah report: pure data, no Django.

That IVO has been notified is no state: it may be due in any of them, and is a fact beside.
"""

from casework.shared.states import TransitionTable, step

RECEIVED = "received"
INVESTIGATING = "investigating"
STATEMENTS = "statements"
PROPOSED = "proposed"
DECIDED = "decided"
ACTIONS = "actions"
CLOSED = "closed"

LABELS = {
    RECEIVED: "Rapport mottagen",
    INVESTIGATING: "Utredning pågår",
    STATEMENTS: "Yttrande begärt",
    PROPOSED: "Förslag till beslut",
    DECIDED: "Beslutad",
    ACTIONS: "Åtgärder följs upp",
    CLOSED: "Avslutad",
}
# Until it is decided the investigation runs.
UNDECIDED = frozenset({RECEIVED, INVESTIGATING, STATEMENTS, PROPOSED})
OPEN_STATES = frozenset(LABELS) - {CLOSED}
ANY = frozenset(LABELS)

NO_MISCONDUCT = "none"
MISCONDUCT = "misconduct"
RISK = "risk"
SERIOUS = "serious"
SERIOUS_RISK = "serious_risk"

# In the order in which the report lists them.
OUTCOMES = {
    NO_MISCONDUCT: "Ej missförhållande",
    MISCONDUCT: "Missförhållande",
    RISK: "Påtaglig risk för missförhållande",
    SERIOUS: "Allvarligt missförhållande",
    SERIOUS_RISK: "Påtaglig risk för allvarligt missförhållande",
}
# These go to IVO (SoL 27:6, LSS 24 f).
TO_IVO = frozenset({SERIOUS, SERIOUS_RISK})

REPORT = TransitionTable(
    labels=LABELS,
    acts={
        "start_investigation": step({RECEIVED}, INVESTIGATING),
        "assign_investigator": step(OPEN_STATES, None),
        "assess_serious": step(UNDECIDED, None),
        # Possible at receipt, during the investigation and afterwards alike.
        "notify_ivo": step(ANY, None),
        "supplement_ivo": step(ANY, None),
        "set_registry_number": step(ANY, None),
        "make_safe": step(OPEN_STATES, None),
        "protect": step(ANY, None),
        "move": step(UNDECIDED, None),
    },
)
