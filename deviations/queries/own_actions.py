"""What else stands under Mina åtgärder; the rooms above register it in ``own_actions``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from casework.access.actor import Actor
from casework.shared.hooks import Registry


@dataclass(frozen=True)
class OwnActions:
    """A section of the page: its template, which gets what ``content`` returns as ``section``.

    ``content`` may return None: there is nothing, and the section is left out. ``rows`` are those
    of the file, in the columns of the page's own; each of the two audits what it shows.
    """

    template: str
    content: Callable[[Actor], Any]
    rows: Callable[[Actor], Sequence[Sequence[Any]]]


OWN_ACTIONS: Registry[OwnActions] = Registry("Own actions")
