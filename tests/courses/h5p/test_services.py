"""Importing packages: versions, rights, files, and importing the same content again."""

import uuid
from datetime import timedelta

import pytest

from courses.h5p import library as libraries
from courses.h5p import services
from courses.h5p.models import Attempt, Content, Library, LibraryDependency, State

from .packages import library, link, package, with_entries

pytestmark = pytest.mark.django_db
UUID = uuid.UUID("0f5d7a1e-1111-4222-8333-444455556666")


def import_(file, *, may_install_libraries=True, at, **changes) -> Content:
    return services.import_package(
        file=file, uploaded_by_key="editor", may_install_libraries=may_install_libraries, at=at, **changes
    )


def stored(folder) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def files_of(folder) -> list[str]:
    return [name for name in stored(folder) if (folder / name).is_file()]


def test_import_package_stores_content_library_and_files(now, storage_folder):
    file = package(params={"text": "<b>", "evil": 1}, files={"content/images/a.png": b"png"}, license="CC BY")
    content = import_(file, at=now)

    content.refresh_from_db()
    assert (content.title, content.language, content.licence) == ("A test", "de", "CC BY")
    assert content.params == {"text": "&lt;b&gt;"}
    assert content.files == ["images/a.png"]
    assert content.uploaded_by_key == "editor"
    row = content.library
    assert (str(row), row.version, row.is_runnable) == ("Test.Basic 1.0", "1.0.0", True)
    assert row.prefix == f"libraries/Test.Basic-1.0/0-{row.sha256[:8]}"
    assert files_of(storage_folder) == [
        f"{content.files_prefix}/images/a.png",
        *(f"{row.prefix}/{name}" for name in ["library.json", "main.css", "main.js", "semantics.json"]),
    ]


# --- versions ---


def test_import_package_replaces_a_library_by_a_higher_patch(now):
    content = import_(package(library(version="1.0.1")), at=now)
    old = content.library.prefix

    import_(package(library(version="1.0.2", semantics=[])), at=now)

    row = Library.objects.get()
    assert (row.pk, row.version, row.semantics) == (content.library_id, "1.0.2", [])
    assert row.prefix != old
    assert libraries.read_file(row, "main.js") == b"/* Test.Basic 1.0.2 */"


@pytest.mark.parametrize("version", ["1.0.1", "1.0.2"])
def test_import_package_never_replaces_a_library_by_the_same_or_a_lower_patch(now, storage_folder, version):
    import_(package(library(version="1.0.2")), at=now)
    before = stored(storage_folder)

    import_(package(library(version=version, title="Another", files={"extra.js": b""})), at=now)

    row = Library.objects.get()
    assert (row.version, row.title) == ("1.0.2", "Test.Basic")
    assert stored(storage_folder) == before


def test_import_package_keeps_minor_versions_side_by_side(now):
    first = import_(package(library(version="1.0.5")), at=now)
    second = import_(package(library(version="1.1.0"), main="Test.Basic 1.1"), at=now)

    first.refresh_from_db()
    assert (str(first.library), str(second.library)) == ("Test.Basic 1.0", "Test.Basic 1.1")
    assert Library.objects.count() == 2


def test_import_package_links_dependencies_anew_with_a_new_patch(now):
    parts = [library("Test.Part", "1.0.0"), library("Test.Other", "1.0.0")]
    import_(package(library(needs={"preloaded": ["Test.Part 1.0"]}), *parts), at=now)
    changed = library(version="1.0.1", needs={"editor": ["Test.Other 1.0"], "preloaded": ["Test.Other 1.0"]})
    import_(package(changed), at=now)

    links = LibraryDependency.objects.filter(library__machine_name="Test.Basic")
    assert sorted((str(link.required), link.kind) for link in links) == [
        ("Test.Other 1.0", "editor"),
        ("Test.Other 1.0", "preloaded"),
    ]


# --- rights ---


def test_import_package_installs_nothing_without_the_right(now, storage_folder):
    with pytest.raises(services.PackageRefused) as refusal:
        import_(package(), may_install_libraries=False, at=now)
    assert [error.code for error in refusal.value.errors] == ["missing-main-library"]
    assert stored(storage_folder) == []

    import_(package(), at=now)
    import_(package(library(version="1.0.9")), may_install_libraries=False, at=now)
    assert Library.objects.get().version == "1.0.0"
    assert Content.objects.count() == 2


def test_import_package_refuses_a_content_type_that_cannot_run_and_leaves_nothing(now, storage_folder):
    with pytest.raises(services.PackageRefused) as refusal:
        import_(package(library(runnable=0)), at=now)
    assert [error.code for error in refusal.value.errors] == ["main-library-not-runnable"]
    assert not Library.objects.exists()
    assert stored(storage_folder) == []


# --- nothing is left behind ---


@pytest.mark.parametrize("entry", [("../evil.js", b""), ("content/a.php", b""), link("content/a.png")])
def test_import_package_leaves_nothing_of_a_hostile_package(now, storage_folder, entry):
    with pytest.raises(services.PackageRefused):
        import_(with_entries(package(), entry), at=now)
    assert stored(storage_folder) == []
    assert not Library.objects.exists()


