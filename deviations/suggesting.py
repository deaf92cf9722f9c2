"""Suggesting a category from what was typed, and saying why.

Words of the text are compared with the words of each category by Swedish stem. A word that few
categories share tells more than one that many do. A suggestion only; the manager decides.
"""

import functools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from casework.shared import blind_index
from deviations.models import Category

_WORD = re.compile(r"[a-zåäöéü]{3,}")
# The administration's own words for the category tell most, the heading above it least.
_KEYWORD, _NAME, _HEADING = 3.0, 2.0, 1.0
# "utredning" in the text is half a "utredningstid" in the category, and the reverse.
_PART = 0.5
_SHORTEST_PART = 5
# Below this it would be guessing.
_LEAST = 2.0


@dataclass(frozen=True)
class Suggestion:
    """A category, and the words of the text that speak for it, as they were written."""

    category: Category
    words: tuple[str, ...]


@functools.lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem for stem in blind_index.stems(text) if not stem.isdigit())


def _weights(category: Category) -> dict[str, float]:
    weights: dict[str, float] = {}
    heading = category.parent.name if category.parent else ""
    for text, weight in (
        (heading, _HEADING),
        (category.name, _NAME),
        (category.keywords, _KEYWORD),
    ):
        weights |= dict.fromkeys(_stems(text), weight)
    return weights


def _written(text: str) -> dict[str, str]:
    """Return stem → the first word of the text that has it."""
    written: dict[str, str] = {}
    for word in _WORD.findall(text.lower()):
        for stem in _stems(word):
            written.setdefault(stem, word)
    return written


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    return _PART if len(short) >= _SHORTEST_PART and long.startswith(short) else 0.0


def suggest(text: str, categories: Iterable[Category], *, at_most: int = 3) -> list[Suggestion]:
    """Return up to ``at_most`` categories that the text is like, the most like first.

    Only the lowest level is suggested: a category that has subcategories among ``categories``
    (with ``parent`` loaded) is left out.
    """
    every = list(categories)
    parents = {category.parent_id for category in every}
    leaves = [(category, _weights(category)) for category in every if category.pk not in parents]
    shared = Counter(stem for _, weights in leaves for stem in weights)
    written = _written(text)
    scored: list[tuple[float, Suggestion]] = []
    for category, weights in leaves:
        score, words = _score(written, weights, shared, len(leaves))
        if score >= _LEAST:
            scored.append((score, Suggestion(category, tuple(words))))
    scored.sort(key=lambda one: (-one[0], one[1].category.label))
    return [suggestion for _, suggestion in scored[:at_most]]


def _score(
    written: dict[str, str], weights: dict[str, float], shared: Counter[str], count: int
) -> tuple[float, Sequence[str]]:
    score, words = 0.0, []
    for stem, weight in weights.items():
        likeness, word = max(
            ((_likeness(stem, other), word) for other, word in written.items()), default=(0.0, "")
        )
        if likeness:
            score += likeness * weight * (0.5 + math.log((1 + count) / shared[stem]) / 2)
            if word not in words:
                words.append(word)
    return score, words
