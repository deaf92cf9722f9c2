"""Addresses of what goes round."""

from django.urls import path

from lexsarah.web.round import duty, lessons, outside, providers

urlpatterns = [
    path("lex-sarah/utforare/", providers.listed, name="lex-sarah-providers"),
    path("lex-sarah/utforare/ny/", providers.new, name="lex-sarah-provider-new"),
    path("lex-sarah/utforare/<int:information_id>/", providers.one, name="lex-sarah-provider"),
    path(
        "lex-sarah/utforare/<int:information_id>/ratta/",
        providers.correct,
        name="lex-sarah-provider-correct",
    ),
    path("lex-sarah/skyldighet/", duty.duty, name="lex-sarah-duty"),
    path("lex-sarah/lardomar/", lessons.listed, name="lex-sarah-lessons"),
    path("lex-sarah/lardomar/<int:lesson_id>/", lessons.one, name="lex-sarah-lesson"),
    path("lex-sarah/<int:report_id>/utat/", outside.outside, name="lex-sarah-outside"),
]
