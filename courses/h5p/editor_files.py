"""The official H5P editor from archives that an administrator obtained (H5P.md 9 and 10). Called through `services`.

Nothing is downloaded, and no address of an archive is known here. Only folders that a browser reads are unpacked; the
PHP part of both archives is left out.
"""

import logging
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from . import locks, storage
from .archive import LIBRARY_TYPES, Entry, Limits, digest, open_zip, read_and_count, safe_infos
from .errors import PackageRefused, error
from .models import EditorRelease

logger = logging.getLogger(__name__)

CORE_FOLDERS = ("js/", "styles/", "fonts/", "images/")
EDITOR_FOLDERS = ("scripts/", "styles/css/", "libs/", "images/", "language/", "ckeditor/")
CORE_SCRIPTS = [
    *("js/jquery.js", "js/h5p.js", "js/h5p-event-dispatcher.js", "js/h5p-x-api-event.js", "js/h5p-x-api.js"),
    *("js/h5p-content-type.js", "js/h5p-confirmation-dialog.js", "js/h5p-action-bar.js", "js/request-queue.js"),
    "js/h5p-tooltip.js",
]
UPGRADE_SCRIPTS = ["js/h5p-version.js", "js/h5p-content-upgrade-process.js"]
CORE_STYLES = ["styles/h5p.css", "styles/h5p-confirmation-dialog.css", "styles/h5p-core-button.css"]
LATER_CORE_STYLES = ["styles/h5p-theme.css", "styles/h5p-theme-variables.css", "styles/h5p-tooltip.css"]
_FIELDS = [
    *("text", "html", "number", "textarea", "file-uploader", "file", "image", "image-popup", "av", "group", "boolean"),
    *("list", "list-editor", "library", "library-list-cache", "select", "selector-hub", "selector-legacy"),
    *("dimensions", "coordinates", "none", "metadata", "metadata-author-widget", "metadata-changelog-widget"),
    "pre-save",
]
EDITOR_SCRIPTS = [
    *("scripts/h5p-hub-client.js", "scripts/h5peditor.js", "scripts/h5peditor-semantic-structure.js"),
    *("scripts/h5peditor-editor.js", "scripts/h5peditor-library-selector.js", "scripts/h5peditor-fullscreen-bar.js"),
    "scripts/h5peditor-form.js",
    *(f"scripts/h5peditor-{name}.js" for name in _FIELDS),
    "ckeditor/ckeditor.js",
]
INIT_SCRIPT = "scripts/h5peditor-init.js"
EDITOR_STYLES = [
    *("libs/darkroom.css", "styles/css/h5p-hub-client.css", "styles/css/fonts.css", "styles/css/application.css"),
    "styles/css/libs/zebra_datepicker.min.css",
]
CORE_EXPECTED = [*CORE_SCRIPTS, *UPGRADE_SCRIPTS, *CORE_STYLES]
EDITOR_EXPECTED = [*EDITOR_SCRIPTS, INIT_SCRIPT, *EDITOR_STYLES, "language/en.js"]


def installed_editor() -> EditorRelease | None:
    return EditorRelease.objects.first()


def install_editor(*, core: Path, editor: Path, at: datetime) -> EditorRelease:
    """Unpack both archives and make them the editor of this site, in place of the one before.

    Raises PackageRefused where an archive is damaged or hostile, or a script is missing; then nothing has changed. The
    folder of the release before goes later (`delete_unnamed_files`): open pages still load from it.
    """
    limits = Limits.of_this_site()
    with (
        open_zip(core, limits) as (core_zip, core_sha256),
        open_zip(editor, limits) as (editor_zip, editor_sha256),
        storage.all_or_nothing() as writer,
        transaction.atomic(),
    ):
        locks.hold("editor")
        parts = {
            "core": (core_zip, _chosen(core_zip, CORE_FOLDERS, CORE_EXPECTED, core.name, limits)),
            "editor": (editor_zip, _chosen(editor_zip, EDITOR_FOLDERS, EDITOR_EXPECTED, editor.name, limits)),
        }
        prefix = "editor/" + "/".join(digest(files)[:16] for _archive, files in parts.values())
        before = EditorRelease.objects.first()
        if before is None or before.prefix != prefix:
            for part, (archive, files) in parts.items():
                for path, entry in sorted(files.items()):
                    with archive.open(entry.info) as stream:
                        writer.write(f"{prefix}/{part}/{path}", stream)
        names = [f"{part}/{path}" for part, (_archive, files) in parts.items() for path in sorted(files)]
        given = {"prefix": prefix, "core_sha256": core_sha256, "editor_sha256": editor_sha256, "files": names}
        release, _new = EditorRelease.objects.update_or_create(id=1, defaults={**given, "installed_at": at})
    logger.warning("H5P editor installed: core %s, editor %s", core_sha256, editor_sha256)
    return release


@transaction.atomic
def remove_editor() -> bool:
    """Whether there was an editor that is now gone. Its files go later (`delete_unnamed_files`)."""
    locks.hold("editor")
    deleted = EditorRelease.objects.all().delete()[0]
    if deleted:
        logger.warning("H5P editor removed")
    return bool(deleted)


def _chosen(
    archive: zipfile.ZipFile, folders: tuple[str, ...], expected: Iterable[str], name: str, limits: Limits
) -> dict[str, Entry]:
    """The files to unpack, by their path below the folder that such archives often wrap around everything."""
    infos = safe_infos(archive, limits)
    top = _top_folder(infos)
    wanted = [
        info
        for info in infos
        if info.filename.startswith(tuple(f"{top}{folder}" for folder in folders))
        and not info.is_dir()
        and not any(part.startswith(".") for part in info.filename.split("/"))
        and info.filename.rsplit(".", 1)[-1].lower() in LIBRARY_TYPES
    ]
    entries = read_and_count(archive, wanted, limits)
    chosen = {path.removeprefix(top): entry for path, entry in entries.items()}
    missing = [path for path in expected if path not in chosen]
    if missing:
        sentence = _("{name} is not the archive that is needed here: it lacks {missing}.")
        shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
        raise PackageRefused([error("missing-editor-files", sentence, name=name, missing=shown)])
    return chosen


def _top_folder(infos: list[zipfile.ZipInfo]) -> str:
    tops = {info.filename.split("/")[0] for info in infos if "/" in info.filename}
    is_wrapped = len(tops) == 1 and all("/" in info.filename for info in infos)
    return f"{tops.pop()}/" if is_wrapped else ""
