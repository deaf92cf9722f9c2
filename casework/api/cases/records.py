"""What intakes, investigations and decisions have in common in the API.

A record is addressed by our id, which is all digits, or by its id in the case system, which then
must have something else in it; ``by-external-id/`` takes any. One address is thus one record,
whatever the method.
"""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.access import leading, policy
from casework.access.querysets import RecordQuerySet
from casework.api.cases import rows, writing
from casework.api.filters import MAX_ID
from casework.audit.work import record_reading
from casework.cases.rules import RULES
from casework.cases.services import care
from casework.kit import api_schema
from casework.kit.api import ActorView, Pages
from casework.shared.errors import InvalidInput, NotVisible

Method = Callable[..., Response]
Schema = type[serializers.BaseSerializer]
BESIDE = ("case", "unit__area", "handler")
KEY = OpenApiParameter(
    "id",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    description="Vårt id (bara siffror) eller numret i ärendesystemet (om det inte är det).",
)
EXTERNAL_ID = OpenApiParameter("external_id", OpenApiTypes.STR, OpenApiParameter.PATH)


def step(resource: str, body: Schema, answer: Schema, summary: str) -> Callable[[Method], Method]:
    """Make a method a step of a record, answered with the record as it then is."""

    def decorate(method: Method) -> Method:
        routed = api_schema.act(resource, body, answer, summary, versioned=False)(method)
        return extend_schema(parameters=[KEY])(routed)

    return decorate


class CaseRecordViewSet(ActorView, viewsets.GenericViewSet):
    """Records of cases that the actor may open; what else there is does not exist."""

    kind: ClassVar[str]
    register: ClassVar[str]
    row_serializer: ClassVar[type[rows.RowSerializer]]
    detail_serializer: ClassVar[Schema]
    pagination_class = Pages
    lookup_value_converter = "str"

    def get_queryset(self) -> QuerySet[Any]:
        """Keep what the actor may open."""
        records = cast(RecordQuerySet[Any], cast(Any, self).queryset)
        return records.all().visible_to(self.actor).select_related(*BESIDE)

    def find(self, key: str, *, external: bool = False) -> Any:
        """Return the record that an address names, or raise ``NotVisible``."""
        if not external and key.isascii() and key.isdigit():
            found = self.get_queryset().filter(pk=int(key)) if int(key) <= MAX_ID else None
        else:
            # No text of the database holds this character.
            found = self.get_queryset().filter(external_id=key) if "\0" not in key else None
        record = found.first() if found is not None and key else None
        if record is None:
            raise NotVisible
        return record

    def get_object(self) -> Any:
        """Return the record that the address names."""
        if "external_id" in self.kwargs:
            return self.find(self.kwargs["external_id"], external=True)
        return self.find(self.kwargs["pk"])

    def list(self, request: Request) -> Response:
        """Answer with one page; its reading is one audit event."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        record_reading(self.actor, "case.listed", kind=self.kind, ids=[row.pk for row in page])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def read(self, record: Any) -> Response:
        """Answer with one record in full; its reading is one audit event."""
        record_reading(self.actor, "case.read", kind=self.kind, ids=[record.pk])
        return Response(self.shown(record))

    def shown(self, record: Any) -> Any:
        """Return one record in full."""
        return self.detail_serializer(record, context=self.get_serializer_context()).data

    def retrieve(self, request: Request, pk: str) -> Response:
        """Answer with one record in full."""
        return self.read(self.get_object())

    def update(self, request: Request, pk: str) -> Response:
        """Take in the record as the case system has it."""
        policy.require_import(self.actor)
        if pk.isascii() and pk.isdigit():
            raise InvalidInput(
                "Ett nummer med bara siffror kan vara vårt id. Använd by-external-id/ för det.",
                field="external_id",
                code="ambiguous_id",
            )
        return self._take_in(pk)

    def _take_in(self, external_id: str) -> Response:
        name = _ExternalIdSerializer(data={"external_id": external_id})
        name.is_valid(raise_exception=True)
        row = self.row_serializer(data=self.request.data, context=self.get_serializer_context())
        row.is_valid(raise_exception=True)
        taken = rows.take_in(self.actor, self.register, name.validated_data["external_id"], row)
        answer = Response(rows.TakenInSerializer(taken).data)
        if taken["result"] == rows.CREATED:
            answer.status_code = status.HTTP_201_CREATED
            answer["Location"] = self.reverse_action("detail", args=[taken["id"]])
        return answer

    @action(
        detail=False,
        methods=["get", "put"],
        url_path="by-external-id/<path:external_id>",
        url_name="by-external-id",
        pagination_class=None,
        filterset_class=None,
    )
    def by_external_id(self, request: Request, external_id: str) -> Response:
        """Read or take in a record by its id in the case system, whatever that looks like."""
        if request.method == "GET":
            return self.read(self.get_object())
        policy.require_import(self.actor)
        return self._take_in(external_id)

    def take(
        self,
        act: str,
        key: str,
        do: Callable[[int, dict[str, Any]], object],
        show: Callable[[Any, Any], Any] | None = None,
    ) -> Response:
        """Check permission, then the body; take the step; answer with what the record became.

        204 where the record has left the actor's sight. ``do`` takes the record's id and the
        validated body; ``show`` makes the answer from what ``do`` returned and the record.
        """
        seen = self.find(key)
        policy.require(self.actor, act, seen, RULES)
        form = self.get_serializer(data=self.request.data)
        form.is_valid(raise_exception=True)
        done = do(seen.pk, dict(form.validated_data))
        record = self.get_queryset().filter(pk=seen.pk).first()
        if record is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(show(done, record) if show else self.shown(record))

    def give_to(self, key: str) -> Response:
        """Make somebody the handler; whoever works in the unit may take what nobody has."""
        act = "take" if self.find(key).handler_id is None else "assign"
        return self.take(
            act, key, lambda pk, given: care.assign(self.actor, self.kind, pk, to=given["to"])
        )

    def move_to(self, key: str) -> Response:
        """Move the record to another unit."""
        return self.take(
            "move_unit",
            key,
            lambda pk, given: care.move_unit(self.actor, self.kind, pk, to=given["to"]),
        )

    def register_new(self, body: type[serializers.Serializer]) -> dict[str, Any]:
        """Return the validated body of a new record, permission checked before it."""
        leading.require_workplace(self.actor, self.actor.own_units)
        form = body(data=self.request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def registered(self, pk: int) -> Response:
        """Answer with the id of a new record: who may read on is another matter."""
        return Response(
            writing.RegisteredSerializer({"id": pk}).data,
            status=status.HTTP_201_CREATED,
            headers={"Location": self.reverse_action("detail", args=[pk])},
        )


class _ExternalIdSerializer(serializers.Serializer):
    """The id in the case system, as registers have it."""

    external_id = serializers.CharField(max_length=200)
