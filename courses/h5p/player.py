"""What the player needs: its address, the object H5PIntegration, scripts and styles in load order (H5P.md 5 and 6)."""

import functools
import json
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString

from . import bundles, library, semantics, tokens
from .models import Content, Library, State
from .package import asset_path

SAVE_EVERY_SECONDS = 30
CORE_SCRIPTS = ["vendor/h5p/frame.bundle.js"]
CORE_STYLES = ["vendor/h5p/styles/h5p.css"]
LANGUAGES = ("de", "en")
_L10N = Path(__file__).parent / "l10n"
_OWN = Path(__file__).parent / "static" / "h5p"


def embed_url(*, content: Content, user_key: str, context: str) -> str:
    """The address for the `src` of the player's frame. It holds for eight hours and for this learner only."""
    token = tokens.make_player_token(content=content, user_key=user_key, context=context)
    return f"{reverse('h5p:embed', args=[content.uuid])}?{urlencode({'t': token})}"


def preview_url(*, content: Content, user_key: str) -> str:
    """The same for whoever only tries the exercise out: it plays, and nothing of it is stored."""
    return embed_url(content=content, user_key=user_key, context=tokens.PREVIEW)


def export_url(*, content: Content) -> str:
    """The address of the .h5p file, for somebody whom the caller allows to have it. It holds for eight hours."""
    return f"{reverse('h5p:export', args=[content.uuid])}?{urlencode({'t': tokens.make_export_token(content)})}"


def page(*, content: Content, token: str, claims: tokens.PlayerClaims, at: datetime) -> dict:
    """The context of the embed page. The core hears of each file of the libraries; the page loads them in bundles."""
    libraries = library.load_order([use.library for use in content.content_libraries.select_related("library")])
    styled = _styled(libraries)
    scripts = [url for row in libraries for url in asset_urls(row, bundles.SCRIPTS)]
    styles = [url for row in styled for url in asset_urls(row, bundles.STYLES)]
    bundled_styles = bundles.address_of(styled, kind=bundles.STYLES)
    bundled_scripts = bundles.address_of(libraries, kind=bundles.SCRIPTS)
    return {
        "language": interface_language(content),
        "title": content.title,
        "content": content,
        "styles": [*(static(path) for path in CORE_STYLES), *filter(None, [bundled_styles])],
        "scripts": [*(static(path) for path in CORE_SCRIPTS), *filter(None, [bundled_scripts])],
        "own_style": _own("embed.css"),
        "own_script": _own("embed.js"),
        "integration": _integration(content, token, claims, libraries, scripts, styles, at),
    }


def _integration(
    content: Content,
    token: str,
    claims: tokens.PlayerClaims,
    libraries: list[Library],
    scripts: list[str],
    styles: list[str],
    at: datetime,
) -> dict:
    """The object that the H5P core reads. Its keys are H5P's."""
    alias = salted_hmac("h5p.alias", f"{claims.user_key}:{content.pk}").hexdigest()[:24]
    base = reverse("h5p:base").rstrip("/")
    query = urlencode({"t": token})
    return {
        "baseUrl": "",
        "url": base,
        "urlLibraries": f"{base}/libraries",
        "libraryDirectories": {row.folder: row.prefix.removeprefix("libraries/") for row in libraries},
        "ajax": {
            "contentUserData": f"{base}/state/:contentId/:dataType/:subContentId?{query}",
            "setFinished": f"{reverse('h5p:finished')}?{query}",
            "xapi": f"{reverse('h5p:xapi')}?{query}",
        },
        "saveFreq": SAVE_EVERY_SECONDS,
        "postUserStatistics": True,
        "user": {"name": alias, "mail": f"{alias}@learner.invalid"},
        "siteUrl": "",
        "l10n": {"H5P": l10n(interface_language(content))},
        "loadedJs": scripts,
        "loadedCss": styles,
        "core": {"scripts": [static(path) for path in CORE_SCRIPTS], "styles": [static(path) for path in CORE_STYLES]},
        "contents": {f"cid-{content.pk}": _content(content, claims, scripts, styles, at)},
    }


