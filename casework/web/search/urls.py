from django.urls import path

from casework.web.search import views

urlpatterns = [path("sok/", views.search, name="search")]
