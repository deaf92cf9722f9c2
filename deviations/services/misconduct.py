"""What more is done with a deviation that may be a missförhållande (SoL 27:2, LSS 24 b).

The room of Lex Sarah lies above this one, and registers what it does in ``on_misconduct``.
"""

from collections.abc import Callable
from datetime import datetime

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
