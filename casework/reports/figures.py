"""From a figure to its cases, under the figure's clocks and the reader's own access."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from casework.access import circles
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.organisation.models import ServiceArea
from casework.reports.selection import Selection
from casework.reports.tables import QUALITY_TABLES, CaseLine, QualityTable
from casework.reports.tokens import unseal
from casework.shared.errors import NotVisible

PER_PAGE = 50
NOT_LISTED = (
    "Ärenden som du inte har behörighet till visas inte, och inte heller ärenden med skyddade "
    "personuppgifter."
)


@dataclass(frozen=True)
class Figure:
    """A figure with all the cases behind it that the actor may see, not fetched yet."""

    table: QualityTable
    area: ServiceArea
    label: str
    selection: Selection
    cases: QuerySet[Any]

    def line(self, case: Any) -> CaseLine:
        """Return what the list shows of one of the cases."""
        return self.table.cases.line(self.selection, case)


@dataclass(frozen=True)
class FigureCases:
    """One page of the cases behind a figure."""

    table: QualityTable
    area: ServiceArea
    label: str
    selection: Selection
    page: Page
    lines: Sequence[CaseLine]


def open_figure(actor: Actor, query: str) -> Figure:
    """Return the figure of ``query``; whoever shows its cases audits that.

    Raises ``NotVisible`` for a query that we did not make or that is another board's, and
    ``NotAllowed`` for those who have no figures to see.
    """
    figure = unseal(query)
    if figure.board_id != actor.board_id or figure.table not in QUALITY_TABLES:
        raise NotVisible("Det finns ingen sådan siffra.")
    circles.require_counting(actor)
    areas = ServiceArea.objects.select_related("board").filter(board=actor.board_id)
    area = areas.filter(pk=figure.area_id).first()
    if area is None:
        raise NotVisible("Det finns ingen sådan siffra.")
    table = QUALITY_TABLES[figure.table]
    selection = Selection(
        board=area.board,
        actor=actor,
        period_from=figure.period_from,
        period_to=figure.period_to,
        as_of=figure.as_of,
        known_at=figure.known_at,
        areas=(area,),
    )
    cases = table.cases.find(selection, figure.find)
    return Figure(table, area, figure.label, selection, cases)


def read_figure(actor: Actor, query: str, page_number: str | int = 1) -> FigureCases:
    """Return a page of the cases behind ``query`` that the actor may see; one audit event.

    Refuses as ``open_figure`` does.
    """
    found = open_figure(actor, query)
    page = Paginator(found.cases, PER_PAGE).get_page(page_number)
    lines = [found.line(case) for case in page.object_list]
    record_reading(
        actor,
        "report.figure_read",
        kind=found.table.cases.kind,
        ids=[line.id for line in lines],
        data={"table": found.table.key, "area": found.area.pk, "page": page.number},
    )
    return FigureCases(found.table, found.area, found.label, found.selection, page, lines)
