"""The times of a deviation: to handle it, to assess its effect, to do what was decided.

All three are the board's own (``casework.deadlines.statutes.local``). They follow from how the
deviation stands, so they are brought up to date wherever that is written.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from casework.deadlines import services
from casework.deadlines.models import Deadline
from casework.deadlines.services import Owner, Start
from casework.shared import clock
from deviations import states
from deviations.models import Action, Deviation

DEVIATION, ACTION = "deviation", "action"
HANDLING, EFFECT, ACTION_DUE = "deviation_handling", "effect_follow_up", "action_due"


def watch(deviation: Deviation, on: date, now: datetime) -> None:
    """Bring the times of a locked deviation in line with how it stands from the day ``on``."""
    # As values and not as a subquery: only so does each half find its rows by the index.
    undone = Action.objects.filter(deviation=deviation, done_on__isnull=True)
    actions = list(undone.values_list("pk", flat=True))
    times = services.open_for(
        Q(kind=DEVIATION, subject_id=deviation.pk) | Q(kind=ACTION, subject_id__in=actions)
    )
    by_rule = {time.rule: time for time in times if time.kind == DEVIATION}
    _handling(deviation, by_rule.get(HANDLING), now)
    _effect(deviation, by_rule.get(EFFECT), on, now)
    _actions(deviation, [time for time in times if time.kind == ACTION], now)
    services.follow(
        [time for time in by_rule.values() if time.ended_at is None], owner(deviation), now
    )


def owner(deviation: Deviation, handler_id: int | None = None) -> Owner:
    """Return whose the deviation's times are: its handler's, or that of an åtgärd's owner."""
    return Owner(
        deviation.board_id,
        deviation.unit_id,
        handler_id or deviation.handler_id,
        deviation.protected,
    )


def _handling(deviation: Deviation, time: Deadline | None, now: datetime) -> None:
    """Run from the report until the deviation is closed, also while SAS has it."""
    began = deviation.registered_on
    if time is not None and deviation.is_open and time.trigger_date != began:
        # A corrected import says that it was reported on another day.
        services.void(time, now)
        time = None
    if deviation.is_open and time is None:
        services.start(start_of(deviation, HANDLING, began), now)
    elif time is not None and deviation.closed_on is not None:
        services.meet(time, deviation.closed_on, now)
    elif time is not None and not deviation.is_open:
        services.void(time, now)


def _effect(deviation: Deviation, time: Deadline | None, on: date, now: datetime) -> None:
    waits = deviation.status == states.CLOSED_FOLLOW_UP
    due_on = deviation.effect_due_on if waits else None
    if time is None:
        if due_on is not None and deviation.closed_on is not None:
            services.start(start_of(deviation, EFFECT, deviation.closed_on, own_date=due_on), now)
    elif due_on is not None:
        if due_on != time.last_day:
            services.extend(time, due_on, on, now)
    elif deviation.status == states.CLOSED:
        services.meet(time, on, now)
    else:
        services.void(time, now)


def _actions(deviation: Deviation, times: Sequence[Deadline], now: datetime) -> None:
    if deviation.status == states.NOT_DEVIATION:
        for time in times:
            services.void(time, now)
        return
    for time in times:
        services.follow([time], owner(deviation, time.handler_id), now)
    if deviation.status == states.REOPENED:
        # What fell away when it was no deviation is to be done again.
        running = [time.subject_id for time in times]
        undone = Action.objects.filter(deviation=deviation, done_on__isnull=True)
        watch_actions(deviation, undone.exclude(pk__in=running), now)


def watch_actions(deviation: Deviation, actions: Iterable[Action], now: datetime) -> None:
    """Begin the times of åtgärder that are planned and have a day."""
    services.start_many(
        [
            Start(
                ACTION,
                action.pk,
                ACTION_DUE,
                min(clock.local_day(action.created_at), action.due_on),
                owner(deviation, action.owner_id),
                own_date=action.due_on,
                history=True,
            )
            for action in actions
            if action.due_on is not None and action.done_on is None
        ],
        now,
    )


def action_done(action: Action, now: datetime) -> None:
    """Meet the time of an åtgärd that has been done."""
    for time in services.open_for(Q(kind=ACTION, subject_id=action.pk)):
        services.meet(time, action.done_on or time.last_day, now)


def watch_new(deviations: Iterable[Deviation], now: datetime) -> None:
    """Compute the times of many deviations that were taken in: nothing is told of what has been."""
    services.start_many(
        [
            start_of(deviation, HANDLING, deviation.registered_on, met_on=deviation.closed_on)
            for deviation in deviations
        ],
        now,
    )


def watch_open(now: datetime) -> int:
    """Begin, as history, the times that open deviations and åtgärder lack; return how many.

    For those from before the watch; what runs already is left as it is.
    """
    running = Deadline.objects.open().filter(subject_id=OuterRef("pk"))
    waits = Q(status__in=states.OPEN_STATES | {states.WITH_SAS})
    followed = Q(status=states.CLOSED_FOLLOW_UP, effect_due_on__isnull=False)
    lacking = Deviation.objects.filter(waits | followed, ~Exists(running.filter(kind=DEVIATION)))
    undone = Action.objects.filter(
        ~Exists(running.filter(kind=ACTION)),
        done_on__isnull=True,
        due_on__isnull=False,
        deviation__status__in=states.OPEN_STATES,
    )
    before = Deadline.objects.count()
    for pk in lacking.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            found = lacking.select_for_update(of=("self",)).filter(pk=pk).first()
            if found is not None:
                watch(found, found.closed_on or found.registered_on, now)
    for pk in undone.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            action = undone.select_for_update(of=("self",)).filter(pk=pk).first()
            if action is not None:
                watch_actions(action.deviation, [action], now)
    return Deadline.objects.count() - before


def start_of(
    deviation: Deviation,
    rule: str,
    trigger_date: date,
    *,
    own_date: date | None = None,
    met_on: date | None = None,
) -> Start:
    """Return the time of a deviation by ``rule``, not begun yet."""
    # What lies before the act is history: opened again after two months, the warnings of the
    # first month are not told once more.
    return Start(
        DEVIATION,
        deviation.pk,
        rule,
        trigger_date,
        owner(deviation),
        own_date=own_date,
        history=True,
        met_on=met_on,
    )
