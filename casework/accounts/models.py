"""What happens to an account beside its owner: changes that wait."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from casework.organisation.models import Board, User
from casework.shared.models import Privacy


class AccountChange(models.Model):
    """A change to somebody's account that waits a day, so that its owner can stop it.

    It takes effect at ``in_force_at``; whoever reads what it changes settles what is due first.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", "Ny e-postadress"
        SECOND_STEP = "second_step", "Andra steget tas bort"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    user = models.ForeignKey(User, models.PROTECT, related_name="account_changes")
    board = models.ForeignKey(Board, models.PROTECT, null=True, related_name="+")
    address = models.EmailField(blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    in_force_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    privacy = Privacy(
        personal="user address asked_by answered_by",
        plain="id kind board asked_at in_force_at stopped_at done_at",
    )

    class Meta:
        verbose_name = "ändring av konto"
        verbose_name_plural = "ändringar av konton"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(stopped_at=None, done_at=None),
                name="one_change_of_a_kind_waits",
            )
        ]
