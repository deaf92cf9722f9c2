"""For whom a page is that shows no single record: its circle of roles, and what others are told.

What stands on the page is narrowed by ``policy`` all the same.
"""

from dataclasses import dataclass

from casework.access.actor import Actor
from casework.access.policy import BOARD_WIDE, LEADERS, may_count
from casework.organisation.models import Role
from casework.shared.errors import NotAllowed


@dataclass(frozen=True)
class Circle:
    """Some roles, and why those who have none of them are turned away."""

    roles: tuple[str, ...]
    why_not: str

    def has(self, actor: Actor) -> bool:
        """Say whether the actor is of the circle."""
        return actor.has(*self.roles)

    def require(self, actor: Actor) -> None:
        """Raise ``NotAllowed`` unless the actor is of the circle."""
        if not (actor.is_system or self.has(actor)):
            raise NotAllowed(self.why_not)


# Investigations week by week: leaders their units', SAS the board's.
WEEK = Circle((*LEADERS, Role.SAS), "Veckolistan är för dem som leder en enhet.")
# What falls due: who leads units has something to plan.
FORECAST = Circle(LEADERS, "Prognosen är för dem som leder en enhet.")
# The figures per unit: of the whole board, or of a department.
STANDING = Circle((*BOARD_WIDE, Role.HEAD), "Sidan är för dem som följer flera enheter.")


def require_counting(actor: Actor, board_id: int | None = None) -> None:
    """Raise ``NotAllowed`` unless the actor has figures to see, of the own board alone."""
    if not may_count(actor) or board_id not in (None, actor.board_id):
        raise NotAllowed("Din roll ger inte tillgång till kvalitetsrapporten.")
