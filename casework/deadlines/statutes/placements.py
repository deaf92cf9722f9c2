"""Children who live elsewhere than at home (SoL 6 kap. old, 22 kap. new), and after LVU care."""

from casework.deadlines.rules import Basis, Kind, Repeat, Rule, RuleVersion
from casework.deadlines.statutes.acts import (
    GRACE,
    LVU,
    NEW_SOL_FROM,
    SOL_TEXTS,
    changed,
    moved,
)
from casework.deadlines.statutes.ladders import MONTHS
from casework.deadlines.terms import Term, Unit

SIX_MONTHS = Term(6, Unit.MONTHS)

FOLLOW_UP_AFTER_CARE = changed(
    RuleVersion(
        key="follow_up_after_care",
        label="Uppföljning efter LVU-vård",
        kind=Kind.LAW,
        trigger="uppföljningen började",
        duty="Uppföljningen ska vara avslutad",
        term=SIX_MONTHS,
        rolls=True,
        basis=Basis(LVU, "21 b"),
        source="LVU i lydelse april 2026",
        steps=MONTHS,
        asks_lex_sarah=True,
    ),
    NEW_SOL_FROM,
    basis=Basis(LVU, "21 b–c"),
)

PLACEMENT_REVIEW = moved(
    RuleVersion(
        key="placement_review",
        label="Övervägande, placerat barn",
        kind=Kind.LAW,
        trigger="barnet placerades, eller från det senaste övervägandet",
        duty="Nämnden ska överväga om vården fortfarande behövs",
        term=SIX_MONTHS,
        repeat=Repeat(SIX_MONTHS, "det senaste övervägandet"),
        rolls=True,
        source=SOL_TEXTS,
        steps=MONTHS,
        grace_working_days=GRACE,
    ),
    old="6:8",
    new="22:13",
)

CUSTODY_TRANSFER = moved(
    RuleVersion(
        key="custody_transfer",
        label="Vårdnadsöverflyttning övervägs",
        kind=Kind.LAW,
        trigger="barnet placerades i samma hem",
        duty="Nämnden ska överväga att ansöka om att vårdnaden flyttas över",
        # Two years, in the unit that everything else of this length is counted in.
        term=Term(24, Unit.MONTHS),
        repeat=Repeat(Term(12, Unit.MONTHS), "det senaste övervägandet"),
        rolls=True,
        source=SOL_TEXTS,
        notes=("Tiden två år gäller sedan den 1 juli 2022, också för tidigare placeringar.",),
        unverified=(
            "paragrafens nummer i den äldre lagen (6 kap. 8 § eller 8 b §), "
            "och att två år gällde också för den som placerades före den 1 juli 2022"
        ),
        steps=MONTHS,
        grace_working_days=GRACE,
    ),
    old="6:8",
    new="22:14",
    also=(Basis(LVU, "13 c"),),
    notes=(),
    unverified="",
)

EMERGENCY_HOME = moved(
    RuleVersion(
        key="emergency_home",
        label="Jourhem",
        kind=Kind.LAW,
        trigger="utredningen avslutades",
        duty="Barnet ska ha lämnat jourhemmet",
        term=Term(2, Unit.MONTHS),
        rolls=True,
        source=SOL_TEXTS,
        notes=("Barnet får vara kvar längre om det finns särskilda skäl.",),
        steps=MONTHS,
        grace_working_days=GRACE,
    ),
    old="6:6",
    new="22:4",
)

PLACEMENTS: tuple[Rule, ...] = (
    FOLLOW_UP_AFTER_CARE,
    PLACEMENT_REVIEW,
    CUSTODY_TRANSFER,
    EMERGENCY_HOME,
)
