"""What an investigation is made of, as sub-resources of ``lexsarah-reports``."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.people import PersonSerializer
from casework.kit.api import etag, version_named
from casework.shared.errors import NotVisible
from casework.shared.stale import ChangedMeanwhile
from lexsarah import parts
from lexsarah.api import investigation_serializers as shapes
from lexsarah.api.of_report import OfReportViewSet, act
from lexsarah.models import Report, ReportCause
from lexsarah.services import causes, documenting, earlier, examining, notes


@extend_schema(tags=["lexsarah-reports"])
class InvestigationViewSet(OfReportViewSet):
    """Utredningen: för den som utreder eller beslutar, aldrig för den som granskas."""

    @extend_schema(
        operation_id="lexsarah_reports_document",
        summary="Läs utredningen",
        description="Delarna med sina versioner, och vad som är kvar innan beslut kan föreslås.",
        responses=shapes.DocumentSerializer,
    )
    @action(detail=True, pagination_class=None)
    def document(self, request: Request, pk: int) -> Response:
        """Answer with the document as it stands."""
        report = self.opened(pk, "read_document", "lexsarah.investigation_read")
        return Response(shapes.DocumentSerializer(documenting.document_of(report)).data)

    @extend_schema(
        operation_id="lexsarah_reports_document_save",
        summary="Spara en del av utredningen",
        description="Delens version skickas i If-Match; för en tom del är den 0. Har någon annan "
        "sparat sedan dess blir svaret 409 med båda texterna, och inget skrivs över.",
        request=shapes.PartWriteSerializer,
        responses={200: shapes.PartSerializer, 409: shapes.PartConflictSerializer},
        parameters=[OpenApiParameter(
            "If-Match", str, OpenApiParameter.HEADER, required=True,
            description="Delens version inom citattecken, som den lästes.",
        )],
    )  # fmt: skip
    @action(detail=True, methods=["post"], url_path="document/<slug:part>", pagination_class=None)
    def save_part(self, request: Request, pk: int, part: str) -> Response:
        """Save one part; what somebody else has saved meanwhile is never overwritten."""
        self.opened(pk, "write_document")
        if part not in parts.BY_KEY:
            raise NotVisible
        given = self.given(shapes.PartWriteSerializer)
        expected = version_named(request)
        try:
            saved = documenting.save_part(self.actor, pk, part, expected_version=expected, **given)
        except ChangedMeanwhile as error:
            answer = {
                "status": status.HTTP_409_CONFLICT,
                "code": error.code,
                "message": error.message,
                "stands": error.stands,
                "sent": given,
            }
            return Response(
                shapes.PartConflictSerializer(answer).data,
                status=status.HTTP_409_CONFLICT,
                headers={"ETag": etag(error.stands.version)},
            )
        return Response(shapes.PartSerializer(saved).data, headers={"ETag": etag(saved.version)})

    @extend_schema(
        methods=["get"],
        operation_id="lexsarah_reports_notes",
        summary="Läs tjänsteanteckningarna",
        responses=shapes.NoteSerializer(many=True),
    )
    @extend_schema(
        methods=["post"],
        operation_id="lexsarah_reports_add_note",
        summary="Skriv en tjänsteanteckning",
        description="Den ändras aldrig; en rättelse är en ny med `corrects`.",
        request=shapes.NoteWriteSerializer,
        responses={201: shapes.NoteSerializer},
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def notes(self, request: Request, pk: int) -> Response:
        """List the notes, or write one."""
        if request.method == "GET":
            report = self.opened(pk, "read_notes", "lexsarah.notes_read")
            found = notes.notes_of(self.actor, report)
            return Response(shapes.NoteSerializer(found, many=True).data)
        self.opened(pk, "add_note")
        given = self.given(shapes.NoteWriteSerializer)
        corrects = given.pop("corrects")
        note = notes.add_note(self.actor, pk, notes.NewNote(**given), corrects=corrects)
        return Response(shapes.NoteSerializer(note).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        methods=["get"],
        operation_id="lexsarah_reports_causes",
        summary="Läs orsakerna",
        responses=shapes.ReportCauseSerializer(many=True),
    )
    @extend_schema(
        methods=["post"],
        operation_id="lexsarah_reports_add_cause",
        summary="Välj en orsak",
        request=shapes.CauseWriteSerializer,
        responses={201: shapes.ReportCauseSerializer},
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def causes(self, request: Request, pk: int) -> Response:
        """List the causes of the investigation, or choose one."""
        if request.method == "GET":
            report = self.opened(pk, "read_document", "lexsarah.investigation_read")
            return Response(_causes(report))
        self.opened(pk, "write_document")
        found = causes.add_cause(self.actor, pk, **self.given(shapes.CauseWriteSerializer))
        return Response(shapes.ReportCauseSerializer(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="lexsarah_reports_remove_cause",
        summary="Ta bort en orsak",
        description="Går inte så länge en åtgärd är knuten till orsaken.",
        request=None,
        responses={200: shapes.ReportCauseSerializer(many=True)},
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="causes/<int:cause_id>/remove",
        pagination_class=None,
    )
    def remove_cause(self, request: Request, pk: int, cause_id: int) -> Response:
        """Take a cause away; answer with those that remain."""
        report = self.opened(pk, "write_document")
        causes.remove_cause(self.actor, pk, cause_id)
        return Response(_causes(report))

    @extend_schema(
        methods=["get"],
        operation_id="lexsarah_reports_earlier_events",
        summary="Läs liknande händelser",
        description="De som någon har tagit ställning till, och förslag med skälen till dem.",
        responses=shapes.EarlierSerializer,
    )
    @extend_schema(
        methods=["post"],
        operation_id="lexsarah_reports_judge_earlier_event",
        summary="Ta ställning till en liknande händelse",
        request=shapes.JudgeSerializer,
        responses={200: shapes.EarlierEventSerializer},
    )
    @action(detail=True, methods=["get", "post"], url_path="earlier-events", pagination_class=None)
    def earlier_events(self, request: Request, pk: int) -> Response:
        """List what is judged and proposed, or take a stand."""
        if request.method == "GET":
            report = self.opened(pk, "read_document", "lexsarah.earlier_read")
            found = {
                "judged": earlier.judged(report),
                "proposals": earlier.proposals(self.actor, report),
            }
            return Response(shapes.EarlierSerializer(found).data)
        self.opened(pk, "judge_earlier_event")
        given = self.given(shapes.JudgeSerializer)
        event = earlier.judge(self.actor, pk, record_id=given.pop("id"), **given)
        return Response(shapes.EarlierEventSerializer(event).data)

    @extend_schema(
        operation_id="lexsarah_reports_examined",
        summary="Läs vilka som granskas",
        description="De som angetts vid namn; den granskade enhetens folk räknas utan det.",
        responses=PersonSerializer(many=True),
    )
    @action(detail=True, pagination_class=None)
    def examined(self, request: Request, pk: int) -> Response:
        """List those who are named as examined."""
        report = self.opened(pk, "read_document", "lexsarah.investigation_read")
        return Response(PersonSerializer(examining.examined_in(report), many=True).data)

    @act(shapes.ExaminedPersonSerializer, "Ange granskad person")
    def name_examined(self, request: Request, pk: int) -> Response:
        """Personen utreder, beslutar och läser inte längre. Är den utredare utses en annan."""
        return self.do("name_examined", pk, examining.name_examined)

    @act(shapes.ExaminedPersonSerializer, "Ta bort granskad person")
    def unname_examined(self, request: Request, pk: int) -> Response:
        """Personens beslut eller handlande granskas inte."""
        return self.do("name_examined", pk, examining.unname_examined)

    @act(shapes.EventKindSerializer, "Ange typ av händelse")
    def classify(self, request: Request, pk: int) -> Response:
        """Samma indelning som i anmälan till IVO."""
        return self.do("classify", pk, examining.classify)

    @act(shapes.MasSerializer, "Anteckna att MAS är informerad")
    def point_to_mas(self, request: Request, pk: int) -> Response:
        """Det som är hälso- och sjukvård utreds av MAS."""
        return self.do("point_to_mas", pk, examining.point_to_mas)


def _causes(report: Report) -> Any:
    found = ReportCause.objects.filter(report=report, removed_at=None).select_related("cause")
    return shapes.ReportCauseSerializer(found, many=True).data
