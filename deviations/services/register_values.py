"""Categories and causes by exact name, found or added, for files that name them on every row."""

from collections import defaultdict
from datetime import date
from typing import TypeVar

from casework.organisation.models import Board
from deviations.models import Category, Cause
from deviations.models.registers import RegisterValue

V = TypeVar("V", bound=RegisterValue)


class RegisterValues:
    """A board's categories and causes, fetched once.

    A name that is not there yet is added and flagged for review. Nothing is merged by likeness:
    what the file calls by two names stays two.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._categories: dict[tuple[int | None, str], list[Category]] = defaultdict(list)
        for category in Category.objects.filter(board=board).select_related("parent"):
            self._categories[category.parent_id, category.name].append(category)
        self._causes: dict[str, list[Cause]] = defaultdict(list)
        for cause in Cause.objects.filter(board=board):
            self._causes[cause.name].append(cause)

    def category(self, name: str, sub_name: str, on: date) -> Category | None:
        """Return the underkategori (or, where it is empty, the kategori) as it was called then."""
        return self.named_category(name, sub_name, on) if name else None

    def named_category(self, name: str, sub_name: str, on: date) -> Category:
        """Return the same for a name that is not empty."""
        main = self._one_category(None, name, on)
        return self._one_category(main, sub_name, on) if sub_name else main

    def cause(self, name: str, on: date) -> Cause:
        """Return the orsak."""
        found = _in_force(self._causes[name], on)
        if found is None:
            found = Cause.objects.create(board=self._board, name=name, needs_review=True)
            self._causes[name].append(found)
        return found

    def _one_category(self, parent: Category | None, name: str, on: date) -> Category:
        key = (parent.pk if parent else None, name)
        found = _in_force(self._categories[key], on)
        if found is None:
            # Somebody else may add the same at the same time.
            found, _ = Category.objects.get_or_create(
                board=self._board, parent=parent, name=name, defaults={"needs_review": True}
            )
            self._categories[key].append(found)
        return found


def _in_force(values: list[V], on: date) -> V | None:
    """Return the value true on the day, else one that bears the name at another time."""
    return next((value for value in values if value.is_valid_on(on)), values[0] if values else None)
