"""The resource ``deviations``: list, read, report and history (acts: ``deviations.api.acts``)."""

from typing import cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.audit.work import record_reading
from casework.kit.api import Pages, etag
from deviations.api import reading, writing
from deviations.api.acts import Acts
from deviations.api.filters import DeviationFilter
from deviations.models import Deviation
from deviations.services import reporting

# Read in this order, so that what was recorded at one instant reads as one act.
_ROWS = (
    ("registration", "registrationrow_rows"),
    ("status", "statusrow_rows"),
    ("unit", "unitrow_rows"),
    ("category", "categoryrow_rows"),
    ("causes", "causesrow_rows"),
    ("effect", "effectrow_rows"),
    ("protection", "protectionrow_rows"),
)


class NewestFirst(Pages):
    """The latest reported first."""

    ordering = ("-registered_on", "-id")


@extend_schema_view(
    list=extend_schema(operation_id="deviations_list", summary="Lista avvikelser"),
    retrieve=extend_schema(operation_id="deviations_retrieve", summary="Läs en avvikelse"),
)
@extend_schema(tags=["deviations"])
class DeviationViewSet(Acts):
    """Avvikelser som den inloggade får öppna; det andra finns inte."""

    queryset = Deviation.objects.select_related("unit", "reporting_unit", "category__parent")
    serializer_class = reading.DeviationSerializer
    detail_serializer = reading.DeviationDetailSerializer
    pagination_class = NewestFirst
    filterset_class = DeviationFilter

    def get_queryset(self) -> QuerySet:
        """Keep what the actor may open; join the rest where one record is shown in full."""
        found = super().get_queryset()
        if self.action == "list":
            return found
        joined = found.select_related("reporter", "on_behalf_of", "handler")
        return joined.prefetch_related("questions", "actions__owner", "exchanges", "attachments")

    def list(self, request: Request) -> Response:
        """Answer with one page; its reading is one audit event."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        record_reading(
            self.actor, "deviation.listed", kind="deviation", ids=[row.pk for row in page]
        )
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses=reading.DeviationDetailSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer with one deviation in full, its version as ``ETag``."""
        deviation = cast(Deviation, self.get_object())
        record_reading(self.actor, "deviation.read", kind="deviation", ids=[deviation.pk])
        shown = self.detail_serializer(deviation, context=self.get_serializer_context())
        return Response(shown.data, headers={"ETag": etag(deviation.version)})

    @extend_schema(
        operation_id="deviations_create",
        summary="Rapportera en avvikelse",
        request=writing.ReportSerializer,
        responses={201: reading.ReceiptSerializer},
    )
    def create(self, request: Request) -> Response:
        """Submit a report; what was reported is never edited."""
        form = writing.ReportSerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        deviation = reporting.report(self.actor, reporting.Report(**form.validated_data))
        return Response(
            reading.ReceiptSerializer(deviation).data,
            status=status.HTTP_201_CREATED,
            headers={"Location": self.reverse_action("detail", args=[deviation.pk])},
        )

    @extend_schema(
        operation_id="deviations_history",
        summary="Läs historiken",
        description="Varje värde som räknas, med den dag det gäller från och när det antecknades.",
        responses=reading.HistorySerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def history(self, request: Request, pk: int) -> Response:
        """Answer with all history rows, oldest first."""
        deviation = self.records.get_visible(self.actor, pk)
        found = []
        for kind, rows in _ROWS:
            for row in getattr(deviation, rows).select_related("actor"):
                row.kind = kind
                found.append(row)
        found.sort(key=lambda row: row.recorded_at)
        record_reading(self.actor, "deviation.read", kind="deviation", ids=[deviation.pk])
        return Response(reading.HistorySerializer(found, many=True).data)
