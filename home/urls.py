"""Public pages: what no other part answers is a Wagtail page."""

from django.urls import include, path, re_path
from wagtail import views as wagtail_views

from . import views

home = ([], "home")

urlpatterns = [
    path("", include(home)),
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        wagtail_views.authenticate_with_password,
        name="wagtailcore_authenticate_with_password",
    ),
    re_path(r"^((?:[\w\-]+/)*)$", views.serve_page, name="wagtail_serve"),
]
