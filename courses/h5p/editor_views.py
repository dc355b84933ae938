"""The official editor's addresses (H5P.md 6). As with the player, a signed token says which content is open, and no
cookie is read: the page around, which knows the person, gives the token out and takes what is saved.
"""

import json
import secrets
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import editor, editor_files, editor_uploads, files, services, tokens
from .manifest import LibraryName
from .views import STATUS, for_the_player

NO_HUB = ("library-install", "content-hub-metadata-cache", "get-content", "library-upload")


@for_the_player("GET", "HEAD")
def page(request: HttpRequest) -> HttpResponseBase:
    """The editor in its frame. 404 where no editor is installed, or where it lives on another host."""
    release, here = editor_files.installed_editor(), _origin(request)
    if release is None or (editor.content_origin() and editor.content_origin() != here):
        raise Http404
    token = request.GET.get("t", "")
    claims = tokens.read_editor_token(token)
    host, nonce = _host(request), secrets.token_urlsafe(16)
    with translation.override(claims.interface):
        context = editor.page(claims=claims, token=token, release=release, host=host, at=timezone.now())
        response = render(request, "h5p/editor.html", {**context, "nonce": nonce})
    response["Content-Security-Policy"] = _policy(here, host, nonce)
    response["Cache-Control"] = "no-store"
    return response


@for_the_player("GET", "POST")
def ajax(request: HttpRequest) -> HttpResponseBase:
    """What the editor asks for, by the name of the action."""
    claims = tokens.read_editor_token(request.GET.get("t", ""))
    if editor_files.installed_editor() is None:
        raise Http404
    action = request.GET.get("action", "")
    with translation.override(claims.interface):
        if action in NO_HUB:
            sentence = _("This site takes nothing from elsewhere: packages are uploaded in the list of exercises.")
            return _refused(403, sentence, "NOT_ALLOWED")
        answer = ACTIONS.get((request.method, action))
        if answer is None:
            raise Http404
        try:
            return answer(request, claims)
        except services.ContentRefused as refusal:
            return _refused(STATUS[refusal.code], str(refusal), refusal.code)


@for_the_player("GET", "HEAD")
def upload(request: HttpRequest, token: str, path: str) -> HttpResponseBase:
    """A file that was uploaded in this session of the editor and is not saved yet."""
    claims = tokens.read_editor_token(token)
    path = path.removesuffix(editor_uploads.MARK)
    name = f"{editor_uploads.folder_of(claims.upload)}/{path}"
    return files.stored_file(request, name, cache_control="private, no-cache")


@for_the_player("GET", "HEAD")
def release_file(request: HttpRequest, core: str, editor: str, path: str) -> HttpResponseBase:
    """A file of an installed editor, which never changes."""
    return files.stored_file(request, f"editor/{core}/{editor}/{path}", cache_control=files.CACHE_FOREVER)


# --- Actions -------------------------------------------------------------------------------------------------------
def _content_types(request: HttpRequest, claims: tokens.EditorClaims) -> HttpResponseBase:
    return _answer(editor.content_types())


def _library(request: HttpRequest, claims: tokens.EditorClaims) -> HttpResponseBase:
    """One library with its fields; without a name the content types, for editors without a list of their own."""
    asked = request.GET
    if "machineName" not in asked:
        return _answer(editor.overview())
    text = f"{asked['machineName']} {asked.get('majorVersion', '')}.{asked.get('minorVersion', '')}"
    name = LibraryName.parse(text)
    languages = {"language": asked.get("language", ""), "default_language": asked.get("default-language", "")}
    detail = editor.library_detail(name, **languages) if name else None
    if detail is None:
        raise Http404
    return _answer(detail)


def _libraries(request: HttpRequest, claims: tokens.EditorClaims) -> HttpResponseBase:
    return _answer(editor.overview(_names(request)))


def _translations(request: HttpRequest, claims: tokens.EditorClaims) -> HttpResponseBase:
    language = request.GET.get("language") or request.POST.get("language") or claims.interface
    return _answer({"success": True, "data": editor.translations(_names(request), language=language)})


def _filter(request: HttpRequest, claims: tokens.EditorClaims) -> HttpResponseBase:
    clean = editor.filtered(_json(request.POST.get("libraryParameters", "")), claims=claims)
    if clean is None:
        return _refused(400, _("This cannot be pasted here."), "NO_LIBRARY_PARAMETERS")
    return _answer({"success": True, "data": clean})


def _upload(request: HttpRequest, claims: tokens.EditorClaims) -> HttpResponseBase:
    """Some editors send the file from a frame of their own and read the answer as text."""
    field, file = _json(request.POST.get("field", "")), request.FILES.get("file")
    if file is None or not isinstance(field, dict):
        raise services.ContentRefused("invalid", _("The file did not arrive. Please try again."))
    kept = services.keep_upload(upload=claims.upload, kind=str(field.get("type")), file=file)
    response = HttpResponse(json.dumps(kept), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = f"default-src 'none'; frame-ancestors {_origin(request)} {_host(request)}"
    return response


ACTIONS = {
    ("GET", "content-type-cache"): _content_types,
    ("GET", "libraries"): _library,
    ("POST", "libraries"): _libraries,
    ("POST", "translations"): _translations,
    ("POST", "filter"): _filter,
    ("POST", "files"): _upload,
}


def _names(request: HttpRequest) -> list[str]:
    return request.POST.getlist("libraries[]") or request.POST.getlist("libraries")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _answer(data: dict | list) -> JsonResponse:
    return JsonResponse(data, safe=False, headers={"Cache-Control": "no-store"})


def _refused(status: int, message: str, code: str) -> JsonResponse:
    return JsonResponse({"success": False, "message": message, "errorCode": code}, status=status)


def _origin(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _host(request: HttpRequest) -> str:
    """The origin of the page around the frame."""
    if not editor.content_origin():
        return _origin(request)
    site = urlsplit(settings.BASE_URL)
    return f"{site.scheme}://{site.netloc}"


def _policy(origin: str, host: str, nonce: str) -> str:
    """The Content-Security-Policy of the frame, which the frames that the editor makes inherit. No host but this one
    is ever asked for anything; the editor's own libraries are built with eval and write styles.
    """
    statics = urlsplit(settings.STATIC_URL)
    sources = f"{origin} {statics.scheme}://{statics.netloc}" if statics.netloc else origin
    directives = {
        "default-src": "'none'",
        "script-src": f"{sources} 'nonce-{nonce}' 'unsafe-eval'",
        "style-src": f"{sources} 'unsafe-inline'",
        "img-src": f"{sources} data: blob:",
        "media-src": f"{sources} blob:",
        "font-src": f"{sources} data:",
        "connect-src": origin,
        "worker-src": "blob:",
        "frame-src": origin,
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": origin,
        "frame-ancestors": host,
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
