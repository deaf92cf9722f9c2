"""The yearly confirmation of the duty to report, and who is still to confirm."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from casework.kit.web import ActorRequest, page
from casework.shared import clock
from lexsarah.services import duty as service


@page
def duty(request: ActorRequest) -> HttpResponseBase:
    """Say what the duty is, take the confirmation, and show those who lead where it is wanting."""
    actor = request.actor
    today = clock.today()
    if request.method == "POST":
        service.confirm(actor)
        messages.success(request, f"Tack. Du har bekräftat för {today.year}.")
        return redirect("lex-sarah-duty")
    rows = service.by_unit(actor, today)
    return render(
        request,
        "lexsarah/round/duty.html",
        {
            "year": today.year,
            "confirmed": service.has_confirmed(actor, today.year),
            "rows": rows,
            "names_anybody": any(row.missing for row in rows),
            "total": sum(row.total for row in rows),
            "done": sum(row.confirmed for row in rows),
        },
    )
