"""The player's addresses (H5P.md 6). No cookie is read or set: a signed token says who plays what.

The frame that calls them has an opaque origin, so every answer allows every origin; none of them tells more than its
token allows.
"""

import secrets
import uuid as uuids
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from . import bundles, files, library, player, services, tokens
from .export import export_package
from .manifest import LibraryName
from .models import Content
from .tracking import STATE_BYTES, STATEMENT_BYTES

SANDBOX = "allow-scripts allow-forms allow-popups allow-modals allow-downloads"
STATUS = {"invalid": 400, "conflict": 409, "too-large": 413, "too-many": 429}
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "X-Requested-With, Content-Type, Range",
    "Access-Control-Max-Age": "600",
}

View = Callable[..., HttpResponseBase]


def for_the_player(*methods: str) -> Callable[[View], View]:
    """A view that the frame may call: no cookies, any origin, refusals as JSON with their status."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @xframe_options_exempt
        @wraps(view)
        def wrapped(request: HttpRequest, **kwargs) -> HttpResponseBase:
            if request.method == "OPTIONS":
                response: HttpResponseBase = HttpResponse(status=204, headers=PREFLIGHT)
            elif request.method not in methods:
                response = HttpResponse(status=405, headers={"Allow": ", ".join([*methods, "OPTIONS"])})
            else:
                response = _answer(view, request, kwargs)
            for name, value in CORS.items():
                response[name] = value
            return response

        return wrapped

    return decorate


def _answer(view: View, request: HttpRequest, kwargs: dict) -> HttpResponseBase:
    try:
        return view(request, **kwargs)
    except tokens.TokenRefused:
        return _refusal(403, _("This link has expired. Please load the page again."))
    except services.RecordRefused as refusal:
        return _refusal(STATUS[refusal.code], str(refusal))
    except Http404:
        return _refusal(404, _("This file does not exist."))


def _refusal(status: int, message: str) -> JsonResponse:
    return JsonResponse({"success": False, "message": message}, status=status)


def base(request: HttpRequest, **kwargs) -> HttpResponseBase:
    """Only the beginning of other addresses."""
    raise Http404


@for_the_player("GET", "HEAD")
def embed(request: HttpRequest, uuid: uuids.UUID) -> HttpResponseBase:
    """The page in the frame. Opened on its own it is just as confined: the sandbox stands in its header too."""
    content = get_object_or_404(Content.objects.select_related("library"), uuid=uuid)
    token = request.GET.get("t", "")
    nonce = secrets.token_urlsafe(16)
    with translation.override(player.interface_language(content)):
        try:
            claims = _claims(token, content)
        except tokens.TokenRefused:
            response = render(request, "h5p/embed_refused.html", status=403)
        else:
            context = player.page(content=content, token=token, claims=claims, at=timezone.now())
            response = render(request, "h5p/embed.html", {**context, "nonce": nonce})
    response["Content-Security-Policy"] = _policy(request, nonce)
    response["Cache-Control"] = "no-store"
    return response


@for_the_player("GET", "POST")
def state(request: HttpRequest, content_id: int, data_type: str, sub_content_id: str) -> HttpResponseBase:
    content, claims = _played(request, content_id)
    part = {"data_type": data_type, "sub_content_id": sub_content_id}
    if request.method == "GET":
        data = player.state_data(content=content, claims=claims, **part)
        return _uncached({"success": True, "data": False if data is None else data})
    form = _form(request, STATE_BYTES * 3 + 1024)  # a byte may take three characters on its way
    if claims.is_preview:
        return _uncached({"success": True})
    data = form.get("data")
    services.record_state(
        content=content,
        user_key=claims.user_key,
        context=claims.context,
        data=None if data in (None, "0") else data,
        is_preloaded=form.get("preload") == "1",
        is_reset_on_change=form.get("invalidate") == "1",
        at=timezone.now(),
        **part,
    )
    return _uncached({"success": True})


@for_the_player("POST")
def finished(request: HttpRequest) -> HttpResponseBase:
    form = _form(request, 8 * 1024)
    content, claims = _played(request, form.get("contentId"))
    if claims.is_preview:
        return _uncached({"success": True})
    services.record_finished(
        content=content,
        user_key=claims.user_key,
        context=claims.context,
        score=form.get("score"),
        max_score=form.get("maxScore"),
        seconds=form.get("time") or _seconds_between(form.get("opened"), form.get("finished")),
        round_key=_round_key(request),
        at=timezone.now(),
    )
    return _uncached({"success": True})


@for_the_player("POST")
def xapi(request: HttpRequest) -> HttpResponseBase:
    content, claims = _played(request)
    if claims.is_preview:
        return _uncached({"success": True})
    services.record_statement(
        content=content,
        user_key=claims.user_key,
        context=claims.context,
        raw=_body(request, STATEMENT_BYTES),
        round_key=_round_key(request),
        at=timezone.now(),
    )
    return _uncached({"success": True})


@for_the_player("GET", "HEAD")
def content_file(request: HttpRequest, token: str, path: str) -> HttpResponseBase:
    prefix = tokens.read_file_token(token, timezone.now())
    return files.stored_file(request, f"{prefix}/{path}", cache_control=files.CACHE_PRIVATE)


@for_the_player("GET")
def script_bundle(request: HttpRequest, token: str) -> HttpResponseBase:
    """All scripts of an exercise's libraries. They never change, so whoever has the address may keep them."""
    return bundles.answer(request, token, kind=bundles.SCRIPTS)


