"""Each rule for packages (1 to 11) in one table: a good package and a bad one, made of our own exercise, and the code.

What the rules mean in detail stands in test_package.py, test_semantics.py and test_services.py.
"""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from courses.h5p import builder, library, services
from courses.h5p.archive import Limits
from courses.h5p.manifest import LibraryName
from courses.h5p.package import PackageRefused, open_package

from . import packages
from .packages import link, renamed, zipped

DEMO = builder.DEMO_CONTENTS / builder.demo_contents()[0]
PNG = b"\x89PNG not really"
NEWEST = {"majorVersion": 1, "minorVersion": 28}
TOO_NEW = {"majorVersion": 1, "minorVersion": 29}
Files = dict[str, Any]


def own_files() -> Files:
    """Every file of our own exercise by its path."""
    with zipfile.ZipFile(io.BytesIO(builder.build_package(DEMO))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def own(name: str) -> dict:
    """One JSON file of our own exercise, to change."""
    return json.loads(own_files()[name])


MAIN = own("h5p.json")
TYPE = LibraryName.of(MAIN["preloadedDependencies"][0])
FOLDER = TYPE.folder
OF_MAIN = MAIN["preloadedDependencies"]
LIBRARY = own(f"{FOLDER}/library.json")


def exercise(*, name="test.h5p", more: tuple = (), **changed: Any) -> io.BytesIO:
    """Our own exercise; `changed` gives files of another content by path (... takes one away), `more` is added last."""
    files = {**own_files(), **{PATHS.get(path, path): value for path, value in changed.items()}}
    return zipped([*((path, value) for path, value in files.items() if value is not ...), *more], name)


PATHS = {"main": "h5p.json", "params": "content/content.json", "library": f"{FOLDER}/library.json"}


def main(**changes: Any) -> io.BytesIO:
    return exercise(main={key: value for key, value in {**MAIN, **changes}.items() if value is not ...})


def of_library(**changes: Any) -> io.BytesIO:
    return exercise(library={key: value for key, value in {**LIBRARY, **changes}.items() if value is not ...})


def with_file(path: str, value: Any = PNG) -> io.BytesIO:
    return exercise(more=((path, value),))


def with_raw(path: str) -> io.BytesIO:
    return exercise(more=((zipfile.ZipInfo(path), PNG),))


def encrypted() -> io.BytesIO:
    raw = bytearray(exercise().getvalue())
    raw[raw.index(b"PK\x01\x02") + 8] |= 0x1
    return named(bytes(raw))


def lying() -> io.BytesIO:
    """Both places that state the size say 10 bytes; the entry unpacks to three megabytes."""
    size, lie = (3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    return named(with_file("content/a.txt", bytes(3_000_000)).getvalue().replace(size, lie))


def named(data: bytes, name: str = "test.h5p") -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


@dataclass(frozen=True)
class Rule:
    """One rule with what it accepts and what it refuses."""

    name: str
    good: Callable[[], io.BytesIO]
    bad: Callable[[], io.BytesIO]
    code: str
    limits: Limits | None = None
    may_install: bool = True
    installed: frozenset[LibraryName] = frozenset()

    def __str__(self) -> str:
        return self.name


COUNT, LARGEST = len(own_files()), max(len(data) for data in own_files().values())
TOTAL = sum(len(data) for data in own_files().values())
PART = {"machineName": "Academy.Missing", "majorVersion": 1, "minorVersion": 2}
ALL_OF_OURS = frozenset(name for name, _patch in builder.own_libraries())

RULES = [
    Rule("1-extension", exercise, lambda: exercise(name="test.zip"), "missing-h5p-extension"),
    Rule("1-archive", exercise, lambda: named(b"GIF89a" + bytes(99)), "unable-to-unzip"),
    Rule("1-count", exercise, lambda: with_file("content/a.png"), "too-many-files", Limits(files=COUNT)),
    Rule(
        "1-file-size",
        exercise,
        lambda: with_file("content/a.png", bytes(range(256)) * (LARGEST // 256 + 1)),
        "file-size-too-large",
        Limits(file_size=LARGEST),
    ),
    Rule(
        "1-total-size",
        exercise,
        lambda: with_file("content/a.txt", b"x"),
        "total-size-too-large",
        Limits(total_size=TOTAL),
    ),
    Rule(
        "1-ratio",
        lambda: with_file("content/a.txt", bytes(900_000)),  # tight, but too small to be a bomb
        lambda: with_file("content/a.txt", bytes(3_000_000)),
        "suspicious-compression",
    ),
    Rule("1-encrypted", exercise, encrypted, "unable-to-read-package-file"),
    Rule("1-size-is-a-lie", exercise, lying, "unable-to-read-package-file"),
    Rule("2-absolute", lambda: with_raw("content/a/b.png"), lambda: with_raw("/content/a.png"), "unsafe-path"),
    Rule("2-drive", lambda: with_raw("content/C.png"), lambda: with_raw("C:/content/a.png"), "unsafe-path"),
    Rule("2-climbs", lambda: with_raw("content/a..b.png"), lambda: with_raw("content/../../a.png"), "unsafe-path"),
    Rule("2-backslash", lambda: with_raw("content/a.png"), lambda: with_raw("content\\a.png"), "unsafe-path"),
    Rule(
        "2-nul",
        lambda: with_file("content/aXb.png"),
        lambda: renamed(with_file("content/aXb.png"), b"content/aXb.png", b"content/a\0b.png"),
        "unsafe-path",
    ),
    Rule("2-link", lambda: with_file("content/a.png"), lambda: exercise(more=(link("content/a.png"),)), "unsafe-path"),
    Rule(
        "2-another-case",
        lambda: exercise(more=(("content/a.png", PNG), ("content/b.png", PNG))),
        lambda: exercise(more=(("content/a.png", PNG), ("content/A.PNG", PNG))),
        "duplicate-entry",
    ),
    Rule(
        "2-hostile-before-hidden",
        lambda: with_file("content/.hidden/a.php"),
        lambda: with_raw("content/.hidden/../../a.php"),
        "unsafe-path",
    ),
    Rule("3-webp-not-swf", lambda: with_file("content/a.WEBP"), lambda: with_file("content/a.swf"), "not-in-whitelist"),
    Rule(
        "3-svg-in-libraries-only",
        lambda: with_file(f"{FOLDER}/a.svg"),
        lambda: with_file("content/a.svg"),
        "not-in-whitelist",
    ),
    Rule(
        "3-php-nowhere", lambda: with_file(f"{FOLDER}/a.js"), lambda: with_file(f"{FOLDER}/a.php"), "not-in-whitelist"
    ),
    Rule(
        "4-byte-order-mark",
        lambda: exercise(main=b"\xef\xbb\xbf" + own_files()["h5p.json"]),
        lambda: exercise(main=b"\xff\xfe" + own_files()["h5p.json"]),
        "unable-to-parse-package",
    ),
    *[
        Rule(f"4-{name}", exercise, lambda name=name: main(**{name: ...}), "missing-required-property")
        for name in ("title", "language", "mainLibrary", "preloadedDependencies", "embedTypes")
    ],
    Rule("4-name", exercise, lambda: main(mainLibrary="../x"), "invalid-h5p-json-file"),
    Rule(
        "4-version",
        lambda: main(preloadedDependencies=[{**OF_MAIN[0], "majorVersion": str(TYPE.major)}]),
        lambda: main(preloadedDependencies=[{**OF_MAIN[0], "majorVersion": "1000000"}]),
        "invalid-h5p-json-file",
    ),
    Rule("4-main-is-preloaded", exercise, lambda: main(mainLibrary="Academy.Other"), "invalid-h5p-json-file"),
    Rule("4-content", exercise, lambda: exercise(params=b"{"), "unable-to-parse-package"),
    Rule("4-content-is-there", exercise, lambda: exercise(params=...), "invalid-content-folder"),
    *[
        Rule(f"5-{name}", exercise, lambda name=name: of_library(**{name: ...}), "missing-required-property")
        for name in ("title", "majorVersion", "minorVersion", "patchVersion", "machineName", "runnable")
    ],
    Rule(
        "5-folder",
        exercise,
        lambda: of_library(minorVersion=TYPE.minor + 7),
        "library-directory-name-mismatch",
    ),
    Rule("5-core", lambda: of_library(coreApi=NEWEST), lambda: of_library(coreApi=TOO_NEW), "api-version-unsupported"),
    Rule(
        "5-scripts-are-there",
        exercise,
        lambda: of_library(preloadedJs=[{"path": "scripts/missing.js"}]),
        "library-missing-file",
    ),
    Rule(
        "5-styles-are-there",
        exercise,
        lambda: of_library(preloadedCss=[{"path": "styles/missing.css"}]),
        "library-missing-file",
    ),
    Rule(
        "5-semantics", exercise, lambda: exercise(**{f"{FOLDER}/semantics.json": b"{"}), "invalid-semantics-json-file"
    ),
    Rule(
        "5-language",
        lambda: exercise(**{f"{FOLDER}/language/pt-br.json": {}}),
        lambda: exercise(**{f"{FOLDER}/language/fr.json": b"{"}),
        "invalid-language-file",
    ),
    Rule(
        "5-language-name",
        lambda: exercise(**{f"{FOLDER}/language/fr.json": {}}),
        lambda: exercise(**{f"{FOLDER}/language/fr1.json": {}}),
        "invalid-language-file",
    ),
    *[
        Rule(
            f"6-{kind}",
            exercise,
            lambda kind=kind: of_library(**{f"{kind}Dependencies": [*LIBRARY.get(f"{kind}Dependencies", []), PART]}),
            "missing-required-library",
        )
        for kind in ("preloaded", "dynamic", "editor")
    ],
    Rule(
        "6-exact-minor",
        exercise,
        lambda: main(
            preloadedDependencies=[*MAIN["preloadedDependencies"], {**PART, "machineName": TYPE.machine_name}]
        ),
        "missing-required-library",
    ),
    Rule(
        "8-libraries-are-passed-over",
        lambda: with_file(f"{FOLDER}/a.php"),
        lambda: with_file("content/a.php"),
        "not-in-whitelist",
        may_install=False,
        installed=ALL_OF_OURS,
    ),
    Rule(
        "8-all-must-be-installed",
        exercise,
        lambda: main(preloadedDependencies=[*OF_MAIN, PART]),
        "missing-required-library",
        may_install=False,
        installed=ALL_OF_OURS,
    ),
]


def codes(file, rule: Rule) -> list[str]:
    try:
        with open_package(file, may_install_libraries=rule.may_install, installed=rule.installed, limits=rule.limits):
            return []
    except PackageRefused as refusal:
        return [problem.code for problem in refusal.errors if str(problem)]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_rule_accepts_the_good_package(rule):
    assert codes(rule.good(), rule) == []


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_rule_refuses_the_bad_package_with_its_code(rule):
    assert set(codes(rule.bad(), rule)) == {rule.code}


def test_rule_5_accepts_any_words_for_a_licence():
    for words in ("MIT", "weiß nicht", ""):
        assert codes(of_library(license=words), RULES[0]) == []


# --- 7: which version stays ------------------------------------------------------------------------------------------
BASE = "1.2.3"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("brought", "may_install", "after"),
    [
        ("1.2.4", True, ["1.2.4"]),
        ("1.2.3", True, ["1.2.3"]),
        ("1.2.2", True, ["1.2.3"]),
        ("1.3.0", True, ["1.2.3", "1.3.0"]),
        ("1.1.9", True, ["1.1.9", "1.2.3"]),
        ("2.0.0", True, ["1.2.3", "2.0.0"]),
        ("1.2.4", False, ["1.2.3"]),
    ],
    ids=[
        "7-higher-patch-replaces",
        "7-same-patch-stays",
        "7-lower-patch-stays",
        "7-higher-minor-beside",
        "7-lower-minor-beside",
        "7-higher-major-beside",
        "8-nothing-without-the-right",
    ],
)
def test_rule_7_decides_which_version_stays(now, brought, may_install, after):
    take_in(packages.package(packages.library(version=BASE), main="Test.Basic 1.2"), now)
    major, minor, _patch = brought.split(".")
    again = packages.package(packages.library(version=brought), main=f"Test.Basic {major}.{minor}")

    take_in(again, now, may_install=may_install)

    rows = sorted(library.Library.objects.all(), key=lambda row: row.version)
    assert [row.version for row in rows] == after
    for row in rows:
        assert library.read_file(row, "main.js") == f"/* Test.Basic {row.version} */".encode()


@pytest.mark.django_db
def test_rule_8_refuses_a_new_library_without_the_right(now, storage_folder):
    with pytest.raises(services.PackageRefused) as refusal:
        take_in(exercise(), now, may_install=False)

    assert "missing-main-library" in {problem.code for problem in refusal.value.errors}
    assert not library.Library.objects.exists()
    assert not storage_folder.exists() or not any(storage_folder.rglob("*"))


def take_in(file, now, *, may_install=True):
    return services.import_package(file=file, uploaded_by_key="", may_install_libraries=may_install, at=now)


# --- 9 and 10: what is stored of the parameters -----------------------------------------------------------------------
def field(kind: str, **more: Any) -> dict:
    return {"name": "x", "type": kind, "label": "X", **more}


GROUP = field("group", fields=[{"name": "y", "type": "text", "label": "Y"}])
NESTED = field("library", options=["Test.Part 1.0"])
PARAMETERS = [  # rule: field, what is sent, what is stored
    ("9-text-escaped", field("text"), "<b>&", "&lt;b&gt;&amp;"),
    ("9-text-escaped-once", field("text"), "&lt;b&gt;&amp;", "&lt;b&gt;&amp;"),
    ("9-html-good", field("text", widget="html", tags=["strong"]), "<strong>a</strong>", "<strong>a</strong>"),
    ("9-html-bad", field("text", widget="html", tags=["strong"]), "a<script>b()</script>", "a"),
    ("9-html-no-handlers", field("text", widget="html", tags=["p"]), '<p onclick="x()">a</p>', "<p>a</p>"),
    ("9-number-good", field("number", min=1, max=5), 3, 3),
    ("9-number-too-high", field("number", min=1, max=5), 99, 5),
    ("9-number-too-low", field("number", min=1, max=5), -1, 1),
    ("9-select-good", field("select", options=[{"value": "a", "label": "A"}]), "a", "a"),
    ("9-select-unknown", field("select", options=[{"value": "a", "label": "A"}], optional=True), "z", None),
    ("9-library-unknown", NESTED, {"library": "Test.Basic 1.0", "params": {}}, None),
    ("10-group-of-one-is-flat", GROUP, "Guten Tag", "Guten Tag"),
    ("10-list-as-object", field("list", entity="e", field=field("text")), {"0": "a", "1": "b"}, ["a", "b"]),
    ("10-default-filled-in", field("text", default="Los"), ..., "Los"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("rule", "shape", "sent", "kept"), PARAMETERS, ids=[entry[0] for entry in PARAMETERS])
def test_rules_9_and_10_keep_what_the_fields_allow(now, rule, shape, sent, kept):
    semantics = [shape, {"name": "other", "type": "boolean", "label": "O"}]
    params = {"unknown": 1} if sent is ... else {"x": sent, "unknown": 1}
    part = packages.library("Test.Part")

    content = take_in(packages.package(packages.library(semantics=semantics), part, params=params), now)

    assert "unknown" not in content.params
    assert content.params.get("x") == kept


@pytest.mark.django_db
def test_rule_10_gives_each_part_an_identifier(now):
    params = {"x": {"library": "Test.Part 1.0", "params": {"text": "a"}}}
    semantics = [NESTED, {"name": "other", "type": "boolean", "label": "O"}]

    parts = [packages.library(semantics=semantics), packages.library("Test.Part")]
    content = take_in(packages.package(*parts, params=params), now)

    assert content.params["x"]["library"] == "Test.Part 1.0"
    assert len(content.params["x"]["subContentId"]) == 36


@pytest.mark.django_db
def test_rule_11_loads_each_library_after_what_it_needs(now):
    main_one = packages.library(needs={"preloaded": ["Test.B 1.0", "Test.A 1.0"]})
    parts = [packages.library("Test.A"), packages.library("Test.B", needs={"preloaded": ["Test.A 1.0"]})]

    content = take_in(packages.package(main_one, *parts), now)

    used = [use.library for use in content.content_libraries.all()]
    assert [row.machine_name for row in library.load_order(used)] == ["Test.A", "Test.B", "Test.Basic"]
