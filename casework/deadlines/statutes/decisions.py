"""The answer that is owed (FL), the appeal, and decisions that are not carried out."""

from casework.deadlines.rules import Basis, Kind, Repeat, Rule, RuleVersion
from casework.deadlines.statutes.acts import FL, GRACE, LSS, SOL_TEXTS, moved
from casework.deadlines.statutes.ladders import REPORTED_QUARTERLY, WEEKS
from casework.deadlines.terms import Term, Unit

QUARTER = Term(3, Unit.MONTHS)
FL_TEXT = "FL i lydelse april 2026"

DELAY_REQUEST = Rule(
    (
        RuleVersion(
            key="delay_request",
            label="Dröjsmålstalan",
            kind=Kind.LAW,
            trigger="den skriftliga begäran om att ärendet ska avgöras kom in",
            duty="Ärendet ska avgöras, eller begäran avslås i ett beslut,",
            term=Term(4, Unit.WEEKS),
            rolls=True,
            basis=Basis(FL, "12"),
            source=FL_TEXT,
            notes=(
                "Den enskilde kan begära det när ärendet har pågått i minst sex månader, "
                "en gång i varje ärende.",
            ),
            steps=WEEKS,
            grace_working_days=GRACE,
        ),
    )
)

APPEAL = Rule(
    (
        RuleVersion(
            key="appeal",
            label="Överklagande",
            kind=Kind.OTHER,
            trigger="den enskilde fick del av beslutet",
            duty="Överklagandet ska ha kommit in",
            term=Term(3, Unit.WEEKS),
            rolls=True,
            basis=Basis(FL, "44"),
            source=FL_TEXT,
        ),
    )
)

UNEXECUTED_DECISION = moved(
    RuleVersion(
        key="unexecuted_decision",
        label="Ej verkställt beslut",
        kind=Kind.LAW,
        trigger="det gynnande beslutet fattades",
        duty="Beslutet ska vara verkställt, annars rapporteras till IVO,",
        term=QUARTER,
        repeat=Repeat(QUARTER, "den senaste rapporten, varje kvartal"),
        rolls=True,
        also=(Basis(LSS, "28 f"),),
        source=SOL_TEXTS,
        notes=(
            "Tiden är en gräns för rapportering. Den ger ingen rätt att vänta.",
            "Att den enskilde tackar nej till ett erbjudande avslutar inte rapporteringen.",
            "När beslutet verkställs ska det rapporteras med datum.",
        ),
        steps=REPORTED_QUARTERLY,
        grace_working_days=GRACE,
    ),
    old="16:6 f",
    new="34:1",
    notes=(
        "Tiden är en gräns för rapportering. Den ger ingen rätt att vänta.",
        "Att den enskilde tackar nej till ett erbjudande avslutar inte rapporteringen.",
        "När beslutet verkställs ska det rapporteras med datum (34 kap. 2 § SoL).",
    ),
)

INTERRUPTED_DECISION = moved(
    RuleVersion(
        key="interrupted_decision",
        label="Avbruten verkställighet",
        kind=Kind.LAW,
        trigger="verkställigheten avbröts",
        duty="Insatsen ska ha återupptagits, annars rapporteras till IVO,",
        term=QUARTER,
        rolls=True,
        also=(Basis(LSS, "28 f"),),
        source=SOL_TEXTS,
        notes=("Att bara en del av insatsen ges i tre månader eller mer räknas också.",),
        steps=REPORTED_QUARTERLY,
        grace_working_days=GRACE,
    ),
    old="16:6 f",
    new="34:1",
)

DECISIONS: tuple[Rule, ...] = (DELAY_REQUEST, APPEAL, UNEXECUTED_DECISION, INTERRUPTED_DECISION)
