"""What more is done with a deviation that may be a missförhållande (SoL 27:2, LSS 24 b).

The room of Lex Sarah lies above this one, and registers what it does in ``on_misconduct``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from casework.access.actor import Actor
from casework.audit.work import Work
from casework.shared.hooks import Registry
from deviations.models import Deviation

# Called in the transaction of the act with the locked deviation and when it was marked: as it is
# marked, and again where its protection changes. Called twice it does no more than once.
ON_MISCONDUCT: Registry[Callable[[Deviation, Work, datetime], None]] = Registry(
    "What is done with a possible missförhållande"
)


def follow(deviation: Deviation, work: Work, marked_at: datetime) -> None:
    """Let those who registered know, where the deviation is marked as a possible missförhållande.

    What they refuse stops the act: nothing is marked without being a report.
    """
    if deviation.possible_misconduct:
        for _, act in ON_MISCONDUCT.items():
            act(deviation, work, marked_at)


@dataclass(frozen=True)
class Link:
    """Where what became of the mark is read: its word, its number, its address."""

    label: str
    number: str
    url: str


# Given a marked deviation and who reads it: the link, or None where there is none for that reader.
LINKS: Registry[Callable[[Actor, Deviation], Link | None]] = Registry("What came of a mark")


def links(actor: Actor, deviation: Deviation) -> list[Link]:
    """Return where the actor may read on of a deviation that is marked.

    That the mark led somewhere is told to nobody who may not read it.
    """
    if not deviation.possible_misconduct:
        return []
    found = [link(actor, deviation) for _, link in LINKS.items()]
    return [link for link in found if link is not None]
