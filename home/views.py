"""Public pages and the files that editors upload."""

import mimetypes

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail import views as wagtail_views
from wagtail.models import Page

from .routing import find_route, locale_code

PUBLIC_MEDIA = ("images/", "original_images/")


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """Any address that no other part answers: a Wagtail page in the language of the address.

    Wagtail would answer a language without a start page with the German one; that is a 404 here.
    """
    route = find_route(request, path)
    if route is not None:
        request._wagtail_route_for_request = route
    else:
        other = Page.route_for_request(request, path)
        if other is None or locale_code(other[0].locale_id) != get_language():
            raise Http404
    return wagtail_views.serve(request, path)


@require_safe
def serve_media(request: HttpRequest, path: str) -> FileResponse:
    """Images of public pages. Documents have a view of their own that asks who may read them."""
    if not path.startswith(PUBLIC_MEDIA) or ".." in path or not default_storage.exists(path):
        raise Http404
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    response = FileResponse(default_storage.open(path), content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
