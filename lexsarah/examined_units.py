"""The units that a report is, or has been, about: before it was moved, or they were replaced."""

from django.db.models import Q, QuerySet

from casework.organisation.models import Membership
from lexsarah.models import Report, ReportUnitRow


def unit_names(report: Report) -> list[str]:
    """Return the names of the units, also as they were called then; the present one first."""
    rows = ReportUnitRow.objects.filter(record=report).order_by("pk")
    held = rows.values_list("unit_name", "unit__name")
    return list(dict.fromkeys([report.unit.name, *(name for names in held for name in names)]))


def worked_there(report: Report) -> QuerySet[Membership]:
    """Return the memberships, of whatever day, of those who work or have worked in the units."""
    before = ReportUnitRow.objects.filter(record=report).values("unit")
    return Membership.objects.filter(Q(unit=report.unit_id) | Q(unit__in=before))
