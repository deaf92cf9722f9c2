"""A file as an answer: to be saved, never shown by the browser in our name nor kept by it."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Return ``content`` to be saved as ``name``."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
