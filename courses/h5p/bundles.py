"""The scripts of an exercise's libraries in one answer, and their styles in another: a first start asks little.

A bundle is named by the releases in it, signed, so that only the player makes names. A release never changes, and so
neither does a bundle: browsers keep it, and whoever has an older page open still gets what that page was made for.
"""

import gzip
import json
import re
from collections.abc import Sequence
from urllib.parse import urljoin

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from . import files, manifest, tokens
from .archive import is_safe_path
from .models import Library
from .package import asset_path
from .storage import h5p_storage

SCRIPTS, STYLES = "preloadedJs", "preloadedCss"
_GZIP_LEVEL = 6
_PLACE = """Object.defineProperty(document, "currentScript", {configurable: true, value: {
  tagName: "SCRIPT", src: new URL(ADDRESS, document.baseURI).href, getAttribute(name) { return this[name] ?? null; },
}});"""
# What stands in a style sheet and may name a file. Comments and strings are matched so that nothing in them counts.
_TOKEN = re.compile(
    r"""
    (?P<comment>/\*.*?\*/)
    | (?P<charset>@charset\s+(?:"[^"]*"|'[^']*')\s*;)
    | (?P<import>@import\s+(?:url\(\s*)?(?P<import_quote>["']?)(?P<imported>[^"')\s;]+)(?P=import_quote)\s*\)?
        (?P<condition>[^;]*);)
    | (?P<url>url\(\s*(?P<quote>["']?)(?P<address>.*?)(?P=quote)\s*\))
    | "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*'
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def address_of(libraries: Sequence[Library], *, kind: str) -> str | None:
    """The address of the bundle of these libraries, in their order; None where they bring nothing of that kind."""
    releases = [row.prefix.removeprefix("libraries/") for row in libraries if row.metadata.get(kind)]
    if not releases:
        return None
    name = "scripts" if kind == SCRIPTS else "styles"
    return reverse(f"h5p:{name}", args=[tokens.make_bundle_token(releases)])


def asset_address(release: str, path: str) -> str:
    """The address of one file of a release such as "H5P.Column-1.16/4-0123abcd"."""
    folder, name = release.split("/")
    return reverse("h5p:library_release", args=[folder, name, path])


def answer(request: HttpRequest, token: str, *, kind: str) -> HttpResponse:
    """The bundle, packed where the browser takes that. Raises TokenRefused, and Http404 where a file is gone."""
    releases = tokens.read_bundle_token(token)
    ending, join = ("js", scripts) if kind == SCRIPTS else ("css", styles)
    body = join([part for release in releases for part in _parts(release, kind)]).encode()
    response = HttpResponse(content_type=files.SHOWN_TYPES[ending])
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, _GZIP_LEVEL, mtime=0)
        response["Content-Encoding"] = "gzip"
    response.content = body
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = files.CACHE_FOREVER
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def scripts(parts: Sequence[tuple[str, str]]) -> str:
    """Scripts, given with their addresses, as one. It begins with an empty statement: `"use strict"` at the top of the
    first one would bind all. A script that asks where it lies is told.
    """
    return ";\n" + "\n;\n".join(
        _with_place(address, text) if "currentScript" in text else text for address, text in parts
    )


def _with_place(address: str, text: str) -> str:
    return f"{_PLACE.replace('ADDRESS', json.dumps(address))}\n{text}\n;delete document.currentScript;"


def styles(parts: Sequence[tuple[str, str]]) -> str:
    """Style sheets, given with their addresses, as one: what they name keeps its place, and imports stand first."""
    imports: list[str] = []
    texts = [_TOKEN.sub(lambda token, base=address: _moved(token, base, imports), text) for address, text in parts]
    return "\n".join([*imports, *texts])


def _moved(token: re.Match[str], base: str, imports: list[str]) -> str:
    """A token of a style sheet that lay at `base`, as the bundle writes it."""
    if token["import"]:
        condition = token["condition"].strip()
        words = ["@import", f'url("{urljoin(base, token["imported"])}")', *([condition] if condition else [])]
        imports.append(" ".join(words) + ";")
        return ""
    if token["charset"]:
        return ""
    if not token["url"] or not token["address"] or token["address"].startswith("#"):
        return token[0]
    return f"url({token['quote']}{urljoin(base, token['address'])}{token['quote']})"


def _parts(release: str, kind: str) -> list[tuple[str, str]]:
    """The files of that kind of one release, with their addresses, in the order that its library.json says."""
    listed = manifest.load_json(_read(f"libraries/{release}/library.json"))
    assets = listed.get(kind) if isinstance(listed, dict) else None
    paths = [asset_path(asset) for asset in assets or []]
    return [
        (asset_address(release, path), _read(f"libraries/{release}/{path}").decode("utf-8-sig", "replace"))
        for path in paths
    ]


def _read(name: str) -> bytes:
    if not is_safe_path(name):
        raise Http404
    try:
        with h5p_storage().open(name) as stream:
            return stream.read()
    except OSError as missing:
        raise Http404 from missing
