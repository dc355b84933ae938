"""Export and import: the same content on an empty site."""

import io
import shutil

import pytest

from courses.h5p import builder, services
from courses.h5p.export import export_package
from courses.h5p.models import Content, Library

from .packages import library, package

pytestmark = pytest.mark.django_db


def as_file(data: bytes) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = "export.h5p"
    return file


def import_(file, at) -> Content:
    return services.import_package(file=file, uploaded_by_key="", may_install_libraries=True, at=at)


def test_export_package_gives_what_can_be_imported_on_an_empty_site(now, storage_folder):
    needs = {"preloaded": ["Test.Part 1.0"], "editor": ["Test.Editor 1.0"]}
    parts = [library("Test.Part", "1.0.3", files={"images/a.svg": b"<svg/>"}), library("Test.Editor")]
    files = {"content/images/a.png": b"png"}
    first = import_(
        package(library(needs=needs), *parts, files=files, license="CC BY", source="https://a.example"), now
    )
    exported = export_package(first)
    hashes = dict(Library.objects.values_list("machine_name", "sha256"))
    Content.objects.all().delete()
    Library.objects.filter(machine_name="Test.Basic").delete()
    Library.objects.all().delete()
    shutil.rmtree(storage_folder)

    second = import_(as_file(exported), now)

    for name in ("title", "params", "metadata", "language", "licence", "files"):
        assert getattr(second, name) == getattr(first, name), name
    assert dict(Library.objects.values_list("machine_name", "sha256")) == hashes
    assert (storage_folder / second.files_prefix / "images/a.png").read_bytes() == b"png"


def test_export_package_gives_the_same_bytes_each_time(now):
    content = import_(package(files={"content/b.png": b"2", "content/a.png": b"1"}), now)
    exported = export_package(content)
    assert export_package(Content.objects.get()) == exported
    again = import_(as_file(exported), now)
    assert export_package(again) == exported


@pytest.mark.parametrize("name", builder.demo_contents())
def test_export_package_round_trips_every_demo_content(now, name):
    content = import_(as_file(builder.build_package(builder.DEMO_CONTENTS / name)), now)
    again = import_(as_file(export_package(content)), now)
    assert content.warnings == []
    assert again.params == content.params
    assert again.metadata == content.metadata
