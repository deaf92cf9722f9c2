"""The page Drift, for the Systemförvaltare."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from casework.access import policy
from casework.audit.work import unit_of_work
from casework.kit.web import ActorRequest, page
from casework.operation import post, sending
from casework.web.operation import status


@require_safe
@page
def operation(request: ActorRequest) -> HttpResponse:
    """Show what goes well, what waits, and since when."""
    policy.require_configurer(request.actor)
    return render(
        request,
        "casework/operation/operation.html",
        {
            "lines": status.lines(request.actor),
            "stuck": post.stuck(request.actor.board_id).exists(),
        },
    )


@require_POST
@page
def try_again(request: ActorRequest) -> HttpResponseBase:
    """Let the letters that have failed be sent in the next run."""
    actor = request.actor
    policy.require_configurer(actor)
    with unit_of_work(actor) as work:
        count = sending.try_again(actor.board_id)
        work.audit("operation.letters_retried", data={"letters": count})
    messages.success(request, "Breven skickas på nytt inom någon minut.")
    return redirect("operation")
