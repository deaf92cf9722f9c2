"""Care without consent (LVU, LVM): no last day moves, no late registration is waited for.

Where somebody is deprived of liberty no slack is ever shown, whatever lag 1930:173 would give.
"""

from typing import Any

from casework.deadlines.rules import Basis, Kind, Repeat, Rule, RuleVersion
from casework.deadlines.statutes.acts import LVM, LVU
from casework.deadlines.statutes.ladders import COERCION_REVIEW, NEXT_DAY, WEEK, WEEKS, at_once
from casework.deadlines.terms import Term, Unit

ONE_DAY = Term(1, Unit.DAYS)
ONE_WEEK = Term(1, Unit.WEEKS)
FOUR_WEEKS = Term(4, Unit.WEEKS)
THREE_MONTHS = Term(3, Unit.MONTHS)
SIX_MONTHS = Term(6, Unit.MONTHS)

AFTER_DECISION = "beslutet fattades, eller från det senaste övervägandet"
AFTER_EXECUTION = "vården började verkställas, eller från {latest}"


def _rule(act: str, paragraph: str, **content: Any) -> Rule:
    version = RuleVersion(
        kind=Kind.LAW,
        basis=Basis(act, paragraph),
        source=f"{act.split()[0]} i lydelse april 2026",
        asks_lex_sarah=act == LVU,
        **content,
    )
    return Rule((version,))


def _review(paragraph: str, term: Term, latest: str, **content: Any) -> Rule:
    return _rule(
        LVU, paragraph, term=term, repeat=Repeat(term, latest), steps=COERCION_REVIEW, **content
    )


COERCION: tuple[Rule, ...] = (
    _rule(
        LVU,
        "7",
        key="lvu_referral",
        label="LVU underställning",
        trigger="beslutet om omedelbart omhändertagande fattades",
        duty="Beslutet ska underställas förvaltningsrätten",
        term=ONE_WEEK,
        notes=("Underställs beslutet inte i tid upphör omhändertagandet.",),
        steps=at_once(WEEK),
    ),
    _rule(
        LVU,
        "8",
        key="lvu_application",
        label="LVU ansökan",
        trigger="omhändertagandet verkställdes",
        duty="Ansökan om vård ska göras hos förvaltningsrätten",
        term=FOUR_WEEKS,
        notes=("Förvaltningsrätten får förlänga tiden.",),
        steps=at_once(WEEKS),
    ),
    _review(
        "13",
        SIX_MONTHS,
        "det senaste övervägandet",
        key="lvu_consideration",
        label="LVU övervägande (2 §)",
        trigger=AFTER_EXECUTION.format(latest="det senaste övervägandet"),
        duty="Nämnden ska överväga om vården fortfarande behövs",
    ),
    _review(
        "13",
        SIX_MONTHS,
        "den senaste omprövningen",
        key="lvu_reconsideration",
        label="LVU omprövning (3 §)",
        trigger=AFTER_EXECUTION.format(latest="den senaste omprövningen"),
        duty="Nämnden ska pröva om vården ska upphöra",
    ),
    _review(
        "14",
        THREE_MONTHS,
        "det senaste övervägandet",
        key="contact_restriction",
        label="Umgänge / hemlighållande",
        trigger=AFTER_DECISION,
        duty="Nämnden ska överväga om beslutet fortfarande behövs",
    ),
    _rule(
        LVU,
        "22",
        key="intermediate_order",
        label="Mellantvång",
        trigger="beslutet fattades",
        duty="Nämnden ska pröva om beslutet ska upphöra",
        term=SIX_MONTHS,
        steps=COERCION_REVIEW,
    ),
    _review(
        "26",
        THREE_MONTHS,
        "det senaste övervägandet",
        key="moving_ban",
        label="Flyttningsförbud",
        trigger=AFTER_DECISION,
        duty="Nämnden ska överväga om förbudet fortfarande behövs",
        notes=("Ett tillfälligt flyttningsförbud ska underställas inom 1 vecka (28 § LVU).",),
    ),
    _review(
        "31 c",
        SIX_MONTHS,
        "den senaste prövningen",
        key="travel_ban_review",
        label="Utreseförbud",
        trigger="den senaste prövningen gjordes",
        duty="Nämnden ska pröva om förbudet ska upphöra",
        notes=("För ett tillfälligt utreseförbud gäller 1 vecka och 4 veckor (31 e–f §§ LVU).",),
    ),
    _rule(
        LVM,
        "15",
        key="lvm_referral",
        label="LVM underställning",
        trigger="beslutet om omedelbart omhändertagande fattades",
        duty="Beslutet ska underställas förvaltningsrätten",
        term=ONE_DAY,
        steps=at_once(NEXT_DAY),
    ),
    _rule(
        LVM,
        "18",
        key="lvm_application",
        label="LVM ansökan inkommen",
        trigger="domstolen beslutade att omhändertagandet ska bestå",
        duty="Ansökan om vård ska ha kommit in till förvaltningsrätten",
        term=ONE_WEEK,
        notes=("Ansökan ska ha kommit fram, det räcker inte att den är skickad.",),
        steps=at_once(WEEK),
    ),
)
