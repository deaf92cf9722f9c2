"""Addresses of Förslag från bevakning, under the Inkorg."""

from django.urls import path

from deviations.web.proposals import deciding, views

urlpatterns = [
    path("inkorg/forslag/", views.proposals, name="proposals"),
    path("inkorg/forslag/flera/", views.chosen, name="proposals-several"),
    path("inkorg/forslag/tillsammans/", deciding.together, name="proposals-together"),
    path("inkorg/forslag/<int:pk>/", deciding.confirm, name="proposal-confirm"),
    path("inkorg/forslag/<int:pk>/avboj/", deciding.decline, name="proposal-decline"),
]
