"""What the official editor reads: its page, the object H5PIntegration, content types, libraries (H5P.md 6).

Its keys and answers are H5P's. The Hub of H5P is never asked for anything: the list of content types is that of the
libraries that are installed here.
"""

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from . import editor_uploads, library, manifest, player, semantics, tokens
from .editor_files import CORE_SCRIPTS, CORE_STYLES, EDITOR_SCRIPTS, EDITOR_STYLES, INIT_SCRIPT, LATER_CORE_STYLES
from .editor_semantics import copyright_fields, metadata_fields
from .enums import DependencyKind
from .manifest import LibraryName
from .models import Content, EditorRelease, Library, LibraryDependency
from .storage import h5p_storage

API_VERSION = {"majorVersion": 1, "minorVersion": 28}
OUTER_SCRIPT = "scripts/h5peditor-editor.js"  # makes the inner frame, and must not run in it
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}", re.IGNORECASE)


# --- The page ------------------------------------------------------------------------------------------------------
def content_origin() -> str:
    """The second host for the editor, where this site has one; else empty."""
    return getattr(settings, "H5P_CONTENT_ORIGIN", "").rstrip("/")


def page_url(token: str) -> str:
    """The address for the `src` of the editor's frame. It holds for eight hours and for one content."""
    return f"{content_origin()}{reverse('h5p:editor')}?{urlencode({'t': token})}"


def opening(content: Content | None) -> dict[str, str]:
    """What the page around the frame hands to the editor: the library, and the parameters as it takes them."""
    if content is None:
        return {"library": "", "params": ""}
    metadata = semantics.clean_metadata({**content.metadata, "title": content.title})
    metadata.setdefault("license", content.licence or "U")
    return {"library": str(content.library), "params": json.dumps({"params": content.params, "metadata": metadata})}


def page(*, claims: tokens.EditorClaims, token: str, release: EditorRelease, host: str, at: datetime) -> dict:
    """The context of the editor's page; `host` is the origin of the page around it."""
    script = f"language/{claims.interface}.js"
    words = script if f"editor/{script}" in release.files else "language/en.js"
    outer = [_file(release, "editor", path) for path in (OUTER_SCRIPT, INIT_SCRIPT, words)]
    content = Content.objects.filter(pk=claims.content_id).first()
    return {
        "language": claims.interface,
        "styles": [_file(release, "core", path) for path in CORE_STYLES],
        "scripts": [*(_file(release, "core", path) for path in CORE_SCRIPTS), *outer],
        "setup": {"host": host, "integration": _integration(claims, token, release, content, at)},
    }


def _integration(
    claims: tokens.EditorClaims, token: str, release: EditorRelease, content: Content | None, at: datetime
) -> dict:
    base = reverse("h5p:base").rstrip("/")
    core_styles = [path for path in (*CORE_STYLES, *LATER_CORE_STYLES) if f"core/{path}" in release.files]
    inner = [path for path in EDITOR_SCRIPTS if path != OUTER_SCRIPT]
    editor = {
        "filesPath": reverse("h5p:editor_uploads", args=[token]).rstrip("/"),
        "fileIcon": {"path": _file(release, "editor", "images/binary-file.png"), "width": 50, "height": 50},
        "ajaxPath": f"{reverse('h5p:editor_ajax')}?{urlencode({'t': token})}&action=",
        "libraryUrl": _file(release, "editor", ""),
        "copyrightSemantics": copyright_fields(),
        "metadataSemantics": metadata_fields(),
        "assets": {
            "css": [
                *(_file(release, "core", path) for path in core_styles),
                *(_file(release, "editor", path) for path in EDITOR_STYLES),
            ],
            "js": [
                *(_file(release, "core", path) for path in CORE_SCRIPTS),
                *(_file(release, "editor", path) for path in inner),
            ],
        },
        "apiVersion": API_VERSION,
        "language": claims.interface,
        "defaultLanguage": claims.language,
        "enableContentHub": False,
    }
    integration = {
        "baseUrl": "",
        "url": base,
        "urlLibraries": f"{base}/libraries",
        "siteUrl": "",
        "ajax": {},
        "saveFreq": False,
        "postUserStatistics": False,
        "hubIsEnabled": True,  # the list of content types; it comes from here
        "l10n": {"H5P": player.l10n(claims.interface)},
        "loadedJs": [],
        "loadedCss": [],
        "core": {"scripts": [], "styles": []},
        "editor": editor,
        "contents": {},
    }
    if content is not None:
        url = reverse("h5p:files", args=[tokens.make_file_token(content, at)]).rstrip("/")
        integration["contents"] = {f"cid-{content.pk}": {"contentUrl": url}}
        editor["nodeVersionId"] = content.pk
    return integration


