"""The reporter's addresses."""

from django.urls import path

from deviations.web.reporting import follow, views

urlpatterns = [
    path("avvikelser/ny/", views.report_new, name="report-new"),
    path("avvikelser/ny/spara/", views.autosave, name="report-autosave"),
    path("avvikelser/ny/tips/", views.hints, name="report-hints"),
    path("avvikelser/kvitto/<uuid:key>/", views.receipt, name="report-receipt"),
    path("avvikelser/utkast/<uuid:key>/ta-bort/", views.discard, name="draft-discard"),
    path("avvikelser/mina/", follow.my_reports, name="my-reports"),
    path(
        "avvikelser/<int:deviation_id>/svara/<int:question_id>/",
        follow.answer_question,
        name="report-answer",
    ),
    path(
        "avvikelser/<int:deviation_id>/filer/<int:attachment_id>/",
        follow.attachment,
        name="deviation-file",
    ),
]
