"""The intake (aktualisering): a report of concern, an application or other information."""

from typing import ClassVar

from django.db import models

from casework.cases.models.case import (
    CASE_VERSION_FIELDS,
    RECORD_FIELDS,
    Case,
    CaseRecord,
    CaseVersion,
    HandlerRow,
    ProtectionRow,
    Sex,
    UnitRow,
)
from casework.shared.fields import EncryptedTextField
from casework.shared.history import HISTORY_FIELDS, HistoryRow
from casework.shared.models import Privacy


class IntakeKind(models.TextChoices):
    """How it came (SoL 14:2, 19 kap.)."""

    REPORT = "report", "Anmälan"
    APPLICATION = "application", "Ansökan"
    OTHER = "other", "Information på annat sätt"


class IntakeOutcome(models.TextChoices):
    """What the preliminary assessment came to; empty while it is not decided."""

    UNDECIDED = "", "Ej beslutad"
    OPENED = "opened", "Inled"
    NOT_OPENED = "not_opened", "Inled inte"


class _Received(models.Model):
    """What came in, from whom, about whom."""

    received_at = models.DateTimeField("inkommen")
    kind = models.CharField("typ", max_length=20, choices=IntakeKind)
    source = models.CharField("uppgiftslämnare", max_length=200, blank=True)
    sex = models.CharField("kön", max_length=10, choices=Sex, blank=True)
    birth_year = models.SmallIntegerField("födelseår", null=True)

    class Meta:
        abstract = True


class _Outcome(models.Model):
    """The decision whether to open an investigation."""

    outcome = models.CharField("beslut", max_length=20, choices=IntakeOutcome, blank=True)
    decided_on = models.DateField("beslutsdatum", null=True)

    class Meta:
        abstract = True


class _Feedback(models.Model):
    """Whether the reporter has asked to be told what was decided (SoL 19:6), and was told."""

    feedback_asked = models.BooleanField("anmälaren har bett om återkoppling", default=False)
    feedback_given_on = models.DateField("återkoppling lämnad", null=True)

    class Meta:
        abstract = True


class Intake(_Received, _Outcome, _Feedback, CaseRecord):
    """One intake about one person; all but case and entry is a projection of the history.

    Siblings in one anmälan have an intake each; ``entry`` is theirs in common.
    """

    entry = models.UUIDField("gemensam anmälan", null=True, db_index=True)

    received_on = models.DateField("inkommen dag")
    assessed_at = models.DateTimeField("skyddsbedömd", null=True)
    reason = EncryptedTextField("skäl", blank=True)

    privacy = Privacy(
        personal="sex birth_year reason handler",
        plain=f"{RECORD_FIELDS} entry received_at received_on kind source assessed_at outcome "
        "decided_on feedback_asked feedback_given_on",
    )

    class Meta(CaseRecord.Meta):
        verbose_name = "aktualisering"
        verbose_name_plural = "aktualiseringar"
        constraints: ClassVar = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(outcome="", decided_on__isnull=True)
                | (~models.Q(outcome="") & models.Q(decided_on__gte=models.F("received_on"))),
                name="intake_decided_with_a_day",
            ),
        ]
        # Those that keep a case under way are few of all that there have been.
        indexes: ClassVar = [
            models.Index(fields=["unit", "-received_on"]),
            models.Index(
                fields=["unit"], condition=models.Q(outcome=""), name="intake_undecided_by_unit"
            ),
            models.Index(
                fields=["unit"],
                condition=models.Q(feedback_asked=True, feedback_given_on__isnull=True),
                name="intake_unanswered_by_unit",
            ),
            # What skyddade personuppgifter close is asked for in every count, and is little.
            models.Index(
                fields=["id"], condition=models.Q(protected=True), name="intake_protected"
            ),
        ]


class IntakeRegistrationRow(_Received, HistoryRow):
    """That it came in."""

    record = models.ForeignKey(Intake, models.PROTECT, related_name="registration_rows")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)

    privacy = Privacy(
        personal="actor sex birth_year", plain=f"{HISTORY_FIELDS} case received_at kind source"
    )


class IntakeAssessmentRow(HistoryRow):
    """When the immediate protection assessment (SoL 20:1) was made."""

    record = models.ForeignKey(Intake, models.PROTECT, related_name="assessment_rows")
    assessed_at = models.DateTimeField(null=True)

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} assessed_at")


class IntakeOutcomeRow(_Outcome, HistoryRow):
    """What the preliminary assessment (SoL 20:2) came to, and why."""

    record = models.ForeignKey(Intake, models.PROTECT, related_name="outcome_rows")
    reason = EncryptedTextField(blank=True)

    privacy = Privacy(personal="actor reason", plain=f"{HISTORY_FIELDS} outcome decided_on")


class IntakeFeedbackRow(_Feedback, HistoryRow):
    """That the reporter asked for feedback, was given it, or is not to have it (and why)."""

    record = models.ForeignKey(Intake, models.PROTECT, related_name="feedback_rows")
    feedback_reason = EncryptedTextField(blank=True)

    privacy = Privacy(
        personal="actor feedback_reason",
        plain=f"{HISTORY_FIELDS} feedback_asked feedback_given_on",
    )


class IntakeUnitRow(UnitRow):
    """The unit responsible for the intake."""

    record = models.ForeignKey(Intake, models.PROTECT, related_name="unit_rows")

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} unit area unit_name")


class IntakeHandlerRow(HandlerRow):
    """Who handles the intake."""

    record = models.ForeignKey(Intake, models.PROTECT, related_name="handler_rows")

    privacy = Privacy(personal="actor handler", plain=HISTORY_FIELDS)


class IntakeProtectionRow(ProtectionRow):
    """Skyddade personuppgifter."""

    record = models.ForeignKey(Intake, models.PROTECT, related_name="protection_rows")

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} protected")


class IntakeVersion(_Outcome, CaseVersion):
    """What is counted of an intake, under both clocks."""

    record = models.ForeignKey(Intake, models.PROTECT, related_name="versions")
    received_on = models.DateField()
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=200, blank=True)
    sex = models.CharField(max_length=10, blank=True)
    birth_year = models.SmallIntegerField(null=True)

    privacy = Privacy(
        personal="sex birth_year",
        plain=f"{CASE_VERSION_FIELDS} received_on kind source outcome decided_on",
    )

    class Meta(CaseVersion.Meta):
        indexes: ClassVar = [
            models.Index(fields=["board", "area", "received_on"], name="intake_version_counting")
        ]
