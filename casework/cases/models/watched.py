"""The watched time (bevakad tid): a time of the law that somebody begins in a case by hand."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from casework.access.querysets import RecordQuerySet
from casework.cases.models.case import CASE_COLUMNS, Case
from casework.organisation.models import Board, Unit, User
from casework.shared.models import AppendOnly, Privacy


class TimeStep(models.TextChoices):
    """What was done with a watched time."""

    BEGUN = "begun", "Tiden började"
    REVIEWED = "reviewed", "Omprövad eller övervägd"
    EXTENDED = "extended", "Förlängd"
    DONE = "done", "Klar"
    DROPPED = "dropped", "Gäller inte längre"


class DropReason(models.TextChoices):
    """Why a time is no longer watched: chosen, never written, so that nobody is described."""

    CEASED = "ceased", "Vården, placeringen eller beslutet har upphört"
    WITHDRAWN = "withdrawn", "Begäran eller ansökan har tagits tillbaka"
    MOVED = "moved", "Ärendet har flyttats till en annan kommun"
    MISTAKE = "mistake", "Tillagd av misstag eller med fel dag"


class WatchedTime(models.Model):
    """One time of a case by one rule, from ``began_on`` on, with all its turns.

    ``counted_from`` is the latest review, else ``began_on``. Unit, handler and protection are the
    case's, copied in the transaction that changes them. ``ended_on`` and ``dropped`` (a
    ``DropReason``) say that it is over; all but the case and the rule follows from the rows.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(
        Case, models.PROTECT, related_name="watched_times", verbose_name="ärende"
    )
    rule = models.CharField("regel", max_length=60)
    began_on = models.DateField("började")
    counted_from = models.DateField("räknas från")
    ended_on = models.DateField("avslutad", null=True)
    dropped = models.CharField("gäller inte", max_length=20, choices=DropReason, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhet")
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="handläggare"
    )
    protected = models.BooleanField("skyddade personuppgifter", default=False)

    record_columns: ClassVar = CASE_COLUMNS
    objects = RecordQuerySet.as_manager()

    privacy = Privacy(
        personal="handler",
        plain="id board case rule began_on counted_from ended_on dropped unit protected",
    )

    class Meta:
        verbose_name = "bevakad tid i ärende"
        verbose_name_plural = "bevakade tider i ärenden"
        indexes: ClassVar = [
            models.Index(
                fields=["unit"],
                condition=models.Q(ended_on__isnull=True),
                name="watched_time_open_by_unit",
            )
        ]

    def __str__(self) -> str:
        return f"bevakad tid {self.pk} ({self.rule})"


class WatchedTimeRow(AppendOnly):
    """What was done with a watched time, on which day; ``until`` is what it was extended to."""

    record = models.ForeignKey(WatchedTime, models.PROTECT, related_name="rows")
    step = models.CharField(max_length=20, choices=TimeStep)
    on = models.DateField()
    until = models.DateField(null=True)
    reason = models.CharField(max_length=20, choices=DropReason, blank=True)
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    privacy = Privacy(personal="actor", plain="id record step on until reason recorded_at")
