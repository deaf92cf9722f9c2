"""Query sets that know who is asking."""

from typing import Any, Self, TypeVar

from django.db import models

from casework.access import policy
from casework.access.actor import Actor
from casework.shared.errors import NotVisible

M = TypeVar("M", bound=models.Model)


class RecordQuerySet(models.QuerySet[M]):
    """Records with owners; the model says by which columns in ``record_columns``."""

    @property
    def _columns(self) -> policy.RecordColumns:
        model: Any = self.model
        columns: policy.RecordColumns = model.record_columns
        return columns

    def visible_to(self, actor: Actor) -> Self:
        """Keep the records that ``actor`` may open."""
        return self.filter(policy.visible_q(actor, self._columns))

    def countable_by(self, actor: Actor) -> Self:
        """Keep the records that may be counted for ``actor``."""
        return self.filter(policy.countable_q(actor, self._columns))

    def in_official_register(self, actor: Actor) -> Self:
        """Keep the records whose diarium ``actor`` may read; none that names the actor examined."""
        columns = self._columns
        named = {
            f"{columns.examined}__user": actor.user_id,
            f"{columns.examined}__removed_at": None,
        }
        # By a query of its own: turned round, the two conditions would not be of the same row.
        examining = self.model._default_manager.filter(**named).values("pk")
        found = self.filter(policy.official_register_q(actor, columns))
        return found if actor.is_system else found.exclude(pk__in=examining)

    def get_visible(self, actor: Actor, pk: int) -> M:
        """Return the record; raise ``NotVisible`` alike for unknown and hidden ones."""
        record = self.visible_to(actor).filter(pk=pk).first()
        if record is None:
            raise NotVisible
        return record

    def locked(self, actor: Actor, pk: int) -> M:
        """Lock and reload the record for the rest of the transaction; ``NotVisible`` as above."""
        record = self.select_for_update(of=("self",)).visible_to(actor).filter(pk=pk).first()
        if record is None:
            raise NotVisible
        return record
