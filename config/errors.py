"""What is answered where nothing else has: an internal error, or that there is no room."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import server_error as plain_page

from casework.kit.refusals import as_problem
from casework.kit.web import refusal
from casework.shared.errors import NoRoom
from casework.shared.storage import is_full


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 507 in words where a disk is full, the database's or one's own, else 500."""
    if not is_full(sys.exc_info()[1]):
        return plain_page(request)
    if request.path.startswith("/api/"):
        return JsonResponse(
            as_problem(NoRoom()), status=507, content_type="application/problem+json"
        )
    return refusal(request, NoRoom())
