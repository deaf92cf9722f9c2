"""Numbers under labels, and who stands apart from all of them.

A record under skyddade personuppgifter is in the total of a table and in no row, share or fact of
it: see ``docs/adr/0021-seeing-and-counting.md`` for what that protects and what it does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from casework.reports.tables import Row
from casework.shared.swedish import percent, sort_key


class Group(Protocol):
    """Records that are alike in all that a table splits by."""

    @property
    def value(self) -> int:
        """How many there are."""

    @property
    def apart(self) -> int:
        """How many more there are under skyddade personuppgifter."""


@dataclass(frozen=True)
class Count:
    """A number under a label, and how to find the records that it counts."""

    label: str
    value: int
    find: Mapping[str, Any] = field(default_factory=dict)


def number(groups: Iterable[Group]) -> int:
    """Return how many ``groups`` hold that may be split."""
    return sum(group.value for group in groups)


def apart(groups: Iterable[Group]) -> int:
    """Return how many ``groups`` hold that are in no split."""
    return sum(group.apart for group in groups)


def largest_first(counts: Iterable[Count]) -> list[Count]:
    """Return those that count something, the largest first, then by label."""
    found = [count for count in counts if count.value]
    return sorted(found, key=lambda count: (-count.value, sort_key(count.label)))


def rows(counts: Iterable[Count]) -> list[Row]:
    """Return a row of label and number for each count."""
    return [Row([count.label, count.value], count.find) for count in counts]


def share_rows(counts: Sequence[Count], whole: int) -> list[Row]:
    """Return rows of label, number and share of ``whole`` in percent."""
    return [
        Row([count.label, count.value, percent(count.value, whole)], count.find) for count in counts
    ]
