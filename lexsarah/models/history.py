"""History rows (the source) and version rows (what counting reads) of a report (ADR 4)."""

from dataclasses import replace
from typing import ClassVar

from django.db import models

from casework.access.querysets import VersionQuerySet
from casework.cases.models.case import ProtectionRow, UnitRow
from casework.organisation.models import Board, ServiceArea, Unit
from casework.shared.fields import EncryptedTextField
from casework.shared.history import HISTORY_FIELDS, VERSION_FIELDS, HistoryRow, VersionRow
from casework.shared.models import Privacy
from lexsarah import states
from lexsarah.models.report import REPORT_COLUMNS, Report


class ReportRegistrationRow(HistoryRow):
    """When it was reported and what; a later import may correct it."""

    record = models.ForeignKey(Report, models.PROTECT, related_name="registration_rows")
    registered_on = models.DateField()
    occurred_on = models.DateField(null=True)
    event = EncryptedTextField(blank=True)

    privacy = Privacy(personal="actor event", plain=f"{HISTORY_FIELDS} registered_on occurred_on")


class ReportStatusRow(HistoryRow):
    """The state, with its label as it was then."""

    record = models.ForeignKey(Report, models.PROTECT, related_name="status_rows")
    status = models.CharField(max_length=20, choices=states.LABELS)
    label = models.CharField(max_length=60)

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} status label")


class ReportUnitRow(UnitRow):
    """The examined unit."""

    record = models.ForeignKey(Report, models.PROTECT, related_name="unit_rows")

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} unit area unit_name")


class ReportProtectionRow(ProtectionRow):
    """Skyddade personuppgifter."""

    record = models.ForeignKey(Report, models.PROTECT, related_name="protection_rows")

    privacy = Privacy(personal="actor", plain=f"{HISTORY_FIELDS} protected")


class ReportSeriousRow(HistoryRow):
    """That it was found serious before it was decided, or that this was taken back."""

    record = models.ForeignKey(Report, models.PROTECT, related_name="serious_rows")
    assessed_on = models.DateField(null=True)
    reason = EncryptedTextField(blank=True)

    privacy = Privacy(personal="actor reason", plain=f"{HISTORY_FIELDS} assessed_on")


class ReportOutcomeRow(HistoryRow):
    """The decision: which of the five it is, and what is to be done."""

    record = models.ForeignKey(Report, models.PROTECT, related_name="outcome_rows")
    outcome = models.CharField(max_length=20, choices=states.OUTCOMES, blank=True)
    decided_on = models.DateField(null=True)
    actions = EncryptedTextField(blank=True)

    privacy = Privacy(personal="actor actions", plain=f"{HISTORY_FIELDS} outcome decided_on")


class ReportNotificationRow(HistoryRow):
    """That IVO was notified, under which number of theirs, and was given the investigation."""

    record = models.ForeignKey(Report, models.PROTECT, related_name="notification_rows")
    notified_on = models.DateField(null=True)
    ivo_number = models.CharField(max_length=60, blank=True)
    supplemented_on = models.DateField(null=True)

    privacy = Privacy(
        personal="actor", plain=f"{HISTORY_FIELDS} notified_on ivo_number supplemented_on"
    )


class ReportVersion(VersionRow):
    """What is counted and listed of a report, under both clocks."""

    record = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    board = models.ForeignKey(Board, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(ServiceArea, models.PROTECT, related_name="+", db_index=False)
    protected = models.BooleanField()
    registered_on = models.DateField()
    status = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20, blank=True)
    decided_on = models.DateField(null=True)
    notified_on = models.DateField(null=True)
    # Listed by the report as it was known then, so they are kept with the version.
    event = EncryptedTextField(blank=True)
    actions = EncryptedTextField(blank=True)

    record_columns: ClassVar = replace(
        REPORT_COLUMNS, handlers=(), deciders=(), happened=("registered_on",), record="record"
    )
    objects = VersionQuerySet.as_manager()

    privacy = Privacy(
        personal="event actions",
        plain=f"{VERSION_FIELDS} board unit area protected registered_on status outcome "
        "decided_on notified_on",
    )

    class Meta(VersionRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["board", "area", "registered_on"], name="report_version_counting"),
            models.Index(
                fields=["board", "area", "notified_on"],
                condition=models.Q(notified_on__isnull=False),
                name="report_version_notified",
            ),
        ]
