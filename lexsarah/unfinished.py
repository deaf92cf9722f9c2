"""Whether IVO was notified before the investigation was finished, and is to have it afterwards.

SOSFS 2011:5 6 kap.: a notification without the finished investigation is followed by it within two
months. What counts is whether a decision stood when IVO was notified: by days where they differ,
by what was recorded first where both are the same day. Taken up again since, it was finished then.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, Case, F, Q, Value, When

from lexsarah.models import Report, ReportNotificationRow, ReportOutcomeRow

_DECIDED, _REOPENED, _NOTIFIED = "decided", "reopened", "notified"
_IMPORTED = Case(
    When(batch__isnull=False, then=Value(True)), default=Value(False), output_field=BooleanField()
)


@dataclass(frozen=True)
class _Told:
    """A row of the history: what it tells, of which day, when it was recorded, by a register?"""

    recorded_at: datetime
    what: str
    day: date
    imported: bool
    pk: int
    corrects: int | None


def notified_unfinished(reports: Collection[Report]) -> frozenset[int]:
    """Return the ids of those that were notified before they were decided; at most one query."""
    notified = {one.pk: one.notified_on for one in reports if one.notified_on is not None}
    # One that was decided before, and stands so, was finished.
    unsure = {
        one.pk: notified[one.pk]
        for one in reports
        if one.pk in notified and (one.decided_on is None or one.decided_on >= notified[one.pk])
    }
    return frozenset(_undecided_then(unsure) if unsure else ())


def awaits_supplement(report: Report) -> bool:
    """Say whether IVO was notified without a finished investigation, and has not had it since."""
    return report.supplemented_on is None and bool(notified_unfinished([report]))


def why_not_sent(report: Report) -> str:
    """Return why IVO cannot have had what it awaits: the finished investigation; empty where so."""
    if finished_on(report) is None:
        return (
            "Utredningen är inte klar. Den lämnas till IVO när beslut är fattat. Räcker tiden inte "
            "till: be IVO om längre tid, och anteckna brevet när det kommer."
        )
    return ""


def finished_on(report: Report) -> date | None:
    """Return the day of the first decision since IVO was notified; None where there is none."""
    notified_on = report.notified_on
    days = {*report.decisions.values_list("decided_on", flat=True), report.decided_on}
    since = [day for day in days if day and notified_on and day >= notified_on]
    return min(since, default=None)


def _undecided_then(notified: Mapping[int, date]) -> set[int]:
    """Return those of which no decision stood when they were notified, by their day of it."""
    decided = Case(When(~Q(outcome=""), then=Value(_DECIDED)), default=Value(_REOPENED))
    columns = ("record_id", "recorded_at", "what", "day", "imported", "pk", "corrects")
    of_them = {"record__in": list(notified)}
    day = Case(When(~Q(outcome=""), then=F("decided_on")), default=F("effective_on"))
    rows = (
        ReportOutcomeRow.objects.filter(**of_them)
        .annotate(what=decided, day=day, imported=_IMPORTED)
        .values_list(*columns)
        .union(
            ReportNotificationRow.objects.filter(**of_them, notified_on__isnull=False)
            .annotate(what=Value(_NOTIFIED), day=F("notified_on"), imported=_IMPORTED)
            .values_list(*columns),
            all=True,
        )
        .order_by("recorded_at", "pk")
    )
    histories: dict[int, list[_Told]] = defaultdict(list)
    for record, *told in rows:
        histories[record].append(_Told(*told))
    return {key for key, on in notified.items() if not _was_decided_then(on, histories[key])}


def _was_decided_then(on: date, told: Iterable[_Told]) -> bool:
    """Say so of one report's history, the earliest first.

    A notification told again, with IVO's number, was made when it was first told; a decision told
    again, with more measures, is of its own day. A register tells the day alone: what it decides
    that day counts as decided before.
    """
    rows = list(told)
    corrected = {one.corrects for one in rows if one.what != _NOTIFIED}
    noted_at = next((one.recorded_at for one in rows if one.what == _NOTIFIED), None)
    stood = False
    for one in rows:
        if one.what == _NOTIFIED or one.pk in corrected:
            continue
        same_day = one.imported or noted_at is None or one.recorded_at <= noted_at
        if one.day < on or (one.day == on and same_day):
            stood = one.what == _DECIDED
    return stood
