"""What an attacker would send is refused by name, and no file of it stays, neither in the storage nor elsewhere."""

import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections

from consulting.bench.packages import hostile_packages
from courses.h5p import builder, services
from courses.h5p.export import export_package
from courses.h5p.models import Attempt, Content, Library

from .packages import library, package

CODES = {
    "bomb of one file": "suspicious-compression",
    "bomb of many files": "total-size-too-large",
    "too many files": "too-many-files",
    "path that climbs": "unsafe-path",
    "path from the root": "unsafe-path",
    "path with a drive": "unsafe-path",
    "path with backslashes": "unsafe-path",
    "name with NUL": "unsafe-path",
    "symbolic link": "unsafe-path",
    "script in SVG": "not-in-whitelist",
    "page": "not-in-whitelist",
    "program": "not-in-whitelist",
    "same name in another case": "duplicate-entry",
    "file where a folder is": "duplicate-entry",
    "library for a newer H5P": "api-version-unsupported",
    "encrypted file": "unable-to-read-package-file",
    "size that is a lie": "unable-to-read-package-file",
    "cut off in the middle": "unable-to-unzip",
    "no archive": "unable-to-unzip",
}


def named(data: bytes) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = "test.h5p"
    return file


def below(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")}


def take_in(file, now, **given):
    return services.import_package(file=file, uploaded_by_key="", may_install_libraries=True, at=now, **given)


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """The folder in which this process puts what is temporary."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.django_db
def test_hostile_packages_are_refused_and_leave_nothing_behind(now, storage_folder, temporary):
    take_in(package(), now)  # something is there that must stay as it is
    before = below(storage_folder)
    found = {}
    for name, data in hostile_packages():
        with pytest.raises(services.PackageRefused) as refusal:
            take_in(named(data), now)
        found[name] = {problem.code for problem in refusal.value.errors}
        assert below(storage_folder) == before, name
        assert below(temporary) == set(), name
    assert {name: next(iter(several)) for name, several in found.items() if len(several) == 1} == CODES
    assert (Library.objects.count(), Content.objects.count()) == (1, 1)


# --- Another site --------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("name", builder.demo_contents())
def test_export_leads_to_the_same_exercise_on_an_empty_site(now, storage_folder, name):
    """The result that a learner reaches is the same, because all that it depends on is: parameters and every file."""
    first = take_in(named(builder.build_package(builder.DEMO_CONTENTS / name)), now)
    exported, facts, files = export_package(first), facts_of(first), bytes_below(storage_folder)
    score = finish(first, now)
    Attempt.objects.all().delete()
    Content.objects.all().delete()
    for row in Library.objects.order_by("-pk"):
        row.dependencies.all().delete()
    Library.objects.all().delete()
    for path in sorted(storage_folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()

    second = take_in(named(exported), now, uuid=first.uuid)

    assert facts_of(second) == facts
    assert bytes_below(storage_folder) == files
    assert finish(second, now) == score
    assert export_package(second) == exported


def facts_of(content: Content) -> tuple:
    libraries = sorted(Library.objects.values_list("machine_name", "major", "minor", "patch", "sha256"))
    return content.title, content.language, content.licence, content.params, content.metadata, libraries


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def finish(content: Content, now) -> tuple[int, int]:
    attempt = services.record_finished(content=content, user_key="u", context="", score=4, max_score=5, at=now)
    return attempt.score, attempt.max_score


# --- Two at once ---------------------------------------------------------------------------------------------------
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("versions", [("1.0.1", "1.0.1"), ("1.0.1", "1.0.2"), ("1.0.2", "1.1.0")], ids="-".join)
def test_two_installs_at_once_give_each_library_once(now, storage_folder, versions):
    start = Barrier(2)

    def install(version: str):
        main = "Test.Basic {}.{}".format(*version.split("."))
        file = package(library(version=version), main=main, files={"content/a.png": version.encode()})
        try:
            start.wait(timeout=30)
            return take_in(file, now).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(install, versions))

    newest: dict[str, str] = {}
    for version in sorted(versions):
        newest[version.rsplit(".", 1)[0]] = version
    assert len(set(made)) == 2
    rows = Library.objects.order_by("minor")
    assert [row.version for row in rows] == list(newest.values())
    for row in rows:
        assert (storage_folder / row.prefix / "main.js").read_bytes() == f"/* Test.Basic {row.version} */".encode()
