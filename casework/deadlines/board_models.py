"""What a board and its people set for the watch: times of their own, who is on duty, calendars."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from casework.deadlines.models import Notice
from casework.deadlines.statutes.presets import Preset
from casework.deadlines.terms import Unit as TermUnit
from casework.organisation.models import Board, Dated, Department, ServiceArea, User
from casework.shared.models import Privacy

TERM_UNITS = [
    (TermUnit.DAYS.value, "dagar"),
    (TermUnit.WORKING_DAYS.value, "arbetsdagar"),
    (TermUnit.WEEKS.value, "veckor"),
    (TermUnit.MONTHS.value, "månader"),
]


class LocalRule(models.Model):
    """A board's own length of a time, for those that begin from a day to a day, both included.

    With ``area`` it is that verksamhetsområde's alone and goes before the board's. A row that has
    begun is only ever ended; one that has not may be taken back.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    area = models.ForeignKey(
        ServiceArea,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="verksamhetsområde",
    )
    key = models.CharField("regel", max_length=60)
    amount = models.IntegerField("antal")
    unit = models.CharField("räknat i", max_length=12, choices=TERM_UNITS)
    preset = models.CharField("påminnelser", max_length=10, choices=Preset.choices)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField("ändrad")
    withdrawn_at = models.DateTimeField("återtagen", null=True)

    privacy = Privacy(
        personal="set_by",
        plain="id board area key amount unit preset valid_from valid_to set_at withdrawn_at",
    )

    class Meta:
        verbose_name = "egen tid"
        verbose_name_plural = "egna tider"
        ordering: ClassVar = ["key", "area__name", "-valid_from", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["board", "area", "key", "valid_from"],
                condition=Q(withdrawn_at__isnull=True),
                name="local_rule_begins_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(amount__gte=1), name="local_rule_has_length"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="local_rule_ends_after_start",
            ),
        ]

    def applies_on(self, day: date) -> bool:
        """Say whether the row governs a time that begins on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class DutyFunction(Dated):
    """Funktion i beredskap: who is told at once of skydd, LVU and LVM, beside the handler.

    Of a department, or (empty) of the whole board. Members are told as themselves; an address of
    the function's own gets a letter without a name to it.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", verbose_name="avdelning"
    )
    name = models.CharField("funktion", max_length=100)
    email = models.EmailField("e-postadress", blank=True)
    members = models.ManyToManyField(User, related_name="+", verbose_name="personer")

    privacy = Privacy(plain="id board department name email valid_from valid_to")

    class Meta(Dated.Meta):
        verbose_name = "funktion i beredskap"
        verbose_name_plural = "funktioner i beredskap"
        ordering: ClassVar = ["department__name", "name", "valid_from", "id"]

    def __str__(self) -> str:
        return self.name


class DutyLetter(models.Model):
    """A notice sent to a function's own address: once for each."""

    function = models.ForeignKey(DutyFunction, models.PROTECT, related_name="+")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    privacy = Privacy(plain="id function notice written_at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["function", "notice"], name="duty_letter_once")
        ]


class CalendarLink(models.Model):
    """A person's secret address of their times as a calendar; only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    privacy = Privacy(personal="user", plain="id token_hash made_at revoked_at read_at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at__isnull=True), name="calendar_link_one_each"
            )
        ]
