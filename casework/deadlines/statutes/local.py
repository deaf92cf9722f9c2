"""The board's own times as they ship; no law stands behind them, and each board may change them."""

from typing import Any

from casework.deadlines.rules import Kind, Rule, RuleVersion
from casework.deadlines.statutes.ladders import (
    ASKED,
    DEVIATION,
    MONTHS,
    NEXT_DAY,
    OWN_DAY,
    WEEK,
)
from casework.deadlines.terms import Term, Unit

# No law says how long; a board may, for each verksamhetsområde.
_NO_DAYS = "Lagen anger inget antal dagar. Handläggningen ska vara skyndsam (9 § FL)."


def _rule(**content: Any) -> Rule:
    return Rule((RuleVersion(kind=Kind.LOCAL, source="nämndens egen tid", **content),))


LOCAL: tuple[Rule, ...] = (
    _rule(
        key="complaint_acknowledgement",
        label="Bekräftelse på synpunkt",
        trigger="synpunkten kom in",
        duty="Den som lämnade synpunkten ska få en bekräftelse",
        term=Term(2, Unit.WORKING_DAYS),
        steps=NEXT_DAY,
    ),
    _rule(
        key="complaint_answer",
        label="Svar på synpunkt",
        trigger="synpunkten kom in",
        duty="Den som lämnade synpunkten ska få svar",
        term=Term(10, Unit.WORKING_DAYS),
        steps=WEEK,
    ),
    _rule(
        key="deviation_handling",
        label="Avvikelse hanterad",
        trigger="avvikelsen rapporterades",
        duty="Avvikelsen ska vara hanterad",
        term=Term(30, Unit.DAYS),
        notes=("En avvikelse som inte är hanterad efter 90 dagar lyfts till chefen.",),
        steps=DEVIATION,
    ),
    _rule(
        key="action_due",
        label="Åtgärd",
        trigger="åtgärden beslutades",
        duty="Åtgärden ska vara genomförd den dag som sattes när den beslutades",
        term=None,
        steps=OWN_DAY,
    ),
    _rule(
        key="effect_follow_up",
        label="Effektuppföljning",
        trigger="åtgärden genomfördes",
        duty="Effekten ska bedömas den dag som sattes för uppföljningen",
        term=None,
        notes=("Om ingen annan dag sätts är den 3 månader efter åtgärden.",),
        steps=OWN_DAY,
    ),
    _rule(
        key="lex_sarah_request",
        label="Begärt i lex Sarah",
        trigger="det begärdes",
        duty="Det som begärdes ska vara besvarat den dag som sattes när det begärdes",
        term=None,
        steps=ASKED,
    ),
    _rule(
        key="lex_sarah_ivo_question",
        label="Svar till IVO",
        trigger="IVO:s fråga kom",
        duty="IVO:s fråga ska vara besvarad den dag som IVO satte",
        term=None,
        steps=OWN_DAY,
    ),
    _rule(
        key="adult_investigation",
        label="Vuxenutredning",
        trigger="utredningen inleddes",
        duty="Utredningen ska vara avslutad",
        term=None,
        notes=(_NO_DAYS,),
        steps=MONTHS,
    ),
    _rule(
        key="economic_assistance",
        label="Ekonomiskt bistånd",
        trigger="ansökan kom in",
        duty="Beslutet ska vara fattat",
        term=None,
        notes=(_NO_DAYS,),
        steps=WEEK,
    ),
)
