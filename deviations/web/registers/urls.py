"""Addresses of the registers."""

from django.urls import path

from deviations.web.registers import views

urlpatterns = [
    path("organisation/kategorier/", views.categories, name="category-list"),
    path("organisation/kategorier/<int:pk>/", views.category, name="category"),
    path("organisation/orsaker/", views.causes, name="cause-list"),
    path("organisation/orsaker/<int:pk>/", views.cause, name="cause"),
]
