"""Calendar feeds: no language prefix, since calendar programmes keep their addresses for years."""

from django.urls import path

from .views import calendars

app_name = "calendar"

urlpatterns = [
    path("runs/<int:run_id>.ics", calendars.run_feed, name="run_feed"),
    path("sessions/<int:session_id>.ics", calendars.session_file, name="session_file"),
    path("rooms/<str:token>.ics", calendars.room_feed, name="room_feed"),
    path("<str:token>.ics", calendars.person_feed, name="person_feed"),
]
