"""What was imported, by whom and when, and each row as it last came in."""

from typing import ClassVar

from django.db import models

from casework.organisation.models import Board, User
from casework.shared.fields import EncryptedTextField
from casework.shared.models import Privacy


class ImportBatch(models.Model):
    """One file taken in, or what an account has put through the API in a day, row by row."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="import_batches")
    kind = models.CharField("register", max_length=30)
    file_name = models.CharField("fil", max_length=255)
    imported_at = models.DateTimeField("inläst")
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    rows = models.IntegerField("rader")
    added = models.IntegerField("nya")
    unchanged = models.IntegerField("oförändrade")
    updated = models.IntegerField("uppdaterade")
    # What changed, in sentences without personal text.
    summary = models.JSONField("i korthet", default=list)

    privacy = Privacy(
        personal="actor",
        plain="id board kind file_name imported_at rows added unchanged updated summary",
    )

    class Meta:
        verbose_name = "inläsning"
        verbose_name_plural = "inläsningar"


class ImportedRow(models.Model):
    """A row of a register file as it last came in, so that the same file again changes nothing."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    external_id = models.CharField(max_length=200)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="imported_rows")
    object_id = models.BigIntegerField()
    # Its own, and not the batch's: a batch of the API goes on for a day.
    read_at = models.DateTimeField("inläst")
    cells = EncryptedTextField()

    privacy = Privacy(personal="cells", plain="id board kind external_id batch object_id read_at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["board", "kind", "external_id"], name="imported_row_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "object_id"])]
