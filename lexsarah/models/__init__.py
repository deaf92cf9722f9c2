"""Models of lex Sarah."""

from lexsarah.models.history import (
    ReportNotificationRow,
    ReportOutcomeRow,
    ReportProtectionRow,
    ReportRegistrationRow,
    ReportSeriousRow,
    ReportStatusRow,
    ReportUnitRow,
    ReportVersion,
)
from lexsarah.models.report import Report, Reporter, Statute

__all__ = [
    "Report",
    "ReportNotificationRow",
    "ReportOutcomeRow",
    "ReportProtectionRow",
    "ReportRegistrationRow",
    "ReportSeriousRow",
    "ReportStatusRow",
    "ReportUnitRow",
    "ReportVersion",
    "Reporter",
    "Statute",
]
