"""Everything that the page of one deviation shows, in as few queries as it can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, JSONObject, NullIf, Trim

from casework.access import policy
from casework.access.actor import Actor
from casework.access.policy import Relation
from casework.audit.work import unit_of_work
from casework.cases.models import Case
from casework.shared.errors import NotVisible
from casework.shared.fields import EncryptedTextField
from deviations.models import (
    Action,
    Attachment,
    CausesRow,
    Deviation,
    Exchange,
    Question,
)
from deviations.queries.history import Event, history
from deviations.services import reporter


@dataclass(frozen=True)
class KnownQuestion:
    """A komplettering with its answer, as fetched along with the deviation."""

    text: str
    asked_by: str
    asked_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True)
class KnownFile:
    """A file sent along, without its content."""

    pk: int
    name: str
    size: int


@dataclass(frozen=True)
class KnownExchange:
    """Samverkan with another authority."""

    id: int
    authority: str
    their_number: str
    sent_on: date | None
    answered_on: date | None


@dataclass(frozen=True)
class Parts:
    """What belongs to a deviation."""

    questions: Sequence[KnownQuestion]
    actions: Sequence[Action]
    files: Sequence[KnownFile]
    exchanges: Sequence[KnownExchange]
    events: Sequence[Event]


def _rows(model: type[Model], **columns: str) -> ArraySubquery:
    """Return the rows of ``model`` that belong to a deviation as JSON, oldest first."""
    found = model._default_manager.filter(deviation=OuterRef("pk")).order_by("pk")
    return ArraySubquery(found.values(data=JSONObject(**columns)))


def visible(actor: Actor, pk: int) -> Deviation:
    """Return the deviation with what its page shows beside it, or raise ``NotVisible``.

    Questions, files and exchanges, the names of causes as they were, and the numbers merged here
    come along in the same query.
    """
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
            question_list=_rows(
                Question,
                text="text",
                asked_by=_name("asked_by"),
                asked_at="asked_at",
                answer="answer",
                answered_by=_name("answered_by"),
                answered_at="answered_at",
            ),
            file_list=_rows(Attachment, pk="pk", name="name", size="size"),
            exchange_list=_rows(
                Exchange,
                id="pk",
                authority="authority",
                their_number="their_number",
                sent_on="sent_on",
                answered_on="answered_on",
            ),
            cause_labels=Subquery(causes.values("labels")[:1]),
            # Where the actor finds the case that the report names, if it is here to be seen.
            case_id=Subquery(
                Case.objects.visible_to(actor)
                .filter(number=OuterRef("case_number"))
                .values("pk")[:1]
            ),
            merged_here=ArraySubquery(merged.order_by("pk").values("number")),
        )
        .first()
    )
    if found is None:
        raise NotVisible
    return found


def _name(person: str) -> Any:
    """Return the expression for a person's name as ``User.display_name`` writes it."""
    full = Trim(Concat(f"{person}__first_name", Value(" "), f"{person}__last_name"))
    return Coalesce(NullIf(full, Value("")), f"{person}__username", Value(""))


def _plain(text: str | None) -> str:
    """Decrypt a text that came as JSON and not through its field."""
    return EncryptedTextField().from_db_value(text, None, connection) or ""


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def files_of(deviation: Any) -> list[KnownFile]:
    """Return the files that ``visible`` fetched along."""
    return [KnownFile(row["pk"], _plain(row["name"]), row["size"]) for row in deviation.file_list]


def parts_of(deviation: Any) -> Parts:
    """Return what belongs to a deviation that ``visible`` returned, with åtgärder and the log."""
    return Parts(
        questions=[
            KnownQuestion(
                _plain(row["text"]),
                row["asked_by"],
                datetime.fromisoformat(row["asked_at"]),
                _plain(row["answer"]),
                row["answered_by"],
                _at(row["answered_at"]),
            )
            for row in deviation.question_list
        ],
        actions=list(deviation.actions.select_related("cause", "owner")),
        files=files_of(deviation),
        exchanges=[
            KnownExchange(
                row["id"],
                row["authority"],
                row["their_number"],
                _day(row["sent_on"]),
                _day(row["answered_on"]),
            )
            for row in deviation.exchange_list
        ],
        events=history(deviation),
    )


def sees_handling(actor: Actor, deviation: Deviation) -> bool:
    """Say whether the actor sees the whole page, or what a reporter follows alone.

    The manager of the reporting unit sees the handling too, save what is about the manager.
    """
    if policy.relations(actor, deviation) - {Relation.REPORTER}:
        return True
    if deviation.reporting_unit_id in actor.headed_units:
        return True
    return not deviation.about_manager and deviation.reporting_unit_id in actor.inbox_units


def note_reading(actor: Actor, deviation: Any) -> None:
    """Audit that the page was read; what stood there is new no longer to whom it concerns."""
    with unit_of_work(actor) as work:
        # The reporter follows how it goes; whoever handles it waits for answers.
        if deviation.question_list or reporter.is_reporter(actor, deviation):
            reporter.mark_seen(actor, deviation)
        work.audit("deviation.read", deviation)
