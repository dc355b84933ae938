"""Addresses of the demonstration; academy/urls.py includes them only where DEMO is set."""

from django.urls import path

from . import views

app_name = "demo"
urlpatterns = [
    path("", views.roles, name="roles"),
    path("roles/<slug:slug>/", views.switch_role, name="switch_role"),
]
