"""The common shape of history rows and version rows (ADR 4), and the far ends of both clocks."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from casework.shared.models import AppendOnly

# Open ends, as far values and not NULL, so that both clocks are plain comparisons.
NO_END_DAY = date(9999, 12, 31)
NO_END = datetime(9999, 12, 31, tzinfo=UTC)


class HistoryRow(AppendOnly):
    """Base: one value of one thing, from a day on, known since an instant.

    A subclass adds the foreign key ``record`` and the fields of its value. A row that
    ``corrects`` another takes its place: the other then holds on no day.
    """

    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    batch = models.ForeignKey(
        "casework.ImportBatch", models.PROTECT, null=True, related_name="+", db_index=False
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class VersionRow(models.Model):
    """Base: all that is counted of a record, for a span of days and a span of knowing.

    Both spans include their start and exclude their end. A subclass adds the foreign key
    ``record`` and the columns that are counted.
    """

    effective_from = models.DateField()
    effective_to = models.DateField(default=NO_END_DAY)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(default=NO_END)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(effective_from__lt=models.F("effective_to"))
                & models.Q(recorded_from__lt=models.F("recorded_to")),
                name="%(class)s_spans",
            ),
        ]


HISTORY_FIELDS = "id record effective_on recorded_at batch corrects"
VERSION_FIELDS = "id record effective_from effective_to recorded_from recorded_to"


def under_clocks(as_of: date, known_at: datetime) -> dict[str, Any]:
    """Return the conditions that pick, of each record, the version of a day as known then."""
    return {
        "effective_from__lte": as_of,
        "effective_to__gt": as_of,
        "recorded_from__lte": known_at,
        "recorded_to__gt": known_at,
    }
