"""Small pieces between the server and the views."""

from django.http import HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware

INLINE = ["'self'", "'unsafe-inline'"]
# Nothing below these is looked for under a language: a 404 stays a 404.
WITHOUT_LANGUAGE = ("/cms/", "/h5p/", "/calendar/", "/media/", "/documents/", "/health/", "/metrics")


class AdminContentSecurityPolicy:
    """Wagtail's editor needs inline scripts and styles; our own pages do not get them (STACK.md 10)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith("/cms/"):
            response._csp_replace = {"script-src": INLINE, "style-src": INLINE}
        return response


class AddressLocale(LocaleMiddleware):
    """The language is the first part of the address. Hungarian has dialogue pages only: all else goes to English."""

    def process_view(self, request, view, args, kwargs):
        if request.path_info.startswith("/hu/") and getattr(view, "__name__", "") != "serve_page":
            return HttpResponseRedirect("/en/" + request.get_full_path().removeprefix("/hu/"))
        return None

    def process_response(self, request, response):
        if response.status_code == 404 and request.path_info.startswith("/hu/"):
            return HttpResponseRedirect("/en/" + request.get_full_path().removeprefix("/hu/"))
        if request.path_info.startswith(WITHOUT_LANGUAGE):
            return response
        return super().process_response(request, response)