def test_import_package_leaves_nothing_when_storing_fails_half_way(now, storage_folder, monkeypatch):
    import_(package(), at=now)
    before = stored(storage_folder)
    monkeypatch.setattr(services, "name_libraries", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        import_(package(library(version="1.0.7"), files={"content/a.png": b"png"}), at=now)

    assert stored(storage_folder) == before
    assert Library.objects.get().version == "1.0.0"
    assert Content.objects.count() == 1


def test_import_package_replaces_what_an_interrupted_import_left_in_the_storage(now, storage_folder):
    row = import_(package(), at=now).library
    Content.objects.all().delete()
    Library.objects.all().delete()
    (storage_folder / row.prefix / "main.js").write_bytes(b"half")

    assert libraries.read_file(import_(package(), at=now).library, "main.js") == b"/* Test.Basic 1.0.0 */"
    assert len(files_of(storage_folder)) == 4


# --- the same content again ---


def keep_state(content, at, **changes):
    fields = {
        "user_key": "u",
        "data_type": "state",
        "data": "{}",
        "is_reset_on_change": True,
        "updated_at": at,
        **changes,
    }
    return State.objects.create(content=content, **fields)


def test_import_package_gives_one_content_when_imported_twice_under_one_identifier(now, storage_folder):
    file = package(files={"content/a.png": b"png"})
    first = import_(file, uuid=UUID, at=now)
    state = keep_state(first, now)
    before = stored(storage_folder)

    second = import_(file, uuid=UUID, at=now + timedelta(days=1))

    assert (second.pk, second.uuid, second.created_at) == (first.pk, UUID, now)
    assert Content.objects.count() == 1
    assert stored(storage_folder) == before
    state.refresh_from_db()
    assert state.data == "{}"


def test_import_package_resets_saved_states_when_the_parameters_changed(now):
    content = import_(package(), uuid=UUID, at=now)
    reset = keep_state(content, now)
    kept = keep_state(content, now, user_key="v", is_reset_on_change=False)
    Attempt.objects.create(content=content, user_key="u", number=1, started_at=now)

    import_(package(params={"text": "neu"}), uuid=UUID, at=now)

    reset.refresh_from_db()
    kept.refresh_from_db()
    assert (reset.data, kept.data) == (State.RESET, "{}")
    assert Attempt.objects.count() == 1


def test_import_package_fills_missing_words_in_the_language_of_the_content(now):
    fields = [{"name": "go", "type": "text", "default": "Go"}, {"name": "text", "type": "text"}]
    german = {"semantics": [{"default": "Los"}]}
    basic = library(semantics=fields, files={"language/de.json": german})
    assert import_(package(basic), at=now).params == {"go": "Los", "text": "Hallo"}
    assert import_(package(basic, language="en"), at=now).params["go"] == "Go"
    assert import_(package(basic, language="hu"), at=now).params["go"] == "Go"


def test_import_package_names_what_it_left_out(now):
    fields = [{"name": "part", "type": "library", "options": ["Test.Part 1.2"]}, {"name": "x", "type": "text"}]
    content = import_(package(library(semantics=fields), params={"part": {"library": "Test.Part 1.1"}}), at=now)
    assert content.warnings == ["part: Test.Part 1.1 may not be used here"]


# --- load order ---


def test_load_order_puts_every_library_after_what_it_needs(now):
    main = library(
        needs={"preloaded": ["Test.C 1.0", "Test.B 1.0"], "editor": ["Test.Editor 1.0"]},
        semantics=[{"name": "part", "type": "library", "options": ["Test.Part 1.0"]}, {"name": "x", "type": "text"}],
    )
    others = [
        library("Test.A"),
        library("Test.B", needs={"preloaded": ["Test.A 1.0"]}),
        library("Test.C", needs={"preloaded": ["Test.B 1.0"], "dynamic": ["Test.Editor 1.0"]}),
        library("Test.Editor", needs={"editor": ["Test.Editor 1.0"]}),
        library("Test.Part", needs={"preloaded": ["Test.A 1.0"]}),
    ]
    content = import_(package(main, *others, params={"part": {"library": "Test.Part 1.0", "params": {}}}), at=now)

    used = [use.library for use in content.content_libraries.all()]
    assert [row.machine_name for row in used] == ["Test.Part", "Test.Basic"]
    order = [row.machine_name for row in libraries.load_order(used)]
    assert order == ["Test.A", "Test.Part", "Test.B", "Test.C", "Test.Basic"]


# --- cleaning up and people ---


def test_delete_unnamed_files_deletes_only_what_is_old_and_unnamed(now, storage_folder):
    content = import_(package(files={"content/a.png": b"1"}), uuid=UUID, at=now)
    old = [content.files_prefix, content.library.prefix]
    content = import_(package(library(version="1.0.1"), files={"content/a.png": b"2"}), uuid=UUID, at=now)
    young, later = now.replace(year=2000), now.replace(year=2100)

    assert services.delete_unnamed_files(before=young) == []
    assert sorted(services.delete_unnamed_files(before=later)) == sorted(old)
    assert {name.rsplit("/", 1)[0] for name in files_of(storage_folder)} == {
        content.files_prefix,
        Library.objects.get().prefix,
    }


def test_erase_user_data_deletes_everything_of_one_person_and_nothing_of_another(now):
    content = import_(package(), at=now)
    for key in ("u", "v"):
        keep_state(content, now, user_key=key)
        Attempt.objects.create(content=content, user_key=key, number=1, started_at=now)
    assert [len(rows) for rows in services.user_data(user_key="u").values()] == [1, 0, 1]

    services.erase_user_data(user_key="u")

    assert [len(rows) for rows in services.user_data(user_key="u").values()] == [0, 0, 0]
    assert [len(rows) for rows in services.user_data(user_key="v").values()] == [1, 0, 1]
    services.erase_user_data(user_key="editor")
    content.refresh_from_db()
    assert content.uploaded_by_key == ""
