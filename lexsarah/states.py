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
# While these last the document is written in; put forward it is locked, until handed back.
WRITING = frozenset({INVESTIGATING, STATEMENTS})
DECIDED_ONES = frozenset({DECIDED, ACTIONS, CLOSED})
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
        "classify": step(ANY, None),
        "point_to_mas": step(OPEN_STATES, None),
        # The investigation
        "write_document": step(WRITING, None),
        "add_note": step(OPEN_STATES, None),
        "judge_earlier_event": step(WRITING, None),
        "name_examined": step(UNDECIDED, None),
        "request_statement": step(WRITING, STATEMENTS),
        "request_safety": step(OPEN_STATES, None),
        "withdraw_request": step(OPEN_STATES, None),
        # The last statement that was waited for has come, or is waited for no more.
        "statements_in": step({STATEMENTS}, INVESTIGATING),
        # The investigation goes on, and one that was asked for before has not come yet.
        "statements_awaited": step({INVESTIGATING}, STATEMENTS),
        # The decision
        "propose": step(WRITING, PROPOSED),
        "take_back_proposal": step({PROPOSED}, INVESTIGATING),
        "return_proposal": step({PROPOSED}, INVESTIGATING),
        "assign_decider": step({PROPOSED, DECIDED, ACTIONS}, None),
        "decide": step({PROPOSED}, DECIDED),
        "close_short": step({RECEIVED, INVESTIGATING, STATEMENTS}, CLOSED),
        "reopen": step(DECIDED_ONES, INVESTIGATING),
        "deliver": step(DECIDED_ONES, None),
        # Measures: proposed with the investigation or after it. Those that are proposed when the
        # report is decided are decided by that act (``decide``) or, left then, alone afterwards.
        "propose_measure": step({INVESTIGATING, STATEMENTS, DECIDED, ACTIONS}, None),
        "withdraw_measure": step({INVESTIGATING, STATEMENTS, DECIDED, ACTIONS}, None),
        "reassign_measure": step(OPEN_STATES - {RECEIVED}, None),
        "decide_measure": step({DECIDED, ACTIONS}, None),
        "follow_measures": step({DECIDED}, ACTIONS),
        # What was decided is done and followed up, also while the investigation is taken up again.
        "finish_measure": step(OPEN_STATES - {RECEIVED}, None),
        "assess_measure": step(OPEN_STATES - {RECEIVED}, None),
        "close": step({DECIDED, ACTIONS}, CLOSED),
        # Papers
        "store_document": step(ANY, None),
        "register_document": step(ANY, None),
        "ivo_letter": step(ANY, None),
        "write_outside_text": step(DECIDED_ONES, None),
        "approve_outside_text": step(DECIDED_ONES, None),
        "publish_lesson": step(DECIDED_ONES, None),
    },
)
