"""All models of the app."""

from deviations.models.deviation import Concerns, Deviation, SafeNow
from deviations.models.handling import (
    Action,
    Attachment,
    Draft,
    DraftFile,
    Exchange,
    Question,
    Seen,
    UnitReview,
)
from deviations.models.history import (
    CategoryRow,
    CausesRow,
    DeviationVersion,
    EffectRow,
    ProtectionRow,
    RegistrationRow,
    StatusRow,
    UnitRow,
)
from deviations.models.proposal import Decision, Proposal, ProposalDecision
from deviations.models.registers import Category, Cause

__all__ = [
    "Action",
    "Attachment",
    "Category",
    "CategoryRow",
    "Cause",
    "CausesRow",
    "Concerns",
    "Decision",
    "Deviation",
    "DeviationVersion",
    "Draft",
    "DraftFile",
    "EffectRow",
    "Exchange",
    "Proposal",
    "ProposalDecision",
    "ProtectionRow",
    "Question",
    "RegistrationRow",
    "SafeNow",
    "Seen",
    "StatusRow",
    "UnitReview",
    "UnitRow",
]
