"""The papers of a report, as sub-resources of ``lexsarah-reports``."""

from collections.abc import Sequence

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from casework.audit.work import record_reading
from casework.kit import api_schema
from casework.kit.api import etag
from casework.kit.bodies import JsonBody
from casework.shared.downloads import file_response
from casework.shared.errors import NotVisible
from lexsarah.api import papers_serializers as shapes
from lexsarah.api.of_report import OfReportViewSet
from lexsarah.ivo.fields import fields_of
from lexsarah.models import IvoLetter, Report, StoredDocument
from lexsarah.papers.masking import Masking
from lexsarah.services import letters, papers, registry

_IF_MATCH = api_schema.if_match("det", "Brevets version inom citattecken")


@extend_schema(tags=["lexsarah-reports"])
class PapersViewSet(OfReportViewSet):
    """Handlingar, förteckning och brev: för den som utreder eller beslutar."""

    def _made(self, rows: Sequence[StoredDocument]) -> Response:
        shown = shapes.StoredDocumentSerializer(rows, many=True)
        return Response(shown.data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="lexsarah_reports_documents",
        summary="Lista sparade handlingar",
        responses=shapes.StoredDocumentSerializer(many=True),
    )
    @action(detail=True, pagination_class=None)
    def documents(self, request: Request, pk: int) -> Response:
        """List what is kept: each paper as PDF and as Word, under one number."""
        report = self.opened(pk, "read_document", "lexsarah.papers_read")
        kept = StoredDocument.objects.filter(report=report).defer("content")
        return Response(shapes.StoredDocumentSerializer(kept, many=True).data)

    @extend_schema(
        operation_id="lexsarah_reports_document_file",
        summary="Hämta en sparad handling",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @action(detail=True, url_path="documents/<int:document_id>", pagination_class=None)
    def document_file(self, request: Request, pk: int, document_id: int) -> HttpResponse:
        """Answer with the bytes as they were kept."""
        report = self.opened(pk, "read_document")
        document = StoredDocument.objects.filter(report=report, pk=document_id).first()
        if document is None:
            raise NotVisible
        data = {"document": document.pk}
        record_reading(self.actor, "lexsarah.document_read", kind="report", ids=[pk], data=data)
        content = papers.content_of(document)
        return file_response(content, document.content_type, papers.file_name(document))

    @extend_schema(
        methods=["get"],
        operation_id="lexsarah_reports_ivo_package",
        summary="Läs fälten till IVO",
        description="I e-tjänstens ordning, med det som är känt, utan namn och personnummer.",
        responses=shapes.IvoFieldSerializer(many=True),
    )
    @extend_schema(
        methods=["post"],
        operation_id="lexsarah_reports_store_ivo_package",
        summary="Spara underlaget till IVO som handling",
        request=None,
        responses={201: shapes.StoredDocumentSerializer(many=True)},
    )
    @action(detail=True, methods=["get", "post"], url_path="ivo-package", pagination_class=None)
    def ivo_package(self, request: Request, pk: int) -> Response:
        """Answer with what goes to IVO, or keep it."""
        if request.method == "GET":
            report = self.opened(pk, "read_document", "lexsarah.ivo_package_read")
            return Response(shapes.IvoFieldSerializer(fields_of(report), many=True).data)
        self.opened(pk, "store_document")
        return self._made(papers.store_ivo(self.actor, pk))

    @extend_schema(
        operation_id="lexsarah_reports_masked_copy",
        summary="Gör en maskad kopia",
        description="Det maskade finns ingenstans i filen. En text som inte står där ger 400.",
        request=shapes.MaskedCopySerializer,
        responses={201: shapes.StoredDocumentSerializer(many=True)},
    )
    @action(detail=True, methods=["post"], url_path="masked-copy", pagination_class=None)
    def masked_copy(self, request: Request, pk: int) -> Response:
        """Keep a masked copy of Utredning och beslut."""
        self.opened(pk, "store_document")
        given = self.given(shapes.MaskedCopySerializer)
        chosen = Masking(
            tuple(given["passages"]), names=given["names"], case_number=given["case_number"]
        )
        made = papers.make_masked_copy(self.actor, pk, chosen=chosen, grounds=given["grounds"])
        return self._made(made)

    @extend_schema(
        methods=["get"],
        operation_id="lexsarah_reports_registry",
        summary="Läs förteckningen över handlingar",
        responses=shapes.RegistryLineSerializer(many=True),
    )
    @extend_schema(
        methods=["post"],
        operation_id="lexsarah_reports_register",
        summary="För in en handling i förteckningen",
        request=shapes.NewEntrySerializer,
        responses={201: shapes.RegistryLineSerializer(many=True)},
    )
    @action(
        detail=True,
        methods=["get", "post"],
        pagination_class=None,
        parser_classes=[JsonBody, MultiPartParser],
    )
    def registry(self, request: Request, pk: int) -> Response:
        """List what came in and went out, or enter a line."""
        if request.method == "GET":
            report = self.opened(pk, "read_document", "lexsarah.papers_read")
            return self._lines(report, status.HTTP_200_OK)
        report = self.opened(pk, "register_document")
        entry = registry.Entry(**self.given(shapes.NewEntrySerializer))
        registry.register_document(self.actor, pk, entry=entry)
        return self._lines(report, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="lexsarah_reports_correct_entry",
        summary="Rätta en rad i förteckningen",
        description="Den gamla raden står kvar, märkt som rättad.",
        request=shapes.NewEntrySerializer,
        responses={201: shapes.RegistryLineSerializer(many=True)},
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="registry/<int:entry_id>/correct",
        pagination_class=None,
        parser_classes=[JsonBody, MultiPartParser],
    )
    def correct_entry(self, request: Request, pk: int, entry_id: int) -> Response:
        """Enter a line in the place of one that was wrong."""
        report = self.opened(pk, "register_document")
        entry = registry.Entry(**self.given(shapes.NewEntrySerializer))
        registry.correct_entry(self.actor, pk, entry_id, entry=entry)
        return self._lines(report, status.HTTP_201_CREATED)

    def _lines(self, report: Report, code: int) -> Response:
        lines = registry.lines_of(report)
        return Response(shapes.RegistryLineSerializer(lines, many=True).data, status=code)

    @extend_schema(
        methods=["get"],
        operation_id="lexsarah_reports_ivo_letters",
        summary="Läs brev från IVO",
        responses=shapes.IvoLetterSerializer(many=True),
    )
    @extend_schema(
        methods=["post"],
        operation_id="lexsarah_reports_add_ivo_letter",
        summary="Anteckna ett brev från IVO",
        description="Längre tid flyttar sista dagen för utredningen till IVO.",
        request=shapes.NewIvoLetterSerializer,
        responses={201: shapes.IvoLetterSerializer},
    )
    @action(detail=True, methods=["get", "post"], url_path="ivo-letters", pagination_class=None)
    def ivo_letters(self, request: Request, pk: int) -> Response:
        """List IVO's letters, or note one."""
        if request.method == "GET":
            report = self.opened(pk, "read_document", "lexsarah.ivo_package_read")
            found = IvoLetter.objects.filter(report=report)
            return Response(shapes.IvoLetterSerializer(found, many=True).data)
        self.opened(pk, "ivo_letter")
        letter = letters.Letter(**self.given(shapes.NewIvoLetterSerializer))
        made = letters.record_letter(self.actor, pk, letter=letter)
        return self._letter(made, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="lexsarah_reports_answer_ivo_letter",
        summary="Anteckna svar till IVO",
        request=shapes.IvoAnswerSerializer,
        responses=shapes.IvoLetterSerializer,
        parameters=[_IF_MATCH],
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="ivo-letters/<int:letter_id>/answer",
        pagination_class=None,
    )
    def answer_ivo_letter(self, request: Request, pk: int, letter_id: int) -> Response:
        """Note what IVO was answered."""
        report = self.opened(pk, "ivo_letter")
        given = self.given(shapes.IvoAnswerSerializer)
        found = IvoLetter.objects.filter(report=report, pk=letter_id).first()
        if found is None:
            raise NotVisible
        made = self.edit(found, letters.answer_letter, pk, letter_id, **given)
        return self._letter(made, status.HTTP_200_OK)

    def _letter(self, letter: IvoLetter, code: int) -> Response:
        shown = shapes.IvoLetterSerializer(letter)
        return Response(shown.data, status=code, headers={"ETag": etag(letter.version)})
