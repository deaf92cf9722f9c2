"""Routes of the API for deviations, under ``/api/v1/``."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from deviations.api.others import (
    ActionViewSet,
    CategoryViewSet,
    CauseViewSet,
    HandleTogetherView,
    UnitReviewView,
)
from deviations.api.proposals import ConfirmTogetherView, ProposalViewSet
from deviations.api.views import DeviationViewSet

router = SimpleRouter(use_regex_path=False)
router.register("deviations", DeviationViewSet, basename="api-deviation")
router.register("deadline-proposals", ProposalViewSet, basename="api-proposal")
router.register("actions", ActionViewSet, basename="api-action")
router.register("categories", CategoryViewSet, basename="api-category")
router.register("causes", CauseViewSet, basename="api-cause")

urlpatterns = [
    path(
        "deviations/handle-together/",
        HandleTogetherView.as_view(),
        name="api-deviation-handle-together",
    ),
    path(
        "deadline-proposals/confirm-together/",
        ConfirmTogetherView.as_view(),
        name="api-proposal-confirm-together",
    ),
    path("unit-reviews/", UnitReviewView.as_view(), name="api-unit-review"),
    *router.urls,
]
