"""The rules of H5P.md 5: every rule with a good and a bad package, and the code that H5P gives to the refusal."""

import io
import zipfile

import pytest

from courses.h5p.archive import Limits
from courses.h5p.manifest import LibraryName
from courses.h5p.package import PackageRefused, open_package

from .packages import dependency, library, link, package, renamed, with_entries, zipped

PNG = b"\x89PNG not really"


def codes(file, *, may_install_libraries=True, installed=frozenset(), limits=None) -> list[str]:
    """The codes of the refusal; nothing where the package is accepted."""
    try:
        with open_package(file, may_install_libraries=may_install_libraries, installed=installed, limits=limits):
            return []
    except PackageRefused as refusal:
        return [error.code for error in refusal.errors if str(error)]


def test_open_package_gives_content_and_libraries_of_a_good_package():
    file = package(params={"text": "Guten Tag"}, files={"content/images/a.png": PNG})
    with open_package(file, may_install_libraries=True) as checked:
        assert str(checked.main) == "Test.Basic 1.0"
        assert checked.params == {"text": "Guten Tag"}
        assert list(checked.content_files) == ["images/a.png"]
        assert sorted(checked.libraries[LibraryName("Test.Basic", 1, 0)].files) == [
            "library.json",
            "main.css",
            "main.js",
            "semantics.json",
        ]
        assert checked.read(checked.content_files["images/a.png"]) == PNG


def test_open_package_reads_a_file_on_disk(tmp_path):
    path = tmp_path / "Paket.H5P"
    path.write_bytes(package().getvalue())
    assert codes(path) == []


# --- 1: extension, archive, limits ---


def test_open_package_refuses_another_extension():
    file = package()
    file.name = "test.zip"
    assert codes(file) == ["missing-h5p-extension"]


def test_open_package_refuses_what_is_no_archive():
    file = io.BytesIO(b"<html>not a zip</html>")
    file.name = "x.h5p"
    assert codes(file) == ["unable-to-unzip"]


def test_open_package_refuses_a_damaged_archive():
    raw = bytearray(package(files={"content/images/a.png": bytes(range(256)) * 40}).getvalue())
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        info = archive.getinfo("content/images/a.png")
    for offset in range(info.header_offset + 60, info.header_offset + 90):
        raw[offset] ^= 0xFF
    file = io.BytesIO(raw)
    file.name = "x.h5p"
    assert codes(file) == ["unable-to-read-package-file"]


def test_open_package_refuses_too_many_files():
    assert codes(package(), limits=Limits(files=6)) == []
    assert codes(package(), limits=Limits(files=5)) == ["too-many-files"]


def test_open_package_refuses_a_file_that_is_too_large():
    file = package(files={"content/film.mp4": bytes(range(256)) * 8})
    assert codes(file, limits=Limits(file_size=2048)) == []
    assert codes(file, limits=Limits(file_size=2047)) == ["file-size-too-large"]


def test_open_package_refuses_more_than_may_be_unpacked():
    file = package(files={f"content/{number}.txt": b"x" * 4000 for number in range(3)})
    assert codes(file, limits=Limits(total_size=9000)) == ["total-size-too-large"]


def test_open_package_refuses_a_bomb():
    file = package(files={"content/a.txt": b"\0" * 3_000_000})
    assert codes(file) == ["suspicious-compression"]
    assert codes(file, limits=Limits(ratio=100_000)) == []


def test_open_package_counts_while_reading_when_the_archive_lies():
    """Both places that state the size say 10 bytes; the entry unpacks to three megabytes."""
    raw = package(files={"content/a.txt": b"\0" * 3_000_000}).getvalue()
    lie = raw.replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie.count((3_000_000).to_bytes(4, "little")) == 0
    file = io.BytesIO(lie)
    file.name = "x.h5p"
    assert codes(file) == ["unable-to-read-package-file"]


def test_open_package_refuses_encrypted_entries():
    raw = bytearray(package().getvalue())
    central = raw.index(b"PK\x01\x02")
    raw[central + 8] |= 0x1
    file = io.BytesIO(raw)
    file.name = "x.h5p"
    assert codes(file) == ["unable-to-read-package-file"]


# --- 2: paths ---


@pytest.mark.parametrize(
    "path",
    [
        "/content/a.png",
        "C:/content/a.png",
        "content/../../a.png",
        "../a.png",
        "content/..",
        "content\\a.png",
        "content/a\tb.png",
        "content//a.png",
        "content/" + "x" * 201 + ".png",
    ],
)
def test_open_package_refuses_a_path_that_leads_elsewhere(path):
    assert codes(with_entries(package(), (zipfile.ZipInfo(path), PNG))) == ["unsafe-path"]


