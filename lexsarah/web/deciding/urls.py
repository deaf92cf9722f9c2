"""Addresses of the decision, and of the delegationsordning."""

from django.urls import path

from lexsarah.web.deciding import delegations, measure_acts, tab

_REPORT = "lex-sarah/<int:report_id>"

urlpatterns = [
    path(f"{_REPORT}/beslut/", tab.decision, name="lex-sarah-decision"),
    path(
        f"{_REPORT}/atgarder/<int:measure_id>/<slug:slug>/",
        measure_acts.act,
        name="lex-sarah-measure",
    ),
    path("lex-sarah/atgarder/<int:measure_id>/", measure_acts.own, name="lex-sarah-own-measure"),
    path("lex-sarah/delegationsbeslut/", delegations.decisions, name="lex-sarah-decisions"),
    path("organisation/delegation/", delegations.rules, name="delegation-list"),
    path("organisation/delegation/ny/", delegations.new, name="delegation-new"),
    path("organisation/delegation/<int:pk>/", delegations.change, name="delegation"),
    path("organisation/delegation/<int:pk>/upphor/", delegations.end, name="delegation-end"),
]
