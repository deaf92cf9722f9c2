"""Rows about the service's own work. None of them says a word about what people wrote."""

from django.db import models

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
