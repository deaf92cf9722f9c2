"""Helpers for the API: who acts, errors as problems, pages, and acts with ``If-Match``.

A viewset starts from ``visible_to``, validates with a serializer, calls a service and answers with
what the record has become. Errors that services raise become problems here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError as ModelValidationError
from django.db.models import Field, QuerySet
from django.utils.http import parse_etags
from rest_framework import serializers, status, viewsets
from rest_framework.exceptions import APIException, ErrorDetail, NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.relations import MANY_RELATION_KWARGS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.views import exception_handler as drf_handler

from casework.access import policy
from casework.access.actor import Actor
from casework.access.querysets import RecordQuerySet
from casework.audit.work import unit_of_work
from casework.kit.bodies import BodyTooLarge
from casework.kit.refusals import TOO_LARGE, headers, http_status
from casework.shared.errors import DomainError
from casework.shared.stale import ChangedMeanwhile, Versioned

T = TypeVar("T")


class PreconditionFailed(APIException):
    """The record has changed since the client read it (412)."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "changed_meanwhile"
    default_detail = "Ärendet har ändrats sedan du läste det. Läs det igen och gör om ändringen."


class PreconditionRequired(APIException):
    """An edit must say which version it was made from (428)."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "version_required"
    default_detail = "Skicka If-Match med det ETag du fick när du läste ärendet."


def _flat(detail: Any, field: str | None = None) -> list[dict[str, str | None]]:
    """Return DRF's nested error details as a flat list of faults."""
    if isinstance(detail, Mapping):
        faults = []
        for name, inner in detail.items():
            at = field if name == "non_field_errors" else f"{field}.{name}" if field else str(name)
            faults += _flat(inner, at)
        return faults
    if isinstance(detail, list):
        return [fault for inner in detail for fault in _flat(inner, field)]
    code = detail.code if isinstance(detail, ErrorDetail) else "invalid"
    return [{"code": code, "message": str(detail), "field": field}]


def problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer an exception with a problem: ``status``, ``code``, ``message``, ``field``, ``errors``.

    Set as DRF's exception handler. What is neither ours nor DRF's stays an exception (500).
    """
    if isinstance(error, DomainError):
        faults = [{"code": error.code, "message": error.message, "field": error.field}]
        answer = Response(status=http_status(error), headers=headers(error))
    else:
        if isinstance(error, TOO_LARGE):
            error = BodyTooLarge()
        from_drf = drf_handler(error, dict(context))
        if from_drf is None:
            return None
        answer = from_drf
        # Http404 and PermissionDenied arrive as DRF's own, already in ``data``.
        detail = error.detail if isinstance(error, APIException) else answer.data
        faults = _flat(detail.get("detail", detail) if isinstance(detail, dict) else detail)
    answer.data = {"status": answer.status_code, **faults[0], "errors": faults}
    answer.content_type = "application/problem+json"
    return answer


class Pages(CursorPagination):
    """Pages by cursor: stable while rows are added, and as fast on the last page as the first.

    A cursor is taken only as it was given out; any other is refused (400).
    """

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    # As many may lie on one and the same day: a register taken in holds 50,000 rows.
    offset_cutoff = 100_000
    ordering: tuple[str, ...] = ("id",)
    position: Field[Any, Any]

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """Return the page that the cursor names; know what kind of thing a position is."""
        self.position = queryset.model._meta.get_field(self.ordering[0].lstrip("-"))
        return super().paginate_queryset(queryset, request, view)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return the cursor as it was given out."""
        given = request.query_params.get(self.cursor_query_param)
        if not given:
            return None
        refusal = ValidationError(
            {self.cursor_query_param: "Sidan finns inte. Börja om från listans första sida."},
            code="invalid_cursor",
        )
        try:
            cursor = cast(Cursor, super().decode_cursor(request))
            if cursor.position is not None:
                self.position.run_validators(self.position.to_python(cursor.position))
        except (NotFound, ModelValidationError) as error:
            raise refusal from error
        link = urlsplit(self.encode_cursor(cursor))
        if given not in parse_qs(link.query).get(self.cursor_query_param, []):
            raise refusal
        return cursor


def actor_of(request: Any) -> Actor:
    """Return who acts in a request that DRF has authenticated."""
    return cast(Actor, request.actor)


class Several(serializers.ManyRelatedField):
    """Ids of several things, each looked up: no more than somebody chooses by hand."""

    max_length = 100

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return what the ids stand for."""
        if isinstance(data, list) and len(data) > self.max_length:
            raise ValidationError(f"Välj högst {self.max_length}.", code="max_length")
        return cast(list[Any], super().to_internal_value(data))


class OwnBoardField(serializers.PrimaryKeyRelatedField):
    """The id of something in the actor's own board; any other id is as unknown as a wrong one."""

    @classmethod
    def many_init(cls, *args: Any, **given: Any) -> Several:
        """Return the field for several of them."""
        kept = {name: given[name] for name in MANY_RELATION_KWARGS if name in given}
        return Several(child_relation=cls(*args, **given), **kept)

    def get_queryset(self) -> QuerySet:
        """Keep what belongs to the actor's board."""
        found = cast(QuerySet, super().get_queryset())
        return found.filter(board_id=actor_of(self.context["request"]).board_id)


