"""What is asked of managers: under ``lexsarah-reports``; answered under ``lexsarah-asked``."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from casework.audit.work import record_reading
from casework.kit import api_schema
from casework.kit.api import ActorView, Pages, etag
from lexsarah import asked
from lexsarah.api import asking_serializers as shapes
from lexsarah.api.of_report import OfReportViewSet
from lexsarah.models import Delivery, Request
from lexsarah.services import delivering, requests

_REPORTS = extend_schema(tags=["lexsarah-reports"])
_IF_MATCH = api_schema.if_match("svaret")


@_REPORTS
class RequestsOfReportViewSet(OfReportViewSet):
    """Yttranden, åtgärder för den enskilde och delgivning: för den som utreder eller beslutar."""

    @extend_schema(
        operation_id="lexsarah_reports_requests",
        summary="Läs det som har begärts, och svaren",
        responses=shapes.RequestSerializer(many=True),
    )
    @action(detail=True, pagination_class=None)
    def requests(self, request: ApiRequest, pk: int) -> Response:
        """List what has been asked about the report."""
        report = self.opened(pk, "read_requests", "lexsarah.requests_read")
        found = Request.objects.filter(report=report).select_related(
            "unit", "asked_of", "asked_by", "answered_by"
        )
        return Response(shapes.RequestSerializer(found, many=True).data)

    @extend_schema(
        operation_id="lexsarah_reports_request_statement",
        summary="Begär yttrande",
        description="Av en chef, som svarar här och ser bara det som begärs.",
        request=shapes.NewRequestSerializer,
        responses={201: shapes.RequestSerializer},
    )
    @action(detail=True, methods=["post"], url_path="request-statement", pagination_class=None)
    def request_statement(self, request: ApiRequest, pk: int) -> Response:
        """Ask a manager for a yttrande; the report awaits it."""
        return self._ask(pk, "request_statement", requests.request_statement)

    @extend_schema(
        operation_id="lexsarah_reports_request_safety",
        summary="Begär åtgärd för den enskilde",
        description="Det som måste göras för den enskilde, utan att vänta på utredningen.",
        request=shapes.NewRequestSerializer,
        responses={201: shapes.RequestSerializer},
    )
    @action(detail=True, methods=["post"], url_path="request-safety", pagination_class=None)
    def request_safety(self, request: ApiRequest, pk: int) -> Response:
        """Ask a manager for what must be done for the person."""
        return self._ask(pk, "request_safety", requests.request_safety)

    def _ask(self, pk: int, rule: str, ask: Callable[..., Request]) -> Response:
        self.opened(pk, rule)
        given = self.given(shapes.NewRequestSerializer)
        with self.unchanged(pk):
            made = ask(self.actor, pk, requests.Asked(**given))
        return Response(shapes.RequestSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="lexsarah_reports_withdraw_request",
        summary="Återta det som begärts",
        request=None,
        responses=shapes.RequestSerializer,
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="requests/<int:request_id>/withdraw",
        pagination_class=None,
    )
    def withdraw_request(self, request: ApiRequest, pk: int, request_id: int) -> Response:
        """Take back what nobody has answered."""
        self.opened(pk, "withdraw_request")
        taken_back = requests.withdraw_request(self.actor, pk, request_id)
        return Response(shapes.RequestSerializer(taken_back).data)

    @extend_schema(
        operation_id="lexsarah_reports_deliver",
        summary="Delge beslutet",
        description="Den som delges läser bedömningen och de beslutade åtgärderna.",
        request=shapes.NewDeliverySerializer,
        responses={201: shapes.DeliverySerializer(many=True)},
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def deliver(self, request: ApiRequest, pk: int) -> Response:
        """Deliver the latest decision."""
        self.opened(pk, "deliver")
        given = self.given(shapes.NewDeliverySerializer)
        with self.unchanged(pk):
            made = delivering.deliver(self.actor, pk, **given)
        shown = shapes.DeliverySerializer(made, many=True).data
        return Response(shown, status=status.HTTP_201_CREATED)


class _Ordered(Pages):
    ordering = ("-id",)


@extend_schema(tags=["lexsarah-asked"])
class AskedViewSet(ActorView, viewsets.GenericViewSet):
    """Det som begärs av den inloggade, eller av den som den inloggade ersätter."""

    queryset = Request.objects.all()
    serializer_class = shapes.AskedSerializer
    pagination_class = _Ordered
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Request]:
        """Keep what is asked of the actor."""
        return asked.asked_of(self.actor).select_related("report", "unit", "asked_of")

    @extend_schema(operation_id="lexsarah_asked_list", summary="Lista det som begärs av mig")
    def list(self, request: ApiRequest) -> Response:
        """Answer with one page."""
        page = self.paginate_queryset(self.get_queryset()) or []
        ids = [row.pk for row in page]
        record_reading(self.actor, "lexsarah.asked_listed", kind="request", ids=ids)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(operation_id="lexsarah_asked_retrieve", summary="Läs det som begärs av mig")
    def retrieve(self, request: ApiRequest, pk: int) -> Response:
        """Answer with one request, its version as ``ETag``."""
        found = asked.get_asked(self.actor, pk)
        record_reading(self.actor, "lexsarah.asked_read", kind="request", ids=[pk])
        return self._shown(found)

    @extend_schema(
        operation_id="lexsarah_asked_draft",
        summary="Spara ett utkast till svar",
        request=shapes.DraftSerializer,
        parameters=[_IF_MATCH],
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def draft(self, request: ApiRequest, pk: int) -> Response:
        """Keep the answer on its way; nobody else sees it."""
        return self._write(pk, shapes.DraftSerializer, requests.save_draft)

    @extend_schema(
        operation_id="lexsarah_asked_answer",
        summary="Svara på det som begärs",
        description="En gång; ett svar som är skickat ändras inte.",
        request=shapes.RequestAnswerSerializer,
        parameters=[_IF_MATCH],
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def answer(self, request: ApiRequest, pk: int) -> Response:
        """Answer; with the last yttrande the investigation goes on."""
        return self._write(pk, shapes.RequestAnswerSerializer, requests.answer)

    def _write(self, pk: int, body: type[Any], do: Callable[..., Request]) -> Response:
        found = asked.get_asked(self.actor, pk)
        self.edit(found, do, pk, **self.given(body))
        return self._shown(asked.get_asked(self.actor, pk))

    def _shown(self, found: Request) -> Response:
        shown = self.get_serializer(found).data
        return Response(shown, headers={"ETag": etag(found.version)})


@extend_schema(tags=["lexsarah-asked"])
class DeliveredViewSet(ActorView, viewsets.GenericViewSet):
    """Beslut som den inloggade har delgetts."""

    queryset = Delivery.objects.all()
    serializer_class = shapes.DeliveredSerializer
    pagination_class = _Ordered

    def get_queryset(self) -> QuerySet[Delivery]:
        """Keep what the actor was delgiven."""
        return asked.delivered_to(self.actor)

    @extend_schema(
        operation_id="lexsarah_deliveries_list",
        summary="Lista beslut som jag har delgetts",
        description="Bedömningen och de beslutade åtgärderna, utan skälen.",
    )
    def list(self, request: ApiRequest) -> Response:
        """Answer with one page."""
        page: list[Any] = self.paginate_queryset(self.get_queryset()) or []
        ids = [row.pk for row in page]
        record_reading(self.actor, "lexsarah.delivery_read", kind="delivery", ids=ids)
        given = asked.measures_of(page)
        for row in page:
            row.measures = given[row.pk]
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
