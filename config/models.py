"""What the wiring itself remembers in the database."""

from django.db import models

from casework.shared.models import Privacy


class Milestone(models.Model):
    """Something done once and for all to this database, such as loading the demo."""

    name = models.CharField("namn", max_length=50, primary_key=True)
    reached_at = models.DateTimeField("tidpunkt", auto_now_add=True)

    privacy = Privacy(plain="name reached_at")

    class Meta:
        verbose_name = "milstolpe"
        verbose_name_plural = "milstolpar"

    def __str__(self) -> str:
        return self.name
