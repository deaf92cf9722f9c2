"""The times of reports, brought in line with how the reports stand wherever that is written."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from casework.deadlines import services
from casework.deadlines.models import Deadline, State
from casework.deadlines.services import Owner, Start
from lexsarah import clocks, states
from lexsarah.clocks import Clock, Standing
from lexsarah.models import Report
from lexsarah.services.letter_times import extensions_of, watch_letters
from lexsarah.services.measure_times import watch_measures
from lexsarah.services.request_times import watch_requests
from lexsarah.unfinished import notified_unfinished

KIND = "lex_sarah"


def watch(report: Report, now: datetime, *, history: bool = False) -> None:
    """Bring the times of a locked report in line.

    ``history``: what lies before is computed, and nobody is told of it.
    """
    times = list(
        Deadline.objects.filter(kind=KIND, subject_id=report.pk, rule__in=clocks.RULES)
        .select_for_update(no_key=True)
        .order_by("pk")
    )
    running = {time.rule: time for time in times if time.ended_at is None}
    ended = [time for time in times if time.ended_at is not None and time.state != State.VOID]
    followed = []
    for clock in clocks.of_report(_standing(report, notified_unfinished([report]))):
        time = running.pop(clock.rule, None)
        if time is not None and time.trigger_date != clock.trigger_date:
            # Corrected since it began: what it has told of stays, and is told no more.
            services.void(time, now)
            again = _start(report, clock, history=True)
            if clock.rule == clocks.SUPPLEMENT:
                again = replace(again, extended=extensions_of(report))
            services.start(again, now)
        elif time is None:
            _return_to(report, clock, ended, now, history=history)
        elif clock.met_on is not None:
            services.meet(time, clock.met_on, now)
        else:
            followed.append(time)
    services.void_many(list(running.values()), now)
    services.follow(followed, owner(report), now)
    watch_requests(report, now)
    watch_measures(report, now)
    watch_letters(report, now)


def watch_new(reports: Iterable[Report], now: datetime) -> None:
    """Compute the times of reports that were taken in: nothing is told of what has been."""
    new = list(reports)
    unfinished = notified_unfinished(new)
    services.start_many(
        [
            _start(report, clock, history=True)
            for report in new
            for clock in clocks.of_report(_standing(report, unfinished))
        ],
        now,
    )


def watch_open(now: datetime) -> int:
    """Begin, as history, what times open reports lack; return how many that were.

    Safe to run again at any time: a time that runs or has run is left as it is.
    """
    before = Deadline.objects.count()
    running = Deadline.objects.open().filter(kind=KIND, subject_id=OuterRef("pk"))
    lacking = Report.objects.filter(~Exists(running), status__in=states.UNDECIDED)
    for pk in lacking.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            found = lacking.select_for_update(of=("self",)).filter(pk=pk).first()
            if found is not None:
                watch(found, now, history=True)
    return Deadline.objects.count() - before


def owner(report: Report) -> Owner:
    """Return whose the times are: the investigator's."""
    return Owner(report.board_id, report.unit_id, report.investigator_id, report.protected)


def _return_to(
    report: Report, clock: Clock, ended: Sequence[Deadline], now: datetime, *, history: bool
) -> None:
    """Begin what has not been, or is to run again as what ended it has been corrected."""
    same = [t for t in ended if (t.rule, t.trigger_date) == (clock.rule, clock.trigger_date)]
    if not same:
        services.start(_start(report, clock, history=history), now)
    elif clock.met_on is None:
        services.start(_start(report, clock, history=True), now)
    elif same[-1].met_on != clock.met_on:
        services.amend_met(same[-1], clock.met_on)


def _start(report: Report, clock: Clock, *, history: bool) -> Start:
    return Start(
        KIND,
        report.pk,
        clock.rule,
        clock.trigger_date,
        owner(report),
        history=history or clock.met_on is not None,
        met_on=clock.met_on,
    )


def _standing(report: Report, unfinished: Collection[int]) -> Standing:
    return Standing(
        report.registered_on,
        report.decided_on,
        report.serious_on,
        report.notified_on,
        report.supplemented_on,
        report.pk in unfinished,
    )
