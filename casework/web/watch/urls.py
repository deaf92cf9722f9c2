"""Addresses under Bevakning."""

from django.urls import path

from casework.web.watch import failures, views

urlpatterns = [
    path("bevakning/", views.watch, name="watch"),
    path("bevakning/meddelanden/", views.notices, name="watch-notices"),
    path("bevakning/meddelanden/lasta/", views.read, name="watch-read"),
    path("bevakning/fel/", failures.failed, name="watch-failures"),
    path("bevakning/fel/<int:pk>/forsok/", failures.retry, name="watch-retry"),
]
