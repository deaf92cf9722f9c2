"""The resource ``lexsarah-delegation-rules``: the board's delegationsordning, row by row."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.access import policy
from casework.audit.work import unit_of_work
from casework.kit.api import ActorView, Pages, check_if_match, etag
from casework.kit.api_schema import if_match
from casework.organisation.models import Board
from casework.shared.errors import NotVisible
from lexsarah import states
from lexsarah.api import delegation_serializers as shapes
from lexsarah.models import DelegationRule
from lexsarah.services import delegation

_IF_MATCH = if_match("raden")


class DelegationFilter(django_filters.FilterSet):
    """Filters of ``/api/v1/lexsarah-delegation-rules/``."""

    outcome = django_filters.MultipleChoiceFilter(choices=list(states.OUTCOMES.items()))
    on = django_filters.DateFilter(method="holds", label="gäller den dagen")

    class Meta:
        model = DelegationRule
        fields: list[str] = []

    def holds(self, found: QuerySet, name: str, day: object) -> QuerySet:
        """Keep the rows that hold on ``day``."""
        return found.exclude(valid_to__lt=day).filter(valid_from__lte=day)


@extend_schema(tags=["lexsarah-delegation-rules"])
class DelegationRuleViewSet(ActorView, viewsets.GenericViewSet):
    """Delegationsordningen för lex Sarah: Systemförvaltaren läser och ändrar den."""

    queryset = DelegationRule.objects.all()
    serializer_class = shapes.DelegationRuleSerializer
    pagination_class = Pages
    filterset_class = DelegationFilter
    lookup_value_converter = "int"

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Tell whoever does not keep it so before anything is looked for."""
        super().initial(request, *args, **kwargs)
        policy.require_configurer(self.actor)

    def get_queryset(self) -> QuerySet[DelegationRule]:
        """Keep the rows of the actor's board, those that have ended too."""
        return delegation.of_board(self.actor)

    @extend_schema(
        operation_id="lexsarah_delegation_rules_list",
        summary="Lista delegationsordningens rader",
        description="Också de som har upphört; `on` ger dem som gäller en dag.",
    )
    def list(self, request: Request) -> Response:
        """Answer with one page."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="lexsarah_delegation_rules_retrieve",
        summary="Läs en rad i delegationsordningen",
        filters=False,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer with one row, and its ``ETag``."""
        return self._shown(self._row(pk))

    @extend_schema(
        operation_id="lexsarah_delegation_rules_create",
        summary="Lägg till en rad",
        request=shapes.NewDelegationRuleSerializer,
        responses={201: shapes.DelegationRuleSerializer},
    )
    def create(self, request: Request) -> Response:
        """Add a row; one for the same outcome and role is changed instead."""
        wish = delegation.Wish(**self.given(shapes.NewDelegationRuleSerializer))
        return self._made(delegation.add(self.actor, wish))

    @extend_schema(
        operation_id="lexsarah_delegation_rules_replace",
        summary="Låt en ny rad ta radens plats",
        description="Raden upphör dagen innan den nya börjar gälla. Det som redan är beslutat "
        "hänvisar till den gamla. En rad som inte har börjat gälla ersätts helt.",
        request=shapes.NewDelegationRuleSerializer,
        responses={201: shapes.DelegationRuleSerializer},
        parameters=[_IF_MATCH],
        filters=False,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def replace(self, request: Request, pk: int) -> Response:
        """Begin another row where this one ends; answer with the new one."""
        self._row(pk)
        wish = delegation.Wish(**self.given(shapes.NewDelegationRuleSerializer))
        with self._as_read(pk):
            return self._made(delegation.change(self.actor, pk, wish))

    @extend_schema(
        operation_id="lexsarah_delegation_rules_end",
        summary="Låt raden upphöra",
        request=shapes.LastDaySerializer,
        responses={
            200: shapes.DelegationRuleSerializer,
            204: OpenApiResponse(
                description="Raden skulle upphöra innan den började gälla, och är borttagen."
            ),
        },
        parameters=[_IF_MATCH],
        filters=False,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def end(self, request: Request, pk: int) -> Response:
        """Let the row hold through a day and no longer."""
        self._row(pk)
        given = self.given(shapes.LastDaySerializer)
        with self._as_read(pk):
            delegation.end(self.actor, pk, **given)
        ended = self.get_queryset().filter(pk=pk).first()
        return self._shown(ended) if ended else Response(status=status.HTTP_204_NO_CONTENT)

    def _row(self, pk: int) -> DelegationRule:
        row = self.get_queryset().filter(pk=pk).first()
        if row is None:
            raise NotVisible
        return row

    @contextmanager
    def _as_read(self, pk: int) -> Iterator[None]:
        """Hold the board's rows still, and the row as ``If-Match`` says that it was read."""
        with unit_of_work(self.actor):
            # As the service does: one change of a board's delegationsordning at a time.
            Board.objects.select_for_update(no_key=True).get(pk=self.actor.board_id)
            check_if_match(self.request, _tag(self._row(pk)), required=True)
            yield

    def _shown(self, row: DelegationRule, code: int = status.HTTP_200_OK) -> Response:
        shown = shapes.DelegationRuleSerializer(row)
        return Response(shown.data, status=code, headers={"ETag": etag(_tag(row))})

    def _made(self, row: DelegationRule) -> Response:
        answer = self._shown(row, status.HTTP_201_CREATED)
        answer["Location"] = self.reverse_action("detail", args=[row.pk])
        return answer


def _tag(row: DelegationRule) -> int:
    """Return what changes when the row does: rows are ended and not edited, so have no version."""
    stands = shapes.DelegationRuleSerializer(row).data
    return zlib.crc32(repr(sorted(stands.items())).encode())
