"""What the sub-resources of ``lexsarah-reports`` have in common: who gets in, and how one acts."""

from collections.abc import Callable

from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from casework.access import policy
from casework.audit.work import record_reading
from casework.kit import api_schema
from casework.kit.api import RecordViewSet
from lexsarah.api.serializers import LexSarahReportDetailSerializer
from lexsarah.models import Report
from lexsarah.queries import read_report
from lexsarah.rules import RULES


def act(
    body: type[BaseSerializer], summary: str
) -> Callable[[api_schema.Method], api_schema.Method]:
    """Make a method an edit of a report, answered with the report as it then is."""
    shown = LexSarahReportDetailSerializer
    return api_schema.act("lexsarah_reports", body, shown, summary, edits=True)


class OfReportViewSet(RecordViewSet):
    """A part of the reports that the actor may open, by the rules of its acts."""

    queryset = Report.objects.select_related("unit", "investigator", "deviation__category")
    rules = RULES
    detail_serializer = LexSarahReportDetailSerializer
    filterset_class = None

    def opened(self, pk: int, rule: str, read_as: str = "") -> Report:
        """Return the report for ``rule``; with a code in ``read_as`` its reading is audited."""
        report = read_report(self.actor, pk)
        policy.require(self.actor, rule, report, self.rules)
        if read_as:
            record_reading(self.actor, read_as, kind="report", ids=[pk])
        return report

    def do(self, name: str, pk: int, do: Callable[..., object]) -> Response:
        """Do an act whose body is the service's own words, from the version that was read."""
        return self.perform(name, pk, lambda given: do(self.actor, pk, **given), edits=True)
