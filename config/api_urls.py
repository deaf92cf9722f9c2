"""Version 1 of the API: what each app serves of it."""

from django.urls import include, path

urlpatterns = [
    path("", include("casework.api.urls")),
    path("", include("deviations.api.urls")),
    path("", include("lexsarah.api.urls")),
]
