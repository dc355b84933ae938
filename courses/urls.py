"""Addresses of courses. Catalogue and course pages are Wagtail pages."""

from django.urls import path

from . import views

app_name = "courses"

urlpatterns = [
    path("fortbildungen.json", views.course_list, name="course_list"),
]
