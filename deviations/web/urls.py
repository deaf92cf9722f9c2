"""The pages of deviations."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
