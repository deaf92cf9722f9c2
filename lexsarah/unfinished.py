"""Whether IVO was notified before the investigation was finished, and is to have it afterwards.

SOSFS 2011:5 6 kap.: a notification without the finished investigation is followed by it within two
months. By days where they differ; where both are the same day, by what was recorded first.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, Q, Value, When

from lexsarah.models import Report, ReportNotificationRow, ReportOutcomeRow

_DECIDED, _REOPENED, _NOTIFIED = "decided", "reopened", "notified"
_IMPORTED = Case(
    When(batch__isnull=False, then=Value(True)), default=Value(False), output_field=BooleanField()
)


@dataclass(frozen=True)
class _Told:
    """A row of the history: what it tells, when it was recorded, whether by a register."""

    recorded_at: datetime
    what: str
    imported: bool


def notified_unfinished(reports: Collection[Report]) -> frozenset[int]:
    """Return the ids of those that were notified before they were decided; at most one query."""
    notified = {one.pk: one.notified_on for one in reports if one.notified_on is not None}
    before, same_day = set(), set()
    for one in reports:
        if one.pk not in notified:
            continue
        if one.decided_on is None or one.decided_on > notified[one.pk]:
            before.add(one.pk)
        elif one.decided_on == notified[one.pk]:
            same_day.add(one.pk)
    return frozenset(before | (_recorded_before(same_day) if same_day else set()))


def awaits_supplement(report: Report) -> bool:
    """Say whether IVO was notified without a finished investigation, and has not had it since."""
    return report.supplemented_on is None and bool(notified_unfinished([report]))


def _recorded_before(ids: Collection[int]) -> set[int]:
    """Return which of those decided and notified the same day were notified first."""
    decided = Case(When(~Q(outcome=""), then=Value(_DECIDED)), default=Value(_REOPENED))
    columns = ("record_id", "recorded_at", "what", "imported")
    rows = (
        ReportOutcomeRow.objects.filter(record__in=ids)
        .annotate(what=decided, imported=_IMPORTED)
        .values_list(*columns)
        .union(
            ReportNotificationRow.objects.filter(record__in=ids, notified_on__isnull=False)
            .annotate(what=Value(_NOTIFIED), imported=_IMPORTED)
            .values_list(*columns),
            all=True,
        )
        .order_by("recorded_at")
    )
    histories: dict[int, list[_Told]] = defaultdict(list)
    for record, recorded_at, what, imported in rows:
        histories[record].append(_Told(recorded_at, what, imported))
    return {record for record, told in histories.items() if _was_notified_first(told)}


def _was_notified_first(told: Iterable[_Told]) -> bool:
    """Say so of one report's history, the earliest first.

    A decision told again, with more measures, was made when it was first told; one that was taken
    up again was not. A register tells the day alone: what it decides counts as finished.
    """
    decided: _Told | None = None
    notified: _Told | None = None
    for one in told:
        if one.what == _NOTIFIED:
            notified = notified or one
        else:
            decided = None if one.what == _REOPENED else decided or one
    if decided is None or notified is None or decided.imported:
        return False
    return notified.recorded_at < decided.recorded_at