def _content(
    content: Content, claims: tokens.PlayerClaims, scripts: list[str], styles: list[str], at: datetime
) -> dict:
    return {
        "library": str(content.library),
        "jsonContent": json.dumps(content.params, ensure_ascii=False),
        "fullScreen": bool(content.library.metadata.get("fullscreen")),
        "title": content.title,
        "url": content.activity_id,
        "contentUrl": reverse("h5p:files", args=[tokens.make_file_token(content, at)]).rstrip("/"),
        "displayOptions": {
            **dict.fromkeys(["export", "embed", "icon", "copy"], False),
            **dict.fromkeys(["frame", "copyright"], True),
        },
        "metadata": _metadata(content),
        "contentUserData": _user_data(content, claims),
        "scripts": scripts,
        "styles": styles,
        "exportUrl": "",
    }


def _metadata(content: Content) -> dict:
    """The metadata as the core shows it: escaped, and the roles of its authors in words of the content's language."""
    metadata = semantics.clean_metadata({**content.metadata, "title": content.title})
    metadata.setdefault("license", content.licence)
    metadata.setdefault("defaultLanguage", content.language)
    words = l10n(interface_language(content))
    authors = metadata.get("authors")
    for author in authors if isinstance(authors, list) else []:
        if isinstance(author, dict) and f"role{author.get('role')}" in words:
            author["role"] = words[f"role{author['role']}"]
    return metadata


def _user_data(content: Content, claims: tokens.PlayerClaims) -> dict[str, dict[str, str]]:
    """The saved states by part and kind. "{}" means that there is none, and spares the core a request."""
    states = State.objects.filter(
        content=content, user_key=claims.user_key, context=claims.context, is_preloaded=True
    ).values_list("sub_content_id", "data_type", "data")
    found: dict[str, dict[str, str]] = {"0": {"state": "{}"}}
    for sub_content_id, data_type, data in states:
        found.setdefault(sub_content_id, {})[data_type] = data
    return found


def state_data(*, content: Content, claims: tokens.PlayerClaims, data_type: str, sub_content_id: str) -> str | None:
    """One saved state of the learner; None where there is none that still fits the content."""
    data = (
        State.objects.filter(
            content=content,
            user_key=claims.user_key,
            context=claims.context,
            data_type=data_type,
            sub_content_id=sub_content_id,
        )
        .values_list("data", flat=True)
        .first()
    )
    return None if data == State.RESET else data


def asset_urls(row: Library, key: str) -> list[str]:
    return [file_url(row, asset_path(asset)) for asset in row.metadata.get(key) or []]


def file_url(row: Library, path: str) -> str:
    """The address of a file of an installed library, in the patch that is installed now."""
    return bundles.asset_address(row.prefix.removeprefix("libraries/"), path)


def _styled(libraries: list[Library]) -> list[Library]:
    """The libraries whose styles count: all but those that another one replaces with its own (`dropLibraryCss`)."""
    dropped = {
        item.get("machineName")
        for row in libraries
        for item in row.metadata.get("dropLibraryCss") or []
        if isinstance(item, dict)
    }
    return [row for row in libraries if row.machine_name not in dropped]


@functools.cache
def _own(name: str) -> SafeString:
    """A file of ours as it stands in the page: two requests fewer. It holds nothing that would end its element.

    It is read once in a process, as the words of the core are.
    """
    return SafeString((_OWN / name).read_text(encoding="utf-8"))


def interface_language(content: Content) -> str:
    """The language of the player's own words: that of the content where we have it, else German."""
    code = content.language.split("-")[0]
    return code if code in LANGUAGES else LANGUAGES[0]


@functools.cache
def l10n(language: str) -> dict[str, str]:
    """The words of the H5P core."""
    return json.loads((_L10N / f"{language}.json").read_text(encoding="utf-8"))