def _file(release: EditorRelease, part: str, path: str) -> str:
    core, editor = release.prefix.removeprefix("editor/").split("/")
    return reverse("h5p:editor_file", args=[core, editor, f"{part}/{path}"])


# --- Content types and libraries -----------------------------------------------------------------------------------
def content_types() -> dict:
    """The newest version of every installed content type, as the Hub would list it."""
    rows = library.newest(Library.objects.filter(is_runnable=True).defer("semantics"))
    api = {"major": API_VERSION["majorVersion"], "minor": API_VERSION["minorVersion"]}
    return {
        "outdated": False,
        "libraries": [_content_type(row) for row in rows],
        "recentlyUsed": [],
        "apiVersion": api,
        "details": [],
        "user": "local",
    }


def _content_type(row: Library) -> dict:
    described = str(row.metadata.get("description") or "")
    version = {"MajorVersion": row.major, "MinorVersion": row.minor, "PatchVersion": row.patch}
    return {
        "id": row.pk,
        "machineName": row.machine_name,
        **{key[0].lower() + key[1:]: value for key, value in version.items()},
        **{f"local{key}": value for key, value in version.items()},
        "title": row.title,
        "summary": described,
        "description": described,
        "icon": _optional(row, "icon.svg"),
        "owner": str(row.metadata.get("author") or ""),
        "screenshots": [],
        "keywords": [],
        "categories": [],
        "license": None,
        "isRecommended": False,
        "popularity": 0,
        "installed": True,
        "isUpToDate": True,
        "restricted": False,
        "canInstall": False,
    }


def overview(names: list[str] | None = None) -> list[dict]:
    """The libraries of those names that are installed; without names all content types."""
    every = list(Library.objects.defer("semantics"))
    latest = {row.pk for row in library.newest(every)}
    wanted = set(names) if names is not None else None
    chosen = [row for row in every if (row.is_runnable if wanted is None else str(row) in wanted)]
    return [
        {
            "uberName": str(row),
            "name": row.machine_name,
            "title": row.title,
            "majorVersion": row.major,
            "minorVersion": row.minor,
            "runnable": int(row.is_runnable),
            "restricted": False,
            "isOld": row.pk not in latest,
            "metadataSettings": row.metadata.get("metadataSettings"),
        }
        for row in chosen
    ]


def library_detail(name: LibraryName, *, language: str, default_language: str = "") -> dict | None:
    """The fields of a library and what the browser needs to edit them; None where it is not installed."""
    row = library.find(str(name))
    if row is None:
        return None
    needed = _editor_libraries(row)
    words = {item.machine_name: _words(item, language) or _words(item, "en") for item in needed}
    return {
        "name": row.machine_name,
        "title": row.title,
        "version": {"major": row.major, "minor": row.minor},
        "semantics": row.semantics,
        "language": _words(row, language),
        "defaultLanguage": _words(row, default_language),
        "languages": _languages(row),
        "javascript": [url for item in needed for url in player.asset_urls(item, "preloadedJs")],
        "css": [url for item in needed for url in player.asset_urls(item, "preloadedCss")],
        "translations": {machine_name: json.loads(text) for machine_name, text in words.items() if text},
        "upgradesScript": _optional(row, "upgrades.js"),
        "metadataSettings": row.metadata.get("metadataSettings"),
    }


