"""What SAS does with a report from its receipt on, as acts on ``lexsarah-reports``."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from lexsarah.api import handling_serializers as shapes
from lexsarah.api.of_report import OfReportViewSet, act
from lexsarah.api.serializers import LexSarahReceiptSerializer
from lexsarah.rules import ENTERING
from lexsarah.services import investigating
from lexsarah.services.reporting import NewReport, Paper, submit


@extend_schema(tags=["lexsarah-reports"])
class HandlingViewSet(OfReportViewSet):
    """Från mottagen rapport till utredning och anmälan till IVO: för den som utreder."""

    @extend_schema(
        operation_id="lexsarah_reports_from_paper",
        summary="Skriv in en lex Sarah-rapport från papper",
        description="För registratorn och SAS. Tiden räknas från dagen då pappret lämnades.",
        request=shapes.PaperReportSerializer,
        responses={201: LexSarahReceiptSerializer},
    )
    @action(detail=False, methods=["post"], url_path="from-paper", pagination_class=None)
    def from_paper(self, request: Request) -> Response:
        """Enter a report that came on paper; the name on it is kept apart."""
        ENTERING.require(self.actor)
        given = self.given(shapes.PaperReportSerializer)
        key = given.pop("submission_key")
        paper = Paper(given.pop("name"), given.pop("received_on"))
        report = submit(self.actor, NewReport(**given), paper=paper, key=key)
        answer = LexSarahReceiptSerializer(report).data
        return Response(answer, status=status.HTTP_201_CREATED)

    @act(shapes.StatuteSerializer, "Inled utredning")
    def start_investigation(self, request: Request, pk: int) -> Response:
        """Den som inleder blir utredare, om ingen är det."""
        return self.do("start_investigation", pk, investigating.start_investigation)

    @act(shapes.InvestigatorSerializer, "Utse utredare")
    def assign_investigator(self, request: Request, pk: int) -> Response:
        """En SAS som varken arbetar i, leder eller granskas i den granskade enheten."""
        return self.do("assign_investigator", pk, investigating.assign_investigator)

    @act(shapes.RegistryNumberSerializer, "Anteckna diarienummer")
    def set_registry_number(self, request: Request, pk: int) -> Response:
        """Numret i nämndens diarium."""
        return self.do("set_registry_number", pk, investigating.set_registry_number)

    @act(shapes.SeriousSerializer, "Bedöm som allvarligt")
    def assess_serious(self, request: Request, pk: int) -> Response:
        """Ska anmälas till IVO snarast; går att göra redan när rapporten har kommit."""
        return self.do("assess_serious", pk, investigating.assess_serious)

    @act(shapes.NotificationSerializer, "Anteckna anmälan till IVO")
    def notify_ivo(self, request: Request, pk: int) -> Response:
        """I vilket läge som helst. En gång till rättar det dagen eller lägger till numret."""
        return self.do("notify_ivo", pk, investigating.record_ivo_notification)

    @act(shapes.DaySerializer, "Anteckna att IVO har fått utredningen")
    def supplement_ivo(self, request: Request, pk: int) -> Response:
        """409 tills utredningen är beslutad."""
        return self.do("supplement_ivo", pk, investigating.record_ivo_supplement)

    @act(shapes.SafeSerializer, "Anteckna att den enskilde är trygg")
    def make_safe(self, request: Request, pk: int) -> Response:
        """Också för en SAS som granskas."""
        return self.do("make_safe", pk, investigating.record_safe)

    @act(shapes.ReportProtectionSerializer, "Märk eller avmärk skyddade personuppgifter")
    def protect(self, request: Request, pk: int) -> Response:
        """409 när det redan står så."""
        return self.do("protect", pk, investigating.set_protection)

    @act(shapes.UnitSerializer, "Ändra granskad enhet")
    def move(self, request: Request, pk: int) -> Response:
        """Från i dag. Utredaren eller beslutsfattaren från den nya enheten behöver bytas."""
        return self.do("move", pk, investigating.change_unit)
