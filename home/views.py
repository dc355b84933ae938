"""Public pages and the files that editors upload."""

import mimetypes

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail import views as wagtail_views
from wagtail.models import Page

from .models import BasePage
from .routing import find_route, find_stand_in, locale_code, public_path

PUBLIC_MEDIA = ("images/", "original_images/")


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """Any address that no other part answers: a Wagtail page in the language of the address.

    Where that language has no page there, but German has one, the reader gets its variant (by a redirect to the address
    of its own) or else the German page with a notice. Wagtail would answer a language without a start page with the
    German one and say nothing; that is a 404 here.
    """
    route = find_route(request, path)
    if route is None and (stand_in := find_stand_in(request, path)) is not None:
        variant = stand_in.page.variant_in(get_language()) if isinstance(stand_in.page, BasePage) else None
        if variant is not None:
            return _moved_to(request, public_path(variant, get_language()))
        request.is_stand_in = True
        route = stand_in
    if route is not None:
        request._wagtail_route_for_request = route
        return _with_language_of(route.page, wagtail_views.serve(request, path))
    other = Page.route_for_request(request, path)
    if other is None or locale_code(other[0].locale_id) != get_language():
        raise Http404
    return wagtail_views.serve(request, path)


def _moved_to(request: HttpRequest, path: str) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{path}?{query}" if query else path)


def _with_language_of(page: Page, response: HttpResponse) -> HttpResponse:
    """The header names the language of the words, also where they stand in under another address."""
    response.headers.setdefault("Content-Language", locale_code(page.locale_id))
    return response


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
