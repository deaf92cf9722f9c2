"""Addresses of Beredskap."""

from django.urls import path

from casework.web.duty import views

urlpatterns = [
    path("organisation/beredskap/", views.functions, name="duty-list"),
    path("organisation/beredskap/<int:pk>/", views.function, name="duty"),
]
