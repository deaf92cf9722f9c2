"""What the investigation is made of: document, notes, causes, who is examined, what is asked."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from casework.organisation.models import Unit, User
from casework.shared.fields import EncryptedTextField
from casework.shared.models import AppendOnly, Privacy
from deviations.models import Cause, Deviation
from lexsarah.models.report import Report
from lexsarah.parts import PART_LABELS


class DocumentPart(models.Model):
    """One part of the utredning, saved as one types; ``version`` is what If-Match speaks of.

    Which parts there are and what each must hold is said in ``lexsarah.parts``. ``choice`` is the
    answer of a part that asks for more than text (were they told, is it reported to the police).
    ``told_version`` and ``told_at`` are those of the last save that has an audit event of its own.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="parts")
    key = models.CharField("del", max_length=40, choices=PART_LABELS)
    text = EncryptedTextField("text", blank=True)
    choice = models.CharField("svar", max_length=20, blank=True)
    version = models.IntegerField(default=1)
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()
    told_version = models.IntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    privacy = Privacy(
        personal="text saved_by",
        plain="id report key choice version saved_at told_version told_at",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "key"], name="part_once_per_report")
        ]


class Note(AppendOnly):
    """A tjänsteanteckning: date, source, fact or assessment, who wrote it and as what.

    SOSFS 2011:5 5 kap. Never changed: a correction is a new note that says which it corrects.
    """

    class Nature(models.TextChoices):
        """Whether it is known or thought."""

        FACT = "fact", "Faktauppgift"
        ASSESSMENT = "assessment", "Bedömning"

    report = models.ForeignKey(Report, models.PROTECT, related_name="notes")
    on = models.DateField("datum")
    source = EncryptedTextField("källa")
    nature = models.CharField("fakta eller bedömning", max_length=20, choices=Nature)
    text = EncryptedTextField("anteckning")
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    author_name = EncryptedTextField("namn")
    author_title = models.CharField("befattning", max_length=120)
    written_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="corrected_by", verbose_name="rättar"
    )

    privacy = Privacy(
        personal="source text author author_name",
        plain="id report on nature author_title written_at corrects",
    )

    class Meta:
        ordering: ClassVar = ["on", "id"]


class ReportCause(models.Model):
    """A cause that the investigation found: one of the register's, and in its own words."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="causes")
    cause = models.ForeignKey(Cause, models.PROTECT, related_name="+", verbose_name="orsak")
    text = EncryptedTextField("beskrivning", blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    privacy = Privacy(personal="text added_by", plain="id report cause added_at removed_at")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "cause"],
                condition=Q(removed_at__isnull=True),
                name="report_cause_once",
            )
        ]


class EarlierEvent(models.Model):
    """A similar earlier event: proposed by the service, or found; then accepted or dismissed.

    ``likeness`` are the sentences that say why it was proposed; ``accepted`` is None until
    somebody has taken a stand, and ``reason`` says why it recurred, or why it is no such event.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="earlier_events")
    earlier_report = models.ForeignKey(
        Report, models.PROTECT, null=True, related_name="+", verbose_name="tidigare rapport"
    )
    deviation = models.ForeignKey(
        Deviation, models.PROTECT, null=True, related_name="+", verbose_name="tidigare avvikelse"
    )
    likeness = models.JSONField("varför", default=list)
    accepted = models.BooleanField("liknande", null=True)
    reason = EncryptedTextField("varför det hände igen", blank=True)
    judged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)

    privacy = Privacy(
        personal="reason judged_by",
        plain="id report earlier_report deviation likeness accepted judged_at",
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(earlier_report__isnull=True) ^ Q(deviation__isnull=True),
                name="earlier_event_is_one_record",
            ),
            models.UniqueConstraint(
                fields=["report", "earlier_report"],
                condition=Q(earlier_report__isnull=False),
                name="earlier_report_once",
            ),
            models.UniqueConstraint(
                fields=["report", "deviation"],
                condition=Q(deviation__isnull=False),
                name="earlier_deviation_once",
            ),
        ]


class Examined(models.Model):
    """Somebody whose decision or conduct is examined.

    Such a person neither investigates nor decides nor reads the notes, whatever the role. Those
    who work in or lead the examined unit are so without a row.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="examined")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="granskad")
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    privacy = Privacy(personal="user added_by", plain="id report added_at removed_at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "user"],
                condition=Q(removed_at__isnull=True),
                name="examined_once",
            )
        ]


class Request(models.Model):
    """What is asked of a manager: a yttrande, or something that must be done for the person.

    Who is asked sees this row and its answer, and by that nothing else of the report.
    """

    class Kind(models.TextChoices):
        """What is asked."""

        STATEMENT = "statement", "Yttrande"
        SAFETY = "safety", "Åtgärd för den enskilde"

    report = models.ForeignKey(Report, models.PROTECT, related_name="requests")
    kind = models.CharField("vad", max_length=20, choices=Kind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhet")
    asked_of = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="av vem")
    text = EncryptedTextField("vad som begärs")
    due_on = models.DateField("senast")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    draft = EncryptedTextField("utkast till svar", blank=True)
    answer = EncryptedTextField("svar", blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField("återtaget", null=True)
    version = models.IntegerField(default=1)

    privacy = Privacy(
        personal="asked_of text asked_by draft answer answered_by",
        plain="id report kind unit due_on asked_at answered_at withdrawn_at version",
    )

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="request_answered_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("asked_at")),
                name="request_answered_after_asked",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_of", "due_on"],
                condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="request_open_by_person",
            )
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still awaits its answer."""
        return self.answered_at is None and self.withdrawn_at is None
