"""Addresses of the lists."""

from django.urls import path

from deviations.web.listing import actions, review, views

urlpatterns = [
    path("avvikelser/", views.deviations, name="deviation-list"),
    path("mina-atgarder/", actions.my_actions, name="my-actions"),
    path("mina-atgarder/utford/", actions.finish, name="action-finish"),
    path("apt/", review.unit_review, name="unit-review"),
]
