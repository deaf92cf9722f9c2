"""Base models and what every model says about itself."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import models


@dataclass(frozen=True)
class Privacy:
    """Which fields of a model hold personal data and which do not; a test wants every field.

    Fields are given as one string of names, as one reads them.
    """

    personal: str = ""
    plain: str = ""

    def fields(self) -> dict[str, bool]:
        """Return field name → whether it is personal."""
        marked = dict.fromkeys(self.plain.split(), False)
        return marked | dict.fromkeys(self.personal.split(), True)


class AppendOnly(models.Model):
    """Rows that are added and never changed or removed.

    A trigger refuses UPDATE, DELETE and TRUNCATE (see ``casework.shared.migration_ops``), and the
    service's login role is granted no more than SELECT and INSERT.
    """

    append_only: ClassVar[bool] = True

    class Meta:
        abstract = True
