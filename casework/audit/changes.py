"""Who did what to a record last, as the audit trail has it: for whoever was not the first."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from casework.audit.actions import AUDIT_ACTIONS
from casework.audit.models import AuditEvent
from casework.organisation.models import User

READING = re.compile(r"(?:^|[._])(?:read|listed|exported)$")


@dataclass(frozen=True)
class Change:
    """An act: when, who did it (empty: the service itself), and what, as the Händelselogg says."""

    at: datetime
    who: str
    what: str


def is_reading(action: str) -> bool:
    """Say whether a code of the audit trail stands for a reading, which changes nothing."""
    return READING.search(action) is not None


def latest_changes(
    subject: models.Model, *, apart: Collection[str] = (), most: int = 3
) -> list[Change]:
    """Return the ``most`` latest acts on a record, the latest first; two queries.

    ``apart`` are codes that are left out, since who did them is not told.
    """
    events = (
        AuditEvent.objects.filter(
            subject_kind=subject._meta.model_name, subject_ids__contains=[subject.pk]
        )
        .exclude(action__regex=READING.pattern)
        .exclude(action__in=apart)
        .order_by("-at", "-id")
        .values_list("at", "actor_id", "action")[:most]
    )
    found = list(events)
    people = User.objects.in_bulk({actor for _, actor, _ in found if actor is not None})
    return [
        Change(at, people[actor].display_name if actor in people else "", AUDIT_ACTIONS[action])
        for at, actor, action in found
    ]
