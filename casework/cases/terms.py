"""The legal times that the tables of cases go by (the raw date, whatever the last day)."""

from casework.deadlines.terms import Term, Unit

# SoL 20:2 (11:1 a second paragraph before 2025-07-01).
PRELIMINARY_ASSESSMENT = Term(14, Unit.DAYS)
# SoL 20:3 (11:2).
INVESTIGATION = Term(4, Unit.MONTHS)
# SoL 34:1 (16:6 f), LSS 28 f: from the decision, and from an interruption.
EXECUTION = Term(3, Unit.MONTHS)
