"""Addresses of the bare site."""

from django.http import HttpResponse
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.models import Page


def one_query(request):
    """Django with one query: what every comparison is counted in."""
    return HttpResponse(Page.objects.values_list("title", flat=True).get(slug="bare-1"))


urlpatterns = [path("one-query/", one_query), path("", include(wagtail_urls))]
