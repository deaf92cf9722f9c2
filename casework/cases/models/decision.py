"""The decision (beslut): granted, executed, interrupted, resumed, or ended without execution."""

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


class Statute(models.TextChoices):
    """The law that the decision rests on; each is reported on its own (SoL 34:1, LSS 28 f)."""

    SOL = "SoL", "SoL"
    LSS = "LSS", "LSS"


class _Granted(models.Model):
    """What was decided for whom; ``reason`` says why it waits or was ended."""

    statute = models.CharField("lagrum", max_length=10, choices=Statute)
    sex = models.CharField("kön", max_length=10, choices=Sex, blank=True)
    measure = models.CharField("insats", max_length=200)
    decided_on = models.DateField("beslutsdatum")
    reason = EncryptedTextField("skäl", blank=True)

    class Meta:
        abstract = True


class _Course(models.Model):
    """The days on which things happened to the decision."""

    interrupted_on = models.DateField("avbrott", null=True)
    resumed_on = models.DateField("återupptagen", null=True)
    executed_on = models.DateField("verkställd", null=True)
    ended_on = models.DateField("avslutad utan verkställighet", null=True)

    class Meta:
        abstract = True


_GRANTED = "statute measure decided_on"
_COURSE = "interrupted_on resumed_on executed_on ended_on"


class Decision(_Granted, _Course, CaseRecord):
    """One decision; all but the case is a projection of the history."""

    privacy = Privacy(personal="sex reason handler", plain=f"{RECORD_FIELDS} {_GRANTED} {_COURSE}")

    class Meta(CaseRecord.Meta):
        verbose_name = "beslut"
        verbose_name_plural = "beslut"
        indexes: ClassVar = [
            models.Index(fields=["unit", "-decided_on"]),
            models.Index(
                fields=["unit"],
                condition=models.Q(ended_on__isnull=True, executed_on__isnull=True),
                name="decision_waiting_by_unit",
            ),
            models.Index(
                fields=["unit"],
                condition=models.Q(
                    ended_on__isnull=True,
                    interrupted_on__isnull=False,
                    resumed_on__isnull=True,
                ),
                name="decision_interrupted_by_unit",
            ),
            # What skyddade personuppgifter close is asked for in every count, and is little.
            models.Index(
                fields=["id"], condition=models.Q(protected=True), name="decision_protected"
            ),
        ]


class DecisionRegistrationRow(_Granted, HistoryRow):
    """That it was decided."""

    record = models.ForeignKey(Decision, models.PROTECT, related_name="registration_rows")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)

    privacy = Privacy(personal="actor sex reason", plain=f"{HISTORY_FIELDS} case {_GRANTED}")


class DecisionExecutionRow(HistoryRow):
    """That it was executed; empty, as in the rows below: that it was not."""

    record = models.ForeignKey(Decision, models.PROTECT, related_name="execution_rows")
    executed_on = models.DateField(null=True)

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} executed_on")


class DecisionInterruptionRow(HistoryRow):
    """That the execution was interrupted."""

    record = models.ForeignKey(Decision, models.PROTECT, related_name="interruption_rows")
    interrupted_on = models.DateField(null=True)

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} interrupted_on")


class DecisionResumptionRow(HistoryRow):
    """That the execution was taken up again."""

    record = models.ForeignKey(Decision, models.PROTECT, related_name="resumption_rows")
    resumed_on = models.DateField(null=True)

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} resumed_on")


class DecisionEndRow(HistoryRow):
    """That it was ended without execution."""

    record = models.ForeignKey(Decision, models.PROTECT, related_name="end_rows")
    ended_on = models.DateField(null=True)

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} ended_on")


class DecisionUnitRow(UnitRow):
    """The unit responsible for the decision."""

    record = models.ForeignKey(Decision, models.PROTECT, related_name="unit_rows")

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} unit area unit_name")


class DecisionHandlerRow(HandlerRow):
    """Who handles the decision."""

    record = models.ForeignKey(Decision, models.PROTECT, related_name="handler_rows")

    privacy = Privacy(personal="actor handler", plain=HISTORY_FIELDS)


class DecisionProtectionRow(ProtectionRow):
    """Skyddade personuppgifter."""

    record = models.ForeignKey(Decision, models.PROTECT, related_name="protection_rows")

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} protected")


class DecisionVersion(_Granted, _Course, CaseVersion):
    """What is counted of a decision, under both clocks, and what the list says of it."""

    record = models.ForeignKey(Decision, models.PROTECT, related_name="versions")

    privacy = Privacy(personal="sex reason", plain=f"{CASE_VERSION_FIELDS} {_GRANTED} {_COURSE}")

    class Meta(CaseVersion.Meta):
        indexes: ClassVar = [
            models.Index(fields=["board", "area", "decided_on"], name="decision_version_counting")
        ]
