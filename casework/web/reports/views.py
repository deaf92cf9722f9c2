"""The pages of the quality report. Everything is asked by GET, so that a report has an address."""

from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from casework.access import circles
from casework.kit.web import ActorRequest, attempt, page
from casework.models import User
from casework.registers.exporting import export_response
from casework.reports.exports import FORMATS
from casework.reports.figures import NOT_LISTED, open_figure, read_figure
from casework.reports.periods import presets
from casework.reports.report import make_report
from casework.reports.selection import Selection, scope_of, select
from casework.reports.showing import about, shown
from casework.reports.tables import QUALITY_TABLES
from casework.shared import clock
from casework.shared.downloads import file_response
from casework.shared.errors import NotVisible
from casework.web.reports.forms import ReportForm

# The files offered on the page, in the words people use for them.
FILES = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel", "csv": "CSV", "json": "JSON"}
# The parts of the report, a page each: together they are more than one wants to wait for.
PARTS = {"deviations": "Avvikelser", "lexsarah": "Lex Sarah", "casework": "Ärenden"}


def _asked(request: ActorRequest) -> tuple[ReportForm, Selection | None]:
    """Read what was asked for; no selection where it cannot be had as it stands."""
    circles.require_counting(request.actor)
    # The user's own row is at hand: the board's comes with it once for the page and its menu.
    board = cast(User, request.user).board
    if board is None:
        raise NotVisible
    scope = scope_of(request.actor, board)
    asked = request.GET if request.GET.keys() & set(ReportForm.field_order) else None
    form = ReportForm(asked, areas=scope.areas, today=clock.today())
    if form.is_bound and not form.is_valid():
        return form, None
    return form, attempt(form, lambda: select(request.actor, board, **form.asked(), scope=scope))


def _figure_url(query: str) -> str:
    return reverse("quality-report-figure", args=[query])


def _part(request: ActorRequest) -> str:
    """Return the part of the report asked for."""
    part = request.GET.get("part") or next(iter(PARTS))
    if part not in PARTS:
        raise NotVisible
    return part


def _address(selection: Selection, area: str, part: str) -> str:
    """Return the query string of just this report, made again at any time."""
    return urlencode(
        {
            "from": selection.period_from.isoformat(),
            "to": selection.period_to.isoformat(),
            "area": area,
            "min_count": selection.min_count,
            "as_of": selection.as_of.isoformat(),
            "known_at": selection.known_at.isoformat(),
            "part": part,
        }
    )


def _tabs(selection: Selection, area: str, current: str) -> list[dict[str, Any]]:
    """Return a tab for each part that has tables, seen under the same clocks."""
    made = {table.part for _, table in QUALITY_TABLES.items()}
    return [
        {
            "label": label,
            "url": f"?{_address(selection, area, part)}",
            "current": part == current,
        }
        for part, label in PARTS.items()
        if part in made
    ]


@page
@require_GET
def report(request: ActorRequest) -> HttpResponse:
    """Show the form and the tables of what it asks for."""
    part = _part(request)
    form, selection = _asked(request)
    area = form.asked()["area"] if selection else ""
    context: dict[str, Any] = {
        "form": form,
        "selection": selection,
        "areas": shown(make_report(selection, part), _figure_url) if selection else [],
        "about": about(selection) if selection else [],
        "address": _address(selection, area, part) if selection else "",
        "files": FILES,
        "looks_back": any(form.data.get(name) for name in ("as_of", "known_at")),
        "part": part,
        "parts": _tabs(selection, area, part) if selection else [],
        "presets": [
            (
                period.name,
                urlencode({"from": period.start, "to": period.end, "area": area, "part": part}),
            )
            for period in presets(clock.today())
        ],
    }
    return render(
        request, "casework/reports/report.html", context, status=200 if selection else 400
    )


@page
@require_GET
def report_file(request: ActorRequest, kind: str) -> HttpResponse:
    """Give the report as a file."""
    if kind not in FILES:
        raise NotVisible
    form, selection = _asked(request)
    if selection is None:
        return render(request, "casework/reports/report.html", {"form": form}, status=400)
    made = FORMATS[kind]
    report = make_report(selection, _part(request))
    name = f"kvalitetsrapport-{selection.period_from}-{selection.period_to}.{kind}"
    return file_response(made.make(report), made.content_type, name)


@page
@require_GET
def figure(request: ActorRequest, query: str) -> HttpResponse:
    """List the cases behind a figure, as they stood when it was counted.

    ``?format=csv|xlsx`` gives all of them as a file.
    """
    if file_format := request.GET.get("format"):
        return _figure_file(request, query, file_format)
    found = read_figure(request.actor, query, request.GET.get("page", 1))
    context = {
        "figure": found,
        "about": about(found.selection),
        "not_listed": NOT_LISTED,
        "page_obj": found.page,
    }
    return render(request, "casework/reports/figure.html", context)


def _figure_file(request: ActorRequest, query: str, file_format: str) -> HttpResponse:
    found = open_figure(request.actor, query)
    cases = found.table.cases
    lines = [found.line(case) for case in found.cases.iterator(chunk_size=500)]
    return export_response(
        request.actor,
        "arenden-bakom-siffran",
        ("Nummer", cases.day, cases.what, "Enhet", "Läge då", "Dagar", "Ärende"),
        [
            (
                line.number,
                line.registered_on,
                line.category,
                line.unit,
                line.status,
                line.days,
                line.case_number,
            )
            for line in lines
        ],
        file_format,
        kind=cases.kind,
        ids=[line.id for line in lines],
        action="report.figure_exported",
        data={"table": found.table.key, "area": found.area.pk},
    )
