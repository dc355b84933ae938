"""The rules of the H5P app: importing contents, and recording what learners do. Nothing else writes its tables."""

import uuid as uuids
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from . import builder, library, locks, semantics, storage
from .archive import digest
from .editor_files import install_editor, installed_editor, remove_editor
from .editor_uploads import drop_uploads, keep_upload, opened_uploads
from .errors import PackageError, PackageRefused, error
from .library import LibraryRefused, Planned
from .models import Attempt, Content, EditorRelease, Library, State, Statement
from .package import Package, open_package
from .saving import ContentRefused, fingerprint, name_libraries, reset_states, save_content
from .tracking import RecordRefused, record_finished, record_state, record_statement

__all__ = [
    "ContentRefused",
    "LibraryRefused",
    "PackageError",
    "PackageGone",
    "PackageRefused",
    "Planned",
    "RecordRefused",
    "delete_library",
    "delete_unnamed_files",
    "delete_uploads",
    "drop_uploads",
    "erase_user_data",
    "fingerprint",
    "held_package",
    "hold_package",
    "import_package",
    "install_editor",
    "install_held_libraries",
    "install_libraries",
    "install_own_libraries",
    "installed_editor",
    "keep_upload",
    "opened_uploads",
    "planned_libraries",
    "record_finished",
    "record_state",
    "record_statement",
    "release_package",
    "remove_editor",
    "save_content",
    "user_data",
]

KEPT_METADATA = semantics.METADATA_KEYS | {"embedTypes", "w", "h"}


def import_package(
    *,
    file: IO[bytes] | Path | str,
    uploaded_by_key: str,
    may_install_libraries: bool,
    at: datetime,
    uuid: uuids.UUID | None = None,
) -> Content:
    """Check a package, install its libraries where that is allowed, and store its content.

    With `uuid` that content is replaced, or made under this identifier, so importing the same file twice gives one
    content. Attempts stay; saved states are reset where the parameters changed. Raises PackageRefused, and then
    neither a row nor a file is left behind.
    """
    with (
        open_package(file, may_install_libraries=may_install_libraries, installed=library.installed_names()) as package,
        storage.all_or_nothing() as writer,
        transaction.atomic(),
    ):
        locks.hold("import")
        if may_install_libraries:
            library.install(package, writer=writer, at=at)
        content = Content.objects.select_for_update().filter(uuid=uuid).first() if uuid else None
        content = content or Content(uuid=uuid or uuids.uuid4(), created_at=at)
        content.uploaded_by_key = uploaded_by_key
        return _store(content, package, writer, at)


def _store(content: Content, package: Package, writer: storage.Writer, at: datetime) -> Content:
    """Write the files and rows of one checked package into `content`."""
    main = library.find(str(package.main))
    if not main.is_runnable:
        sentence = _("{name} is not a content type and cannot be played on its own.")
        raise PackageRefused([error("main-library-not-runnable", sentence, name=package.main)])
    language = package.data["language"].lower()
    found: dict[str, Library | None] = {str(package.main): main}
    filtered = semantics.filter_params(
        package.params,
        library=str(package.main),
        load=lambda name: _semantics(name, language, found),
        files=set(package.content_files),
        seed=str(content.uuid),
    )
    is_changed = content.pk is not None and (content.library_id, content.params) != (main.pk, filtered.params)
    content.title = package.data["title"]
    content.library = main
    content.params = filtered.params
    content.metadata = {key: value for key, value in package.data.items() if key in KEPT_METADATA}
    content.language = language
    content.licence = str(package.data.get("license") or "U")[:40]
    content.warnings = filtered.warnings
    content.package_sha256 = package.sha256
    content.updated_at = at
    _write_files(content, package, writer)
    content.save()
    name_libraries(content, [found[name] for name in filtered.libraries])
    if is_changed:
        reset_states(content, at)
    return content


def _semantics(name: str, language: str, found: dict[str, Library | None]) -> list | None:
    """The fields of a library in the language of the content, so that missing texts are filled in that language."""
    if name not in found:
        found[name] = library.find(name)
    row = found[name]
    return library.localized_semantics(row, language) if row else None


def _write_files(content: Content, package: Package, writer: storage.Writer) -> None:
    prefix = f"contents/{content.uuid}/{digest(package.content_files)[:16]}" if package.content_files else ""
    content.files = sorted(package.content_files)
    if prefix != content.files_prefix:
        for path, entry in sorted(package.content_files.items()):
            with package.open(entry) as stream:
                writer.write(f"{prefix}/{path}", stream)
    content.files_prefix = prefix


