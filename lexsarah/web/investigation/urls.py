"""Addresses of the investigation, below the report's own."""

from django.urls import path

from lexsarah.web.investigation import document, earlier, notes

_REPORT = "lex-sarah/<int:report_id>"

urlpatterns = [
    path("lex-sarah/personnummer/", document.numbers, name="lex-sarah-numbers"),
    path(f"{_REPORT}/utredning/", document.document, name="lex-sarah-document"),
    path(f"{_REPORT}/utredning/orsaker/", document.add_cause, name="lex-sarah-cause"),
    path(
        f"{_REPORT}/utredning/orsaker/<int:cause_id>/",
        document.remove_cause,
        name="lex-sarah-cause-remove",
    ),
    path(f"{_REPORT}/utredning/<slug:key>/", document.part, name="lex-sarah-part"),
    path(f"{_REPORT}/anteckningar/", notes.notes, name="lex-sarah-notes"),
    path(f"{_REPORT}/anteckningar/<int:note_id>/", notes.correct, name="lex-sarah-note-correct"),
    path(f"{_REPORT}/liknande/", earlier.earlier, name="lex-sarah-earlier"),
    path(f"{_REPORT}/liknande/bedom/", earlier.judge, name="lex-sarah-earlier-judge"),
]
