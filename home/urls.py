"""Public pages: what no other part answers is a Wagtail page."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import views as wagtail_views

from . import views

home = (
    [
        path("search/", views.search, name="search"),
        path("report-barrier/", views.report_barrier, name="report_barrier"),
        path("report-barrier/thanks/<str:reference>/", views.report_thanks, name="report_thanks"),
        path("accessibility-reports/", views.report_list, name="report_list"),
        path("accessibility-reports/<int:report_id>/", views.report_detail, name="report_detail"),
    ],
    "home",
)

urlpatterns = [
    path("", include(home)),
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        wagtail_views.authenticate_with_password,
        name="wagtailcore_authenticate_with_password",
    ),
    # Wagtail asks for its own name even where another page signs in.
    path(
        "_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="wagtailcore_login"
    ),
    re_path(r"^((?:[\w\-]+/)*)$", views.serve_page, name="wagtail_serve"),
]
