"""What handling a deviation leaves behind: actions, questions, exchanges, files, reviews."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from casework.organisation.models import Board, Unit, User
from casework.shared.fields import EncryptedTextField
from casework.shared.models import Privacy
from deviations.models.deviation import Deviation
from deviations.models.registers import Cause


class Action(models.Model):
    """An åtgärd, tied to the cause it is to remove, with an owner and a date."""

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="actions")
    cause = models.ForeignKey(
        Cause, models.PROTECT, null=True, related_name="+", verbose_name="orsak"
    )
    text = EncryptedTextField("åtgärd")
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="ansvarig"
    )
    due_on = models.DateField("klar senast", null=True)
    done_on = models.DateField("utförd", null=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    privacy = Privacy(
        personal="text owner created_by", plain="id deviation cause due_on done_on created_at"
    )

    class Meta:
        verbose_name = "åtgärd"
        verbose_name_plural = "åtgärder"
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "due_on"],
                condition=Q(done_on__isnull=True),
                name="action_open_by_owner",
            )
        ]


class Question(models.Model):
    """A komplettering asked of the reporter, and the answer."""

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="questions")
    text = EncryptedTextField("fråga")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    answer = EncryptedTextField("svar", blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    privacy = Privacy(
        personal="text asked_by answer answered_by", plain="id deviation asked_at answered_at"
    )

    class Meta:
        ordering: ClassVar = ["id"]


class Exchange(models.Model):
    """Samverkan: the event as another authority has it (its number, e.g. in MedControl PRO)."""

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="exchanges")
    authority = models.CharField("myndighet eller huvudman", max_length=200)
    their_number = models.CharField("deras nummer", max_length=100, blank=True)
    sent_on = models.DateField("skickad", null=True)
    answered_on = models.DateField("besvarad", null=True)

    privacy = Privacy(plain="id deviation authority their_number sent_on answered_on")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True)
                | Q(sent_on__isnull=True)
                | Q(answered_on__gte=F("sent_on")),
                name="exchange_answered_after_sent",
            )
        ]


class Attachment(models.Model):
    """A file sent along; name and content are encrypted."""

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="attachments")
    name = EncryptedTextField("filnamn")
    content_type = models.CharField(max_length=100)
    size = models.IntegerField()
    file = models.FileField(upload_to="deviations/%Y/%m/")
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    privacy = Privacy(
        personal="name file added_by", plain="id deviation content_type size added_at"
    )

    class Meta:
        ordering: ClassVar = ["id"]


class UnitReview(models.Model):
    """Genomgången på APT: the unit went through these deviations together on a day."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reviews")
    held_on = models.DateField("datum")
    deviations = models.ManyToManyField(Deviation, related_name="reviews")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    privacy = Privacy(personal="recorded_by", plain="id board unit held_on recorded_at")

    class Meta:
        ordering: ClassVar = ["-held_on", "-id"]


class Draft(models.Model):
    """A report not yet submitted: what was typed so far, for its author alone.

    ``key`` is made with the form. Once submitted the row stays, emptied, and says which report it
    became: so two clicks are one report, and a late autosave brings nothing back.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    author = models.ForeignKey(User, models.CASCADE, related_name="+")
    content = EncryptedTextField(blank=True)
    saved_at = models.DateTimeField()
    submitted_as = models.OneToOneField(
        Deviation, models.PROTECT, null=True, related_name="+", verbose_name="blev"
    )

    privacy = Privacy(personal="author content", plain="id key board saved_at submitted_as")

    class Meta:
        ordering: ClassVar = ["-saved_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(submitted_as__isnull=True) | Q(content=""),
                name="draft_submitted_is_empty",
            )
        ]


class DraftFile(models.Model):
    """A file chosen for a report not yet submitted; name and content are encrypted."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    name = EncryptedTextField("filnamn")
    content_type = models.CharField(max_length=100)
    size = models.IntegerField()
    file = models.FileField(upload_to="deviations/%Y/%m/")
    added_at = models.DateTimeField()

    privacy = Privacy(personal="name file", plain="id draft content_type size added_at")

    class Meta:
        ordering: ClassVar = ["id"]


class Seen(models.Model):
    """When a reporter last looked at a report of theirs, so that news stands out."""

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    privacy = Privacy(personal="user", plain="id deviation at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deviation", "user"], name="seen_once_per_user")
        ]
