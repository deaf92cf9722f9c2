"""The pages of deviations."""

from django.urls import include, path

urlpatterns = [
    path("", include("deviations.web.registers.urls")),
    path("", include("deviations.web.reporting.urls")),
    path("", include("deviations.web.inbox.urls")),
    path("", include("deviations.web.proposals.urls")),
    path("", include("deviations.web.handling.urls")),
    path("", include("deviations.web.listing.urls")),
]
