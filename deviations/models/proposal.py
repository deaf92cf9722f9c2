"""Förslag från bevakning: a deviation to be confirmed or declined, born of a missed time."""

from typing import ClassVar

from django.db import models

from casework.deadlines.models import Deadline
from casework.organisation.models import Board, Unit
from casework.shared.models import Privacy
from deviations.models.registers import Category


class Proposal(models.Model):
    """What the watch proposes, once for ever for each missed time; not counted as it stands."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    deadline = models.OneToOneField(Deadline, models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="ansvarig enhet när tiden gick ut"
    )
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="+", verbose_name="kategori"
    )
    asks_lex_sarah = models.BooleanField("ta ställning till lex Sarah")
    proposed_at = models.DateTimeField("föreslagen")

    privacy = Privacy(plain="id board deadline unit category asks_lex_sarah proposed_at")

    class Meta:
        verbose_name = "förslag från bevakning"
        verbose_name_plural = "förslag från bevakning"
        ordering: ClassVar = ["-proposed_at", "-id"]

    def __str__(self) -> str:
        return f"förslag {self.pk}"
