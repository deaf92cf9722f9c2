"""The resource ``watched-times``: times of the law that are begun in a case by hand."""

from collections.abc import Callable
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from casework.access import leading, policy
from casework.api.cases import writing
from casework.api.cases.reading import CaseRefSerializer, TimesMixin
from casework.api.filters import MAX_ID, IdFilter
from casework.api.organisation import NamedSerializer
from casework.api.people import PersonSerializer
from casework.audit.work import record_reading
from casework.cases.models import DropReason, WatchedTime
from casework.cases.rules import RULES
from casework.cases.services import watched
from casework.cases.watchable import GROUPS
from casework.cases.watched import KIND
from casework.deadlines.rules import rule_on
from casework.kit import api_schema
from casework.kit.api import ActorView, Pages
from casework.shared.errors import NotVisible

RULE_KEYS = [key for _, keys in GROUPS for key in keys]


class WatchedTimeSerializer(serializers.ModelSerializer):
    """A watched time; ``dropped`` says why it no longer applies, where it does not."""

    case = CaseRefSerializer()
    rule_label = serializers.SerializerMethodField()
    unit = NamedSerializer()
    handler = PersonSerializer(allow_null=True)

    class Meta:
        model = WatchedTime
        fields = [
            "id",
            "case",
            "rule",
            "rule_label",
            "began_on",
            "counted_from",
            "ended_on",
            "dropped",
            "unit",
            "handler",
            "protected",
        ]

    @extend_schema_field(serializers.CharField())
    def get_rule_label(self, time: WatchedTime) -> str:
        """Return what the rule is called."""
        return rule_on(time.rule, time.counted_from).label


class WatchedTimeDetailSerializer(TimesMixin, WatchedTimeSerializer):
    """A watched time with its turns, each with why it ends when it does."""

    class Meta(WatchedTimeSerializer.Meta):
        fields = [*WatchedTimeSerializer.Meta.fields, "deadlines"]


class NewWatchedTimeSerializer(serializers.Serializer):
    """Which time of which case, from which day, and the latest review where there was one."""

    case = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    rule = serializers.ChoiceField(choices=RULE_KEYS)
    trigger_date = serializers.DateField()
    reviewed_on = serializers.DateField(required=False, allow_null=True, default=None)


class ExtendTimeSerializer(serializers.Serializer):
    """Through which day, decided when."""

    until = serializers.DateField()
    decided_on = serializers.DateField()


class DropTimeSerializer(writing.OnSerializer):
    """From which day it no longer applies, and why."""

    reason = serializers.ChoiceField(choices=DropReason.choices)


class WatchedTimeFilter(django_filters.FilterSet):
    """Of one case, by one rule, still watched or not."""

    case = IdFilter(label="ärende")
    rule = django_filters.ChoiceFilter(choices=[(key, key) for key in RULE_KEYS], label="regel")
    watched = django_filters.BooleanFilter(
        field_name="ended_on", lookup_expr="isnull", label="bevakas fortfarande"
    )

    class Meta:
        model = WatchedTime
        fields: ClassVar[list[str]] = []


class _LatestFirst(Pages):
    """The latest made first."""

    ordering = ("-id",)


_DETAIL = WatchedTimeDetailSerializer


@extend_schema_view(
    list=extend_schema(operation_id="watched_times_list", summary="Lista bevakade tider i ärenden"),
    retrieve=extend_schema(
        operation_id="watched_times_retrieve",
        summary="Läs en bevakad tid i ett ärende",
        responses=_DETAIL,
    ),
)
@extend_schema(tags=["watched-times"])
class WatchedTimeViewSet(ActorView, viewsets.GenericViewSet):
    """Tider i lagen (LVU, LVM, placerade barn, FL) som börjar för hand i ett ärende."""

    queryset = WatchedTime.objects.all()
    serializer_class = WatchedTimeSerializer
    pagination_class = _LatestFirst
    filterset_class = WatchedTimeFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Any]:
        """Keep what the actor may open."""
        return WatchedTime.objects.visible_to(self.actor).select_related("case", "unit", "handler")

    def list(self, request: Request) -> Response:
        """Answer with one page; its reading is one audit event."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        record_reading(self.actor, "case.listed", kind=KIND, ids=[row.pk for row in page])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer with one time and its turns; its reading is one audit event."""
        time = self._find(pk)
        record_reading(self.actor, "case.read", kind=KIND, ids=[pk])
        return self._shown(time)

    @extend_schema(
        operation_id="watched_times_create",
        summary="Börja bevaka en tid i ett ärende",
        request=NewWatchedTimeSerializer,
        responses={201: _DETAIL},
    )
    def create(self, request: Request) -> Response:
        """Begin a time in a case."""
        leading.require_workplace(self.actor, self.actor.own_units)
        form = NewWatchedTimeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        case_id, rule, day = given.pop("case"), given.pop("rule"), given.pop("trigger_date")
        made = watched.begin_time(self.actor, case_id, rule, day, **given)
        answer = self._shown(self._find(made.pk))
        answer.status_code = status.HTTP_201_CREATED
        answer["Location"] = self.reverse_action("detail", args=[made.pk])
        return answer

    @api_schema.act(
        "watched-times", writing.OnSerializer, _DETAIL, "Anteckna en prövning", versioned=False
    )
    def review(self, request: Request, pk: int) -> Response:
        """Omprövning eller övervägande: nästa tid räknas från den dagen."""
        return self._take("review_time", pk, watched.reviewed)

    @api_schema.act("watched-times", ExtendTimeSerializer, _DETAIL, "Förläng", versioned=False)
    def extend(self, request: Request, pk: int) -> Response:
        """Där lagen tillåter det, och beslutat innan tiden har gått ut."""
        return self._take("extend_time", pk, watched.extend)

    @api_schema.act("watched-times", writing.OnSerializer, _DETAIL, "Klar", versioned=False)
    def done(self, request: Request, pk: int) -> Response:
        """Dagen då det som tiden gäller blev gjort."""
        return self._take("time_done", pk, watched.done)

    @api_schema.act(
        "watched-times", DropTimeSerializer, _DETAIL, "Gäller inte längre", versioned=False
    )
    def drop(self, request: Request, pk: int) -> Response:
        """Från vilken dag och varför. Har tiden gått ut då är den missad ändå."""
        return self._take("drop_time", pk, watched.drop)

    def _take(self, act: str, pk: int, do: Callable[..., object]) -> Response:
        """Check permission, then the body; take the step; answer with what the time became."""
        policy.require(self.actor, act, self._find(pk), RULES)
        form = self.get_serializer(data=self.request.data)
        form.is_valid(raise_exception=True)
        do(self.actor, pk, **form.validated_data)
        return self._shown(self._find(pk))

    def _find(self, pk: int) -> WatchedTime:
        found = self.get_queryset().filter(pk=pk).first()
        if found is None:
            raise NotVisible
        time: WatchedTime = found
        return time

    def _shown(self, time: WatchedTime) -> Response:
        return Response(_DETAIL(time, context=self.get_serializer_context()).data)
