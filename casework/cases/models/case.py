"""The case, and what its intakes, investigations and decisions have in common."""

from dataclasses import replace
from typing import ClassVar

from django.db import models

from casework.access.policy import RecordColumns
from casework.access.querysets import RecordQuerySet, VersionQuerySet
from casework.organisation.models import Board, Role, ServiceArea, Unit, User
from casework.shared.history import VERSION_FIELDS, HistoryRow, VersionRow
from casework.shared.models import Privacy

# Whoever works in the unit works with its cases; nobody outside its line and the handler does.
CASE_COLUMNS = RecordColumns(
    reporting_unit="",
    reporters=(),
    handlers=("handler",),
    about_manager="",
    unit_roles=(Role.WORKER, Role.SENIOR),
)
# Who handles a record is not counted.
VERSION_COLUMNS = replace(CASE_COLUMNS, handlers=(), record="record")


class Sex(models.TextChoices):
    """The sex as statistics have it; registers write Pojke and Man, Flicka and Kvinna mixed."""

    UNKNOWN = "", "Uppgift saknas"
    FEMALE = "female", "Kvinna"
    MALE = "male", "Man"


class Case(models.Model):
    """A case by its number in the case system, with the little that statistics need.

    All but the number and the mark follows from the records of the case (see
    ``casework.cases.services.gathering``). ``protected`` where any of them is marked so by its
    register, or the case has been ``marked`` here. ``handler`` is that of the latest record.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="cases")
    number = models.CharField("ärende", max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhet")
    sex = models.CharField("kön", max_length=10, choices=Sex, blank=True)
    birth_year = models.SmallIntegerField("födelseår", null=True)
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="handläggare"
    )
    marked = models.BooleanField("märkt här", default=False)
    protected = models.BooleanField("skyddade personuppgifter", default=False)

    record_columns: ClassVar = CASE_COLUMNS
    objects = RecordQuerySet.as_manager()

    privacy = Privacy(
        personal="number sex birth_year handler", plain="id board unit marked protected"
    )

    class Meta:
        verbose_name = "ärende"
        verbose_name_plural = "ärenden"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["board", "number"], name="case_number_once")
        ]

    def __str__(self) -> str:
        return f"ärende {self.pk}"


class CaseRecord(models.Model):
    """Base of what is done in a case: known by its id in the case system, if it comes from there.

    ``unit``, ``handler`` and ``protected`` are a projection of the history, as are the columns
    that a subclass adds. ``marked`` is what the record's own register says; ``protected`` holds
    where any record of the same case is marked.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="%(class)ss")
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, related_name="%(class)ss", verbose_name="ärende"
    )
    external_id = models.CharField("nummer i ärendesystemet", max_length=200, blank=True)
    marked = models.BooleanField("märkt i registret", default=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhet")
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="handläggare"
    )
    protected = models.BooleanField("skyddade personuppgifter", default=False)

    record_columns: ClassVar = CASE_COLUMNS
    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["board", "external_id"],
                condition=~models.Q(external_id=""),
                name="%(class)s_external_id_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


RECORD_FIELDS = "id board case external_id marked unit protected"


class UnitRow(HistoryRow):
    """Base: the responsible unit, with its name and the service area it belonged to."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    area = models.ForeignKey(ServiceArea, models.PROTECT, related_name="+", db_index=False)
    unit_name = models.CharField(max_length=200)

    class Meta:
        abstract = True


class HandlerRow(HistoryRow):
    """Base: who handles it; empty: nobody yet."""

    handler = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True


class ProtectionRow(HistoryRow):
    """Base: whether the person has skyddade personuppgifter."""

    protected = models.BooleanField()

    class Meta:
        abstract = True


class CaseVersion(VersionRow):
    """Base of the version rows: whose record it is, beside what each kind counts."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(ServiceArea, models.PROTECT, related_name="+", db_index=False)
    protected = models.BooleanField()

    record_columns: ClassVar = VERSION_COLUMNS
    objects = VersionQuerySet.as_manager()

    class Meta(VersionRow.Meta):
        abstract = True


CASE_VERSION_FIELDS = f"{VERSION_FIELDS} board case unit area protected"
