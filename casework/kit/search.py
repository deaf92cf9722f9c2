"""The one search box: what was typed, and the kinds of records that can be found by it.

Each app registers its searches in a ``searches`` module. What is typed is never logged or stored:
it may be a name.
"""

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from casework.access.actor import Actor
from casework.shared.hooks import Registry

MONTHS = (
    "januari februari mars april maj juni juli augusti september oktober november december".split()
)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_MONTH_IN_WORDS = re.compile(rf"\b({'|'.join(MONTHS)})\s+(\d{{4}})\b", re.IGNORECASE)
# More than anyone types on purpose, and few enough for one condition each.
MAX_LENGTH = 200
MAX_TOKENS = 8


@dataclass(frozen=True)
class Days:
    """A day or a month, both ends included, as it was typed."""

    text: str
    first: date
    last: date

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True)
class Query:
    """What was typed: the whole, the days and months in it, and the other words."""

    text: str
    days: Sequence[Days] = ()
    tokens: Sequence[str] = ()


@dataclass(frozen=True)
class Hit:
    """One row of the result: what it is, where it leads, and why it was found."""

    key: int
    title: str
    url: str
    why: Sequence[str]
    chip: str = ""
    chip_kind: str = "neutral"
    facts: Sequence[str] = ()


class Found(Protocol):
    """What a search found, counted and fetched a page at a time."""

    def count(self) -> int:
        """Return the number of hits."""

    def __getitem__(self, part: slice) -> list[Hit]:
        """Return some of the hits, in order."""


@dataclass(frozen=True)
class Search:
    """A kind of record that can be found; ``find`` starts from what the actor may see."""

    label: str
    kind: str
    find: Callable[[Actor, Query], Found]


SEARCHES: Registry[Search] = Registry("Search")


def _month(text: str, year: int, month: int) -> Days | None:
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return None
    return Days(text, date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _days(token: str) -> Days | None:
    """Return the day or month that ``token`` is, or None."""
    if found := _DAY.fullmatch(token):
        try:
            day = date.fromisoformat(token)
        except ValueError:
            return None
        return Days(token, day, day)
    if found := _MONTH.fullmatch(token):
        return _month(token, int(found[1]), int(found[2]))
    return None


def parse(text: str) -> Query:
    """Return what was typed as days, months and words; the order does not matter."""
    text = " ".join(text.replace("\0", " ").split())[:MAX_LENGTH]
    days: list[Days] = []
    rest = text
    for found in _MONTH_IN_WORDS.finditer(text):
        month = _month(found[0], int(found[2]), MONTHS.index(found[1].lower()) + 1)
        if month is not None:
            days.append(month)
            rest = rest.replace(found[0], " ")
    tokens: list[str] = []
    for token in rest.split()[:MAX_TOKENS]:
        when = _days(token)
        if when is not None:
            days.append(when)
        else:
            tokens.append(token)
    return Query(text, tuple(days), tuple(tokens))


def forms(word: str) -> list[str]:
    """Return ``word`` and the forms of it that the stemmer does not bring together.

    Swedish stems keep the definite endings -an and -et ("klockan", "rummet"), so both ways are
    tried when one searches; what is stored is the text's own stems alone.
    """
    found = [word]
    if word.endswith(("a", "e")):
        found.append(word + "n")
    if word.endswith(("an", "en")):
        found.append(word[:-1])
    if word.endswith("et"):
        bare = word[:-2]
        found += [bare, bare[:-1]] if bare[-2:-1] == bare[-1:] else [bare]
    elif word[-1:] not in "aeiouyåäö":
        found += [word + "et", word + word[-1] + "et"]
    return [form for form in found if len(form) >= 2]
