"""Mina åtgärder: what one has promised to do, and marking it done."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, page
from casework.shared import clock
from casework.shared.errors import ConflictError
from deviations.models import Deviation
from deviations.queries.actions import lately_done, to_do
from deviations.services import investigating

PER_PAGE = 50


@page
def my_actions(request: ActorRequest) -> HttpResponse:
    """List the actor's own åtgärder; the deviation itself is linked for those who see it."""
    actor = request.actor
    shown = Paginator(to_do(actor), PER_PAGE).get_page(request.GET.get("page"))
    actions, done = list(shown.object_list), list(lately_done(actor))
    ids = {action.deviation_id for action in [*actions, *done]}
    record_reading(actor, "deviation.listed", kind="deviation", ids=ids)
    return render(
        request,
        "deviations/listing/my_actions.html",
        {"page_obj": shown, "actions": actions, "done": done, "today": clock.today()},
    )


@require_POST
@page
def finish(request: ActorRequest) -> HttpResponseBase:
    """Mark åtgärder as done: one from its own button, or all that are ticked."""
    ids = [int(key) for key in request.POST.getlist("ids") if key.isdigit()]
    back = request.POST.get("back", "")
    target = redirect("deviation", int(back)) if back.isdigit() else redirect("my-actions")
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
    if back.isdigit() and not Deviation.objects.visible_to(request.actor).filter(pk=back).exists():
        return redirect("my-actions")
    return target
