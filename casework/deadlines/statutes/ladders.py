"""When who is told, for the kinds of time there are: handläggare → Förste → Enhetschef → up.

Warnings go by the raw date; that a time is missed is told by the last day.
"""

from collections.abc import Sequence
from dataclasses import replace

from casework.deadlines.rules import Anchor, Rung, Step

HANDLER, SENIOR, MANAGER, HEAD, DUTY = Rung


def _after(days: int) -> Step:
    return Step(f"day_{days}", Anchor.TRIGGER, days, (HANDLER,))


def _before(days: int, *to: Rung) -> Step:
    return Step(f"before_{days}", Anchor.RAW_DATE, -days, to)


def at_once(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the steps sent when they are due, to the function on duty too."""
    return tuple(replace(step, to=(*step.to, DUTY), at_once=True) for step in steps)


LAST_DAY = Step("last_day", Anchor.RAW_DATE, 0, (HANDLER, SENIOR))
OVER = (
    Step("over_1", Anchor.LAST_DAY, 1, (HANDLER, SENIOR, MANAGER)),
    Step("over_8", Anchor.LAST_DAY, 8, (MANAGER, HEAD)),
)

# From a day to a week.
NEXT_DAY = (Step("start", Anchor.TRIGGER, 0, (HANDLER,)), LAST_DAY, *OVER)
WEEK = (_before(2, HANDLER), LAST_DAY, *OVER)
# From two weeks to six.
WEEKS = (_before(5, HANDLER), _before(2, HANDLER, SENIOR), LAST_DAY, *OVER)
# From two months.
MONTHS = (_before(21, SENIOR), _before(7, HANDLER), LAST_DAY, *OVER)
# What is reported to IVO each quarter as long as it is undone: five years ahead, and no second
# proposal, since the breach is one and the same.
QUARTERS = tuple(
    Step(f"quarter_{number}", Anchor.TRIGGER, 0, (MANAGER,), months=3 * number)
    for number in range(2, 21)
)
REPORTED_QUARTERLY = (*MONTHS, *QUARTERS)
CHILD_INVESTIGATION = (_after(30), _after(60), _after(90), *MONTHS)

# Reviews of coercion are planned for at leisure, but never let pass unseen.
COERCION_REVIEW = (_before(21, SENIOR), _before(7, HANDLER), *at_once((LAST_DAY, *OVER)))

OWN_DAY = (_before(7, HANDLER), LAST_DAY, *OVER)
# What is asked of a manager: the Förste sees nothing of it, and whoever waits for the answer hears
# of it with the manager.
ASKED = (
    Step("start", Anchor.TRIGGER, 0, (HANDLER,)),
    _before(2, HANDLER),
    Step("last_day", Anchor.RAW_DATE, 0, (HANDLER,)),
    Step("over_1", Anchor.LAST_DAY, 1, (HANDLER, MANAGER, HEAD)),
    Step("over_8", Anchor.LAST_DAY, 8, (MANAGER, HEAD)),
)
DEVIATION = (
    _before(7, HANDLER),
    LAST_DAY,
    Step("second_line", Anchor.TRIGGER, 90, (MANAGER, HEAD)),
)