def test_open_package_refuses_a_hostile_path_even_where_it_would_be_hidden():
    assert codes(with_entries(package(), ("content/.x/../../../a.png", PNG))) == ["unsafe-path"]


def test_open_package_refuses_a_name_with_nul():
    file = renamed(package(files={"content/aXb.png": PNG}), b"content/aXb.png", b"content/a\0b.png")
    assert codes(file) == ["unsafe-path"]


def test_open_package_refuses_a_link():
    assert codes(with_entries(package(), link("content/a.png"))) == ["unsafe-path"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["content/a.png", "content/A.PNG", "Content/a.png"])
def test_open_package_refuses_two_files_of_one_name(second):
    file = with_entries(package(), ("content/a.png", PNG), (second, PNG))
    assert "duplicate-entry" in codes(file)


def test_open_package_refuses_a_file_in_the_place_of_a_folder():
    assert codes(with_entries(package(), ("content/a", PNG), ("content/a/b.png", PNG))) == ["duplicate-entry"]


def test_open_package_passes_over_hidden_files():
    hidden = {"content/.DS_Store": b"x", "__MACOSX/a.php": b"x", ".git/config": b"x", "content/_x/a.php": b"x"}
    with open_package(package(files=hidden), may_install_libraries=True) as checked:
        assert checked.content_files == {}
        assert list(checked.libraries) == [LibraryName("Test.Basic", 1, 0)]


# --- 3: kinds of files ---


@pytest.mark.parametrize("name", ["a.php", "a.html", "a.svg", "a.js", "a.swf", "a.exe", "a", "png"])
def test_open_package_refuses_content_files_of_other_kinds(name):
    assert codes(package(files={f"content/{name}": b"x"})) == ["not-in-whitelist"]


@pytest.mark.parametrize("name", ["a.PNG", "a.webp", "a.b.mp3", "unter/ordner/a.vtt", "a.pdf"])
def test_open_package_accepts_content_files_of_known_kinds(name):
    assert codes(package(files={f"content/{name}": b"x"})) == []


def test_open_package_accepts_scripts_and_drawings_only_in_libraries():
    assert codes(package(library(files={"a.svg": b"<svg/>", "b.xml": b"<x/>"}))) == []
    assert codes(package(library(files={"a.html": b"x", "b.php": b"x"}))) == ["not-in-whitelist", "not-in-whitelist"]


# --- 4: h5p.json and content ---


def test_open_package_names_every_missing_part():
    assert codes(package(files={"h5p.json": ..., "content/content.json": ...})) == [
        "invalid-content-folder",
        "invalid-h5p-json-file",
    ]


@pytest.mark.parametrize("name", ["title", "language", "mainLibrary", "preloadedDependencies", "embedTypes"])
def test_open_package_refuses_a_main_file_without_a_required_property(name):
    assert codes(package(**{name: ...})) == ["missing-required-property"]


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "x" * 256},
        {"language": "german language"},
        {"mainLibrary": "../x"},
        {"preloadedDependencies": "Test.Basic"},
        {"preloadedDependencies": [{"machineName": "a/b", "majorVersion": 1, "minorVersion": 0}]},
        {"preloadedDependencies": [{"machineName": "Test.Basic", "majorVersion": "1a", "minorVersion": 0}]},
        {"mainLibrary": "Test.Other"},
    ],
)
def test_open_package_refuses_a_main_file_with_an_invalid_property(change):
    assert set(codes(package(**change))) == {"invalid-h5p-json-file"}


def test_open_package_refuses_an_unknown_way_of_embedding():
    assert codes(package(embedTypes=["popup"])) == ["illegal-option-in-library"]


def test_open_package_accepts_a_byte_order_mark_and_numbers_as_text():
    marked = b'\xef\xbb\xbf{"text": "Hallo"}'
    versions = [{"machineName": "Test.Basic", "majorVersion": "1", "minorVersion": "0"}]
    assert codes(package(preloadedDependencies=versions, files={"content/content.json": marked})) == []


@pytest.mark.parametrize(
    "broken", [b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 5000 + b"]" * 5000, b'{"a":' * 250 + b"1" + b"}" * 250]
)
def test_open_package_refuses_content_that_cannot_be_read(broken):
    assert codes(package(files={"content/content.json": broken})) == ["unable-to-parse-package"]


def test_open_package_refuses_content_that_is_no_object():
    assert codes(package(params=[1, 2])) == ["unable-to-parse-package"]


