"""The demo's world while it is made: the board, its units and people, and the time that passes."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from casework.access.actor import Actor
from casework.demo.agenda import Agenda
from casework.organisation.models import Board, Department, ServiceArea, Unit, User

DAYS = 545


@dataclass
class Place:
    """A unit with its people. ``unit`` is the row of the day: renaming and merging replace it."""

    unit: Unit
    area: ServiceArea
    department: Department
    manager: User
    senior: User
    workers: list[User]
    head: User
    # How much the place reports, 1 being usual; a few hardly register anything.
    eagerness: float = 1.0


@dataclass
class World:
    """All that a part of the demo needs to tell its stories."""

    board: Board
    present: datetime
    rng: random.Random
    places: list[Place] = field(default_factory=list)
    people: dict[str, User] = field(default_factory=dict)
    agenda: Agenda = field(default_factory=Agenda)
    _actors: dict[int, Actor] = field(default_factory=dict)
    _by_unit: dict[int, Place] = field(default_factory=dict)

    @property
    def beginning(self) -> datetime:
        """When the demo's eighteen months begin."""
        return self.present - timedelta(days=DAYS)

    @property
    def home(self) -> Place:
        """Where the log-ins of the demo work."""
        return self.places[0]

    def actor(self, user: User) -> Actor:
        """Return ``user`` as who acts, with the roles of the day."""
        if user.pk not in self._actors:
            self._actors[user.pk] = Actor.of(user)
        return self._actors[user.pk]

    def place_of(self, unit_id: int) -> Place:
        """Return the place whose unit it is, or was before it was replaced."""
        if unit_id not in self._by_unit:
            self._by_unit |= {place.unit.pk: place for place in self.places}
        return self._by_unit[unit_id]

    def replaced(self, places: list[Place], unit: Unit) -> None:
        """Note that the units of ``places`` have been replaced by ``unit``."""
        for place in places:
            # A story may know the old unit still: it leads to the same people.
            self._by_unit[place.unit.pk] = place
            place.unit = unit
        self._actors.clear()

    def days_ago(self, days: float) -> datetime:
        """Return the instant so many days before the present."""
        return self.present - timedelta(days=days)
