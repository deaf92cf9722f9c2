"""Mina åtgärder: what one has promised to do, and marking it done."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, page, row_id, row_ids
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.shared.errors import ConflictError
from deviations.models import Action, Deviation
from deviations.queries.actions import lately_done, to_do
from deviations.queries.own_actions import OWN_ACTIONS, OwnActions
from deviations.services import investigating

PER_PAGE = 50
COLUMNS = ("Åtgärd", "Mot orsaken", "Klar senast", "Utförd", "Avvikelse", "Ansvarig enhet")


@page
def my_actions(request: ActorRequest) -> HttpResponse:
    """List the actor's own åtgärder; the deviation itself is linked for those who see it.

    ``?format=csv|xlsx`` gives a file of them all: those to do, then every one that is done.
    """
    actor = request.actor
    if file_format := request.GET.get("format"):
        all_of_them = [*to_do(actor), *lately_done(actor, None)]
        return export_response(
            actor,
            "mina-atgarder",
            COLUMNS,
            [*map(_file_row, all_of_them), *(row for one in _others() for row in one.rows(actor))],
            file_format,
            kind="deviation",
            ids={action.deviation_id for action in all_of_them},
            action="deviation.exported",
        )
    shown = Paginator(to_do(actor), PER_PAGE).get_page(request.GET.get("page"))
    actions, done = list(shown.object_list), list(lately_done(actor))
    ids = {action.deviation_id for action in [*actions, *done]}
    record_reading(actor, "deviation.listed", kind="deviation", ids=ids)
    return render(
        request,
        "deviations/listing/my_actions.html",
        {
            "page_obj": shown,
            "actions": actions,
            "done": done,
            "today": clock.today(),
            "sections": [
                (one.template, content)
                for one in _others()
                if (content := one.content(actor)) is not None
            ],
        },
    )


def _others() -> list[OwnActions]:
    return [one for _, one in OWN_ACTIONS.items()]


def _file_row(action: Action) -> Sequence[Any]:
    # What an åtgärd says may tell of the person: its owner has it from the manager instead.
    hidden = action.deviation.protected and not action.seen  # type: ignore[attr-defined]
    return (
        "Skyddade personuppgifter" if hidden else action.text,
        "" if hidden or action.cause is None else action.cause.name,
        action.due_on,
        action.done_on,
        action.deviation.number,
        action.deviation.unit.name,
    )


@require_POST
@page
def finish(request: ActorRequest) -> HttpResponseBase:
    """Mark åtgärder as done: one from its own button, or all that are ticked."""
    ids = row_ids(request.POST.getlist("ids"))
    back = row_id(request.POST.get("back", ""))
    target = redirect("my-actions") if back is None else redirect("deviation", back)
    if not ids:
        messages.warning(request, "Markera minst en åtgärd först.")
        return target
    try:
        done = investigating.finish_actions(request.actor, ids)
    except ConflictError as refused:
        messages.error(request, refused.message)
        return target
    one = len(done) == 1
    messages.success(request, "Åtgärden är utförd." if one else f"{len(done)} åtgärder är utförda.")
    if back and not Deviation.objects.visible_to(request.actor).filter(pk=back).exists():
        return redirect("my-actions")
    return target