def translations(names: list[str], *, language: str) -> dict[str, str]:
    """The language files of the libraries of those names, as far as they have one."""
    found = {name: library.find(name) for name in names[:200]}
    texts = {name: _words(row, language) for name, row in found.items() if row is not None}
    return {name: text for name, text in texts.items() if text}


def filtered(given: Any, *, claims: tokens.EditorClaims) -> dict | None:
    """A part that somebody pastes, as it may be saved; None where it is no part or its library is not installed."""
    if not isinstance(given, dict) or not isinstance(given.get("params"), dict):
        return None
    row = library.find(given.get("library")) if isinstance(given.get("library"), str) else None
    if row is None:
        return None
    content = Content.objects.filter(pk=claims.content_id).first()
    uploaded = set(editor_uploads.uploaded_paths(claims.upload))
    found: dict[str, Library | None] = {str(row): row}

    def load(name: str) -> list | None:
        if name not in found:
            found[name] = library.find(name)
        return library.localized_semantics(found[name], claims.language) if found[name] else None

    files = uploaded | set(content.files if content else ())
    clean = semantics.filter_params(given["params"], library=str(row), load=load, files=files, seed=claims.upload)
    metadata = given.get("metadata")
    return {
        "library": str(row),
        "params": _marked(clean.params, uploaded),
        "metadata": semantics.clean_metadata(metadata) if isinstance(metadata, dict) else {},
    }


def _marked(value: Any, uploaded: set[str]) -> Any:
    """`value` with the mark of uploads, which the filter takes off, at every path of one."""
    if isinstance(value, list):
        return [_marked(item, uploaded) for item in value]
    if not isinstance(value, dict):
        return value
    marked = {key: _marked(item, uploaded) for key, item in value.items()}
    if isinstance(marked.get("path"), str) and marked["path"] in uploaded:
        marked["path"] += editor_uploads.MARK
    return marked


def _editor_libraries(row: Library) -> list[Library]:
    """What is needed to edit `row` and everything that it needs: widgets, and what these need themselves."""
    links: dict[int, list[tuple[int, str]]] = {}
    for source, required, kind in LibraryDependency.objects.values_list("library_id", "required_id", "kind"):
        links.setdefault(source, []).append((required, kind))
    reached, waiting, widgets = {row.pk}, [row.pk], {}
    while waiting:
        for required, kind in links.get(waiting.pop(), []):
            if kind == DependencyKind.EDITOR:
                widgets[required] = None
            if required not in reached:
                reached.add(required)
                waiting.append(required)
    rows = Library.objects.defer("semantics").in_bulk(list(widgets))
    return library.load_order([rows[pk] for pk in sorted(rows)], kinds=list(DependencyKind))


def _words(row: Library, language: str) -> str | None:
    """The language file of a library as it is; None where it has none, or one that is no JSON."""
    code = language.lower()
    if not _LANGUAGE.fullmatch(code):
        return None
    raw = library.read_file(row, f"language/{code}.json")
    if raw is None:
        return None
    try:
        words = manifest.load_json(raw)
    except ValueError:
        return None
    return json.dumps(words, ensure_ascii=False) if isinstance(words, dict) else None


def _languages(row: Library) -> list[str]:
    try:
        _folders, names = h5p_storage().listdir(f"{row.prefix}/language")
    except FileNotFoundError:
        names = []
    codes = sorted(name.removesuffix(".json") for name in names if name.endswith(".json"))
    return codes if "en" in codes else ["en", *codes]


def _optional(row: Library, path: str) -> str | None:
    """The address of a file that a library may have."""
    return player.file_url(row, path) if h5p_storage().exists(f"{row.prefix}/{path}") else None
