"""The resource ``lexsarah-reports``: list, read and hand in."""

from typing import cast

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.filters import IdFilter
from casework.audit.work import record_reading
from casework.kit.api import Pages, RecordViewSet, etag
from lexsarah import states
from lexsarah.api import serializers
from lexsarah.events.log import events_of
from lexsarah.models import Report
from lexsarah.queries import read_report
from lexsarah.rules import RULES
from lexsarah.services.reporting import NewReport, submit


class ReportFilter(django_filters.FilterSet):
    """Filters of ``/api/v1/lexsarah-reports/``; several narrow together."""

    status = django_filters.MultipleChoiceFilter(choices=list(states.LABELS.items()))
    outcome = django_filters.MultipleChoiceFilter(choices=list(states.OUTCOMES.items()))
    unit = IdFilter(field_name="unit_id", label="granskad enhet")
    reported_after = django_filters.DateFilter("registered_on", "gte", label="från och med")
    reported_before = django_filters.DateFilter("registered_on", "lte", label="till och med")
    number = django_filters.CharFilter(label="nummer")
    external_id = django_filters.CharFilter(label="nummer i tidigare system")

    class Meta:
        model = Report
        fields: list[str] = []


class NewestFirst(Pages):
    """The latest reported first."""

    ordering = ("-registered_on", "-id")


@extend_schema_view(
    list=extend_schema(
        operation_id="lexsarah_reports_list",
        summary="Lista lex Sarah-rapporter",
        description="För SAS och den som utreder. Händelsen står bara på den enskilda rapporten.",
    ),
    retrieve=extend_schema(
        operation_id="lexsarah_reports_retrieve", summary="Läs en lex Sarah-rapport"
    ),
)
@extend_schema(tags=["lexsarah-reports"])
class ReportViewSet(RecordViewSet):
    """Lex Sarah-rapporter som den inloggade får öppna; de andra finns inte."""

    queryset = Report.objects.select_related("unit", "investigator")
    serializer_class = serializers.LexSarahReportSerializer
    detail_serializer = serializers.LexSarahReportDetailSerializer
    pagination_class = NewestFirst
    filterset_class = ReportFilter
    rules = RULES

    def list(self, request: Request) -> Response:
        """Answer with one page; its reading is one audit event."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        record_reading(self.actor, "lexsarah.listed", kind="report", ids=[row.pk for row in page])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses=serializers.LexSarahReportDetailSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer with one report in full, its version as ``ETag``."""
        report = cast(Report, self.get_object())
        record_reading(self.actor, "lexsarah.read", kind="report", ids=[report.pk])
        shown = self.detail_serializer(report, context=self.get_serializer_context())
        return Response(shown.data, headers={"ETag": etag(report.version)})

    @extend_schema(
        operation_id="lexsarah_reports_events",
        summary="Läs Händelseloggen",
        description="Vad som har hänt och gjorts, det senaste först, utan vem som rapporterade.",
        responses=serializers.LexSarahEventSerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def events(self, request: Request, pk: int) -> Response:
        """Answer with what the page of the report tells, as the actor may know it."""
        report = read_report(self.actor, pk)
        record_reading(self.actor, "lexsarah.read", kind="report", ids=[pk])
        found = events_of(self.actor, report)
        return Response(serializers.LexSarahEventSerializer(found, many=True).data)

    @extend_schema(
        operation_id="lexsarah_reports_create",
        summary="Lämna en lex Sarah-rapport",
        description="Varje medarbetare får, med sitt namn. Det som lämnats ändras aldrig.",
        request=serializers.NewLexSarahReportSerializer,
        responses={201: serializers.LexSarahReceiptSerializer},
    )
    def create(self, request: Request) -> Response:
        """Hand in a report; SAS has it at once."""
        form = serializers.NewLexSarahReportSerializer(
            data=request.data, context=self.get_serializer_context()
        )
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        key = given.pop("submission_key")
        report = submit(self.actor, NewReport(**given), key=key)
        return Response(
            serializers.LexSarahReceiptSerializer(report).data,
            status=status.HTTP_201_CREATED,
            headers={"Location": self.reverse_action("detail", args=[report.pk])},
        )
