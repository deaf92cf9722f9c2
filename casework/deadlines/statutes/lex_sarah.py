"""Lex Sarah (SoL 14 kap. old, 27 kap. new; LSS 24 e–f §§; SOSFS 2011:5)."""

from casework.deadlines.rules import Basis, Kind, Rule, RuleVersion
from casework.deadlines.statutes.acts import GRACE, LSS, SOL_TEXTS, SOSFS, moved
from casework.deadlines.statutes.ladders import MONTHS, NEXT_DAY
from casework.deadlines.terms import Term, Unit

LEX_SARAH_INVESTIGATION = moved(
    RuleVersion(
        key="lex_sarah_investigation",
        label="Lex Sarah-utredning",
        kind=Kind.GOAL,
        trigger="rapporten lämnades",
        duty="Missförhållandet eller risken ska utredas",
        promptly="genast",
        term=Term(60, Unit.DAYS),
        rolls=True,
        also=(Basis(LSS, "24 e"),),
        source=SOL_TEXTS,
        steps=MONTHS,
    ),
    old="14:6",
    new="27:5",
)

LEX_SARAH_IVO = moved(
    RuleVersion(
        key="lex_sarah_ivo",
        label="Anmälan till IVO",
        kind=Kind.GOAL,
        trigger="missförhållandet eller risken bedömdes som allvarlig",
        duty="Anmälan till IVO ska göras",
        promptly="snarast",
        term=Term(1, Unit.WORKING_DAYS),
        rolls=True,
        also=(Basis(LSS, "24 f"),),
        source=SOL_TEXTS,
        notes=("Bedömningen kan göras när rapporten tas emot, under utredningen eller sist.",),
        steps=NEXT_DAY,
    ),
    old="14:7",
    new="27:6",
)

LEX_SARAH_IVO_SUPPLEMENT = Rule(
    (
        RuleVersion(
            key="lex_sarah_ivo_supplement",
            label="Utredning till IVO",
            kind=Kind.LAW,
            trigger="anmälan gjordes utan färdig utredning",
            duty="Utredningen ska ha lämnats till IVO",
            term=Term(2, Unit.MONTHS),
            rolls=True,
            basis=Basis(SOSFS, "6 kap."),
            source="SOSFS 2011:5, senast ändrad genom HSLF-FS 2025:20",
            notes=("IVO får förlänga tiden.",),
            steps=MONTHS,
            grace_working_days=GRACE,
        ),
    )
)

LEX_SARAH: tuple[Rule, ...] = (LEX_SARAH_INVESTIGATION, LEX_SARAH_IVO, LEX_SARAH_IVO_SUPPLEMENT)
