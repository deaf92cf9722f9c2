"""All models of the app, gathered from its applets for Django."""

from casework.accounts.models import AccountChange
from casework.audit.models import AuditAnchor, AuditEvent
from casework.cases.models import (
    Case,
    Decision,
    Intake,
    Investigation,
    WatchedTime,
    WeeklyReview,
)
from casework.deadlines.board_models import (
    CalendarLink,
    DutyFunction,
    DutyLetter,
    LocalRule,
)
from casework.deadlines.models import (
    Deadline,
    FailedRow,
    Letter,
    Miss,
    Notice,
    Outbox,
    RuleCopy,
    Told,
)
from casework.operation.models import Lane, OutgoingMail, Pulse
from casework.organisation.models import (
    Absence,
    Administration,
    Board,
    Department,
    Membership,
    Role,
    ServiceArea,
    Unit,
    User,
)
from casework.registers.models import ImportBatch, ImportedRow

__all__ = [
    "Absence",
    "AccountChange",
    "Administration",
    "AuditAnchor",
    "AuditEvent",
    "Board",
    "CalendarLink",
    "Case",
    "Deadline",
    "Decision",
    "Department",
    "DutyFunction",
    "DutyLetter",
    "FailedRow",
    "ImportBatch",
    "ImportedRow",
    "Intake",
    "Investigation",
    "Lane",
    "Letter",
    "LocalRule",
    "Membership",
    "Miss",
    "Notice",
    "Outbox",
    "OutgoingMail",
    "Pulse",
    "Role",
    "RuleCopy",
    "ServiceArea",
    "Told",
    "Unit",
    "User",
    "WatchedTime",
    "WeeklyReview",
]
