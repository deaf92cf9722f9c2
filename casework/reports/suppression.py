"""Small numbers that hold somebody under skyddade personuppgifter are not shown.

See ``docs/adr/0021-seeing-and-counting.md`` for what this protects and what it does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# A number below this is not shown where it holds a protected record (OSL 26:1 and 21:3).
SMALLEST_SHOWN = 5
HIDDEN_TEXT = "<5"


@dataclass(frozen=True)
class Count:
    """A number of records under a label, how many of them are protected, and how to find them."""

    label: str
    value: int
    protected: int = 0
    find: Mapping[str, Any] = field(default_factory=dict)

    @property
    def must_hide(self) -> bool:
        """Whether the number may not be shown."""
        return self.protected > 0 and self.value < SMALLEST_SHOWN


def hidden(counts: Sequence[Count], *, sum_is_known: bool = True) -> set[int]:
    """Return the places in ``counts`` whose numbers are not shown.

    Where the sum is known and only one number would be hidden, subtraction would give it: then
    the smallest other number under five, if there is one, is hidden with it.
    """
    found = {place for place, count in enumerate(counts) if count.must_hide}
    if sum_is_known and len(found) == 1:
        small = [
            (count.value, place)
            for place, count in enumerate(counts)
            if place not in found and 0 < count.value < SMALLEST_SHOWN
        ]
        if small:
            found.add(min(small)[1])
    return found
