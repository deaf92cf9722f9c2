"""Addresses under Utredningar."""

from django.urls import path

from casework.web.worklists import assigning, forecast, gone_through, months, standing, week

urlpatterns = [
    path("utredningar/", week.week, name="investigation-week"),
    path("utredningar/fordela/", assigning.assign, name="investigation-assign"),
    path("utredningar/genomgang/<int:pk>/", gone_through.note, name="week-note"),
    path("utredningar/prognos/", forecast.forecast, name="forecast"),
    path("utredningar/prognos/tider/", forecast.times, name="forecast-times"),
    path("utredningar/enheter/", standing.standing, name="unit-standing"),
    path("utredningar/sena/", months.months, name="late-months"),
]
