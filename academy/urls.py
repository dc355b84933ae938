"""Addresses (DESIGN.md 5): one include per app, Wagtail last."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from home.sitemap import PublicPages
from home.views import serve_document, serve_media

from . import views

urlpatterns = [
    path("", RedirectView.as_view(url="/de/", permanent=False)),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PublicPages}}, name="sitemap"),
    path("health/live", views.health_live, name="health_live"),
    path("health/ready", views.health_ready, name="health_ready"),
    path("cms/login/", views.admin_gate, name="admin_gate"),
    path("cms/", include(wagtailadmin_urls)),
    re_path(r"^documents/(\d+)/(.*)$", serve_document, name="wagtaildocs_serve"),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:path>", serve_media, name="media"),
    path("h5p/", include("courses.h5p.urls")),
    path("calendar/series/", include("consulting.calendar_urls")),
    path("calendar/", include("enrolment.calendar_urls")),
]

localized = [
    path("", include("academy.account_urls")),
    path("", include("courses.urls")),
    path("", include("enrolment.urls")),
    path("", include("consulting.urls")),
    path("", include("home.urls")),
]
if settings.DEMO:
    localized.insert(0, path("demo/", include("consulting.demo.urls")))
urlpatterns += i18n_patterns(*localized, prefix_default_language=True)