def etag(version: int) -> str:
    """Return the ETag of a record's version."""
    return f'"{version}"'


def check_if_match(request: Request, version: int, *, required: bool) -> None:
    """Compare ``If-Match`` with the version; 412 where they differ, 428 where it must be there."""
    given = request.headers.get("If-Match")
    if given is None:
        if required:
            raise PreconditionRequired
        return
    # A proxy that compresses makes an ETag weak; the version it names is the same.
    versions = {tag.removeprefix("W/") for tag in parse_etags(given)}
    if given.strip() != "*" and etag(version) not in versions:
        raise PreconditionFailed


def version_named(request: Request) -> int:
    """Return the version that ``If-Match`` names: 428 where it names none, 412 for what is none."""
    given = request.headers.get("If-Match")
    if given is None:
        raise PreconditionRequired
    tag = given.strip().removeprefix("W/").strip('"')
    if not tag.isdecimal() or len(tag) > 9:
        raise PreconditionFailed
    return int(tag)


class ActorView(APIView):
    """A view that knows who acts."""

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return actor_of(self.request)

    def given(self, body: type[serializers.BaseSerializer]) -> Any:
        """Return what was sent, validated as ``body``."""
        form = body(data=self.request.data, context={"request": self.request, "view": self})
        form.is_valid(raise_exception=True)
        return form.validated_data

    def edit(self, stands: Versioned, do: Callable[..., T], *keys: object, **given: object) -> T:
        """Call a service that edits what ``stands``, which ``If-Match`` must name: 428, 412.

        The service is told the version, so that what comes between is found where it locks (412).
        """
        check_if_match(self.request, stands.version, required=True)
        try:
            return do(self.actor, *keys, expected_version=stands.version, **given)
        except ChangedMeanwhile as error:
            raise PreconditionFailed from error


class RecordViewSet(ActorView, viewsets.GenericViewSet):
    """Records with owners and a ``version``; ``rules`` says who may do which act."""

    rules: ClassVar[policy.Rules] = {}
    detail_serializer: ClassVar[type[serializers.BaseSerializer]]
    # What an act that says nothing else takes: nothing. OPTIONS asks every act for it.
    serializer_class = serializers.Serializer
    pagination_class = Pages
    lookup_value_converter = "int"

    @property
    def records(self) -> RecordQuerySet:
        """All records, not yet narrowed to what the actor may see."""
        return cast(RecordQuerySet, cast(Any, self).queryset)

    def get_queryset(self) -> QuerySet:
        """Keep what the actor may open."""
        return self.records.all().visible_to(self.actor)

    def require(self, act: str, pk: int) -> None:
        """Raise ``NotVisible`` or ``NotAllowed`` before anything the client sent is looked at."""
        policy.require(self.actor, act, self.records.get_visible(self.actor, pk), self.rules)

    def as_it_stands(self, pk: int) -> Response:
        """Answer with the record as it is now, or with 204 where it has left the actor's sight."""
        record = self.get_queryset().filter(pk=pk).first()
        if record is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        shown = self.detail_serializer(record, context=self.get_serializer_context())
        return Response(shown.data, headers={"ETag": etag(record.version)})

    def perform(
        self,
        act: str,
        pk: int,
        do: Callable[[Any], object],
        *,
        edits: bool = False,
        other: str = "",
    ) -> Response:
        """Check permission, body and version; do the act; answer with what the record became.

        ``do`` takes the validated body. Rows stay locked from the check of ``If-Match`` to the
        commit, so that nothing can come between (``unchanged``); ``other`` names the field of the
        body that holds the id of a second record, locked in order of id as the service does.
        """
        self.require(act, pk)
        form = self.get_serializer(data=self.request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        with self.unchanged(pk, *([given[other]] if other else []), required=edits):
            do(given)
        return self.as_it_stands(pk)

    @contextmanager
    def unchanged(self, pk: int, *beside: int, required: bool = False) -> Iterator[None]:
        """Hold the record as the client has read it, where ``If-Match`` says that it has.

        Rows stay locked to the commit: ``beside`` are ids of others that the service locks too.
        """
        with unit_of_work(self.actor):
            if required or "If-Match" in self.request.headers:
                keys = sorted({pk, *beside})
                locked = {key: self.records.locked(self.actor, key) for key in keys}
                check_if_match(self.request, locked[pk].version, required=required)
            yield
