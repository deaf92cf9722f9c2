"""Everything that the page of one deviation shows, in as few queries as it can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from casework.access import policy
from casework.access.actor import Actor
from casework.access.policy import Relation
from casework.audit.work import unit_of_work
from casework.organisation.models import Role
from casework.shared import clock
from casework.shared.errors import NotVisible
from deviations.models import (
    Action,
    Attachment,
    CausesRow,
    Deviation,
    Exchange,
    Question,
    Seen,
)
from deviations.queries.history import Event, history


@dataclass(frozen=True)
class Parts:
    """What belongs to a deviation."""

    questions: Sequence[Question]
    actions: Sequence[Action]
    files: Sequence[Attachment]
    events: Sequence[Event]


@dataclass(frozen=True)
class KnownExchange:
    """Samverkan with another authority, as fetched along with the deviation."""

    id: int
    authority: str
    their_number: str
    sent_on: date | None
    answered_on: date | None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def visible(actor: Actor, pk: int) -> Deviation:
    """Return the deviation with what its page shows beside it, or raise ``NotVisible``.

    Exchanges, names of causes as they were, and the numbers merged here come along.
    """
    exchanges = Exchange.objects.filter(deviation=OuterRef("pk")).values(
        data=JSONObject(
            id="pk",
            authority="authority",
            their_number="their_number",
            sent_on="sent_on",
            answered_on="answered_on",
        )
    )
    causes = CausesRow.objects.filter(deviation=OuterRef("pk")).order_by("-recorded_at", "-pk")
    merged: QuerySet = Deviation.objects.visible_to(actor).filter(merged_into=OuterRef("pk"))
    found = (
        Deviation.objects.visible_to(actor)
        .filter(pk=pk)
        .select_related(
            "unit",
            "reporting_unit",
            "category__parent",
            "main_cause",
            "reporter",
            "on_behalf_of",
            "handler",
            "merged_into",
        )
        .annotate(
            exchange_list=ArraySubquery(exchanges),
            has_questions=Exists(Question.objects.filter(deviation=OuterRef("pk"))),
            has_files=Exists(Attachment.objects.filter(deviation=OuterRef("pk"))),
            cause_labels=Subquery(causes.values("labels")[:1]),
            merged_here=ArraySubquery(merged.order_by("pk").values("number")),
        )
        .first()
    )
    if found is None:
        raise NotVisible
    return found


def exchanges_of(deviation: Any) -> list[KnownExchange]:
    """Return the exchanges that ``visible`` fetched along."""
    listed = deviation.exchange_list
    return [
        KnownExchange(
            row["id"],
            row["authority"],
            row["their_number"],
            _day(row["sent_on"]),
            _day(row["answered_on"]),
        )
        for row in sorted(listed, key=lambda row: row["id"])
    ]


def parts_of(deviation: Any) -> Parts:
    """Fetch questions, åtgärder, files and the log of what ``visible`` returned."""
    questions = deviation.questions.select_related("asked_by", "answered_by")
    return Parts(
        questions=list(questions) if deviation.has_questions else [],
        actions=list(deviation.actions.select_related("cause", "owner")),
        files=list(deviation.attachments.all()) if deviation.has_files else [],
        events=history(deviation),
    )


def sees_handling(actor: Actor, deviation: Deviation) -> bool:
    """Say whether the actor sees the whole page, or what a reporter follows alone.

    The manager of the reporting unit sees the handling too, save what is about the manager.
    """
    if policy.relations(actor, deviation) - {Relation.REPORTER}:
        return True
    if deviation.reporting_unit_id in actor.units(Role.HEAD):
        return True
    return not deviation.about_manager and deviation.reporting_unit_id in actor.inbox_units


def note_reading(actor: Actor, deviation: Deviation) -> None:
    """Audit that the page was read, and remember when, so that an answer shows once as new."""
    with unit_of_work(actor) as work:
        if actor.user_id is not None:
            Seen.objects.bulk_create(
                [Seen(deviation=deviation, user_id=actor.user_id, at=clock.now())],
                update_conflicts=True,
                unique_fields=["deviation", "user"],
                update_fields=["at"],
            )
        work.audit("deviation.read", deviation)
