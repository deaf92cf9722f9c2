"""Addresses of the page Drift."""

from django.urls import path

from casework.web.operation import views

urlpatterns = [
    path("drift/", views.operation, name="operation"),
    path("drift/brev/", views.try_again, name="operation-retry"),
]
