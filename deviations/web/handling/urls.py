"""Addresses of one deviation and its acts."""

from django.urls import path

from deviations.web.handling import acting, detail, merging, simple

urlpatterns = [
    path("avvikelser/<int:pk>/", detail.deviation, name="deviation"),
    path("avvikelser/<int:pk>/enkel/", simple.simple, name="simple-handling"),
    path("avvikelser/<int:pk>/sammanfor/", merging.merge, name="deviation-merge"),
    path("avvikelser/<int:pk>/<slug:slug>/", acting.act, name="deviation-act"),
]
