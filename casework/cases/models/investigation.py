"""The investigation (utredning): opened, perhaps extended, closed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

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
from casework.cases.models.intake import IntakeKind
from casework.shared.fields import EncryptedTextField
from casework.shared.history import HISTORY_FIELDS, HistoryRow
from casework.shared.models import Privacy

# The kind that SoL 20:3 gives four months; other kinds keep the name that the register gives.
CHILD_INVESTIGATION = "Barnutredning"


class InvestigationOutcome(models.TextChoices):
    """What the investigation ended in; empty while it is open, and where no one has said."""

    NOT_SAID = "", "Uppgift saknas"
    MEASURE = "measure", "Beslut om insats"
    NO_MEASURE = "no_measure", "Avslutad utan insats"
    DISMISSED = "dismissed", "Avskriven"
    MOVED = "moved", "Flyttad till annan kommun"


class _Opened(models.Model):
    """That it was opened, on whose account; ``intake_on`` is the day of the intake behind it."""

    opened_on = models.DateField("inledd")
    intake_on = models.DateField("aktualiserad", null=True)
    kind = models.CharField("utredningstyp", max_length=100, blank=True)

    class Meta:
        abstract = True


class _Person(models.Model):
    """Whom the investigation is about, and how it was called for; not counted."""

    intake_kind = models.CharField(
        "aktualiseringstyp", max_length=20, choices=IntakeKind, blank=True
    )
    sex = models.CharField("kön", max_length=10, choices=Sex, blank=True)
    birth_year = models.SmallIntegerField("födelseår", null=True)

    class Meta:
        abstract = True


class _Course(models.Model):
    """How it went.

    ``extended_to`` is the last day that any decided extension reaches; ``extended_in_time_to``
    counts only those decided no later than the day on which the time would have been out.
    """

    closed_on = models.DateField("avslutad", null=True)
    extended_to = models.DateField("förlängd till", null=True)
    extended_in_time_to = models.DateField("förlängd i tid till", null=True)

    class Meta:
        abstract = True


class _Outcome(models.Model):
    """What it ended in; not counted."""

    outcome = models.CharField(
        "utfall", max_length=20, choices=InvestigationOutcome, blank=True, default=""
    )

    class Meta:
        abstract = True


class _FollowUp(models.Model):
    """Following up without a measure (SoL 23:1-5), which the board may decide; not counted."""

    follow_up_on = models.DateField("uppföljning beslutad", null=True)
    follow_up_ended_on = models.DateField("uppföljning avslutad", null=True)

    class Meta:
        abstract = True


class Investigation(_Opened, _Person, _Course, _Outcome, _FollowUp, CaseRecord):
    """One investigation; all but the case is a projection of the history."""

    privacy = Privacy(
        personal="sex birth_year handler",
        plain=f"{RECORD_FIELDS} opened_on intake_on kind intake_kind closed_on extended_to "
        "extended_in_time_to outcome follow_up_on follow_up_ended_on",
    )

    class Meta(CaseRecord.Meta):
        verbose_name = "utredning"
        verbose_name_plural = "utredningar"
        constraints: ClassVar = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="investigation_closed_after_opened",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-opened_on"]),
            models.Index(
                fields=["unit", "opened_on"],
                condition=Q(closed_on__isnull=True),
                name="investigation_open_by_unit",
            ),
            models.Index(
                fields=["unit"],
                condition=Q(follow_up_on__isnull=False, follow_up_ended_on__isnull=True),
                name="investigation_followed_up",
            ),
            # What skyddade personuppgifter close is asked for in every count, and is little.
            models.Index(
                fields=["id"], condition=Q(protected=True), name="investigation_protected"
            ),
        ]


class InvestigationRegistrationRow(_Opened, _Person, HistoryRow):
    """That it was opened."""

    record = models.ForeignKey(Investigation, models.PROTECT, related_name="registration_rows")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)

    privacy = Privacy(
        personal="actor sex birth_year",
        plain=f"{HISTORY_FIELDS} case opened_on intake_on kind intake_kind",
    )


class InvestigationExtensionRow(HistoryRow):
    """A decision to extend (SoL 20:3): through which day, decided when (empty: not said)."""

    record = models.ForeignKey(Investigation, models.PROTECT, related_name="extension_rows")
    through = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    reason = EncryptedTextField(blank=True)

    privacy = Privacy(personal="actor reason", plain=f"{HISTORY_FIELDS} through decided_on")


class InvestigationClosingRow(_Outcome, HistoryRow):
    """That it was closed, and what it ended in; empty: that it was not."""

    record = models.ForeignKey(Investigation, models.PROTECT, related_name="closing_rows")
    closed_on = models.DateField(null=True)

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} closed_on outcome")


class InvestigationFollowUpRow(_FollowUp, HistoryRow):
    """That following up was decided, or ended; empty: that it was not."""

    record = models.ForeignKey(Investigation, models.PROTECT, related_name="follow_up_rows")

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} follow_up_on follow_up_ended_on")


class InvestigationUnitRow(UnitRow):
    """The unit responsible for the investigation."""

    record = models.ForeignKey(Investigation, models.PROTECT, related_name="unit_rows")

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} unit area unit_name")


class InvestigationHandlerRow(HandlerRow):
    """Who handles the investigation."""

    record = models.ForeignKey(Investigation, models.PROTECT, related_name="handler_rows")

    privacy = Privacy(personal="actor handler", plain=HISTORY_FIELDS)


class InvestigationProtectionRow(ProtectionRow):
    """Skyddade personuppgifter."""

    record = models.ForeignKey(Investigation, models.PROTECT, related_name="protection_rows")

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} protected")


class InvestigationVersion(_Opened, _Course, CaseVersion):
    """What is counted of an investigation, under both clocks."""

    record = models.ForeignKey(Investigation, models.PROTECT, related_name="versions")

    privacy = Privacy(
        plain=f"{CASE_VERSION_FIELDS} opened_on intake_on kind closed_on extended_to "
        "extended_in_time_to",
    )

    class Meta(CaseVersion.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["board", "area", "opened_on"], name="investigation_version_counting"
            )
        ]
