"""Open data of the catalogue."""

from hashlib import blake2b

from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from academy.common.links import absolute
from home.routing import active_locale, public_path

from . import open_data, selectors

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"


@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    """All published courses of the language with their runs, for anybody to use. Answers conditional requests."""
    locale = active_locale()
    if locale is None:
        raise Http404
    found = selectors.published_courses(locale=locale, at=timezone.now())
    language = get_language()
    courses = [open_data.course_entry(offer, runs, public_path(offer.page, language)) for offer, runs in found]
    response = JsonResponse(
        {"version": 1, "language": language, "url": absolute(request.path), "licence": LICENCE, "courses": courses},
        encoder=DjangoJSONEncoder,
        json_dumps_params={"ensure_ascii": False},
    )
    response["Last-Modified"] = http_date(_first_seen(language, response.content))
    response["Cache-Control"] = "public, no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _first_seen(language: str, content: bytes) -> float:
    """When this content was first given out. Free places change without a moment of their own, so the words decide."""
    key, digest = f"courses:open-data:{language}", blake2b(content, digest_size=16).hexdigest()
    known = cache.get(key)
    if known is None or known[0] != digest:
        known = (digest, timezone.now().timestamp())
        cache.set(key, known, None)
    return known[1]
