"""What the browser may keep of an answer: nothing of what somebody who is logged in was shown."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NoStore:
    """Say ``no-store`` to whoever is logged in, or was: pages, fragments, files and the API.

    So the button Back shows nothing after the log-out, also from the memory of the browser. Static
    files are answered before this and are kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_known = request.user.is_authenticated
        response = self.get_response(request)
        # A token of the API makes somebody known on the way.
        asked_as_somebody = "Authorization" in request.headers or "/api/" in request.path
        if was_known or request.user.is_authenticated or asked_as_somebody:
            response.headers["Cache-Control"] = "no-store"
        return response
