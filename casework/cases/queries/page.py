"""Everything that the page of one case shows: the case with its records in one query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import CharField, Model, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, JSONObject

from casework.access.actor import Actor
from casework.cases.models import Case, Decision, Intake, Investigation, WatchedTime
from casework.cases.queries.listing import visible_cases
from casework.cases.restarts import with_restarts
from casework.cases.watched import KIND
from casework.cases.watching import ALL_KINDS
from casework.organisation.models import ServiceArea, Unit, User
from casework.shared.errors import NotVisible
from casework.shared.fields import EncryptedTextField

_AROUND = {
    "unit_name": "unit__name",
    "area_id": "unit__area_id",
    "for_children": "unit__area__for_children",
    "handler_name": "handler__first_name",
    "handler_family": "handler__last_name",
    "handler_username": "handler__username",
}


@dataclass(frozen=True)
class Sibling:
    """Another case in the same anmälan."""

    case_id: int
    number: str


@dataclass(frozen=True)
class Records:
    """The records of a case that the actor may open, the latest first.

    ``siblings`` are the other cases of each intake, by its id.
    """

    case: Case
    intakes: Sequence[Intake]
    investigations: Sequence[Any]
    decisions: Sequence[Decision]
    siblings: Mapping[int, Sequence[Sibling]] = field(default_factory=dict)
    watched: Sequence[WatchedTime] = ()

    def by_kind(self) -> Mapping[str, Sequence[Any]]:
        """Return the records by the name of their kind."""
        return {
            "intake": self.intakes,
            "investigation": self.investigations,
            "decision": self.decisions,
            KIND: self.watched,
        }


def read_case(actor: Actor, pk: int) -> Records:
    """Return the case with those of its records that the actor may open, or ``NotVisible``."""
    investigations = with_restarts(_of_case(actor, Investigation))
    others = (
        Intake.objects.visible_to(actor)
        .filter(entry__in=_of_outer_case())
        .exclude(case=OuterRef("pk"))
        .exclude(case=None)
        .order_by("case__number")
    )
    case = (
        visible_cases(actor)
        .filter(pk=pk)
        .select_related("unit__area", "handler")
        .annotate(
            intake_list=_json(_of_case(actor, Intake).order_by("-received_at", "-pk")),
            investigation_list=_json(
                investigations.order_by("-opened_on", "-pk"), last_closed_on="last_closed_on"
            ),
            decision_list=_json(_of_case(actor, Decision).order_by("-decided_on", "-pk")),
            watched_list=_json(_of_case(actor, WatchedTime).order_by("-began_on", "-pk")),
            sibling_list=ArraySubquery(
                others.values(
                    data=JSONObject(entry="entry", case_id="case_id", number="case__number")
                )
            ),
        )
        .first()
    )
    if case is None:
        raise NotVisible
    found: Any = case
    intakes = [_built(Intake, row, case) for row in found.intake_list]
    siblings = {
        intake.pk: [
            Sibling(row["case_id"], row["number"])
            for row in found.sibling_list
            if str(intake.entry) == row["entry"]
        ]
        for intake in intakes
    }
    return Records(
        case,
        intakes,
        [_built(Investigation, row, case) for row in found.investigation_list],
        [_built(Decision, row, case) for row in found.decision_list],
        siblings,
        [_built(WatchedTime, row, case) for row in found.watched_list],
    )


def _of_case(actor: Actor, model: type[Any]) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.visible_to(actor).filter(case=OuterRef("pk"))
    return found


def _of_outer_case() -> QuerySet[Any]:
    mine = Intake.objects.filter(case=OuterRef(OuterRef("pk")), entry__isnull=False)
    return mine.values("entry")


def _json(records: QuerySet[Any], **more: str) -> ArraySubquery:
    """Return each record as JSON, with names around it, so that all come in the case's query."""
    columns = {field.attname: field.attname for field in records.model._meta.concrete_fields}
    around = {name: Coalesce(Cast(path, CharField()), Value("")) for name, path in _AROUND.items()}
    return ArraySubquery(records.values(data=JSONObject(**columns, **around, **more)))


def _built(model: type[Any], row: Mapping[str, Any], case: Case) -> Any:
    """Return the record that ``row`` tells of, with its unit and handler beside it."""
    values = {
        field.attname: _value(field, row[field.attname]) for field in model._meta.concrete_fields
    }
    record = model(**values)
    record._state.adding = False
    record.case = case
    area = ServiceArea(pk=int(row["area_id"]), for_children=row["for_children"] == "true")
    record.unit = Unit(pk=record.unit_id, board_id=record.board_id, area=area)
    record.unit.name = row["unit_name"]
    if record.handler_id is not None:
        record.handler = User(
            pk=record.handler_id,
            first_name=row["handler_name"],
            last_name=row["handler_family"],
            username=row["handler_username"],
        )
    if "last_closed_on" in row:
        closed = Investigation._meta.get_field("closed_on")
        record.last_closed_on = closed.to_python(row["last_closed_on"])
    return record


def _value(column: Any, raw: Any) -> Any:
    if isinstance(column, EncryptedTextField):
        return column.from_db_value(raw, None, connection) or ""
    return column.to_python(raw) if not column.is_relation else raw


def read_record(actor: Actor, kind: str, pk: int) -> Any:
    """Return a record with what a step's page shows beside it, or raise ``NotVisible``."""
    if kind not in ALL_KINDS:
        raise NotVisible
    model: type[Model] = ALL_KINDS[kind]
    found = (
        model._default_manager.get_queryset()
        .filter(pk__in=ALL_KINDS[kind].objects.visible_to(actor).filter(pk=pk).values("pk"))
        .select_related("case", "unit__area", "handler")
        .first()
    )
    if found is None:
        raise NotVisible
    return found
