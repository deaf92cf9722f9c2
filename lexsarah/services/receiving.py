"""A deviation that may be a missförhållande is a report from the moment it is marked so."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.deadlines.models import Deadline
from casework.shared import clock
from casework.shared.chronicle import Stamp, Told
from deviations import states
from deviations.models import Deviation, ProtectionRow
from lexsarah.histories import PROTECTION, REPORTS
from lexsarah.models import Report, Reporter
from lexsarah.services.reporting import Beginning, begin
from lexsarah.services.watching import watch

_OPEN = states.OPEN_STATES | {states.WITH_SAS}


def receive_from_deviation(deviation: Deviation, work: Work, marked_at: datetime) -> None:
    """Make the deviation a report as well, once; and let a report follow its protection.

    ``marked_at`` is when somebody marked it: at its submission, or when it was sent to SAS. The
    deviation is locked in this transaction, or was made in it.
    """
    report = Report.objects.select_for_update(of=("self",)).filter(deviation=deviation).first()
    if report is None:
        _receive(deviation, work, marked_at, reporter_id=work.actor.user_id, history=False)
    else:
        _follow_protection(report, deviation, work)
    # Merged into it, a deviation has no page of its own to be marked on; its report lives on.
    merged = Report.objects.select_for_update(of=("self",)).filter(deviation__merged_into=deviation)
    for one in merged.order_by("pk"):
        _follow_protection(one, deviation, work)


def _follow_protection(report: Report, deviation: Deviation, work: Work) -> None:
    if report.protected != deviation.protected and not _has_own_mark(report, deviation):
        told = Told(PROTECTION, clock.local_day(work.at), {"protected": deviation.protected})
        report.version += 1
        REPORTS.write([(report, [told])], Stamp(work.at, work.actor.user_id))
        watch(report, work.at)


def _has_own_mark(report: Report, deviation: Deviation) -> bool:
    """Say whether the report was marked by itself: the deviation was not, when that was told."""
    if not report.protected:
        return False
    marked = report.protection_rows.filter(protected=True).latest("recorded_at", "pk")
    before = ProtectionRow.objects.filter(deviation=deviation, recorded_at__lte=marked.recorded_at)
    of_deviation = before.order_by("recorded_at", "value").last()
    return of_deviation is None or not of_deviation.value


def take_in(now: datetime) -> int:
    """Make reports of open deviations that were marked before reports were kept here.

    Their clocks run from when they were reported, as history. Safe to run again at any time;
    returns how many times began.
    """
    before = Deadline.objects.count()
    reports = Report.objects.filter(deviation=OuterRef("pk"))
    lacking = Deviation.objects.filter(
        ~Exists(reports), possible_misconduct=True, status__in=_OPEN
    ).select_related("board")
    for pk in lacking.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            found = lacking.select_for_update(of=("self",)).filter(pk=pk).first()
            if found is None:
                continue
            with unit_of_work(Actor.system(found.board)) as work:
                _receive(
                    found, work, found.reported_at, reporter_id=found.reporter_id, history=True
                )
    return Deadline.objects.count() - before


def _receive(
    deviation: Deviation,
    work: Work,
    marked_at: datetime,
    *,
    reporter_id: int | None,
    history: bool,
) -> None:
    report = Report(
        board_id=deviation.board_id,
        deviation=deviation,
        reported_at=marked_at,
        noticed_on=deviation.noticed_on,
        done_at_once=deviation.done_at_once,
        safe_now=deviation.safe_now,
        case_number=deviation.case_number,
    )
    given = Beginning(
        clock.local_day(marked_at),
        deviation.occurred_on,
        deviation.description,
        deviation.unit,
        deviation.protected,
    )
    begin(report, given, work, history=history)
    # Sent to SAS later, it is the report of whoever sent it.
    own = reporter_id is not None and reporter_id == deviation.reporter_id
    Reporter.objects.create(
        report=report,
        user_id=reporter_id,
        on_behalf_of_id=deviation.on_behalf_of_id if own else None,
    )
    work.audit("lexsarah.received", report, data={"deviation": deviation.pk})
