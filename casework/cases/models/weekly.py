"""Veckogenomgången: that the open investigations of a unit were gone through in a week."""

from typing import ClassVar

from django.db import models

from casework.organisation.models import Board, Unit, User
from casework.shared.models import AppendOnly, Privacy


class WeeklyReview(AppendOnly):
    """A unit's list was gone through in the week of the Monday ``week``; noted once a week."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="enhet", db_index=False
    )
    week = models.DateField("vecka")
    noted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="antecknad av"
    )
    noted_at = models.DateTimeField("antecknad")

    privacy = Privacy(personal="noted_by", plain="id board unit week noted_at")

    class Meta:
        verbose_name = "veckogenomgång"
        verbose_name_plural = "veckogenomgångar"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "week"], name="weekly_review_once"),
            # ISO: the week begins on a Monday, by which it is known.
            models.CheckConstraint(
                condition=models.Q(week__iso_week_day=1), name="weekly_review_on_monday"
            ),
        ]
