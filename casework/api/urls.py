"""Routes of the API that the ground floor serves, under ``/api/v1/``."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from casework.api.cases.times import WatchedTimeViewSet
from casework.api.cases.views import (
    CaseViewSet,
    DecisionViewSet,
    IntakeViewSet,
    InvestigationViewSet,
)
from casework.api.deadlines import DeadlineViewSet
from casework.api.figures import FigureView, ReportView
from casework.api.organisation import AreaViewSet, DepartmentViewSet, UnitViewSet
from casework.api.tokens import TokenView

router = SimpleRouter(use_regex_path=False)
router.register("units", UnitViewSet, basename="api-unit")
router.register("areas", AreaViewSet, basename="api-area")
router.register("departments", DepartmentViewSet, basename="api-department")
router.register("cases", CaseViewSet, basename="api-case")
router.register("intakes", IntakeViewSet, basename="api-intake")
router.register("investigations", InvestigationViewSet, basename="api-investigation")
router.register("decisions", DecisionViewSet, basename="api-decision")
router.register("watched-times", WatchedTimeViewSet, basename="api-watched-time")
router.register("deadlines", DeadlineViewSet, basename="api-deadline")

urlpatterns = [
    path("token/", TokenView.as_view(), name="api-token"),
    path("reports/", ReportView.as_view(), name="api-reports"),
    path("figures/<str:query>/", FigureView.as_view(), name="api-figure"),
    *router.urls,
]
