"""The mark that the weekly list of a unit was gone through."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from casework.cases.services.weekly import note_weekly_review
from casework.kit.web import ActorRequest, page


@require_POST
@page
def note(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Note it for this week."""
    review = note_weekly_review(request.actor, pk)
    messages.success(request, f"Veckogenomgången i {review.unit.name} är antecknad.")
    return redirect("investigation-week")
