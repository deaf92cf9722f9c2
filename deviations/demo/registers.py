"""The demo's categories and causes."""

from dataclasses import dataclass

from casework.organisation.models import Board
from deviations.demo.events import KINDS, Kind
from deviations.demo.phrases import CAUSES
from deviations.models import Category, Cause
from deviations.services.proposing import CATEGORIES, OTHERS


@dataclass(frozen=True)
class Registers:
    """The registers of the demo board by their names."""

    categories: dict[Kind, Category]
    causes: list[Cause]

    def kinds_in(self, area_name: str) -> list[Kind]:
        """Return the kinds of event that occur in an area."""
        return [kind for kind in self.categories if area_name in kind.areas]


def fill_registers(board: Board) -> Registers:
    """Add the categories and causes."""
    mains = {
        name: Category.objects.create(board=board, name=name)
        for name in dict.fromkeys(kind.main for kind in KINDS)
    }
    categories = {
        kind: Category.objects.create(
            board=board, name=kind.sub, parent=mains[kind.main], keywords=kind.keywords
        )
        for kind in KINDS
    }
    # What the watch proposes its deviations in.
    names = {OTHERS, *CATEGORIES.values()} - {(kind.main, kind.sub) for kind in KINDS}
    for main, name in sorted(names):
        Category.objects.create(board=board, name=name, parent=mains[main])
    causes = [Cause.objects.create(board=board, name=name) for name in CAUSES]
    return Registers(categories, causes)
