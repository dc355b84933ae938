"""Contents written in the browser: saved by the rules of a package, and never over what somebody else has saved."""

import io
import uuid

import pytest

from courses.h5p import builder, library, services
from courses.h5p.models import Attempt, Content, Library, State
from courses.h5p.storage import h5p_storage

from .packages import library as library_files
from .packages import package

pytestmark = pytest.mark.django_db

IMAGE = {"name": "picture", "type": "image", "optional": True}
TEXT = {"name": "text", "type": "text", "default": "leer"}
PART = {"name": "part", "type": "library", "options": ["Test.Part 1.0"], "optional": True}


@pytest.fixture
def basic(now) -> Library:
    main = library_files(semantics=[TEXT, IMAGE, {"name": "parts", "type": "list", "field": PART}])
    files = package(main, library_files("Test.Part", "1.0.0", runnable=0))
    services.install_libraries(file=files, at=now)
    return Library.objects.get(machine_name="Test.Basic")


def save(row: Library, at, **changes) -> Content:
    given = {
        "library": row,
        "title": "Übung",
        "language": "de",
        "licence": "CC BY",
        "params": {"text": "a < b"},
        "metadata": {},
        "saved_by_key": "editor",
        "at": at,
    }
    return services.save_content(**{**given, **changes})


def save_again(content: Content, at, **changes) -> Content:
    seen = changes.pop("seen", services.fingerprint(content))
    same = {"title": content.title, "params": content.params, "content": content, "seen": seen}
    return save(content.library, at, **{**same, **changes})


def test_save_content_makes_a_content_that_is_filtered_and_completed(basic, now):
    content = save(basic, now, params={"evil": 1})

    content.refresh_from_db()
    assert (content.title, content.language, content.licence, content.uploaded_by_key) == (
        "Übung",
        "de",
        "CC BY",
        "editor",
    )
    assert content.params == {"text": "leer"}
    assert [use.library for use in content.content_libraries.all()] == [basic]


def test_save_content_changes_nothing_when_nothing_was_changed(basic, now):
    content = save(basic, now)
    before = (content.params, content.files_prefix, content.metadata)

    content = save_again(content, now)

    assert (content.params, content.files_prefix, content.metadata) == before
    assert content.uploaded_by_key == "editor"


def test_save_content_refuses_what_somebody_else_has_saved_in_between(basic, now):
    content = save(basic, now)
    seen = services.fingerprint(content)
    save_again(content, now, title="Von jemand anderem")

    with pytest.raises(services.ContentRefused) as refusal:
        save_again(content, now, title="Mein Titel", seen=seen)

    assert refusal.value.code == "changed"
    assert Content.objects.get().title == "Von jemand anderem"


def test_save_content_refuses_a_library_that_cannot_be_played(basic, now):
    with pytest.raises(services.ContentRefused):
        save(Library.objects.get(machine_name="Test.Part"), now)
    assert not Content.objects.exists()


def test_save_content_stores_new_files_and_lets_go_of_those_that_nothing_names(basic, now):
    picture = {"path": "images/a.png", "mime": "image/png"}
    content = save(basic, now, params={"picture": picture}, new_files={"images/a.png": io.BytesIO(b"one")})
    first = content.files_prefix
    other = {"path": "images/b.png", "mime": "image/png"}

    content = save_again(content, now, params={"picture": other}, new_files={"images/b.png": io.BytesIO(b"two")})

    assert content.files == ["images/b.png"]
    assert content.warnings == []
    assert h5p_storage().open(f"{content.files_prefix}/images/b.png").read() == b"two"
    assert h5p_storage().exists(f"{first}/images/a.png")  # pages that are open still show it


def test_save_content_keeps_files_that_the_parameters_never_named(now):
    content = services.import_package(
        file=package(files={"content/data.json": {}}), uploaded_by_key="", may_install_libraries=True, at=now
    )
    assert save_again(content, now, params={"text": "neu"}).files == ["data.json"]


@pytest.mark.parametrize("path", ["../a.png", "images/a.exe", "images/a.svg"])
def test_save_content_refuses_files_of_other_kinds_and_leaves_nothing_behind(basic, now, storage_folder, path):
    before = sorted(storage_folder.rglob("*"))
    with pytest.raises(services.ContentRefused):
        save(basic, now, new_files={path: io.BytesIO(b"x")})
    assert sorted(storage_folder.rglob("*")) == before