def test_open_package_drops_characters_that_no_database_stores():
    raw = b'{"text": "a\\u0000b\\ud800c\\ud83d\\ude00"}'
    with open_package(package(files={"content/content.json": raw}), may_install_libraries=True) as checked:
        assert checked.params == {"text": "ab�c😀"}


# --- 5: libraries ---


def test_open_package_refuses_a_folder_without_library_json():
    assert codes(package(library(), {"Test.Other-1.0/main.js": b""})) == ["invalid-library-json-file"]
    assert codes(package(library(files={"library.json": b"{"}))) == ["invalid-library-json-file"]


@pytest.mark.parametrize("name", ["title", "majorVersion", "minorVersion", "patchVersion", "machineName", "runnable"])
def test_open_package_refuses_a_library_without_a_required_property(name):
    assert codes(package(library(**{name: ...}))) == ["missing-required-property"]


@pytest.mark.parametrize(
    "change",
    [{"patchVersion": -1}, {"runnable": 2}, {"preloadedJs": "main.js"}, {"preloadedCss": [{"path": "main.js"}]}],
)
def test_open_package_refuses_a_library_with_an_invalid_property(change):
    assert codes(package(library(**change))) == ["invalid-library-json-file"]


def test_open_package_refuses_a_folder_with_another_name():
    assert codes(package(library(folder="Test.Basic"))) == []
    assert codes(package(library(folder="Test.Basic-1.1"))) == ["library-directory-name-mismatch"]
    assert codes(package(library(), {"Böse Bibliothek/main.js": b""})) == ["invalid-library-name"]


def test_open_package_refuses_a_newer_core():
    assert codes(package(library(coreApi={"majorVersion": 1, "minorVersion": 28}))) == []
    assert codes(package(library(coreApi={"majorVersion": 1, "minorVersion": 29}))) == ["api-version-unsupported"]
    assert codes(package(library(coreApi={"majorVersion": 2, "minorVersion": 0}))) == ["api-version-unsupported"]


def test_open_package_refuses_a_library_whose_script_or_style_is_missing():
    assert codes(package(library(files={"main.js": ..., "main.css": ...}))) == ["library-missing-file"] * 2


def test_open_package_refuses_invalid_semantics_and_languages():
    assert codes(package(library(files={"semantics.json": b"{"}))) == ["invalid-semantics-json-file"]
    assert codes(package(library(semantics={"a": 1}))) == ["invalid-semantics-json-file"]
    assert codes(package(library(files={"language/de.json": {"semantics": []}, "language/pt-br.json": {}}))) == []
    assert codes(package(library(files={"language/de.json": b"{"}))) == ["invalid-language-file"]
    assert codes(package(library(files={"language/de1.json": {}}))) == ["invalid-language-file"]


def test_open_package_collects_all_errors_of_a_stage():
    bad = [library("Test.A", title=...), library("Test.B", files={"main.js": ...})]
    assert codes(package(library(), *bad)) == ["missing-required-property", "library-missing-file"]


# --- 6 and 8: dependencies and rights ---


@pytest.mark.parametrize("kind", ["preloaded", "dynamic", "editor"])
def test_open_package_refuses_a_missing_dependency_of_any_kind(kind):
    needy = library(needs={kind: ["Test.Part 1.2"]})
    assert codes(package(needy)) == ["missing-required-library"]
    assert codes(package(needy, library("Test.Part", "1.3.0"))) == ["missing-required-library"]
    assert codes(package(needy, library("Test.Part", "1.2.0"))) == []
    assert codes(package(needy), installed=frozenset({LibraryName("Test.Part", 1, 2)})) == []


def test_open_package_names_the_missing_library():
    with (
        pytest.raises(PackageRefused, match=r"Test\.Part 1\.2"),
        open_package(package(library(needs={"preloaded": ["Test.Part 1.2"]})), may_install_libraries=True),
    ):
        pass


def test_open_package_names_the_missing_content_type():
    missing = package({}, preloadedDependencies=[dependency("Test.Basic 1.0")])
    assert codes(missing) == ["missing-main-library"]


def test_open_package_ignores_libraries_without_the_right_and_needs_them_installed():
    file = package(library(files={"evil.php": b"x"}))
    assert codes(file, may_install_libraries=False) == ["missing-main-library"]
    with open_package(
        file, may_install_libraries=False, installed=frozenset({LibraryName("Test.Basic", 1, 0)})
    ) as checked:
        assert checked.libraries == {}


def test_open_package_accepts_no_package_of_nothing():
    assert codes(zipped([])) == ["invalid-content-folder", "invalid-h5p-json-file"]
