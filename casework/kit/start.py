"""What stands on a person's start page: things to do and cards, added by each app.

Registered in the app's ``start_cards`` module. A person with several roles has the cards of all
of them. No card shows figures by person.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from casework.access.actor import Actor
from casework.shared.hooks import Registry


@dataclass(frozen=True)
class Duty:
    """A line under Att göra: so many of something, and where one does it.

    ``count`` may be the rows themselves: those of all duties are counted in one query.
    ``kind`` is that of a chip: ``danger`` for what is late or unsafe, ``warn``, ``info``.
    ``late`` are those of them whose day has passed: where there are any, it is said, in red.
    """

    label: str
    count: int | QuerySet[Any]
    url: str
    kind: str = "info"
    hint: str = ""
    late: QuerySet[Any] | None = None


DUTIES: Registry[Callable[[Actor], Iterable[Duty]]] = Registry("Things to do")


@dataclass(frozen=True)
class StartCard:
    """A card: its template, which gets what ``content`` returns as ``card``.

    ``content`` may return None: there is nothing to show, and the card is left out. Cards come in
    ``order``; those that are not ``main`` stand in the narrow column beside.
    """

    template: str
    order: int
    shown_to: Callable[[Actor], bool]
    content: Callable[[Actor], Any]
    main: bool = True


START_CARDS: Registry[StartCard] = Registry("Start card")