def test_save_content_copies_with_the_files_of_the_origin(basic, now):
    picture = {"path": "images/a.png", "mime": "image/png"}
    origin = save(basic, now, params={"picture": picture}, new_files={"images/a.png": io.BytesIO(b"one")})

    copy = save(basic, now, params=origin.params, files_of=origin)

    assert (copy.params, copy.files) == (origin.params, origin.files)
    assert copy.files_prefix.startswith(f"contents/{copy.uuid}/")
    assert h5p_storage().open(f"{copy.files_prefix}/images/a.png").read() == b"one"


def test_save_content_gives_a_repeated_part_an_identifier_of_its_own(basic, now):
    part = {"library": "Test.Part 1.0", "params": {}, "subContentId": str(uuid.uuid4())}

    content = save(basic, now, params={"parts": [part, part]})

    first, second = (item["subContentId"] for item in content.params["parts"])
    assert first == part["subContentId"]
    assert second != first


def test_save_content_resets_only_the_states_that_asked_for_it_and_only_on_a_change(basic, now):
    content = save(basic, now)
    states = [
        State.objects.create(
            content=content, user_key=key, data_type="state", data="{}", is_reset_on_change=is_reset, updated_at=now
        )
        for key, is_reset in (("one", True), ("two", False))
    ]
    attempt = Attempt.objects.create(content=content, user_key="one", number=1, started_at=now)

    content = save_again(content, now, title="Nur der Titel")
    assert set(State.objects.values_list("data", flat=True)) == {"{}"}
    save_again(content, now, params={"text": "neu"})

    for state in states:
        state.refresh_from_db()
    assert [state.data for state in states] == [State.RESET, "{}"]
    assert Attempt.objects.get() == attempt


# --- Libraries -----------------------------------------------------------------------------------------------------
def test_planned_libraries_says_what_is_new_updated_and_left_alone(basic, now):
    upload = package(
        library_files(version="1.0.3"), library_files("Test.Part", "1.0.0"), library_files("Test.New", "2.1.0")
    )

    planned = services.planned_libraries(file=upload)

    facts = [(str(item.name), item.version, item.installed_version, item.is_to_install) for item in planned]
    assert facts == [
        ("Test.Basic 1.0", "1.0.3", "1.0.0", True),
        ("Test.New 2.1", "2.1.0", "", True),
        ("Test.Part 1.0", "1.0.0", "1.0.0", False),
    ]
    assert Library.objects.count() == 2


def test_install_libraries_stores_no_content(basic, now):
    assert not Content.objects.exists()


def test_delete_library_refuses_what_is_needed_and_deletes_the_rest(basic, now):
    content = save(basic, now)
    needed = library_files("Test.Needed", "1.0.0")
    services.install_libraries(
        file=package(library_files("Test.User", "1.0.0", needs={"preloaded": ["Test.Needed 1.0"]}), needed), at=now
    )
    rows = {row.machine_name: row for row in Library.objects.all()}

    for name in ("Test.Basic", "Test.Needed"):
        with pytest.raises(services.LibraryRefused):
            services.delete_library(row=rows[name])
    for name in ("Test.User", "Test.Needed", "Test.Part"):
        services.delete_library(row=rows[name])

    assert list(Library.objects.all()) == [content.library]


def test_install_own_libraries_installs_each_once(db, now):
    services.install_own_libraries(at=now)

    names = set(map(str, Library.objects.all()))
    assert names == {str(name) for name, _patch in builder.own_libraries()}
    assert services.install_own_libraries(at=now) == []


def test_editor_semantics_has_labels_of_the_interface_and_defaults_of_the_content(db, now):
    services.install_own_libraries(at=now)
    row = Library.objects.get(machine_name="Academy.ChoiceQuiz")

    german = library.localized_semantics(row, "de")
    english = library.localized_semantics(row, "en")
    mixed = library.editor_semantics(row, language="en", interface="de")

    def field(semantics):
        return next(item for item in semantics if item["name"] == "l10n")["fields"][0]

    assert field(mixed)["label"] == field(german)["label"] != field(english)["label"]
    assert field(mixed)["default"] == field(english)["default"] != field(german)["default"]
