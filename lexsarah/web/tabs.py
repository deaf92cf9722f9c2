"""The pages of one report: its tabs, and what every one of them shows at its head."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from casework.access import policy
from casework.access.actor import Actor
from casework.shared import clock
from lexsarah.models import Report
from lexsarah.rules import RULES
from lexsarah.web import rows


@dataclass(frozen=True)
class Tab:
    """A page of a report: the name of its address, its word, which rule opens it (none: all)."""

    name: str
    label: str
    act: str = ""


TABS = (
    Tab("lex-sarah", "Översikt"),
    Tab("lex-sarah-document", "Utredning", "read_document"),
    Tab("lex-sarah-notes", "Anteckningar", "read_notes"),
    Tab("lex-sarah-requests", "Begärt", "read_requests"),
    Tab("lex-sarah-papers", "Handlingar", "read_document"),
    Tab("lex-sarah-ivo", "IVO", "read_document"),
    Tab("lex-sarah-decision", "Beslut och åtgärder", "read_document"),
    Tab("lex-sarah-outside", "Utåt", "read_outside_text"),
)


def tabs_for(actor: Actor, report: Report, current: str) -> list[dict[str, Any]]:
    """Return the tabs that the actor may open; whoever is examined has the first alone."""
    allowed = policy.allowed(actor, report, RULES)
    return [
        {"label": tab.label, "url": reverse(tab.name, args=[report.pk]), "current": False}
        | ({"current": True} if tab.name == current else {})
        for tab in TABS
        if not tab.act or tab.act in allowed
    ]


def render_tab(
    request: HttpRequest,
    actor: Actor,
    report: Report,
    current: str,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render one page of a report: ``template`` extends ``lexsarah/report_base.html``."""
    head = {
        "report": report,
        "chips": [one for one in rows.chips(report) if one != rows.UNSAFE],
        "tabs": tabs_for(actor, report, current),
        "today": clock.today(),
    }
    return render(request, template, head | dict(context), status=status)
