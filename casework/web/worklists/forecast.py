"""Prognos: what falls due in the next 14 and 30 days, per unit and rule, and the times behind."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from casework.access import circles
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.cases.worklists import forecast as queries
from casework.cases.worklists.forecast import LONG, SHORT
from casework.deadlines import lists
from casework.kit.web import ActorRequest, page, row_id
from casework.organisation.models import Unit
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.shared.errors import NotVisible
from casework.web.worklists.tabs import tabs

PER_PAGE = 50
COLUMNS = ("Enhet", "Tid", f"Inom {SHORT} dagar", f"Inom {LONG} dagar")
TIME_COLUMNS = ("Ärende", "Slag", "Tid", "Räkna med", "Sista dag", "Ansvarig", "Enhet")


def _link(days: int, unit: int | None = None, rule: str = "") -> str:
    query: dict[str, str | int] = {"dagar": days}
    if unit is not None:
        query["enhet"] = unit
    if rule:
        query["regel"] = rule
    return f"{reverse('forecast-times')}?{urlencode(query)}"


@page
@require_GET
def forecast(request: ActorRequest) -> HttpResponse:
    """Show the counts, each a link to its times; ``?format=csv|xlsx`` gives them as a file."""
    actor = request.actor
    circles.FORECAST.require(actor)
    units = queries.forecast(actor)
    if file_format := request.GET.get("format"):
        return export_response(
            actor,
            "prognos",
            COLUMNS,
            [(u.name, rule.label, rule.short, rule.long) for u in units for rule in u.rules],
            file_format,
            kind="unit",
            ids=[unit.unit_id for unit in units],
            action="deadline.exported",
        )
    return render(
        request,
        "casework/worklists/forecast.html",
        {
            "tabs": tabs(actor, "forecast"),
            "units": [_unit(unit) for unit in units],
            "horizons": [SHORT, LONG],
            "short": sum(unit.short for unit in units),
            "long": sum(unit.long for unit in units),
            "short_url": _link(SHORT),
            "long_url": _link(LONG),
        },
    )


def _unit(unit: queries.UnitForecast) -> dict[str, Any]:
    return {
        "name": unit.name,
        "id": unit.unit_id,
        "counts": [
            (unit.short, _link(SHORT, unit.unit_id)),
            (unit.long, _link(LONG, unit.unit_id)),
        ],
        "rules": [
            (
                rule.label,
                [
                    (rule.short, _link(SHORT, unit.unit_id, rule.rule)),
                    (rule.long, _link(LONG, unit.unit_id, rule.rule)),
                ],
            )
            for rule in unit.rules
        ],
    }


@page
@require_GET
def times(request: ActorRequest) -> HttpResponse:
    """List the times behind a count: ``?dagar=14|30``, ``?enhet=``, ``?regel=``, ``?format=``."""
    actor = request.actor
    circles.FORECAST.require(actor)
    days = SHORT if request.GET.get("dagar") == str(SHORT) else LONG
    unit_id, rule = row_id(request.GET.get("enhet", "")), request.GET.get("regel", "")
    if not rule.isprintable():
        # The database does not even take all of what an address may hold.
        raise NotVisible
    found = (
        queries.coming(actor, days=days, unit=unit_id, rule=rule)
        .select_related("copy", "unit", "handler", "extends")
        .order_by("raw_date", "last_day", "pk")
    )
    if file_format := request.GET.get("format"):
        everything = list(found)
        return export_response(
            actor,
            f"prognos-{days}-dagar",
            TIME_COLUMNS,
            _file_rows(actor, everything),
            file_format,
            kind="deadline",
            ids=[time.pk for time in everything],
            action="deadline.exported",
        )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    on_page = list(shown.object_list)
    record_reading(actor, "deadline.listed", kind="deadline", ids=[time.pk for time in on_page])
    unit = Unit.objects.filter(pk=unit_id, board=actor.board_id).first() if unit_id else None
    about = [unit.name if unit else "", queries.label_of(rule) if rule else ""]
    return render(
        request,
        "casework/worklists/times.html",
        {
            "title": f"Går ut inom {days} dagar",
            "lead": ", ".join(part for part in about if part),
            "rows": lists.rows(actor, on_page),
            "page_obj": shown,
            "today": clock.today(),
        },
    )


def _file_rows(actor: Actor, found: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for row in lists.rows(actor, list(found)):
        yield (
            row.shown.number if row.shown else "",
            row.kind,
            row.label,
            row.time.raw_date,
            row.time.last_day,
            row.time.handler.display_name if row.time.handler else "",
            row.time.unit.name,
        )
