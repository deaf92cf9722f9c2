"""Sena per månad: the investigations past four months, month by month and unit by unit."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, page
from casework.models import User
from casework.registers.exporting import export_response
from casework.reports.cases.late_months import Months, late_months, months_until
from casework.reports.plots import monthly_columns, small_columns
from casework.reports.selection import Selection, select
from casework.shared import clock
from casework.shared.errors import NotVisible
from casework.web.worklists.tabs import tabs

SPANS = (12, 24)
# More pictures than this nobody compares; all units stand in the table.
DRAWN = 12
MONTH_NAMES = "jan feb mar apr maj jun jul aug sep okt nov dec".split()
COLUMNS = ("Månad", "Enhet", "Sena utredningar")
ALL = "Alla enheter"


@page
@require_GET
def months(request: ActorRequest) -> HttpResponse:
    """Show the pictures and the table; ``?manader=12|24``, ``?format=csv|xlsx``."""
    actor = request.actor
    number = 24 if request.GET.get("manader") == "24" else 12
    selection = _selection(request, number)
    found = late_months(selection, number)
    area_ids = [area.pk for area in selection.areas]
    if file_format := request.GET.get("format"):
        return export_response(
            actor,
            "sena-utredningar-per-manad",
            COLUMNS,
            _file_rows(found),
            file_format,
            kind="servicearea",
            ids=area_ids,
            action="report.figure_exported",
        )
    record_reading(
        actor,
        "report.made",
        kind="servicearea",
        ids=area_ids,
        data={"part": "late_months", "from": selection.period_from, "months": number},
    )
    names = [_name(month) for month in found.months]
    most = sorted(found.units, key=lambda unit: -sum(unit[1]))[:DRAWN]
    drawn = [unit for unit in found.units if unit in most]
    return render(
        request,
        "casework/worklists/months.html",
        {
            "tabs": tabs(actor, "late-months"),
            "spans": [
                {"label": f"{span} månader", "url": f"?manader={span}", "current": span == number}
                for span in SPANS
            ],
            "total_plot": monthly_columns(
                "Sena utredningar per månad, alla enheter", *_drawn_total(found)
            ),
            "plot": small_columns("Sena utredningar per månad och enhet", names, drawn),
            "columns": ["Enhet", *names],
            "rows": [[ALL, *found.total], *([name, *counts] for name, counts in found.units)],
            "left_out": len(found.units) - len(drawn),
            "found": found,
            "unit_names": selection.unit_names,
        },
    )


def _selection(request: ActorRequest, number: int) -> Selection:
    """Return the months through today, counted for the actor; refuses those who may not count."""
    board = cast(User, request.user).board
    if board is None:
        raise NotVisible
    today = clock.today()
    first = months_until(today, number)[0]
    return select(request.actor, board, period_from=first, period_to=today)


def _name(month: date) -> str:
    return f"{MONTH_NAMES[month.month - 1]} {month.year % 100:02}"


def _drawn_total(found: Months) -> tuple[list[str], list[int]]:
    """Return the last twelve months: more columns have no room for counts."""
    names = [MONTH_NAMES[month.month - 1] for month in found.months[-12:]]
    return names, list(found.total[-12:])


def _file_rows(found: Months) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = []
    for place, month in enumerate(found.months):
        rows.append((f"{month:%Y-%m}", ALL, found.total[place]))
        rows += [(f"{month:%Y-%m}", name, counts[place]) for name, counts in found.units]
    return rows
