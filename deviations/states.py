"""States, effects and acts of a deviation: pure data, no Django.

The labels are those of the report and of every screen; the codes are what is stored.
"""

from casework.shared.states import TransitionTable, step

REPORTED = "reported"
RECEIVED = "received"
INVESTIGATING = "investigating"
ACTIONS = "actions"
CLOSED_FOLLOW_UP = "closed_follow_up"
CLOSED = "closed"
NOT_DEVIATION = "not_deviation"
MERGED = "merged"
WITH_SAS = "with_sas"
REOPENED = "reopened"

LABELS = {
    REPORTED: "Rapporterad",
    RECEIVED: "Mottagen",
    INVESTIGATING: "Utreds",
    ACTIONS: "Åtgärder pågår",
    CLOSED_FOLLOW_UP: "Avslutad, effekt följs upp",
    CLOSED: "Avslutad",
    NOT_DEVIATION: "Ej avvikelse",
    MERGED: "Sammanförd",
    WITH_SAS: "Överlämnad till SAS",
    REOPENED: "Återöppnad",
}

# Handling time stops here; "Avslutad, effekt följs upp" included.
CLOSED_STATES = frozenset({CLOSED_FOLLOW_UP, CLOSED, NOT_DEVIATION})
NOT_COUNTED = frozenset({MERGED})
OPEN_STATES = frozenset({REPORTED, RECEIVED, INVESTIGATING, ACTIONS, REOPENED})
# What waits for the unit to take a first decision.
INBOX_STATES = frozenset({REPORTED, REOPENED})

IMPROVED = "improved"
UNDECIDABLE = "undecidable"
NO_EFFECT = "no_effect"
NO_ACTION = "no_action"

EFFECTS = {
    IMPROVED: "Förbättring",
    UNDECIDABLE: "Går inte att avgöra",
    NO_EFFECT: "Ingen effekt",
    NO_ACTION: "Utan åtgärd",
}

DEVIATION = TransitionTable(
    labels=LABELS,
    acts={
        "receive": step(INBOX_STATES, RECEIVED),
        # Somebody else takes over, or more is found out: åtgärder under way go on.
        "assign": step(OPEN_STATES, INVESTIGATING, keeps={ACTIONS}),
        "classify": step(OPEN_STATES | {WITH_SAS}, None),
        "investigate": step(OPEN_STATES, INVESTIGATING, keeps={ACTIONS}),
        "plan_action": step(OPEN_STATES, ACTIONS),
        "finish_action": step(OPEN_STATES | CLOSED_STATES, None),
        "move": step(OPEN_STATES, REPORTED),
        "decide_unit": step(OPEN_STATES, REPORTED),
        "ask": step(OPEN_STATES, None),
        "answer": step(OPEN_STATES | {WITH_SAS}, None),
        "dismiss": step(OPEN_STATES, NOT_DEVIATION),
        "merge": step(OPEN_STATES, MERGED),
        "send_to_sas": step(OPEN_STATES, WITH_SAS),
        "return_from_sas": step({WITH_SAS}, INVESTIGATING),
        "close": step(OPEN_STATES, CLOSED_FOLLOW_UP),
        "close_without_action": step(OPEN_STATES, CLOSED),
        "assess_effect": step({CLOSED_FOLLOW_UP, CLOSED}, CLOSED),
        "postpone_effect": step({CLOSED_FOLLOW_UP}, None),
        "reopen": step(CLOSED_STATES, REOPENED),
        "exchange": step(OPEN_STATES | {WITH_SAS} | CLOSED_STATES, None),
        "protect": step(OPEN_STATES | {WITH_SAS} | CLOSED_STATES, None),
    },
)
