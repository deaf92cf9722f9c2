"""The addresses of the service. What an app serves is listed in the app."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from casework.kit.web import page
from config import health
from config.styleguide import styleguide

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("stil/", page(styleguide), name="styleguide"),
    path("", include("casework.web.urls")),
    # After our own pages: some of them stand in the place of the library's.
    path("accounts/", include("allauth.urls")),
    path("", include("deviations.web.urls")),
    path("", include("lexsarah.web.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
]

handler400 = "config.too_large.bad_request"
handler500 = "config.errors.server_error"
