"""What goes round in the API: lessons, the yearly duty, and the words for the outside."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.access import leading
from casework.audit.work import record_reading
from casework.kit.api import ActorView, Pages
from casework.kit.api_schema import if_match
from casework.shared import clock
from casework.shared.errors import NotVisible
from lexsarah.api import round_serializers as shapes
from lexsarah.api.of_report import OfReportViewSet
from lexsarah.models import Lesson, OutsideText, Report
from lexsarah.services import duty, lessons, outside
from lexsarah.services.telltales import Telltales


class _Newest(Pages):
    ordering = ("-published_at", "-id")


@extend_schema(tags=["lexsarah-lessons"])
class LessonViewSet(ActorView, viewsets.GenericViewSet):
    """Lärdomar: för alla i nämnden; enhetens chef antecknar genomgången."""

    queryset = Lesson.objects.all()
    serializer_class = shapes.LessonSerializer
    pagination_class = _Newest
    filterset_class = None
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Lesson]:
        """Keep those of the actor's board."""
        return lessons.readable(self.actor)

    def _one(self, pk: int) -> Lesson:
        found = self.get_queryset().filter(pk=pk).first()
        if found is None:
            raise NotVisible
        return found

    @extend_schema(operation_id="lexsarah_lessons_list", summary="Lista lärdomar")
    def list(self, request: Request) -> Response:
        """Answer with one page, the latest first."""
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(operation_id="lexsarah_lessons_retrieve", summary="Läs en lärdom")
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer with one lesson."""
        return Response(self.get_serializer(self._one(pk)).data)

    @extend_schema(
        methods=["get"],
        operation_id="lexsarah_lessons_reviews",
        summary="Läs vilka enheter som har gått igenom lärdomen",
        description="SAS ser alla enheter, en enhetschef de egna.",
        responses=shapes.LessonOfUnitSerializer(many=True),
    )
    @extend_schema(
        methods=["post"],
        operation_id="lexsarah_lessons_review",
        summary="Anteckna att enheten har gått igenom lärdomen",
        request=shapes.NewLessonReviewSerializer,
        responses={201: shapes.LessonOfUnitSerializer(many=True)},
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def reviews(self, request: Request, pk: int) -> Response:
        """List the units and when each went through it, or say that one did."""
        lesson = self._one(pk)
        code: int = status.HTTP_200_OK
        if request.method == "POST":
            leading.require_manager(self.actor)
            lessons.review(self.actor, pk, **self.given(shapes.NewLessonReviewSerializer))
            code = status.HTTP_201_CREATED
        units = lessons.by_unit(self.actor, lesson, clock.today())
        return Response(shapes.LessonOfUnitSerializer(units, many=True).data, status=code)


@extend_schema(tags=["lexsarah-duty"])
class DutyViewSet(ActorView, viewsets.GenericViewSet):
    """Den årliga bekräftelsen av rapporteringsskyldigheten."""

    queryset = Lesson.objects.none()
    serializer_class = shapes.DutySerializer
    pagination_class = None
    filterset_class = None

    def _shown(self, code: int) -> Response:
        today = clock.today()
        shown = {
            "year": today.year,
            "confirmed": duty.has_confirmed(self.actor, today.year),
            "units": duty.by_unit(self.actor, today),
        }
        return Response(shapes.DutySerializer(shown).data, status=code)

    @extend_schema(
        operation_id="lexsarah_duty_retrieve",
        summary="Läs bekräftelserna för i år",
        description="Den egna, och för den som leder hur många i varje enhet som har bekräftat. "
        "Namn på dem som är kvar får bara enhetens egen chef.",
        responses=shapes.DutySerializer,
    )
    def list(self, request: Request) -> Response:
        """Answer with this year's, one's own and that of the units one answers for."""
        return self._shown(status.HTTP_200_OK)

    @extend_schema(
        operation_id="lexsarah_duty_confirm",
        summary="Bekräfta rapporteringsskyldigheten för i år",
        description="Var och en för sig. Två gånger är en gång.",
        request=None,
        responses={201: shapes.DutySerializer},
    )
    def create(self, request: Request) -> Response:
        """Confirm for oneself."""
        duty.confirm(self.actor)
        return self._shown(status.HTTP_201_CREATED)


@extend_schema(tags=["lexsarah-reports"])
class OutsideViewSet(OfReportViewSet):
    """Orden utåt: text till kvalitetsrapporten, och lärdomar ur rapporten."""

    @extend_schema(
        methods=["get"],
        operation_id="lexsarah_reports_outside_texts",
        summary="Läs texterna till kvalitetsrapporten",
        description="Den senast godkända används. `telltales` är vad i den som kan röja någon.",
        responses=shapes.OutsideTextSerializer(many=True),
    )
    @extend_schema(
        methods=["post"],
        operation_id="lexsarah_reports_write_outside_text",
        summary="Skriv en text till kvalitetsrapporten",
        description="En annan godkänner den. Till dess gäller den som är godkänd.",
        request=shapes.NewOutsideTextSerializer,
        responses={201: shapes.OutsideTextSerializer},
        parameters=[if_match("rapporten")],
    )
    @action(detail=True, methods=["get", "post"], url_path="outside-texts", pagination_class=None)
    def outside_texts(self, request: Request, pk: int) -> Response:
        """List the wordings, the latest last, or write one."""
        report = self.opened(pk, "write_outside_text")
        if request.method == "POST":
            given = self.given(shapes.NewOutsideTextSerializer)
            made = self.edit(report, outside.write, pk, **given)
            return self._text(report, made, status.HTTP_201_CREATED)
        record_reading(self.actor, "lexsarah.read", kind="report", ids=[pk])
        found = OutsideText.objects.filter(report=report).select_related("approval", "written_by")
        telltales = Telltales(report)
        return Response([self._shape(telltales, one) for one in found])

    @extend_schema(
        operation_id="lexsarah_reports_approve_outside_text",
        summary="Godkänn texten till kvalitetsrapporten",
        description="Efter sekretessprövning, av en annan än den som skrev. Bara den senaste.",
        request=None,
        responses={201: shapes.OutsideTextSerializer},
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="outside-texts/<int:text_id>/approve",
        pagination_class=None,
    )
    def approve_outside_text(self, request: Request, pk: int, text_id: int) -> Response:
        """Approve the latest wording."""
        report = self.opened(pk, "approve_outside_text")
        if not OutsideText.objects.filter(report=report, pk=text_id).exists():
            raise NotVisible
        approved = outside.approve(self.actor, pk, text_id=text_id)
        return self._text(report, approved.text, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="lexsarah_reports_publish_lesson",
        summary="Skicka en lärdom till alla enheter",
        description="Kan inte tas tillbaka. 400 med `telltale` där texten kan röja någon, om inte "
        "`anyway`; 400 med `never` där det aldrig går.",
        request=shapes.NewLessonSerializer,
        responses={201: shapes.LessonSerializer},
        parameters=[if_match("rapporten")],
    )
    @action(detail=True, methods=["post"], url_path="publish-lesson", pagination_class=None)
    def publish_lesson(self, request: Request, pk: int) -> Response:
        """Send a lesson to all units."""
        report = self.opened(pk, "publish_lesson")
        given = self.given(shapes.NewLessonSerializer)
        made = self.edit(report, lessons.publish, pk, **given)
        return Response(shapes.LessonSerializer(made).data, status=status.HTTP_201_CREATED)

    def _text(self, report: Report, text: OutsideText, code: int) -> Response:
        return Response(self._shape(Telltales(report), text), status=code)

    def _shape(self, telltales: Telltales, text: OutsideText) -> object:
        found = telltales.within(f"{text.event}\n{text.measures}")
        context = {"telltales": [one.what for one in found]}
        return shapes.OutsideTextSerializer(text, context=context).data
