"""The resource ``lexsarah-register``: the diarium of lex Sarah reports and their documents."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from casework.audit.work import record_reading
from casework.kit.api import ActorView, Pages
from lexsarah.models import Report
from lexsarah.rules import OFFICIAL_REGISTER
from lexsarah.services.official_register import neutral_lines, report_in_register

KIND = "report"


class RegisteredReportSerializer(serializers.ModelSerializer):
    """A report as the diarium has it: nothing of unit, event, outcome or who reported."""

    received_on = serializers.DateField(source="registered_on")
    is_open = serializers.BooleanField()

    class Meta:
        model = Report
        fields = ["id", "number", "registry_number", "received_on", "is_open"]


class RegisteredDocumentSerializer(serializers.Serializer):
    """A line of the list of documents; names of colleagues read ``Anställd``."""

    on = serializers.DateField()
    direction = serializers.CharField()
    party = serializers.CharField(help_text="Från eller till.")
    subject = serializers.CharField()
    document = serializers.IntegerField(
        source="document.number", allow_null=True, default=None, help_text="Handlingens nummer."
    )
    corrected = serializers.BooleanField()


class RegisteredReportDetailSerializer(RegisteredReportSerializer):
    """A report with its list of documents."""

    documents = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields = [*RegisteredReportSerializer.Meta.fields, "documents"]

    @extend_schema_field(RegisteredDocumentSerializer(many=True))
    def get_documents(self, report: Report) -> Any:
        """Return its list of documents, as the diarium has it."""
        return RegisteredDocumentSerializer(neutral_lines(report), many=True).data


class RegisterFilter(django_filters.FilterSet):
    """Filters of ``/api/v1/lexsarah-register/``; several narrow together."""

    number = django_filters.CharFilter(lookup_expr="icontains", label="nummer, eller en del av det")
    registry_number = django_filters.CharFilter(
        lookup_expr="icontains", label="diarienummer, eller en del av det"
    )
    received_after = django_filters.DateFilter("registered_on", "gte", label="från och med")
    received_before = django_filters.DateFilter("registered_on", "lte", label="till och med")

    class Meta:
        model = Report
        fields: list[str] = []


class NewestFirst(Pages):
    """What came last first."""

    ordering = ("-registered_on", "-id")


@extend_schema(tags=["lexsarah-register"])
class OfficialRegisterViewSet(ActorView, viewsets.GenericViewSet):
    """Diariet över lex Sarah-rapporter: för registratorn och SAS."""

    queryset = Report.objects.all()
    serializer_class = RegisteredReportSerializer
    pagination_class = NewestFirst
    filterset_class = RegisterFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet:
        """Keep what the diarium shows to the actor."""
        return Report.objects.in_official_register(self.actor)

    @extend_schema(
        operation_id="lexsarah_register_list",
        summary="Lista diariet över lex Sarah-rapporter",
        description="Skyddade personuppgifter finns inte i registratorns.",
    )
    def list(self, request: Request) -> Response:
        """Answer with one page; its reading is one audit event."""
        OFFICIAL_REGISTER.require(self.actor)
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        ids = [row.pk for row in page]
        record_reading(self.actor, "lexsarah.official_register_listed", kind=KIND, ids=ids)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="lexsarah_register_retrieve",
        summary="Läs en rapports förteckning över handlingar",
        responses=RegisteredReportDetailSerializer,
        filters=False,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer with the numbers of one and its list of documents."""
        found = report_in_register(self.actor, pk)
        record_reading(self.actor, "lexsarah.official_register_read", kind=KIND, ids=[pk])
        return Response(RegisteredReportDetailSerializer(found).data)
