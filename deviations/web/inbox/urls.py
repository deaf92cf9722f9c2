"""Addresses of the Inkorg."""

from django.urls import path

from deviations.web.inbox import several, views

urlpatterns = [
    path("inkorg/", views.inbox, name="inbox"),
    path("inkorg/flera/", several.chosen, name="inbox-several"),
    path("inkorg/fordela/", several.assign, name="inbox-assign"),
    path("inkorg/flytta/", several.move, name="inbox-move"),
    path("inkorg/tillsammans/", several.together, name="batch"),
]
