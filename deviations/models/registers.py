"""The registers of categories and causes: dated, edited by addition, never relabelled.

A renamed value is a new row that replaces the old one, so what was reported under the old name
keeps it.
"""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q

from casework.organisation.models import Board, Dated
from casework.shared.models import Privacy


def label_of(name: str, parent: str | None) -> str:
    """Return "Kategori, Underkategori", or the category alone."""
    return f"{parent}, {name}" if parent else name


class RegisterValue(Dated):
    """Base of a value in a board's register."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="+", verbose_name="nämnd")
    name = models.CharField("namn", max_length=200)
    needs_review = models.BooleanField(
        "behöver granskas", default=False, help_text="Kom in med en fil och är inte granskad än."
    )
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name="ersätter",
    )

    class Meta(Dated.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Category(RegisterValue):
    """A kategori, or (with ``parent``) an underkategori."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="huvudkategori",
    )
    keywords = models.CharField(
        "ord som tyder på kategorin",
        max_length=500,
        blank=True,
        help_text="Skilj orden åt med mellanslag. De används för att föreslå kategori.",
    )

    privacy = Privacy(
        plain="id board name needs_review replaces parent keywords valid_from valid_to"
    )

    class Meta(RegisterValue.Meta):
        verbose_name = "kategori"
        verbose_name_plural = "kategorier"
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["board", "parent", "name"],
                condition=Q(valid_to__isnull=True),
                name="category_once_in_use",
                nulls_distinct=False,
            ),
        ]

    @property
    def label(self) -> str:
        """Return "Kategori, Underkategori", or the category alone."""
        return label_of(self.name, self.parent.name if self.parent else None)

    @property
    def main(self) -> "Category":
        """The category at the top."""
        return self.parent or self


@pghistory.track()
class Cause(RegisterValue):
    """An orsak."""

    privacy = Privacy(plain="id board name needs_review replaces valid_from valid_to")

    class Meta(RegisterValue.Meta):
        verbose_name = "orsak"
        verbose_name_plural = "orsaker"
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["board", "name"],
                condition=Q(valid_to__isnull=True),
                name="cause_once_in_use",
            ),
        ]
