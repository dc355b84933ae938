"""Calendar files of recurring dates: no language prefix, since calendar programmes keep their addresses for years."""

from django.urls import path

from .views import series

app_name = "series_calendar"

urlpatterns = [path("<int:series_id>.ics", series.series_feed, name="series_feed")]
