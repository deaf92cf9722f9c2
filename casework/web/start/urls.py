"""The address of the start page."""

from django.urls import path

from casework.web.start import views

urlpatterns = [path("", views.start, name="start")]
