"""The organisation of the actor's board, to read: what other resources refer to by id."""

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets

from casework.kit.api import ActorView, Pages
from casework.organisation.models import Department, ServiceArea, Unit


class NamedSerializer(serializers.Serializer):
    """Something referred to: its id and its name as it stands."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class UnitSerializer(serializers.ModelSerializer):
    """A unit (enhet) and the days between which it exists, both included."""

    area = NamedSerializer()
    department = NamedSerializer()

    class Meta:
        model = Unit
        fields = ["id", "name", "area", "department", "valid_from", "valid_to"]


class ValidOnFilter(django_filters.FilterSet):
    """Narrow dated rows to those that hold on a day."""

    valid_on = django_filters.DateFilter(method="on_day", label="gäller den dagen")

    def on_day(self, queryset: Any, name: str, value: Any) -> QuerySet:
        """Keep what is true on the day ``value``."""
        return cast(QuerySet, queryset.valid_on(value))


class OwnBoardViewSet(
    ActorView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):
    """Rows of the actor's own board, to read."""

    pagination_class = Pages
    lookup_value_converter = "int"
    board_column = "board"

    def get_queryset(self) -> QuerySet:
        """Keep what belongs to the actor's board."""
        return super().get_queryset().filter(**{self.board_column: self.actor.board_id})


@extend_schema_view(
    list=extend_schema(operation_id="units_list", summary="Lista enheter"),
    retrieve=extend_schema(operation_id="units_retrieve", summary="Läs en enhet"),
)
@extend_schema(tags=["organisation"])
class UnitViewSet(OwnBoardViewSet):
    """Enheter, de avslutade också: en avvikelse visar enheten som den var."""

    queryset = Unit.objects.select_related("area", "department")
    serializer_class = UnitSerializer
    filterset_class = ValidOnFilter


class AreaSerializer(serializers.ModelSerializer):
    """A service area (verksamhetsområde)."""

    class Meta:
        model = ServiceArea
        fields = ["id", "name", "for_children"]


@extend_schema_view(
    list=extend_schema(operation_id="areas_list", summary="Lista verksamhetsområden"),
    retrieve=extend_schema(operation_id="areas_retrieve", summary="Läs ett verksamhetsområde"),
)
@extend_schema(tags=["organisation"])
class AreaViewSet(OwnBoardViewSet):
    """Verksamhetsområden: kapitlen i kvalitetsrapporten."""

    queryset = ServiceArea.objects.all()
    serializer_class = AreaSerializer


class DepartmentSerializer(serializers.ModelSerializer):
    """A department (avdelning)."""

    class Meta:
        model = Department
        fields = ["id", "name"]


@extend_schema_view(
    list=extend_schema(operation_id="departments_list", summary="Lista avdelningar"),
    retrieve=extend_schema(operation_id="departments_retrieve", summary="Läs en avdelning"),
)
@extend_schema(tags=["organisation"])
class DepartmentViewSet(OwnBoardViewSet):
    """Avdelningar."""

    queryset = Department.objects.all()
    serializer_class = DepartmentSerializer
    board_column = "administration__board"
