"""Addresses of what is asked: below the report for SAS, and apart from it for who is asked."""

from django.urls import path

from lexsarah.web.asking import asked, tab

urlpatterns = [
    path("lex-sarah/begars/", asked.listed, name=asked.LISTED),
    path("lex-sarah/begars/<int:request_id>/", asked.one, name=asked.ONE),
    path("lex-sarah/begars/<int:request_id>/utkast/", asked.draft, name="lex-sarah-asked-draft"),
    path("lex-sarah/begars/beslut/<int:delivery_id>/", asked.decision, name="lex-sarah-delivered"),
    path("lex-sarah/<int:report_id>/begart/", tab.requests, name="lex-sarah-requests"),
    path(
        "lex-sarah/<int:report_id>/begart/<int:request_id>/aterta/",
        tab.withdraw,
        name="lex-sarah-request-withdraw",
    ),
]
