"""What stands beside the deviations: actions, handling several at once, unit reviews, registers."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.organisation import OwnBoardViewSet, ValidOnFilter
from casework.audit.work import record_reading
from casework.kit.api import ActorView, Pages
from deviations.api import reading, writing
from deviations.models import Action, Category, Cause
from deviations.services import closing, cooperation, investigating


@extend_schema_view(
    list=extend_schema(
        operation_id="actions_list",
        summary="Lista mina åtgärder",
        description="De åtgärder som den inloggade ansvarar för och som inte är utförda.",
    )
)
@extend_schema(tags=["actions"])
class ActionViewSet(ActorView, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Åtgärder som den inloggade ansvarar för."""

    queryset = Action.objects.select_related("owner")
    serializer_class = reading.ActionSerializer
    pagination_class = Pages
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet:
        """Keep what the actor is to do."""
        return (
            super()
            .get_queryset()
            .filter(
                owner=self.actor.user_id,
                deviation__board_id=self.actor.board_id,
                done_on__isnull=True,
            )
        )

    def list(self, request: Request) -> Response:
        """Answer with one page."""
        page = self.paginate_queryset(self.get_queryset()) or []
        record_reading(self.actor, "deviation.listed", kind="action", ids=[row.pk for row in page])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="actions_finish",
        summary="Markera en åtgärd som utförd",
        request=None,
        responses=reading.ActionSerializer,
    )
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: int) -> Response:
        """Done today. Its owner may, even without seeing the deviation itself."""
        done = investigating.finish_action(self.actor, pk)
        return Response(self.get_serializer(done).data)


class HandledSerializer(serializers.Serializer):
    """How many were handled."""

    handled = serializers.IntegerField()


class HandleTogetherView(ActorView):
    """Several alike with one analysis and one åtgärd."""

    @extend_schema(
        operation_id="deviations_handle_together",
        summary="Hantera flera lika tillsammans",
        description="Alla eller ingen.",
        tags=["deviations"],
        request=writing.HandleTogetherSerializer,
        responses=HandledSerializer,
    )
    def post(self, request: Request) -> Response:
        """Handle all of them, or none."""
        form = writing.HandleTogetherSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        given = form.validated_data
        handled = closing.handle_together(self.actor, given["ids"], writing.handling(given))
        return Response({"handled": len(handled)})


class ReviewedSerializer(serializers.Serializer):
    """The review that was noted."""

    id = serializers.IntegerField()
    unit = serializers.IntegerField(source="unit_id")
    held_on = serializers.DateField()


class UnitReviewView(ActorView):
    """Genomgång på APT."""

    @extend_schema(
        operation_id="unit_reviews_create",
        summary="Anteckna genomgång på APT",
        tags=["unit-reviews"],
        request=writing.UnitReviewSerializer,
        responses={201: ReviewedSerializer},
    )
    def post(self, request: Request) -> Response:
        """Note that the unit went through some of its deviations."""
        form = writing.UnitReviewSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        given = form.validated_data
        review = cooperation.record_unit_review(
            self.actor, given["unit"], held_on=given["held_on"], deviation_ids=given["deviations"]
        )
        return Response(ReviewedSerializer(review).data, status=status.HTTP_201_CREATED)


@extend_schema_view(
    list=extend_schema(operation_id="categories_list", summary="Lista kategorier"),
    retrieve=extend_schema(operation_id="categories_retrieve", summary="Läs en kategori"),
)
@extend_schema(tags=["organisation"])
class CategoryViewSet(OwnBoardViewSet):
    """Kategorier och underkategorier, de tidigare också."""

    queryset = Category.objects.select_related("parent")
    serializer_class = reading.CategorySerializer
    filterset_class = ValidOnFilter


@extend_schema_view(
    list=extend_schema(operation_id="causes_list", summary="Lista orsaker"),
    retrieve=extend_schema(operation_id="causes_retrieve", summary="Läs en orsak"),
)
@extend_schema(tags=["organisation"])
class CauseViewSet(OwnBoardViewSet):
    """Orsaker, de tidigare också."""

    queryset = Cause.objects.all()
    serializer_class = reading.CauseSerializer
    filterset_class = ValidOnFilter
