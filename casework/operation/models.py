"""Rows about the service's own work. None of them says a word about what people wrote."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from casework.organisation.models import Board
from casework.shared.fields import EncryptedTextField
from casework.shared.models import Privacy


class Lane(models.Model):
    """How often something has lately been tried by one client, and when it may be tried again.

    ``key`` is a keyed hash of what is tried, on which account, from where: neither a name nor an
    address can be read out of it. ``level`` sinks with time (``casework.operation.limits``).
    """

    key = models.CharField(max_length=64, primary_key=True)
    level = models.FloatField(default=0)
    last_at = models.DateTimeField(db_index=True)
    free_at = models.DateTimeField()

    privacy = Privacy(plain="key level last_at free_at")


class OutgoingMail(models.Model):
    """A letter on its way: written where what it tells of happens, sent by the mail task alone.

    ``kind`` names who writes it anew when it is sent (``casework.operation.post.WRITERS``), from
    the row ``row_id``; without a kind ``content`` holds it until it has been sent.
    """

    class State(models.TextChoices):
        """What has become of it."""

        WAITING = "waiting", "Väntar"
        SENT = "sent", "Skickat"
        DROPPED = "dropped", "Behövdes inte längre"
        GIVEN_UP = "given_up", "Gick inte att skicka"

    board = models.ForeignKey(Board, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=20, blank=True)
    row_id = models.BigIntegerField(null=True)
    content = EncryptedTextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    send_after = models.DateTimeField()
    # Whoever sends it has it until then; a sender that was killed lets go by itself.
    held_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    # The kind of the latest fault alone: a message may hold anything.
    error = models.CharField(max_length=100, blank=True)
    failed_since = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    privacy = Privacy(
        personal="content",
        plain="id board kind row_id state made_at send_after held_until attempts error "
        "failed_since done_at",
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["send_after"], condition=Q(state="waiting"), name="mail_waiting")
        ]


class Pulse(models.Model):
    """When a part of the service last did its work, and what it said of it (numbers alone)."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
    said = models.CharField(max_length=200, blank=True)

    privacy = Privacy(plain="name at said")
