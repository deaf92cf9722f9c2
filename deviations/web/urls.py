"""The pages of deviations."""

from django.urls import include, path

urlpatterns = [
    path("", include("deviations.web.reporting.urls")),
]
