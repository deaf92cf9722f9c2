"""Addresses of Egna tider."""

from django.urls import path

from casework.web.rules import views

urlpatterns = [
    path("organisation/egna-tider/", views.rules, name="rule-list"),
    path("organisation/egna-tider/<slug:key>/", views.rule, name="rule"),
    path("organisation/egna-tider/<int:pk>/ta-bort/", views.take_back, name="rule-take-back"),
]