@for_the_player("GET")
def style_bundle(request: HttpRequest, token: str) -> HttpResponseBase:
    """All styles of an exercise's libraries."""
    return bundles.answer(request, token, kind=bundles.STYLES)


@for_the_player("GET", "HEAD")
def library_release(request: HttpRequest, folder: str, release: str, path: str) -> HttpResponseBase:
    """A file of one patch of a library, which never changes."""
    return files.stored_file(request, f"libraries/{folder}/{release}/{path}", cache_control=files.CACHE_FOREVER)


@for_the_player("GET", "HEAD")
def library_file(request: HttpRequest, folder: str, path: str) -> HttpResponseBase:
    """A file of a library in its installed patch, for content types that build the address themselves."""
    name = LibraryName.parse(folder)
    row = library.find(str(name)) if name and name.folder == folder else None
    if row is None:
        raise Http404
    return files.stored_file(request, f"{row.prefix}/{path}", cache_control=files.CACHE_SHORT)


@for_the_player("GET")
def export(request: HttpRequest, uuid: uuids.UUID) -> HttpResponseBase:
    """The .h5p file, for whoever was given the address by somebody who may hand it out."""
    content = get_object_or_404(Content.objects.select_related("library"), uuid=uuid)
    tokens.check_export_token(request.GET.get("t", ""), content)
    response = HttpResponse(export_package(content), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{content.uuid}.h5p"'
    response["Cache-Control"] = "no-store"
    return response


def _claims(token: str, content: Content) -> tokens.PlayerClaims:
    claims = tokens.read_player_token(token)
    if claims.content_id != content.pk:
        raise tokens.TokenRefused
    return claims


def _played(request: HttpRequest, content_id: int | str | None = None) -> tuple[Content, tokens.PlayerClaims]:
    """The content and the learner of the token; what the address or form names must be the same content."""
    claims = tokens.read_player_token(request.GET.get("t", ""))
    if content_id is not None and str(content_id) != str(claims.content_id):
        raise tokens.TokenRefused
    return get_object_or_404(Content, pk=claims.content_id), claims


def _round_key(request: HttpRequest) -> str:
    """The player's name for the attempt; anything but an identifier counts as none."""
    try:
        return str(uuids.UUID(request.GET.get("round", "")))
    except ValueError:
        return ""


def _seconds_between(opened: str | None, finished: str | None) -> int | None:
    try:
        return int(finished or "") - int(opened or "")
    except ValueError:
        return None


def _body(request: HttpRequest, limit: int) -> bytes:
    """The body of the request, never more of it in memory than `limit` allows."""
    raw = request.read(limit + 1)
    if len(raw) > limit:
        raise services.RecordRefused("too-large", _("This is more than can be saved."))
    return raw


def _form(request: HttpRequest, limit: int) -> QueryDict:
    return QueryDict(_body(request, limit), encoding="utf-8")


def _uncached(data: dict) -> JsonResponse:
    return JsonResponse(data, headers={"Cache-Control": "no-store"})


def _policy(request: HttpRequest, nonce: str) -> str:
    """The Content-Security-Policy of the frame. 'self' would match nothing: the frame's origin is opaque."""
    origin = request.build_absolute_uri("/").rstrip("/")
    statics = urlsplit(settings.STATIC_URL)
    sources = f"{origin} {statics.scheme}://{statics.netloc}" if statics.netloc else origin
    directives = {
        "default-src": sources,
        "script-src": f"{sources} 'nonce-{nonce}' 'unsafe-eval'",  # many content types are built with eval
        "style-src": f"{sources} 'unsafe-inline'",
        "img-src": f"{sources} data: blob:",
        "media-src": f"{sources} blob:",
        "font-src": f"{sources} data:",
        "connect-src": sources,
        "worker-src": "blob:",
        "frame-src": sources,
        "object-src": "'none'",
        "base-uri": origin,
        "form-action": "'none'",
        "frame-ancestors": origin,
        "sandbox": SANDBOX,
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
