"""The list of deviations, on screen and as a file."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, page
from casework.registers.exporting import export_response
from deviations.queries.limits import Limits
from deviations.queries.listing import (
    COLUMNS,
    DEFAULT_SORT,
    OPEN,
    STATUSES,
    as_file_rows,
    narrowed,
)
from deviations.web.listing.forms import ListForm
from deviations.web.listing.rows import rows

PER_PAGE = 50


@page
def deviations(request: ActorRequest) -> HttpResponse:
    """List what the actor sees, narrowed, in order; ``?format=csv|xlsx`` gives the file.

    Those under way where the address names no state, on every page and in every order.
    """
    actor = request.actor
    limits = Limits(actor.board_id)
    form = ListForm({"status": OPEN, **request.GET.dict()}, actor=actor, limits=limits)
    found = narrowed(actor, form.narrowing, request.GET.get("sort", DEFAULT_SORT))
    if file_format := request.GET.get("format"):
        return export_response(
            actor,
            "avvikelser",
            COLUMNS,
            as_file_rows(actor, found),
            file_format,
            kind="deviation",
            ids=found.values_list("pk", flat=True),
            action="deviation.exported",
        )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    listed = rows(shown.object_list, limits)
    record_reading(
        actor, "deviation.listed", kind="deviation", ids=[row.deviation.pk for row in listed]
    )
    return render(
        request,
        "deviations/listing/list.html",
        {
            "form": form,
            "page_obj": shown,
            "rows": listed,
            "group": dict(STATUSES).get(form.narrowing.status, ""),
        },
    )
