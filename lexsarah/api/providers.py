"""The resource ``lexsarah-provider-information``: what private providers tell the board."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from casework.audit.work import record_reading
from casework.kit import api_schema
from casework.kit.api import Pages, RecordViewSet, etag
from lexsarah.api import provider_serializers as shapes
from lexsarah.models import ProviderInformation
from lexsarah.rules import ENTERING, PROVIDER_RULES
from lexsarah.services import providers

KIND = "provider_information"


class ProviderFilter(django_filters.FilterSet):
    """Filters of ``/api/v1/lexsarah-provider-information/``; several narrow together."""

    open = django_filters.BooleanFilter("closed_on", "isnull", label="inte klar")
    received_after = django_filters.DateFilter("received_on", "gte", label="från och med")
    received_before = django_filters.DateFilter("received_on", "lte", label="till och med")
    number = django_filters.CharFilter(label="nummer")

    class Meta:
        model = ProviderInformation
        fields: list[str] = []


class NewestFirst(Pages):
    """What came last first."""

    ordering = ("-received_on", "-id")


def act(
    body: type[BaseSerializer], summary: str
) -> Callable[[api_schema.Method], api_schema.Method]:
    """Make a method an edit, answered with the information as it then is."""
    shown = shapes.ProviderInformationDetailSerializer
    return api_schema.act("lexsarah_provider_information", body, shown, summary, edits=True)


@extend_schema(tags=["lexsarah-provider-information"])
class ProviderInformationViewSet(RecordViewSet):
    """Information från utförare: för SAS, och den registrator som skrev in den."""

    queryset = ProviderInformation.objects.select_related("unit")
    serializer_class = shapes.ProviderInformationSerializer
    detail_serializer = shapes.ProviderInformationDetailSerializer
    pagination_class = NewestFirst
    filterset_class = ProviderFilter
    rules = PROVIDER_RULES

    @extend_schema(
        operation_id="lexsarah_provider_information_list",
        summary="Lista information från utförare",
        description="Vad de har informerat om står bara på den enskilda.",
    )
    def list(self, request: Request) -> Response:
        """Answer with one page; its reading is one audit event."""
        ENTERING.require(self.actor)
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        ids = [row.pk for row in page]
        record_reading(self.actor, "lexsarah.provider_information_listed", kind=KIND, ids=ids)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="lexsarah_provider_information_retrieve",
        summary="Läs information från en utförare",
        responses=shapes.ProviderInformationDetailSerializer,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer with one in full, its version as ``ETag``."""
        found = cast(ProviderInformation, self.records.get_visible(self.actor, pk))
        record_reading(self.actor, "lexsarah.provider_information_read", kind=KIND, ids=[pk])
        return self._shown(found)

    @extend_schema(
        operation_id="lexsarah_provider_information_create",
        summary="Skriv in information från en utförare",
        request=shapes.NewProviderInformationSerializer,
        responses={201: shapes.ProviderInformationDetailSerializer},
    )
    def create(self, request: Request) -> Response:
        """Enter what a provider has told; the Registrator or SAS does."""
        ENTERING.require(self.actor)
        given = self.given(shapes.NewProviderInformationSerializer)
        key = given.pop("submission_key")
        entered = providers.take_in(self.actor, providers.Information(**given), key=key)
        answer = self._shown(entered)
        answer.status_code = status.HTTP_201_CREATED
        answer["Location"] = self.reverse_action("detail", args=[answer.data["id"]])
        return answer

    @act(shapes.CorrectProviderInformationSerializer, "Rätta det som skrevs in")
    def correct(self, request: Request, pk: int) -> Response:
        """En ny rad med `reason`; det som inte skickas står kvar. Också när det är klart."""

        def do(given: dict[str, Any]) -> object:
            reason = given.pop("reason")
            found = cast(ProviderInformation, self.records.get_visible(self.actor, pk))
            right = replace(providers.told(found), **given)
            return providers.correct(self.actor, pk, right, reason=reason)

        return self.perform("correct", pk, do, edits=True)

    @act(shapes.FollowUpSerializer, "Anteckna vad nämnden gör")
    def follow_up(self, request: Request, pk: int) -> Response:
        """Ersätter det som stod. Utan `registry_number` står numret kvar som det är."""

        def do(given: dict[str, str]) -> object:
            kept = self.records.get_visible(self.actor, pk).registry_number
            return providers.follow_up(self.actor, pk, **({"registry_number": kept} | given))

        return self.perform("follow_up", pk, do, edits=True)

    @act(shapes.FinishSerializer, "Avsluta")
    def finish(self, request: Request, pk: int) -> Response:
        """När det är antecknat vad nämnden gör. Därefter ändras inget."""
        return self.perform(
            "finish", pk, lambda given: providers.finish(self.actor, pk, **given), edits=True
        )

    def _shown(self, found: ProviderInformation) -> Response:
        shown = self.detail_serializer(found, context=self.get_serializer_context())
        return Response(shown.data, headers={"ETag": etag(found.version)})
