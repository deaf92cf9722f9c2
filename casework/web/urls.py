"""The pages of the ground floor."""

from django.urls import include, path

urlpatterns = [
    path("", include("casework.web.start.urls")),
    path("", include("casework.web.organisation.urls")),
    path("", include("casework.web.accounts.urls")),
    path("", include("casework.web.reports.urls")),
    path("", include("casework.web.registers.urls")),
    path("", include("casework.web.search.urls")),
    path("", include("casework.web.cases.urls")),
    path("", include("casework.web.watch.urls")),
    path("", include("casework.web.calendar.urls")),
    path("", include("casework.web.operation.urls")),
    path("", include("casework.web.worklists.urls")),
    path("", include("casework.web.rules.urls")),
    path("", include("casework.web.duty.urls")),
]
