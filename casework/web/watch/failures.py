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
from casework.registers.exporting import export_response

PER_PAGE = 50
COLUMNS = ("Moment", "Rad", "Fel", "Försök", "Första gången", "Nästa försök")


@page
def failed(request: ActorRequest) -> HttpResponse:
    """List the rows that wait for another attempt, the latest failure first.

    ``?format=csv|xlsx`` gives all of them as a file.
    """
    policy.require_configurer(request.actor)
    waiting = failures.waiting(request.actor)
    if file_format := request.GET.get("format"):
        return export_response(
            request.actor,
            "bevakning-som-har-fastnat",
            COLUMNS,
            [
                (
                    row.get_act_display(),
                    row.row_id,
                    row.error,
                    row.attempts,
                    row.first_failed_at,
                    row.retry_at,
                )
                for row in waiting
            ],
            file_format,
            kind="failedrow",
            ids=[row.pk for row in waiting],
        )
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
