"""Addresses of lex Sarah."""

from django.urls import include, path

from lexsarah.web import acting, drafting, reporting, views

urlpatterns = [
    path("lex-sarah/", views.reports, name="lex-sarah-list"),
    path("lex-sarah/rapportera/", reporting.new, name="lex-sarah-new"),
    path("lex-sarah/rapportera/spara/", drafting.autosave, name="lex-sarah-autosave"),
    path("lex-sarah/utkast/<uuid:key>/ta-bort/", drafting.discard, name="lex-sarah-draft-discard"),
    path("lex-sarah/papper/", reporting.paper, name="lex-sarah-paper"),
    path("lex-sarah/mina/", reporting.own, name="lex-sarah-own"),
    path("", include("lexsarah.web.round.urls")),
    path("", include("lexsarah.web.investigation.urls")),
    path("", include("lexsarah.web.asking.urls")),
    path("", include("lexsarah.web.deciding.urls")),
    path("", include("lexsarah.web.papers.urls")),
    path("lex-sarah/<int:report_id>/", views.report, name="lex-sarah"),
    path("lex-sarah/<int:report_id>/<slug:slug>/", acting.act, name="lex-sarah-act"),
]
