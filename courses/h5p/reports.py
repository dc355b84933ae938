"""What is known about the installed libraries: who uses them, what they need, and what is out of date."""

from collections import defaultdict
from dataclasses import dataclass, field

from .models import Content, ContentLibrary, Library, LibraryDependency


@dataclass
class LibraryLine:
    """One installed library in one minor version."""

    row: Library
    newer: Library | None = None  # a higher version of it that is installed beside it
    contents: list[tuple[int, str]] = field(default_factory=list)  # primary key and title
    dependents: list[str] = field(default_factory=list)

    @property
    def is_used(self) -> bool:
        return bool(self.contents or self.dependents)

    @property
    def is_outdated(self) -> bool:
        """Contents play with it although a newer version is here."""
        return self.newer is not None and bool(self.contents)


def library_lines() -> list[LibraryLine]:
    """Every installed library by title, in the same few queries however many there are."""
    rows = Library.objects.defer("semantics", "metadata")
    lines = {row.pk: LibraryLine(row) for row in sorted(rows, key=_order)}
    newest = {line.row.machine_name: line.row for line in lines.values()}  # the last one is the highest
    for line in lines.values():
        best = newest[line.row.machine_name]
        line.newer = best if best.pk != line.row.pk else None
    for pk, users in _contents().items():
        lines[pk].contents = sorted(users.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
    needs = LibraryDependency.objects.values_list("required_id", "library_id").distinct()
    for required, needing in needs:
        if required != needing:
            lines[required].dependents.append(str(lines[needing].row))
    for line in lines.values():
        line.dependents.sort()
    return list(lines.values())


def _order(row: Library) -> tuple:
    return (row.title.casefold(), row.machine_name, row.major, row.minor)


def _contents() -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    main = Content.objects.values_list("library_id", "pk", "title")
    parts = ContentLibrary.objects.values_list("library_id", "content_id", "content__title")
    for library_id, content_id, title in [*main, *parts]:
        found[library_id][content_id] = title
    return found
