"""Addresses of the registers."""

from django.urls import path

from casework.web.registers import views

urlpatterns = [
    path("register/", views.index, name="register-index"),
    path("register/inlasning/<int:batch_id>/", views.batch, name="register-batch"),
    path("register/<slug:kind>/mall/", views.template, name="register-template"),
    path("register/<slug:kind>/", views.upload, name="register-upload"),
    path("register/<slug:kind>/<str:token>/kolumner/", views.columns, name="register-columns"),
    path("register/<slug:kind>/<str:token>/granska/", views.review, name="register-review"),
    path("register/<slug:kind>/<str:token>/avbryt/", views.cancel, name="register-cancel"),
]
