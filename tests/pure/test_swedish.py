"""How things are said in a Swedish sentence."""

import pytest

from casework.shared.swedish import listed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], ""),
        (["Eva"], "Eva"),
        (["Anna", "Eva"], "Anna och Eva"),
        (["Anna", "Eva", "Per"], "Anna, Eva och Per"),
    ],
)
def test_names_are_listed_as_they_are_said(words: list[str], said: str) -> None:
    assert listed(words) == said
