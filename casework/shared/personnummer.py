"""Finding personnummer and samordningsnummer in text, so that whoever writes can be warned.

A pure finder: it says where, and changes nothing.
"""

import re
from dataclasses import dataclass

from personnummer import personnummer

# Six or eight digits of a date, a separator or none, four digits, and no digit on either side:
# "210604-211007" is a period. Word processors turn the hyphen into its relatives.
_CANDIDATE = re.compile(r"(?<!\d)((?:18|19|20)?[0-9]{6})([-+‐‑‒–−]?)([0-9]{4})(?!\d)")


@dataclass(frozen=True)
class Found:
    """A number that stands at ``text[start:end]``."""

    text: str
    start: int
    end: int

    @property
    def masked(self) -> str:
        """The number with its last four digits hidden: recognisable to whoever wrote it."""
        return f"{self.text[:-4]}••••"


def find(text: str) -> list[Found]:
    """Return the valid numbers in ``text``, in order.

    Valid: the date exists (for a samordningsnummer with 60 added to the day) and the last digit is
    the right one (Luhn); see Skatteverket, SKV 704 and SKV 707.
    """
    found = []
    for match in _CANDIDATE.finditer(text):
        date, separator, last = match.groups()
        plain = f"{date}{'+' if separator == '+' else '-' if separator else ''}{last}"
        if personnummer.valid(plain):
            found.append(Found(match.group(), match.start(), match.end()))
    return found
