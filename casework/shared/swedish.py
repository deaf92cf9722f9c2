"""The order of Swedish words, and numbers and lists as they are said."""

from collections.abc import Sequence

# In Unicode ä comes before å; in the alphabet å comes first.
_ALPHABET = str.maketrans("åä", "äå")


def sort_key(text: str) -> str:
    """Return a key that sorts as the Swedish alphabet does, letter case aside.

    The same order as ``translate(lower(x), 'åä', 'äå') COLLATE "C"`` in the database.
    """
    return text.lower().translate(_ALPHABET)


def percent(part: int, whole: int) -> int:
    """Return the share in whole percent, half up; nothing of nothing is 0."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def listed(words: Sequence[str]) -> str:
    """Return words as they are said in a sentence: "a", "a och b", "a, b och c"."""
    return " och ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
