"""Addresses of the quality report."""

from django.urls import path

from casework.web.reports import views

urlpatterns = [
    path("rapport/", views.report, name="quality-report"),
    path("rapport/fil/<slug:kind>/", views.report_file, name="quality-report-file"),
    path("rapport/siffra/<str:query>/", views.figure, name="quality-report-figure"),
]
