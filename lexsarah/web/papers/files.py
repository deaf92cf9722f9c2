"""Handing over a file that was made here."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from casework.shared.errors import InvalidInput
from casework.shared.papers import pdf, word
from casework.shared.papers.content import Paper

FORMATS = {"pdf": (pdf.CONTENT_TYPE, pdf.pdf), "docx": (word.CONTENT_TYPE, word.word)}


def paper_response(paper: Paper, name: str, file_format: str) -> HttpResponse:
    """Return the paper as a file to save; ``InvalidInput`` for a format that there is not."""
    if file_format not in FORMATS:
        raise InvalidInput("Välj PDF eller Word.", field="format")
    content_type, write = FORMATS[file_format]
    return file_response(write(paper), content_type, f"{name}.{file_format}")


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Return a file to save, never to be shown by the browser in our name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
