"""Addresses of enrolment."""

app_name = "enrolment"
urlpatterns: list = []