# --- Libraries -----------------------------------------------------------------------------------------------------
def planned_libraries(*, file: IO[bytes] | Path | str) -> list[Planned]:
    """What installing the libraries of a package would do, without doing it. Raises PackageRefused."""
    with open_package(
        file, may_install_libraries=True, installed=library.installed_names(), needs_content=False
    ) as package:
        return library.plan(package)


def install_libraries(*, file: IO[bytes] | Path | str, at: datetime) -> list[Library]:
    """Install the libraries of a package that are new or have a higher patch; its content is not stored.

    Raises PackageRefused, and then nothing is left behind.
    """
    with (
        open_package(
            file, may_install_libraries=True, installed=library.installed_names(), needs_content=False
        ) as package,
        storage.all_or_nothing() as writer,
        transaction.atomic(),
    ):
        locks.hold("import")
        return library.install(package, writer=writer, at=at)


def hold_package(*, file: IO[bytes]) -> str:
    """Keep a checked package until somebody confirms; give the name under which it lies. It goes after a day."""
    name = f"uploads/packages/{uuids.uuid4()}/package.h5p"
    file.seek(0)
    return storage.h5p_storage().save(name, File(file))


class PackageGone(Exception):
    """Nobody holds that package any more."""


@contextmanager
def held_package(*, name: str) -> Iterator[IO[bytes]]:
    """The file of a package that is held; raises PackageGone where it has been let go of."""
    held = storage.h5p_storage()
    if not held.exists(name):
        raise PackageGone(name)
    with held.open(name) as file:
        yield file


def release_package(*, name: str) -> None:
    """Let go of a package that was held; one that is gone already stays gone."""
    storage.delete_files(storage.h5p_storage(), [name])


def install_held_libraries(*, name: str, at: datetime) -> list[Library] | None:
    """Install the libraries of a package that was held, and let go of it; None where it is not there any more.

    It is checked again in full. Raises PackageRefused.
    """
    try:
        with held_package(name=name) as file:
            installed = install_libraries(file=file, at=at)
    except PackageGone:
        return None
    release_package(name=name)
    return installed


def install_own_libraries(*, at: datetime) -> list[Library]:
    """Install the content types that come with this app, as far as they are not here in the same or a higher patch."""
    installed = []
    for name, patch in builder.own_libraries():
        present = library.find(str(name))
        if present is None or present.patch < patch:
            installed += install_libraries(file=builder.library_package(name), at=at)
    return installed


@transaction.atomic
def delete_library(*, row: Library) -> None:
    """Take away a library that nothing uses. Raises LibraryRefused where a content or another library needs it.

    Its files go later (`delete_unnamed_files`): open pages may still load them.
    """
    locks.hold("import")
    library.refuse_if_used(row)
    row.delete()


def delete_unnamed_files(*, before: datetime) -> list[str]:
    """Delete stored folders that no row names and that are older than `before`; return them.

    They stay for a while after a replacement, because pages that are open still load from them.
    """
    libraries = set(Library.objects.values_list("prefix", flat=True))
    contents = set(Content.objects.exclude(files_prefix="").values_list("files_prefix", flat=True))
    editors = set(EditorRelease.objects.values_list("prefix", flat=True))
    return [
        *storage.delete_unnamed(named=libraries, root="libraries", before=before),
        *storage.delete_unnamed(named=contents, root="contents", before=before),
        *storage.delete_unnamed(named=editors, root="editor", before=before),
    ]


def delete_uploads(*, before: datetime) -> list[str]:
    """Delete what was uploaded in the H5P editor before that moment; what was saved lies with its content by then."""
    return storage.delete_unnamed(named=set(), root="uploads", before=before)


def user_data(*, user_key: str) -> dict[str, list[dict]]:
    """Everything that is stored about one learner, for their own export."""
    attempts = Attempt.objects.filter(user_key=user_key)
    statements = Statement.objects.filter(attempt__user_key=user_key)
    return {
        "attempts": list(
            attempts.values(
                "content__title", "context", "number", "started_at", "finished_at", "score", "max_score", "seconds"
            )
        ),
        "statements": list(statements.values("verb", "raw", "stored_at")),
        "states": list(
            State.objects.filter(user_key=user_key).values(
                "content__title", "context", "data_type", "data", "updated_at"
            )
        ),
    }


@transaction.atomic
def erase_user_data(*, user_key: str) -> int:
    """Delete everything that is stored about one learner; return the number of rows."""
    deleted = 0
    for rows in (State.objects.filter(user_key=user_key), Attempt.objects.filter(user_key=user_key)):
        deleted += rows.delete()[0]
    Content.objects.filter(uploaded_by_key=user_key).update(uploaded_by_key="")
    return deleted
