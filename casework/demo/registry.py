"""What each app adds to the demo, registered in its ``demo_data`` module."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Model

from casework.demo.world import World
from casework.organisation.models import Board
from casework.shared.hooks import Registry


@dataclass(frozen=True)
class DemoPart:
    """An app's part.

    ``plan`` puts stories on the agenda of the world before time runs, ``finish`` adds what stands
    beside them when the present is reached. ``scale(board, count)`` fills a board with ``count``
    records in bulk, for measuring, and returns the models whose tables it filled.
    """

    plan: Callable[[World], None]
    finish: Callable[[World], None] | None = None
    scale: Callable[[Board, int], Iterable[type[Model]]] | None = None


DEMO_PARTS: Registry[DemoPart] = Registry("Part of the demo")
