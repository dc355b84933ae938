"""The benchmark of H5P: what it makes of figures, and the packages that it brings. Nothing here measures time."""

import io
import json

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from consulting.bench import ground, h5p, importing, packages
from consulting.bench.crowds import Answer, Rush
from consulting.bench.weighing import Weight
from courses.h5p import services, storage
from courses.h5p.models import Content, Statement

CODES = {
    "bomb of one file": "suspicious-compression",
    "bomb of many files": "total-size-too-large",
    "too many files": "too-many-files",
    "path that climbs": "unsafe-path",
    "path from the root": "unsafe-path",
    "path with a drive": "unsafe-path",
    "path with backslashes": "unsafe-path",
    "symbolic link": "unsafe-path",
    "name with NUL": "unsafe-path",
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

HOSTILE = list(packages.hostile_packages())


@pytest.fixture
def h5p_storage(settings, tmp_path):
    """An empty folder as the storage of exercises, and nobody who hears of results."""
    options = {"location": str(tmp_path / "h5p"), "base_url": None}
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {**settings.STORAGES, "h5p": {"BACKEND": backend, "OPTIONS": options}}
    settings.H5P_ATTEMPT_HANDLER = ""
    return storages["h5p"]


def result(**changed) -> h5p.Result:
    """Everything just within its limits, but for what is changed."""
    sent = h5p.LEARNERS * h5p.EACH
    given = {
        "large": {"cpu_seconds": 5.0, "seconds": 6.0, "memory_mb": 150.0, "files": 1500},
        "hostile": [{"name": "bomb", "code": "suspicious-compression", "seconds": 1.0, "left": 0}],
        "starts": [Weight("/a", requests=8, bytes=200_000, images=50_000), Weight("/b", requests=1)],
        "statements_of_page": {"a": 3, "b": 3},
        "rush": Rush([Answer(200, 0.1)] * 100, 2.0),
        "stored": sent,
        "distinct": sent,
        "foreign": 0,
    }
    return h5p.Result(**(given | changed))


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({}, []),
        ({"stored": 9_999}, ["of 10000 statements not stored, or twice"]),
        ({"foreign": 1}, ["under a foreign name"]),
        ({"rush": Rush([Answer(200, 0.1)] * 99 + [Answer(500, 0.1)], 2.0)}, ["errors"]),
        ({"statements_of_page": {"a": 3, "b": 4}}, ["statements that differ among pages of exercises"]),
        (
            {"hostile": [{"name": "bomb", "code": "", "seconds": 1.0, "left": 2}]},
            ["hostile packages that were taken in", "files that they left behind"],
        ),
        ({"starts": [Weight("/a", requests=9), Weight("/b")]}, ["requests of the first start"]),
    ],
)
def test_goals_name_what_goes_beyond_its_limit(changed, what):
    assert [goal.what for goal in result(**changed).goals() if not goal.is_met] == what


def test_result_prints_a_table_and_an_object():
    assert "200 learners at once, 50 statements each: 50 a second" in result().text()
    assert json.loads(json.dumps(result().as_json()))["stored"] == 10_000


@pytest.mark.parametrize(("name", "data"), HOSTILE, ids=[name for name, _data in HOSTILE])
def test_hostile_package_is_refused_and_leaves_nothing(name, data, db, h5p_storage):
    package = io.BytesIO(data)
    package.name = "hostile.h5p"

    with pytest.raises(services.PackageRefused) as refused:
        services.import_package(file=package, uploaded_by_key="", may_install_libraries=True, at=timezone.now())

    assert refused.value.errors[0].code == CODES[name]
    assert storage.files_under(h5p_storage, "libraries") == storage.files_under(h5p_storage, "contents") == []
    assert not Content.objects.exists()


def test_large_package_has_the_files_and_bytes_that_were_asked_for(tmp_path, db, h5p_storage):
    packages.write_large_package(tmp_path / "large.h5p", files=30, size=100_000)

    content = importing.take_in(tmp_path / "large.h5p")

    stored = storage.files_under(h5p_storage, content.library.prefix)
    assert len(stored) + len(content.files) == 30 - 2  # h5p.json and content.json go into the database
    assert 95_000 < (tmp_path / "large.h5p").stat().st_size < 110_000


def test_learners_report_under_their_own_name(db, h5p_storage):
    made = ground.players(people=2, at=timezone.now())

    for learner in made["learners"]:
        body = json.dumps(h5p.statement_of(learner["key"], made["activity"]))
        assert Client().post(learner["path"], body, content_type="text/plain").status_code == 200

    raw = [statement.raw for statement in Statement.objects.select_related("attempt")]
    names = {(one["actor"]["account"]["name"], one["result"]["response"]) for one in raw}
    assert names == {("learner-0", "learner-0"), ("learner-1", "learner-1")}
    assert all(Client().get(exercise["path"]).status_code == 200 for exercise in made["exercises"])
