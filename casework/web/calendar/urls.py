"""Addresses of the calendar."""

from django.urls import path

from casework.web.calendar import views

urlpatterns = [
    path("bevakning/kalender/", views.subscription, name="calendar"),
    path("kalender/<str:secret>.ics", views.feed, name="calendar-feed"),
]
