"""Audit rows. They are written by one database function and never touched again."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from casework.shared.models import AppendOnly, Privacy


class AuditEvent(AppendOnly):
    """One act or one reading. Carries ids and codes, never personal text.

    ``actor_id`` and ``board_id`` are plain numbers, so that no later removal of a user can reach
    into the trail.
    """

    lane = models.SmallIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField("tidpunkt")
    actor_id = models.BigIntegerField(null=True)
    board_id = models.BigIntegerField(null=True)
    action = models.CharField("händelse", max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_ids = ArrayField(models.BigIntegerField())
    data = models.JSONField(default=dict)
    hash = models.BinaryField()
    # What the hash is taken of: 1 until anchors were signed, 2 since (see ``casework.audit.sql``).
    form = models.SmallIntegerField(default=1, db_default=1)

    privacy = Privacy(
        personal="actor_id",
        plain="id lane seq at board_id action subject_kind subject_ids data hash form",
    )

    class Meta:
        verbose_name = "händelse"
        verbose_name_plural = "händelselogg"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lane", "seq"], name="audit_place_in_lane")
        ]
        indexes: ClassVar = [
            GinIndex(fields=["subject_ids"], name="audit_subject_ids"),
            models.Index(fields=["board_id", "at"], name="audit_board_at"),
        ]


class AuditAnchor(AppendOnly):
    """The head of a lane at an instant, so that a tail cut off afterwards shows.

    Each carries the digest of the anchor numbered before it and a signature whose key the
    database does not hold (ADR 109). Those without a number were made before that.
    """

    at = models.DateTimeField()
    lane = models.SmallIntegerField()
    seq = models.BigIntegerField()
    hash = models.BinaryField()
    number = models.BigIntegerField(null=True, unique=True)
    previous = models.BinaryField(null=True)
    key = models.CharField(max_length=16, null=True)
    signature = models.BinaryField(null=True)

    privacy = Privacy(plain="id at lane seq hash number previous key signature")
