"""Models of lex Sarah."""

from lexsarah.models.decision import (
    Decision,
    DelegationRule,
    Delivery,
    Measure,
    Proposal,
    Reopening,
)
from lexsarah.models.documents import (
    DutyConfirmation,
    IvoLetter,
    Lesson,
    LessonReview,
    OutsideText,
    ProviderInformation,
    RegistryEntry,
    StoredDocument,
)
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
from lexsarah.models.investigation import (
    DocumentPart,
    EarlierEvent,
    Examined,
    Note,
    ReportCause,
    Request,
)
from lexsarah.models.report import EventKind, Report, Reporter, Statute

__all__ = [
    "Decision",
    "DelegationRule",
    "Delivery",
    "DocumentPart",
    "DutyConfirmation",
    "EarlierEvent",
    "EventKind",
    "Examined",
    "IvoLetter",
    "Lesson",
    "LessonReview",
    "Measure",
    "Note",
    "OutsideText",
    "Proposal",
    "ProviderInformation",
    "RegistryEntry",
    "Reopening",
    "Report",
    "ReportCause",
    "ReportNotificationRow",
    "ReportOutcomeRow",
    "ReportProtectionRow",
    "ReportRegistrationRow",
    "ReportSeriousRow",
    "ReportStatusRow",
    "ReportUnitRow",
    "ReportVersion",
    "Reporter",
    "Request",
    "Statute",
    "StoredDocument",
]
