"""Addresses of cases."""

from django.urls import path

from casework.web.cases import begin_time, registering, stepping, views

urlpatterns = [
    path("arenden/", views.cases, name="case-list"),
    path("arenden/ny/aktualisering/", registering.intake, name="case-intake-new"),
    path("arenden/ny/utredning/", registering.investigation, name="case-investigation-new"),
    path("arenden/ny/beslut/", registering.decision, name="case-decision-new"),
    path("arenden/<int:case_id>/", views.case, name="case"),
    path("arenden/<int:case_id>/skydd/", stepping.protect, name="case-protect"),
    path("arenden/<int:case_id>/bevakad-tid/", begin_time.begin, name="case-time-new"),
    path("arenden/<slug:kind>/<int:record_id>/<slug:slug>/", stepping.step, name="case-step"),
]
