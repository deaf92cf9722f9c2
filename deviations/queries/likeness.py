"""Which deviations are like this one: candidates for Sammanför.

Compared are the keyed stems of the texts (the blind index), never the texts themselves.
"""

from dataclasses import dataclass

from casework.access.actor import Actor
from deviations import states
from deviations.models import Deviation

CANDIDATES = 200
SHOWN = 6
# Less alike than this says nothing: any two reports share a few words.
LEAST = 0.1


@dataclass(frozen=True)
class Alike:
    """A deviation and how much of what is said is the same, 0 to 1."""

    deviation: Deviation
    share: float

    @property
    def percent(self) -> int:
        """The share as whole percent."""
        return round(100 * self.share)


def alike(actor: Actor, deviation: Deviation) -> list[Alike]:
    """Return the open deviations of the unit that are most like it, the most like first."""
    others = (
        Deviation.objects.visible_to(actor)
        .filter(
            unit=deviation.unit_id,
            status__in=states.OPEN_STATES,
            protected=deviation.protected,
            about_manager=deviation.about_manager,
        )
        .exclude(pk=deviation.pk)
        .order_by("-registered_on", "-pk")[:CANDIDATES]
    )
    mine = set(deviation.search_terms)
    found = [Alike(other, share(mine, set(other.search_terms))) for other in others]
    likely = sorted((one for one in found if one.share >= LEAST), key=lambda one: -one.share)
    return likely[:SHOWN]


def share(one: set[int], other: set[int]) -> float:
    """Return how much of what is said is the same, 0 to 1; nothing where either says nothing."""
    together = one | other
    return len(one & other) / len(together) if together else 0.0
