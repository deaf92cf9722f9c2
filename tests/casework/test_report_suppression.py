"""Small numbers that hold a protected person are not shown, nor given away beside."""

from __future__ import annotations

import pytest

from casework.reports.suppression import Count, hidden


def _counts(*pairs: tuple[int, int]) -> list[Count]:
    return [Count(str(place), value, protected) for place, (value, protected) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        # (count, of them protected) → the places that are hidden
        ([(4, 1)], {0}),
        ([(5, 1)], set()),
        ([(4, 0)], set()),
        ([(0, 0), (1, 1)], {1}),
        # One alone could be had by subtraction: the smallest other small one goes with it.
        ([(20, 0), (2, 1), (4, 0), (3, 0)], {1, 3}),
        ([(20, 0), (2, 1), (9, 3)], {1}),
        ([(2, 1), (3, 2), (1, 0)], {0, 1}),
    ],
)
def test_which_numbers_are_hidden(pairs: list[tuple[int, int]], expected: set[int]) -> None:
    assert hidden(_counts(*pairs)) == expected


def test_without_a_known_sum_nothing_else_need_go() -> None:
    assert hidden(_counts((2, 1), (3, 0)), sum_is_known=False) == {0}
