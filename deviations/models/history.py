"""History rows (the source) and version rows (what counting reads) of a deviation.

One narrow table per thing that a report counts. Every row has the day from which the value holds
and the instant at which we recorded it; a row may correct an earlier one of the same kind.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from casework.access.policy import RecordColumns
from casework.access.querysets import VersionQuerySet
from casework.organisation.models import Board, ServiceArea, Unit, User
from casework.registers.models import ImportBatch
from casework.shared.fields import EncryptedTextField
from casework.shared.history import NO_END, NO_END_DAY
from casework.shared.models import AppendOnly, Privacy
from deviations import states
from deviations.models.deviation import Deviation
from deviations.models.registers import Category, Cause


class HistoryRow(AppendOnly):
    """Base: one value of one thing, under two clocks."""

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="%(class)s_rows")
    label = models.CharField(max_length=420, blank=True)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True
        ordering: ClassVar = ["recorded_at", "id"]


_COMMON = "id deviation label effective_on recorded_at batch corrects"


class StatusRow(HistoryRow):
    """The state; ``reason`` says why, in the actor's words."""

    value = models.CharField(max_length=20, choices=states.LABELS)
    reason = EncryptedTextField(blank=True)

    privacy = Privacy(personal="actor reason", plain=f"{_COMMON} value")


class RegistrationRow(HistoryRow):
    """The day on which it was reported; a later import may correct it."""

    value = models.DateField()

    privacy = Privacy(personal="actor", plain=f"{_COMMON} value")


class UnitRow(HistoryRow):
    """The responsible unit, with the service area it belonged to."""

    value = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    area = models.ForeignKey(ServiceArea, models.PROTECT, related_name="+")

    privacy = Privacy(personal="actor", plain=f"{_COMMON} value area")


class CategoryRow(HistoryRow):
    """The category, with its name as it was."""

    value = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")

    privacy = Privacy(personal="actor", plain=f"{_COMMON} value")


class CausesRow(HistoryRow):
    """All causes together, with their names as they were, and which is the main one."""

    value = ArrayField(models.BigIntegerField())
    labels = ArrayField(models.CharField(max_length=200))
    main = models.ForeignKey(Cause, models.PROTECT, null=True, related_name="+")

    privacy = Privacy(personal="actor", plain=f"{_COMMON} value labels main")


class EffectRow(HistoryRow):
    """The assessed effect; the empty value takes an assessment back."""

    value = models.CharField(max_length=20, choices=states.EFFECTS, blank=True)

    privacy = Privacy(personal="actor", plain=f"{_COMMON} value")


class ProtectionRow(HistoryRow):
    """Whether the person has skyddade personuppgifter."""

    value = models.BooleanField()

    privacy = Privacy(personal="actor", plain=f"{_COMMON} value")


class DeviationVersion(models.Model):
    """All that is counted together, for a span of days and a span of knowing.

    Both spans include their start and exclude their end. Written and ended by
    ``deviations.services.writing`` alone; ``rebuild_versions`` makes them again from the history.
    """

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="versions")
    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    registered_on = models.DateField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(ServiceArea, models.PROTECT, related_name="+", db_index=False)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, related_name="+", db_index=False
    )
    main_category = models.ForeignKey(
        Category, models.PROTECT, null=True, related_name="+", db_index=False
    )
    status = models.CharField(max_length=20)
    closed_on = models.DateField(null=True)
    cause_ids = ArrayField(models.BigIntegerField())
    effect = models.CharField(max_length=20, blank=True)
    protected = models.BooleanField()
    about_manager = models.BooleanField()
    from_watch = models.BooleanField()
    effective_from = models.DateField()
    effective_to = models.DateField(default=NO_END_DAY)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(default=NO_END)

    record_columns: ClassVar = RecordColumns(
        reporting_unit="", reporters=(), handlers=(), record="deviation"
    )
    objects = VersionQuerySet.as_manager()

    privacy = Privacy(
        plain="id deviation board registered_on unit area category main_category status closed_on "
        "cause_ids effect protected about_manager from_watch effective_from effective_to "
        "recorded_from recorded_to"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(effective_from__lt=models.F("effective_to"))
                & models.Q(recorded_from__lt=models.F("recorded_to")),
                name="deviation_version_spans",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["board", "area", "registered_on"],
                include=[
                    "effective_from",
                    "effective_to",
                    "recorded_from",
                    "recorded_to",
                    "deviation",
                    "unit",
                    "category",
                    "main_category",
                    "status",
                    "closed_on",
                    "effect",
                    "protected",
                    "about_manager",
                    "from_watch",
                    "cause_ids",
                ],
                name="deviation_version_counting",
            ),
        ]
