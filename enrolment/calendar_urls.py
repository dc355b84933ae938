"""Calendar feeds: no language prefix, since calendar programmes keep their addresses for years."""

urlpatterns: list = []
