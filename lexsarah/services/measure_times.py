"""The times of measures: to do what was decided, and to see what it led to (the board's own)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from casework.deadlines import services
from casework.deadlines.services import Owner, Start
from casework.shared import clock
from lexsarah.models import Measure, Report

KIND = "lex_sarah_measure"
DUE, EFFECT = "action_due", "effect_follow_up"


@dataclass(frozen=True)
class _Clock:
    rule: str
    trigger_date: date
    own_date: date
    met_on: date | None
    handler_id: int | None


def watch_measures(report: Report, now: datetime) -> None:
    """Bring the times of a locked report's measures in line with how they stand."""
    decided = list(report.measures.filter(verdict__in=["approved", "partly"]).order_by("pk"))
    if not decided:
        return
    of_them = Q(kind=KIND, subject_id__in=[measure.pk for measure in decided])
    running = {(time.subject_id, time.rule): time for time in services.open_for(of_them)}
    new = []
    for measure in decided:
        for one in _clocks(measure, report):
            owner = Owner(report.board_id, report.unit_id, one.handler_id, report.protected)
            time = running.get((measure.pk, one.rule))
            if time is not None and one.met_on is not None:
                services.meet(time, one.met_on, now)
            elif time is not None:
                services.follow([time], owner, now)
            elif one.met_on is None:
                began = min(one.trigger_date, one.own_date)
                new.append(
                    Start(KIND, measure.pk, one.rule, began, owner, one.own_date, history=True)
                )
    services.start_many(new, now)


def _clocks(measure: Measure, report: Report) -> Iterator[_Clock]:
    """Yield the times of a measure: its owner's, then the investigator's."""
    if measure.decided_at is not None:
        decided_on = clock.local_day(measure.decided_at)
        yield _Clock(DUE, decided_on, measure.due_on, measure.done_on, measure.owner_id)
    if measure.done_on is not None and measure.effect_due_on is not None:
        yield _Clock(
            EFFECT,
            measure.done_on,
            measure.effect_due_on,
            measure.effect_on,
            report.investigator_id,
        )
