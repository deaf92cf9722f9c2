"""The acts, and what a change of act does to a rule."""

from dataclasses import replace
from datetime import date
from typing import Any

from casework.deadlines.rules import ONE_DAY, Basis, Rule, RuleVersion

OLD_SOL = "SoL 2001:453"
SOL = "SoL 2025:400"
LVU = "LVU 1990:52"
LVM = "LVM 1988:870"
LSS = "LSS 1993:387"
FL = "FL 2017:900"
SOSFS = "SOSFS 2011:5"

NEW_SOL_FROM = date(2025, 7, 1)
SOL_TEXTS = "SoL (2025:400) i lydelse april 2026; SoL (2001:453) i lydelse juni 2025"

# How long a late registration is waited for; nothing is waited for in skydd, LVU and LVM.
GRACE = 2


def changed(version: RuleVersion, on: date, **differences: Any) -> Rule:
    """Return a rule that was ``version`` until ``on`` and differs in ``differences`` from then."""
    return changed_again(Rule((version,)), on, **differences)


def changed_again(rule: Rule, on: date, **differences: Any) -> Rule:
    """Return ``rule`` with one more version, in force from ``on``."""
    *earlier, latest = rule.versions
    before = replace(latest, valid_to=on - ONE_DAY)
    return Rule((*earlier, before, replace(latest, valid_from=on, **differences)))


def moved(version: RuleVersion, *, old: str, new: str, **differences: Any) -> Rule:
    """Return a rule of the old SoL (paragraph ``old``) that SoL 2025:400 took over as ``new``."""
    before = replace(version, basis=Basis(OLD_SOL, old))
    return changed(before, NEW_SOL_FROM, basis=Basis(SOL, new), **differences)
