"""The times of the deviations made for measuring: those that wait for something are watched."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.db.backends.utils import CursorWrapper

from casework.deadlines import services
from casework.deadlines.services import Start
from casework.organisation.models import Board
from casework.shared import clock
from deviations import states
from deviations.models import Deviation
from deviations.services.watching import EFFECT, HANDLING, start_of

# A time is like that of another deviation of the same days.
_LIKE_THE_FIRST = """
INSERT INTO casework_deadline (
    board_id, kind, subject_id, unit_id, handler_id, protected, rule, copy_id, trigger_date,
    raw_date, last_day, state, settled_until, next_action_at, started_at)
SELECT d.board_id, t.kind, d.id, d.unit_id, d.handler_id, d.protected, t.rule, t.copy_id,
       t.trigger_date, t.raw_date, t.last_day, t.state, t.settled_until, t.next_action_at,
       t.started_at
  FROM casework_deadline t
  JOIN deviations_deviation first ON first.id = t.subject_id
  JOIN deviations_deviation d ON {same_days} AND d.id <> first.id
 WHERE t.id = ANY(%s) AND d.board_id = %s AND d.status = ANY(%s)
"""


def scale_times(cursor: CursorWrapper, board: Board) -> None:
    """Begin the times of one deviation of each day by the service, those of the others like it."""
    _like_the_first(
        cursor, board, HANDLING, states.OPEN_STATES | {states.WITH_SAS}, ("registered_on",)
    )
    _like_the_first(
        cursor, board, EFFECT, {states.CLOSED_FOLLOW_UP}, ("closed_on", "effect_due_on")
    )


def _like_the_first(
    cursor: CursorWrapper, board: Board, rule: str, waiting: Collection[str], days: tuple[str, ...]
) -> None:
    """``days``: the one that begins the time and, where it has an end of its own, that."""
    first_of_days = (
        Deviation.objects.filter(board=board, status__in=waiting)
        .order_by(*days, "pk")
        .distinct(*days)
    )
    firsts = services.start_many(_starts(first_of_days, rule, days), clock.now())
    same_days = " AND ".join(f"d.{day} = first.{day}" for day in days)
    cursor.execute(
        _LIKE_THE_FIRST.format(same_days=same_days),
        [[time.pk for time in firsts], board.pk, sorted(waiting)],
    )


def _starts(found: Any, rule: str, days: tuple[str, ...]) -> Iterator[Start]:
    for deviation in found:
        began, *ends = (getattr(deviation, day) for day in days)
        own: date | None = ends[0] if ends else None
        yield start_of(deviation, rule, began, own_date=own)
