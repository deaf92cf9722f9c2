"""The lex Sarah reports behind a figure, as they stood under its clocks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from casework.access import policy
from casework.reports.selection import Selection
from casework.reports.tables import CaseLine
from casework.shared.errors import NotVisible
from lexsarah import counting, states
from lexsarah.models import Report, ReportVersion

UNDECIDED = "Utredning pågår"


def find(selection: Selection, row: Mapping[str, Any]) -> QuerySet[ReportVersion]:
    """Return the versions that a row counts, of reports that the actor may open today.

    Never those under skyddade personuppgifter, then or now.
    """
    openable = Report.objects.visible_to(selection.actor).filter(protected=False)
    return (
        _of_row(selection, row)
        .filter(protected=False, record__in=openable)
        .select_related("record", "unit")
        .order_by("registered_on", "record_id")
    )


def _of_row(selection: Selection, row: Mapping[str, Any]) -> QuerySet[ReportVersion]:
    match dict(row):
        case {"outcome": str(outcome)}:
            return counting.reported(selection).filter(outcome=outcome)
        case {"record": int(record)}:
            return counting.reported(selection).filter(record=record)
        case {"quarter": str(begins)}:
            found = counting.notified(selection).annotate(quarter=counting.QUARTER)
            return found.filter(quarter=date.fromisoformat(begins))
    # Ours, but from a table that has changed since.
    raise NotVisible("Det finns ingen sådan siffra.")


def line(selection: Selection, version: Any) -> CaseLine:
    """Return what the list shows of a version."""
    report: Report = version.record
    return CaseLine(
        id=report.pk,
        number=report.number,
        url=reverse("lex-sarah", args=[report.pk]),
        registered_on=version.registered_on,
        category=states.OUTCOMES.get(version.outcome, UNDECIDED),
        unit=version.unit.name,
        status=states.LABELS[version.status],
        days=((version.decided_on or selection.as_of) - version.registered_on).days,
        case_number=policy.shown_case_number(selection.actor, report.case_number),
    )
