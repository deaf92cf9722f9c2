"""The times of the deviations made for measuring: those that are open are watched from now on."""

from django.db.backends.utils import CursorWrapper

from casework.deadlines import services
from casework.organisation.models import Board
from casework.shared import clock
from deviations import states
from deviations.models import Deviation
from deviations.services.watching import DEVIATION, HANDLING

_LIKE_THE_FIRST = """
INSERT INTO casework_deadline (
    board_id, kind, subject_id, unit_id, handler_id, protected, rule, copy_id, trigger_date,
    raw_date, last_day, state, settled_until, next_action_at, started_at)
SELECT d.board_id, t.kind, d.id, d.unit_id, d.handler_id, d.protected, t.rule, t.copy_id,
       t.trigger_date, t.raw_date, t.last_day, t.state, t.settled_until, t.next_action_at,
       t.started_at
  FROM deviations_deviation d
  JOIN casework_deadline t ON t.id = ANY(%s) AND t.trigger_date = d.registered_on
 WHERE d.board_id = %s AND d.status = ANY(%s) AND d.id <> t.subject_id
"""


def scale_times(cursor: CursorWrapper, board: Board) -> None:
    """Begin the time of one open deviation of each day by the service, the others like it."""
    watched = sorted(states.OPEN_STATES | {states.WITH_SAS})
    first_of_day = (
        Deviation.objects.filter(board=board, status__in=watched)
        .order_by("registered_on", "pk")
        .distinct("registered_on")
    )
    now = clock.now()
    firsts = services.start_many(
        (
            services.Start(
                DEVIATION,
                deviation.pk,
                HANDLING,
                deviation.registered_on,
                services.Owner(
                    board.pk, deviation.unit_id, deviation.handler_id, deviation.protected
                ),
                history=True,
            )
            for deviation in first_of_day
        ),
        now,
    )
    cursor.execute(_LIKE_THE_FIRST, [[time.pk for time in firsts], board.pk, watched])
