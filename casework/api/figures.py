"""The quality report and the cases behind its figures."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from casework.kit.api import ActorView
from casework.models import Board
from casework.reports.figures import NOT_LISTED, FigureCases, read_figure
from casework.reports.instants import parse_instant
from casework.reports.report import as_data, make_report
from casework.reports.selection import DEFAULT_MIN_COUNT, EDITIONS, INTERNAL, select
from casework.shared.clock import STOCKHOLM


class InstantField(serializers.DateTimeField):
    """An instant; without an offset Swedish time, a day alone means its end."""

    def to_internal_value(self, value: Any) -> Any:
        """Read it as the command line does."""
        try:
            return parse_instant(str(value))
        except ValueError:
            raise serializers.ValidationError(
                "Ange en tidpunkt på formen ÅÅÅÅ-MM-DDTHH:MM eller en dag.", code="invalid"
            ) from None


class ReportQuerySerializer(serializers.Serializer):
    """What is asked for, by the names of the command line."""

    to = serializers.DateField()
    as_of = serializers.DateField(required=False)
    known_at = InstantField(required=False)
    area = serializers.CharField(required=False, default="", allow_blank=True)
    min_count = serializers.IntegerField(required=False, default=DEFAULT_MIN_COUNT, min_value=0)
    edition = serializers.ChoiceField(choices=EDITIONS, required=False, default=INTERNAL)

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add ``from``, which is a word of the language and can be no attribute."""
        return {"from": serializers.DateField(), **super().get_fields()}


class PeriodSerializer(serializers.Serializer):
    """The period, both days included."""

    to = serializers.DateField()

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add ``from``, as above."""
        return {"from": serializers.DateField(), **super().get_fields()}


class ReportRowSerializer(serializers.Serializer):
    """A row; a cell of null is a number under five that is not shown, and has no ``query``."""

    cells = serializers.ListField(child=serializers.JSONField(allow_null=True))
    query = serializers.CharField(required=False)


class ReportTableSerializer(serializers.Serializer):
    """A table of one area."""

    key = serializers.CharField()
    area = serializers.CharField()
    lagrum = serializers.CharField(required=False)
    title = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    rows = ReportRowSerializer(many=True)
    total = serializers.IntegerField()
    facts = serializers.DictField(child=serializers.IntegerField(allow_null=True))
    notes = serializers.ListField(child=serializers.CharField())


class ReportSerializer(serializers.Serializer):
    """The report."""

    board = serializers.CharField()
    period = PeriodSerializer()
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField()
    edition = serializers.ChoiceField(choices=EDITIONS)
    tables = ReportTableSerializer(many=True)


class CaseLineSerializer(serializers.Serializer):
    """A case as it stood when the figure was counted; ``days`` of handling up to then."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    registered_on = serializers.DateField()
    category = serializers.CharField()
    unit = serializers.CharField()
    status = serializers.CharField()
    days = serializers.IntegerField()
    case_number = serializers.CharField()


class FigureSerializer(serializers.Serializer):
    """One page of the cases behind a figure."""

    key = serializers.CharField()
    area = serializers.CharField()
    row = serializers.CharField()
    period = PeriodSerializer()
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField()
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    notes = serializers.ListField(child=serializers.CharField())
    results = CaseLineSerializer(many=True)


def _own_board(view: ActorView) -> Board:
    return Board.objects.get(pk=view.actor.board_id)


@extend_schema(tags=["reports"])
class ReportView(ActorView):
    """Kvalitetsrapportens tabeller för en period, under båda klockorna."""

    @extend_schema(
        operation_id="reports_retrieve",
        summary="Ta fram kvalitetsrapporten",
        parameters=[ReportQuerySerializer],
        responses=ReportSerializer,
    )
    def get(self, request: Request) -> Response:
        """Make the report within the actor's access."""
        query = ReportQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = dict(query.validated_data)
        period_from, period_to = asked.pop("from"), asked.pop("to")
        board = _own_board(self)
        selection = select(self.actor, board, period_from=period_from, period_to=period_to, **asked)
        return Response(as_data(make_report(selection)))


@extend_schema(tags=["reports"])
class FigureView(ActorView):
    """Ärendena bakom en siffra, så som de stod då, inom läsarens egen behörighet."""

    @extend_schema(
        operation_id="figures_retrieve",
        summary="Läs ärendena bakom en siffra",
        parameters=[
            OpenApiParameter("query", OpenApiTypes.STR, OpenApiParameter.PATH),
            OpenApiParameter("page", OpenApiTypes.INT, description="sida, från 1"),
        ],
        responses=FigureSerializer,
    )
    def get(self, request: Request, query: str) -> Response:
        """List a page of the cases."""
        found = read_figure(self.actor, query, request.query_params.get("page", 1))
        return Response(_figure_data(found))


def _figure_data(found: FigureCases) -> dict[str, Any]:
    selection = found.selection
    period = {"from": selection.period_from, "to": selection.period_to}
    return {
        "key": found.table.key,
        "area": found.area.name,
        "row": found.label,
        "period": period,
        "as_of": selection.as_of,
        "known_at": selection.known_at.astimezone(STOCKHOLM),
        "count": found.page.paginator.count,
        "page": found.page.number,
        "pages": found.page.paginator.num_pages,
        "notes": [NOT_LISTED],
        "results": CaseLineSerializer(found.lines, many=True).data,
    }
