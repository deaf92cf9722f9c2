"""The order of Swedish words, and numbers as they are said."""

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
