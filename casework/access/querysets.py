"""Query sets that know who is asking."""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from casework.access import examined, policy
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
        """Keep the records whose diarium ``actor`` may read; none that examines the actor."""
        return self.filter(policy.official_register_q(actor, self._columns)).not_examining(actor)

    def second_eyes_of(self, actor: Actor) -> Self:
        """Keep the records of which ``actor`` tries what another has written for the outside."""
        found = self.visible_to(actor).filter(policy.second_eyes_q(actor, self._columns))
        return found.not_examining(actor)

    def not_examining(self, actor: Actor) -> Self:
        """Leave out the records that examine the actor's unit, or the actor by name."""
        if actor.is_system:
            return self
        columns = self._columns
        named = {
            f"{columns.examined}__user": actor.user_id,
            f"{columns.examined}__removed_at": None,
        }
        # By a query of its own: turned round, the two conditions would not be of the same row.
        examining = self.model._default_manager.filter(**named).values("pk")
        of_unit = examined.of_unit_q(actor, columns.unit, columns.happened)
        return self.exclude(pk__in=examining).exclude(of_unit)

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


class VersionQuerySet(RecordQuerySet[M]):
    """Version rows: what a record was under two clocks, closed by what it is today as well."""

    def protected_ever(self) -> Q:
        """Return which are under skyddade personuppgifter: the version, or its record today.

        A mark set today holds for all that was known before, or a report of yesterday would tell
        what the mark is to hide.
        """
        columns = self._columns
        field: Any = self.model._meta.get_field(columns.record)
        today = field.related_model._default_manager.filter(**{columns.protected: True})
        return Q(**{columns.protected: True}) | Q(**{f"{columns.record}__in": today.values("pk")})

    def countable_by(self, actor: Actor) -> Self:
        """Keep the versions that may be counted for ``actor``."""
        found = super().countable_by(actor)
        if policy.counts_protected(actor):
            return found
        return found.exclude(self.protected_ever())
