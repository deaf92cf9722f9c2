"""Children and young people: from anmälan to follow-up (SoL 11 kap. old, 19, 20 and 23 kap. new).

There is no statutory day limit for investigations of adults or for ekonomiskt bistånd.
"""

from datetime import date

from casework.deadlines.rules import Kind, Rule, RuleVersion
from casework.deadlines.statutes.acts import GRACE, SOL_TEXTS, changed_again, moved
from casework.deadlines.statutes.ladders import (
    CHILD_INVESTIGATION,
    MONTHS,
    NEXT_DAY,
    WEEK,
    WEEKS,
    at_once,
)
from casework.deadlines.terms import Term, Unit

PROTECTION_ASSESSMENT = moved(
    RuleVersion(
        key="protection_assessment",
        label="Omedelbar skyddsbedömning",
        kind=Kind.GOAL,
        trigger="en anmälan som rör ett barn eller en ung person kom in",
        duty="Bedömningen av om barnet eller den unge behöver omedelbart skydd ska göras",
        promptly="genast",
        term=Term(1, Unit.DAYS),
        source=f"{SOL_TEXTS}; prop. 2012/13:10 s. 60 (senast dagen efter)",
        notes=(
            "Gäller också när en utredning redan pågår.",
            "Det är tidpunkten för bedömningen som räknas, inte när den skrevs ned.",
        ),
        steps=at_once(NEXT_DAY),
        asks_lex_sarah=True,
    ),
    old="11:1 a",
    new="20:1",
)

PRELIMINARY_ASSESSMENT = moved(
    RuleVersion(
        key="preliminary_assessment",
        label="Förhandsbedömning",
        kind=Kind.LAW,
        trigger="en anmälan som rör ett barn eller en ung person kom in",
        duty="Beslutet att inleda eller inte inleda utredning ska fattas",
        term=Term(14, Unit.DAYS),
        rolls=True,
        source=SOL_TEXTS,
        notes=(
            "Tiden får överskridas om det finns synnerliga skäl.",
            "Tiden gäller inte medan en utredning om barnet redan pågår.",
        ),
        steps=WEEKS,
        grace_working_days=GRACE,
    ),
    old="11:1 a 2 st",
    new="20:2",
)

REPORTER_FEEDBACK = changed_again(
    moved(
        RuleVersion(
            key="reporter_feedback",
            label="Återkoppling till anmälare",
            kind=Kind.LAW,
            trigger="beslutet att inleda eller inte inleda utredning fattades",
            duty="Den anmälare som har bett om det ska få återkoppling",
            term=None,
            rolls=True,
            source=SOL_TEXTS,
            notes=("Återkoppling ges inte om det är olämpligt.",),
            grace_working_days=GRACE,
        ),
        old="14:1 b",
        new="19:6",
    ),
    date(2026, 1, 1),
    term=Term(1, Unit.WEEKS),
    source=f"{SOL_TEXTS}; lag 2025:1501",
    notes=(
        "Frågar anmälaren först senare ska återkopplingen ges genast.",
        "Återkoppling ges inte om det är olämpligt.",
    ),
    unverified="att tiden en vecka gäller från och med den 1 januari 2026 (lag 2025:1501)",
    steps=WEEK,
)

CHILD_INVESTIGATION_RULE = moved(
    RuleVersion(
        key="child_investigation",
        label="Barnutredning",
        kind=Kind.LAW,
        trigger="utredningen inleddes",
        duty="Utredningen ska vara slutförd",
        term=Term(4, Unit.MONTHS),
        rolls=True,
        source=SOL_TEXTS,
        notes=(
            "Finns det särskilda skäl kan nämnden förlänga utredningen för en viss tid. "
            "Beslutet ska fattas innan tiden har gått ut; ett senare beslut räknas inte.",
        ),
        steps=CHILD_INVESTIGATION,
        grace_working_days=GRACE,
    ),
    old="11:2",
    new="20:3",
)


def _checkpoint(days: int) -> Rule:
    return Rule(
        (
            RuleVersion(
                key=f"investigation_checkpoint_{days}",
                label=f"Avstämning efter {days} dagar",
                kind=Kind.LOCAL,
                trigger="utredningen inleddes",
                duty="Utredningen ska stämmas av",
                term=Term(days, Unit.DAYS),
                source="nämndens egen tid",
                notes=("Avstämningen är ett steg på vägen i barnutredningens fyra månader.",),
                step_of="child_investigation",
            ),
        )
    )


FOLLOW_UP_AFTER_INVESTIGATION = moved(
    RuleVersion(
        key="follow_up_after_investigation",
        label="Uppföljning utan insats",
        kind=Kind.LAW,
        trigger="beslutet om uppföljning fattades",
        duty="Uppföljningen ska vara avslutad",
        term=Term(2, Unit.MONTHS),
        rolls=True,
        source=SOL_TEXTS,
        notes=(
            "Nämnden får, men måste inte, besluta om uppföljning. Tiden är den yttersta gränsen.",
            "Uppföljningen upphör om en ny utredning inleds.",
            "Vårdnadshavaren och den som har fyllt 15 år ska få veta när den börjar och slutar.",
        ),
        steps=MONTHS,
        grace_working_days=GRACE,
    ),
    old="11:4 a",
    new="23:1–5",
    term=Term(6, Unit.MONTHS),
)

CHILDREN: tuple[Rule, ...] = (
    PROTECTION_ASSESSMENT,
    PRELIMINARY_ASSESSMENT,
    REPORTER_FEEDBACK,
    CHILD_INVESTIGATION_RULE,
    _checkpoint(30),
    _checkpoint(60),
    _checkpoint(90),
    FOLLOW_UP_AFTER_INVESTIGATION,
)
