"""Addresses of papers, below the report's own."""

from django.urls import path

from lexsarah.web.papers import documents, handing_out, ivo, official_register

_REPORT = "lex-sarah/<int:report_id>"

urlpatterns = [
    path("lex-sarah/bilaga/", handing_out.appendix, name="lex-sarah-appendix"),
    path("lex-sarah/diarium/", official_register.listed, name="lex-sarah-register"),
    path(
        "lex-sarah/diarium/<int:report_id>/", official_register.one, name="lex-sarah-register-one"
    ),
    path(f"{_REPORT}/handlingar/", documents.documents, name="lex-sarah-papers"),
    path(
        f"{_REPORT}/handlingar/<int:document_id>/fil/", documents.file, name="lex-sarah-paper-file"
    ),
    path(f"{_REPORT}/handlingar/rad/<int:entry_id>/", documents.correct, name="lex-sarah-entry"),
    path(f"{_REPORT}/handlingar/maskad-kopia/", handing_out.masked, name="lex-sarah-masked"),
    path(f"{_REPORT}/ivo/", ivo.package, name="lex-sarah-ivo"),
    path(f"{_REPORT}/ivo/brev/", ivo.letter, name="lex-sarah-ivo-letter"),
    path(f"{_REPORT}/ivo/brev/<int:letter_id>/", ivo.answer, name="lex-sarah-ivo-answer"),
]
