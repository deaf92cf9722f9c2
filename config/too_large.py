"""Bodies that are too large: refused before they are read (413), as a page or as a problem."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.defaults import bad_request as plain_bad_request

from casework.kit.refusals import TOO_LARGE, TOO_LARGE_MESSAGE
from casework.shared import limits


class RequestSize:
    """Refuse what says of itself that it is larger than any form asks for.

    Django has no such limit on files. A body that does not tell its size is read as empty.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or refuse."""
        size = request.META.get("CONTENT_LENGTH") or "0"
        if size.isdecimal() and int(size[:20]) > limits.REQUEST:
            return too_large(request)
        return self.get_response(request)


def too_large(request: HttpRequest) -> HttpResponse:
    """Say that it was too large; the proxy sends its own refusals here too."""
    if request.path.startswith("/api/"):
        fault = {"code": "too_large", "message": TOO_LARGE_MESSAGE, "field": None}
        return JsonResponse(
            {"status": 413, **fault, "errors": [fault]},
            status=413,
            content_type="application/problem+json",
        )
    return render(request, "413.html", {"message": TOO_LARGE_MESSAGE}, status=413)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django calls a bad request; it calls so what is too large as well."""
    if isinstance(exception, TOO_LARGE):
        return too_large(request)
    return plain_bad_request(request, exception)
