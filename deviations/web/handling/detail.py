"""The page of one deviation."""

from django.http import HttpResponse
from django.shortcuts import render

from casework.access.policy import shown_case_number
from casework.kit.web import ActorRequest, page
from casework.shared import clock
from casework.shared.swedish import listed
from deviations import risk, states
from deviations.models import Deviation
from deviations.queries.detail import (
    files_of,
    note_reading,
    parts_of,
    sees_handling,
    visible,
)
from deviations.services.misconduct import links
from deviations.web.handling.acts import allowed
from deviations.web.handling.buttons import buttons, grouped
from deviations.web.handling.next_step import next_step, premature
from deviations.web.listing.rows import row


@page
def deviation(request: ActorRequest, pk: int) -> HttpResponse:
    """Show a deviation: in full to those who handle it, its course to whoever reported it."""
    actor = request.actor
    found = visible(actor, pk)
    note_reading(actor, found)
    if not sees_handling(actor, found):
        return _for_reporter(request, found)
    today = clock.today()
    parts = parts_of(found)
    may = allowed(actor, found) - premature(found, parts.actions)
    judged = links(actor, found)
    numbers = listed([link.number for link in judged])
    step = next_step(found, parts.actions, today, judged_in=numbers)
    first = [act for act in step.acts if act in may]
    return render(
        request,
        "deviations/handling/detail.html",
        {
            "deviation": found,
            "row": row(found, today),
            "today": today,
            "parts": parts,
            "step": step,
            "step_buttons": buttons(first, found),
            "groups": grouped(may, first, found),
            "may": may,
            "case_number": shown_case_number(actor, found.case_number),
            "severity": risk.SEVERITIES.get(found.severity or 0, ""),
            "probability": risk.PROBABILITIES.get(found.probability or 0, ""),
            "effect": states.EFFECTS.get(found.effect, ""),
            "may_finish": "finish_action" in may,
            "links": judged,
            "judged_elsewhere": judged if found.status == states.WITH_SAS else [],
        },
    )


def _for_reporter(request: ActorRequest, found: Deviation) -> HttpResponse:
    return render(
        request,
        "deviations/handling/reporter_page.html",
        {"deviation": found, "files": files_of(found)},
    )
