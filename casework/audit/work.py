"""The unit of work: one transaction whose last statement writes its audit events.

A lane of the audit chain is held from that statement to the commit, so it must be the last one.
Every service therefore runs inside ``unit_of_work``; one within another joins it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from casework.audit.actions import AUDIT_ACTIONS
from casework.shared import clock


class Acting(Protocol):
    """Whoever acts: a user's id (None: the system itself) and the board's."""

    @property
    def user_id(self) -> int | None: ...

    @property
    def board_id(self) -> int | None: ...


class Work:
    """The events of one transaction, kept until its end."""

    def __init__(self, actor: Acting) -> None:
        self.actor = actor
        self.at: datetime = clock.now()
        self._events: list[dict[str, Any]] = []

    def audit(
        self,
        action: str,
        subject: models.Model | None = None,
        *,
        kind: str | None = None,
        ids: Iterable[int] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Note that ``action`` was done to ``subject``, or to the records ``ids`` of ``kind``.

        ``data`` takes codes, ids, dates and counts alone; personal text does not belong here.
        """
        if action not in AUDIT_ACTIONS:
            raise ValueError(f"Audit action {action!r} is not registered")
        if subject is not None:
            kind, ids = subject._meta.model_name, [subject.pk]
        self._events.append(
            {
                "at": self.at,
                "actor_id": self.actor.user_id,
                "board_id": self.actor.board_id,
                "action": action,
                "subject_kind": kind or "",
                "subject_ids": sorted(ids or []),
                "data": dict(data or {}),
            }
        )

    def flush(self, cursor: CursorWrapper) -> None:
        """Write the events kept so far."""
        if self._events:
            payload = json.dumps(self._events, cls=DjangoJSONEncoder)
            cursor.execute("SELECT casework_audit_append(%s::jsonb)", [payload])
            self._events = []


_current: ContextVar[Work | None] = ContextVar("unit_of_work", default=None)


@contextmanager
def unit_of_work(actor: Acting) -> Iterator[Work]:
    """Run a block in one transaction and write its audit events as the last statement."""
    outer = _current.get()
    if outer is not None:
        with transaction.atomic():
            yield outer
        return
    work = Work(actor)
    token = _current.set(work)
    try:
        with transaction.atomic():
            yield work
            with connection.cursor() as cursor:
                work.flush(cursor)
    finally:
        _current.reset(token)


def record_reading(
    actor: Acting,
    action: str,
    *,
    kind: str,
    ids: Iterable[int],
    data: Mapping[str, Any] | None = None,
) -> None:
    """Audit that a page was read: one event, whatever the number of records on it."""
    with unit_of_work(actor) as work:
        work.audit(action, kind=kind, ids=ids, data=data)
