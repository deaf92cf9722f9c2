"""Rules as they apply to a board and an area: the shipped version, or the board's own length.

What the law sets is never overridden. A time keeps the version of the day it began, so a change
reaches those that begin later and no others.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from casework.deadlines.board_models import LocalRule
from casework.deadlines.rules import ONE_DAY, RULES, Kind, RuleVersion, rule_on
from casework.deadlines.statutes.presets import Preset, steps
from casework.deadlines.terms import Term
from casework.deadlines.terms import Unit as TermUnit
from casework.organisation.models import Unit

# Their day is set on each of them, or they are counted as steps of another rule.
_NOT_BY_LENGTH = frozenset(
    {"action_due", "effect_follow_up", "lex_sarah_request", "lex_sarah_ivo_question"}
)


def editable(version: RuleVersion) -> bool:
    """Say whether a board may set the length itself: neither the law's nor somebody else's."""
    is_ours = version.kind in (Kind.LOCAL, Kind.GOAL)
    return is_ours and not version.step_of and version.key not in _NOT_BY_LENGTH


def editable_keys(day: date) -> list[str]:
    """Return the keys of the rules that a board may set the length of, in the register's order."""
    return [key for key, rule in RULES.items() if editable(rule.on(day))]


def rule_for(
    key: str, trigger_date: date, *, board_id: int, area_id: int | None = None
) -> RuleVersion:
    """Return the version of a rule that applies to a board and area on the day a time begins.

    The area's own goes before the board's, the board's before what ships. Raises ``UnknownRule``.
    """
    return BoardRules().version(key, trigger_date, board_id=board_id, area_id=area_id)


@dataclass(frozen=True)
class Span:
    """What a rule says of all that begins on some days in some areas.

    Both days are included, None means no bound. ``area_id`` is None for the areas that no other
    span names.
    """

    version: RuleVersion
    area_id: int | None
    begins: date | None
    ends: date | None

    def holds_on(self, day: date) -> bool:
        """Say whether it governs what begins on ``day``."""
        return (self.begins is None or self.begins <= day) and (
            self.ends is None or day <= self.ends
        )


class BoardRules:
    """The boards' own rules, each board's read once, and the areas of units."""

    def __init__(self) -> None:
        self._rows: dict[int, Sequence[LocalRule]] = {}
        self._versions: dict[tuple[int, int], RuleVersion] = {}
        self._areas: dict[int, int] = {}

    def version(
        self, key: str, day: date, *, board_id: int, area_id: int | None = None
    ) -> RuleVersion:
        """Return what ``rule_for`` does."""
        return self._overridden(rule_on(key, day), day, self._of(board_id), lambda: area_id)

    def version_in_unit(self, key: str, day: date, *, board_id: int, unit_id: int) -> RuleVersion:
        """Return the version for a record of a unit, by the area that the unit belongs to."""
        rows = self._of(board_id)
        return self._overridden(rule_on(key, day), day, rows, lambda: self._area(unit_id))

    def spans(self, key: str, *, board_id: int) -> list[Span]:
        """Return all that a rule says to a board: every area and day is in one span."""
        rows = [row for row in self._of(board_id) if row.key == key]
        turns = {row.valid_from for row in rows}
        turns |= {row.valid_to + ONE_DAY for row in rows if row.valid_to is not None}
        turns |= {one.valid_from for one in RULES[key].versions if one.valid_from is not None}
        days = [date.min, *sorted(turns), date.max]
        return [
            Span(
                self.version(key, begins, board_id=board_id, area_id=area_id),
                area_id,
                None if begins == date.min else begins,
                None if until == date.max else until - ONE_DAY,
            )
            for area_id in {row.area_id for row in rows} | {None}
            for begins, until in pairwise(days)
        ]

    def _overridden(
        self,
        default: RuleVersion,
        day: date,
        rows: Sequence[LocalRule],
        area: Callable[[], int | None],
    ) -> RuleVersion:
        mine = [row for row in rows if row.key == default.key and row.applies_on(day)]
        if not mine or not editable(default):
            return default
        row = _nearest(mine, area())
        return default if row is None else self._applied(row, default)

    def _applied(self, row: LocalRule, default: RuleVersion) -> RuleVersion:
        # What ships lives as long as the service, so its identity will do.
        key = (row.pk, id(default))
        if key not in self._versions:
            self._versions[key] = applied(row, default)
        return self._versions[key]

    def _of(self, board_id: int) -> Sequence[LocalRule]:
        if board_id not in self._rows:
            rows = LocalRule.objects.filter(board_id=board_id, withdrawn_at__isnull=True)
            self._rows[board_id] = list(rows.select_related("area"))
        return self._rows[board_id]

    def _area(self, unit_id: int) -> int:
        if unit_id not in self._areas:
            self._areas[unit_id] = Unit.objects.values_list("area_id", flat=True).get(pk=unit_id)
        return self._areas[unit_id]


def _nearest(rows: Iterable[LocalRule], area_id: int | None) -> LocalRule | None:
    by_area = {row.area_id: row for row in rows}
    return by_area.get(area_id) or by_area.get(None)


def applied(row: LocalRule, default: RuleVersion) -> RuleVersion:
    """Return a rule with the length and reminders that a board has set."""
    whose = f"nämnden för {row.area.name}" if row.area else "nämnden"
    said = f"Tiden är bestämd av {whose} och gäller det som börjar {row.valid_from} eller senare."
    kept = default.notes if row.preset == Preset.STANDARD else ()
    return replace(
        default,
        term=Term(row.amount, TermUnit(row.unit)),
        # A provision that names no number is not where the number comes from.
        basis=default.basis if default.kind is Kind.GOAL else None,
        source="nämndens egen tid",
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        notes=(*kept, said),
        steps=steps(row.preset, default),
    )
