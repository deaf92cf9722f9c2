"""The rules that ship, from the statute texts; ``docs/statutes.md`` is the same for reading.

What has not been confirmed yet is said in a version's ``unverified``.
"""

from casework.deadlines.rules import Rule
from casework.deadlines.statutes.children import CHILDREN
from casework.deadlines.statutes.coercion import COERCION
from casework.deadlines.statutes.decisions import DECISIONS
from casework.deadlines.statutes.lex_sarah import LEX_SARAH
from casework.deadlines.statutes.local import LOCAL
from casework.deadlines.statutes.placements import PLACEMENTS

STATUTES: tuple[Rule, ...] = (
    *CHILDREN,
    *PLACEMENTS,
    *COERCION,
    *DECISIONS,
    *LEX_SARAH,
    *LOCAL,
)
