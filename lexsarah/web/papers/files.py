"""Handing over a file that was made here."""

from django.http import HttpResponse

from casework.shared.downloads import file_response
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
