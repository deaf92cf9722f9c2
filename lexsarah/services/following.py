"""What follows for lex Sarah when somebody leaves, units are replaced or an area is corrected."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Max, QuerySet

from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.models import Unit, User
from casework.registers.models import ImportBatch
from casework.shared import clock
from casework.shared.chronicle import Stamp, Told
from lexsarah import states
from lexsarah.asked import OPEN
from lexsarah.histories import REPORTS, UNIT
from lexsarah.models import Report, ReportUnitRow, Request
from lexsarah.services.door import Act
from lexsarah.services.investigating import take_from_examined, why_not_investigator
from lexsarah.services.requests import unit_asked
from lexsarah.services.watching import watch


def open_investigated_by(user: User) -> QuerySet[Report]:
    """Return the reports that ``user`` investigates and that are not done with."""
    return Report.objects.filter(investigator=user, status__in=states.OPEN_STATES)


def hand_over(actor: Actor, leaver: User, to: User) -> int:
    """Make ``to`` the investigator of all that ``leaver`` investigates; return how many.

    Those that ``to`` may not investigate are left without an investigator, for SAS to assign.
    """
    with unit_of_work(actor) as work:
        mine = open_investigated_by(leaver).select_for_update(of=("self",)).order_by("pk")
        reports = list(mine.select_related("unit"))
        for report in reports:
            why_not = why_not_investigator(to, report, clock.local_day(work.at))
            report.investigator = None if why_not else to
            report.version += 1
            report.save(update_fields=["investigator", "version"])
            watch(report, work.at)
        if reports:
            ids = [report.pk for report in reports]
            work.audit("lexsarah.handed_over", kind="report", ids=ids, data={"to": to.pk})
    return len(reports)


def open_asked_of(user: User) -> QuerySet[Request]:
    """Return what ``user`` has been asked in lex Sarah and has not answered."""
    return Request.objects.filter(OPEN, asked_of=user)


def hand_over_requests(actor: Actor, leaver: User, to: User) -> int:
    """Let ``to`` answer all that ``leaver`` was asked, with the draft so far; return how many.

    What ``to`` may not be asked stays as it is: its investigator is told when it is late, and
    asks somebody else.
    """
    with unit_of_work(actor) as work:
        asked = open_asked_of(leaver)
        keys = sorted(set(asked.values_list("report_id", flat=True)))
        reports = Report.objects.select_for_update(of=("self",)).filter(pk__in=keys)
        moved = []
        for report in reports.select_related("unit").order_by("pk"):
            unit, _ = unit_asked(to, report, clock.local_day(work.at))
            if unit is None:
                continue
            for request in asked.filter(report=report).select_for_update(of=("self",)):
                request.asked_of = to
                request.version += 1
                request.save(update_fields=["asked_of", "version"])
                moved.append(request.pk)
            watch(report, work.at)
        if moved:
            work.audit(
                "lexsarah.requests_handed_over", kind="request", ids=moved, data={"to": to.pk}
            )
    return len(moved)


def open_in_unit(unit: Unit) -> int:
    """Return how many reports would follow if the unit were replaced."""
    return Report.objects.filter(unit=unit, status__in=states.UNDECIDED).count()


def follow_unit(actor: Actor, replaced: Sequence[Unit], successor: Unit, on: date) -> int:
    """Give the undecided reports of ``replaced`` to ``successor`` from ``on``; return how many.

    What was reported later than ``on`` follows from that day. Decided ones stay: what was counted
    for the old unit remains counted there. Who leads or works in ``successor`` is no longer
    investigator or decider.
    """
    with unit_of_work(actor) as work:
        found = Report.objects.filter(unit__in=replaced, status__in=states.UNDECIDED)
        reports = list(found.select_for_update(of=("self",)).order_by("pk"))
        ids = [report.pk for report in reports]
        came_on = dict(
            Report.objects.filter(pk__in=ids)
            .annotate(came_on=Max("unit_rows__effective_on"))
            .values_list("pk", "came_on")
        )
        stories = [(report, [_told(successor, max(on, came_on[report.pk]))]) for report in reports]
        REPORTS.write(stories, Stamp(work.at, actor.user_id))
        day = max(on, clock.local_day(work.at))
        for report in reports:
            report.unit = successor
            take_from_examined(Act(actor, "move", report, work), day)
            watch(report, work.at, history=True)
        if ids:
            work.audit("lexsarah.units_merged", kind="report", ids=ids, data={"to": successor.pk})
    return len(reports)


def regroup(actor: Actor, unit: Unit, batch: ImportBatch) -> int:
    """Correct the area in every history row of ``unit``; return how many reports it concerns.

    The old rows stay, corrected from now on, so that a report as known before still has the area
    that the unit was then thought to belong to.
    """
    with unit_of_work(actor) as work:
        taken_back = ReportUnitRow.objects.filter(corrects__isnull=False).values("corrects")
        wrong = ReportUnitRow.objects.filter(unit=unit).exclude(area=unit.area_id)
        by_report: dict[int, list[tuple[Told, int | None]]] = {}
        for row in wrong.exclude(pk__in=taken_back).order_by("pk"):
            told = (_told(unit, row.effective_on), row.pk)
            by_report.setdefault(row.record_id, []).append(told)
        reports = Report.objects.select_for_update(of=("self",)).filter(pk__in=by_report)
        choices = [(report, by_report[report.pk]) for report in reports.order_by("pk")]
        REPORTS.replace_rows(choices, Stamp(work.at, actor.user_id, batch.pk))
    return len(by_report)


def _told(unit: Unit, day: date) -> Told:
    value = {"unit_id": unit.pk, "area_id": unit.area_id, "unit_name": unit.name}
    return Told(UNIT, day, value)
