"""Why this date? Rule, paragraph and arithmetic in sentences for the person who has the case."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.deadlines.calendar import MONTHS, holiday, in_words, why_free
from casework.deadlines.rules import Basis, Kind, RuleVersion
from casework.deadlines.terms import Reckoning, Unit, reckon

_PROVISION = re.compile(
    r"(?:(?P<chapter>\d+):)?(?P<section>\d+(?: [a-z])?(?:–[\da-z]+)?)(?P<st> 2 st)?"
)
_ROLL_ACT = "2 § lagen (1930:173) om beräkning av lagstadgad tid"


@dataclass(frozen=True)
class Explanation:
    """What a rule gives for a trigger date; ``reckoning`` is None where it sets no time."""

    version: RuleVersion
    trigger_date: date
    reckoning: Reckoning | None
    steps: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the explanation in the shape of the command ``explain_deadline``."""
        version, reckoning = self.version, self.reckoning
        return {
            "rule": version.key,
            "label": version.label,
            "law": version.basis.law if version.basis else None,
            "provision": version.basis.provision if version.basis else None,
            "trigger_date": self.trigger_date.isoformat(),
            "amount": version.term.amount if version.term else None,
            "unit": version.term.unit.value if version.term else None,
            "raw_date": reckoning.raw_date.isoformat() if reckoning else None,
            "last_day": reckoning.last_day.isoformat() if reckoning else None,
            "rolled": bool(reckoning and reckoning.rolled),
            "steps": list(self.steps),
        }


def explain(version: RuleVersion, trigger_date: date) -> Explanation:
    """Return what ``version`` gives for a time that begins on ``trigger_date``, and why.

    Raises ``OutsideCalendar`` where trigger or end lies in a year whose holidays are not known.
    """
    term = version.term
    reckoning = reckon(trigger_date, term, rolls=version.rolls) if term else None
    begins = "Tiden räknas från att" if term else "Utgångspunkten är att"
    steps = [f"{begins} {version.trigger}: {in_words(trigger_date)}.", _rule_in_words(version)]
    if reckoning:
        steps += [*_counting(reckoning), *_ending(version, reckoning)]
    steps += version.notes
    if version.repeat:
        steps.append(f"Därefter gäller {version.repeat.term} från {version.repeat.since}.")
    if version.unverified:
        steps.append(f"Kontrollera: {version.unverified}.")
    return Explanation(version, trigger_date, reckoning, tuple(steps))


def cite(basis: Basis) -> str:
    """Return the provision as it is written out: "20 kap. 2 § SoL (2025:400)"."""
    name, number = basis.law.split(" ", 1)
    # Acts are named with their number in brackets, an authority's regulations with it bare.
    law = f"{name} {number}" if name == "SOSFS" else f"{name} ({number})"
    found = _PROVISION.fullmatch(basis.provision)
    if found is None:
        return f"{basis.provision} {law}"
    chapter = f"{found['chapter']} kap. " if found["chapter"] else ""
    sign = "§§" if "–" in found["section"] else "§"
    part = " andra stycket" if found["st"] else ""
    return f"{chapter}{found['section']} {sign}{part} {law}"


def _rule_in_words(version: RuleVersion) -> str:
    bases = (*((version.basis,) if version.basis else ()), *version.also)
    source = " och ".join(cite(basis) for basis in bases)
    duty, term = version.duty, version.term
    if term is None:
        return f"{duty} enligt {source}. Lagen anger ingen tid." if source else f"{duty}."
    match version.kind:
        case Kind.LAW:
            return f"{duty} inom {term} enligt {source}."
        case Kind.GOAL:
            return (
                f"{duty} {version.promptly} enligt {source}. Lagen anger inget antal dagar. "
                f"Här gäller {term} som riktmärke, och nämnden kan ändra det."
            )
        case Kind.LOCAL:
            return f"{duty} inom {term}. Det är nämndens egen tid, inte lagens."
        case Kind.OTHER:
            return f"{duty} inom {term} enligt {source}. Det är den enskildes tid, inte nämndens."


def _counting(reckoning: Reckoning) -> list[str]:
    start, end = in_words(reckoning.trigger_date), in_words(reckoning.raw_date)
    sum_ = f"{reckoning.term} från {start} ger {end}."
    match reckoning.term.unit:
        case Unit.DAYS:
            return [f"Dagen som tiden räknas från är inte med: {sum_}"]
        case Unit.WEEKS:
            return [f"Tiden slutar på samma veckodag som den började: {sum_}"]
        case Unit.MONTHS | Unit.YEARS:
            return [f"{_same_number(reckoning)}: {sum_}"]
        case Unit.WORKING_DAYS:
            return [f"Bara arbetsdagar räknas: {sum_}", *_left_out(reckoning)]


def _same_number(reckoning: Reckoning) -> str:
    start, end = reckoning.trigger_date, reckoning.raw_date
    if start.day == end.day:
        return "Tiden slutar på samma datum som den började"
    ending = "a" if start.day == 31 else "e"
    return (
        f"{MONTHS[end.month - 1].capitalize()} {end.year} har ingen {start.day}:{ending}, "
        "så tiden slutar månadens sista dag"
    )


def _left_out(reckoning: Reckoning) -> list[str]:
    days = reckoning.uncounted
    named = [f"{in_words(day)} ({name})" for day in days if (name := holiday(day))]
    if len(named) < len(days):
        named.insert(0, "lördagar och söndagar")
    return [f"Räknas inte med: {', '.join(named)}."] if named else []


def _ending(version: RuleVersion, reckoning: Reckoning) -> list[str]:
    raw, last = in_words(reckoning.raw_date), in_words(reckoning.last_day)
    if reckoning.rolled:
        moved = f"Sista dagen flyttas därför till närmaste arbetsdag, {last} ({_ROLL_ACT})."
        # Whether the act gives an authority more time is open; that it gives the citizen is not.
        warned = f"Bevakningen varnar utifrån {raw}, för flytten ger inte säkert nämnden mer tid."
        ours = [] if version.kind is Kind.OTHER else [warned]
        return [*(f"{_free(day)}." for day in reckoning.passed_over), moved, *ours]
    if why_free(reckoning.raw_date):
        return [
            f"{_free(reckoning.raw_date)}, men tiden flyttas inte fram: {_no_roll(version)}.",
            f"Sista dag är {last}.",
        ]
    return [f"Slutdagen är en arbetsdag, så sista dag är {last}."]


def _free(day: date) -> str:
    words = in_words(day)
    # "Söndag 28 februari är en söndag" says it twice.
    shown = words if holiday(day) else words.partition(" ")[2]
    return f"{shown[0].upper()}{shown[1:]} är {why_free(day)}"


def _no_roll(version: RuleVersion) -> str:
    if version.kind is Kind.LAW:
        return "när det gäller tvång räknar vi aldrig med extra tid"
    return "den är inte satt i lag"
