"""What the watch could not do, for the Systemförvaltare: rows by their numbers, no cases."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from casework.access import policy
from casework.deadlines import failures
from casework.kit.web import ActorRequest, page

PER_PAGE = 50


@page
def failed(request: ActorRequest) -> HttpResponse:
    """List the rows that wait for another attempt, the latest failure first."""
    policy.require_configurer(request.actor)
    waiting = failures.waiting(request.actor)
    shown = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "casework/watch/failures.html", {"failed": shown.object_list, "page_obj": shown}
    )


@require_POST
@page
def retry(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Försök igen, in the next run."""
    failures.retry(request.actor, pk)
    messages.success(request, "Raden körs igen inom någon minut.")
    return redirect("watch-failures")
