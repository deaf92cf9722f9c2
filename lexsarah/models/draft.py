"""A report that is being written."""

from typing import ClassVar

from django.db import models

from casework.organisation.models import Board, User
from casework.shared.fields import EncryptedTextField
from casework.shared.models import Privacy


class ReportDraft(models.Model):
    """What has been typed of a report, for its author alone; gone when it is handed in.

    ``key`` is the form's, and becomes the report's ``submission_key``.
    """

    key = models.UUIDField(unique=True, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    author = models.ForeignKey(User, models.CASCADE, related_name="+")
    content = EncryptedTextField("det som är skrivet")
    saved_at = models.DateTimeField("sparat")

    privacy = Privacy(personal="author content", plain="id key board saved_at")

    class Meta:
        ordering: ClassVar = ["-saved_at", "-id"]
