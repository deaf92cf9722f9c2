"""Enheter: how the times stand in each unit, for those who answer for many of them."""

from dataclasses import astuple
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from casework.access import circles
from casework.cases.worklists import forecast as queries
from casework.kit.web import ActorRequest, page
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.web.worklists.tabs import tabs

COLUMNS = (
    "Enhet",
    "Avdelning",
    "Löper",
    "Går ut inom 7 dagar",
    "Försenade",
    "Lagstadgade tider som missats i år",
)


@page
@require_GET
def standing(request: ActorRequest) -> HttpResponse:
    """Show the counts per unit and in all; ``?format=csv|xlsx`` gives them as a file."""
    actor = request.actor
    circles.STANDING.require(actor)
    units = queries.standing(actor)
    if file_format := request.GET.get("format"):
        return export_response(
            actor,
            "bevakning-per-enhet",
            COLUMNS,
            [astuple(unit)[1:] for unit in units],
            file_format,
            kind="unit",
            ids=[unit.unit_id for unit in units],
            action="deadline.exported",
        )
    figures = ("running", "week", "late", "missed")
    totals: dict[str, Any] = {name: sum(getattr(unit, name) for unit in units) for name in figures}
    return render(
        request,
        "casework/worklists/standing.html",
        {
            "tabs": tabs(actor, "unit-standing"),
            "units": units,
            "totals": totals,
            "year": clock.today().year,
            # Cases stand behind; whoever has none of them has the figures alone.
            "week_url": reverse("investigation-week") if circles.WEEK.has(actor) else "",
        },
    )
