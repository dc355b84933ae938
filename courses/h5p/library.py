"""Installed libraries: versions, installing, languages and load order (H5P.md 5, rules 6, 7 and 11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import manifest, semantics
from .enums import DependencyKind
from .manifest import LibraryName
from .models import Content, Library, LibraryDependency
from .package import Package, PackageLibrary
from .storage import Writer, h5p_storage


def installed_names() -> frozenset[LibraryName]:
    return frozenset(LibraryName(*row) for row in Library.objects.values_list("machine_name", "major", "minor"))


@dataclass(frozen=True)
class Planned:
    """What installing a package would do with one of its libraries."""

    name: LibraryName
    title: str
    version: str
    installed_version: str  # empty where it is not installed
    is_runnable: bool
    sha256: str
    is_to_install: bool


class LibraryRefused(Exception):
    """A library that something needs stays."""


def plan(package: Package) -> list[Planned]:
    """Every library of a checked package, with what is here of it."""
    present = {name_of(row): row for row in Library.objects.defer("semantics", "metadata")}
    planned = []
    for name, part in sorted(package.libraries.items()):
        row = present.get(name)
        planned.append(
            Planned(
                name=name,
                title=part.data["title"],
                version=f"{name.major}.{name.minor}.{part.patch}",
                installed_version=row.version if row else "",
                is_runnable=bool(int(part.data["runnable"])),
                sha256=part.sha256,
                is_to_install=row is None or row.patch < part.patch,
            )
        )
    return planned


def refuse_if_used(row: Library) -> None:
    """Raises LibraryRefused, saying by what, where a content plays with the library or another library needs it."""
    contents = Content.objects.filter(Q(library=row) | Q(content_libraries__library=row)).distinct()
    count = contents.count()
    if count:
        sentence = ngettext(
            "%(name)s stays: %(count)d exercise plays with it.",
            "%(name)s stays: %(count)d exercises play with it.",
            count,
        )
        raise LibraryRefused(sentence % {"name": row, "count": count})
    needing = Library.objects.filter(dependencies__required=row).exclude(pk=row.pk).distinct()
    if needing:
        sentence = _("{name} stays: other libraries need it ({others}).")
        raise LibraryRefused(str(sentence).format(name=row, others=", ".join(str(other) for other in needing)))


def install(package: Package, *, writer: Writer, at: datetime) -> list[Library]:
    """Install the libraries of a checked package that are new or have a higher patch; return those.

    Another minor version lives side by side. The same or a lower patch changes nothing, so nothing is ever downgraded.
    The caller holds the lock of imports.
    """
    installed = []
    for name in sorted(package.libraries):
        library = package.libraries[name]
        present = Library.objects.named(name.machine_name, name.major, name.minor).first()
        if present is None or present.patch < library.patch:
            installed.append(_save(package, library, present, writer, at))
    for row in installed:
        _link(row, package.libraries[name_of(row)])
    return installed


def _save(package: Package, library: PackageLibrary, present: Library | None, writer: Writer, at: datetime) -> Library:
    prefix = f"libraries/{library.name.folder}/{library.patch}-{library.sha256[:8]}"
    for path, entry in sorted(library.files.items()):
        with package.open(entry) as stream:
            writer.write(f"{prefix}/{path}", stream)
    row = present or Library(machine_name=library.name.machine_name, major=library.name.major, minor=library.name.minor)
    row.patch = library.patch
    row.title = library.data["title"]
    row.is_runnable = bool(int(library.data["runnable"]))
    row.metadata = library.data
    row.semantics = library.semantics
    row.prefix = prefix
    row.sha256 = library.sha256
    row.installed_at = at
    row.save()
    return row


def _link(row: Library, library: PackageLibrary) -> None:
    """Write the dependencies of a library anew, once all libraries of its package are installed."""
    row.dependencies.all().delete()
    links = []
    for kind in DependencyKind:
        names = dict.fromkeys(manifest.dependencies(library.data, [kind.manifest_key]))
        for position, name in enumerate(names):
            required = Library.objects.named(name.machine_name, name.major, name.minor).get()
            links.append(LibraryDependency(library=row, required=required, kind=kind, position=position))
    LibraryDependency.objects.bulk_create(links)


def name_of(row: Library) -> LibraryName:
    return LibraryName(row.machine_name, row.major, row.minor)


def find(name: str) -> Library | None:
    """The installed library that content calls `name`, such as "H5P.Column 1.16"."""
    parsed = LibraryName.parse(name)
    return Library.objects.named(parsed.machine_name, parsed.major, parsed.minor).first() if parsed else None


def newest(rows: Iterable[Library]) -> list[Library]:
    """Of each library only the highest version, by title."""
    best: dict[str, Library] = {}
    for row in rows:
        known = best.get(row.machine_name)
        if known is None or (row.major, row.minor) > (known.major, known.minor):
            best[row.machine_name] = row
    return sorted(best.values(), key=lambda row: (row.title.casefold(), row.machine_name))


def read_file(row: Library, path: str) -> bytes | None:
    """A file of the library, or None where it has no such file."""
    storage = h5p_storage()
    try:
        with storage.open(f"{row.prefix}/{path}") as stream:
            return stream.read()
    except FileNotFoundError:
        return None


def editor_semantics(row: Library, *, language: str, interface: str) -> list[dict]:
    """The fields of a library for an editor: labels in the language of the `interface`, defaults in the content's."""
    shown = localized_semantics(row, interface)
    if interface.split("-")[0] == language.split("-")[0]:
        return shown
    return semantics.with_defaults_of(shown, localized_semantics(row, language))


def localized_semantics(row: Library, language: str) -> list[dict]:
    """The fields of a library with labels and default texts in `language`, as far as it brings them."""
    code = language.lower().split("-")[0]
    raw = read_file(row, f"language/{code}.json")
    translation: Any = manifest.load_json(raw) if raw is not None else None
    if not isinstance(translation, dict):
        return row.semantics
    return semantics.localize(row.semantics, translation.get("semantics"))


def load_order(
    used: Iterable[Library], *, kinds: Iterable[DependencyKind] = (DependencyKind.PRELOADED,)
) -> list[Library]:
    """`used` and all that they need, each library after what it needs itself (post-order, depth first)."""
    needs: dict[int, list[int]] = {}
    rows = LibraryDependency.objects.filter(kind__in=list(kinds)).order_by("library_id", "kind", "position")
    for library_id, required_id in rows.values_list("library_id", "required_id"):
        needs.setdefault(library_id, []).append(required_id)
    ordered: dict[int, None] = {}
    for library in used:
        _visit(library.pk, needs, ordered, set())
    by_id = Library.objects.defer("semantics").in_bulk(list(ordered))
    return [by_id[pk] for pk in ordered]


def _visit(pk: int, needs: dict[int, list[int]], ordered: dict[int, None], open_ids: set[int]) -> None:
    if pk in ordered or pk in open_ids:  # done already, or a circle of editor dependencies
        return
    open_ids.add(pk)
    for required in needs.get(pk, []):
        _visit(required, needs, ordered, open_ids)
    ordered[pk] = None
