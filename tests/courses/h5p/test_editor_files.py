"""The official editor as two archives: what is unpacked, what is refused, and that nothing half is ever there."""

import hashlib
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from courses.h5p import services
from courses.h5p.editor_files import CORE_EXPECTED, EDITOR_EXPECTED, EDITOR_SCRIPTS
from courses.h5p.models import EditorRelease

from .editor_archives import core_zip, editor_zip
from .packages import link

pytestmark = pytest.mark.django_db


def stored(folder) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_install_editor_unpacks_what_a_browser_reads_and_names_both_hashes(tmp_path, storage_folder, now, caplog):
    core, editor = core_zip(tmp_path), editor_zip(tmp_path)
    release = services.install_editor(core=core, editor=editor, at=now)

    assert services.installed_editor() == release
    assert stored(storage_folder) == {
        *(f"{release.prefix}/core/{path}" for path in CORE_EXPECTED),
        *(f"{release.prefix}/editor/{path}" for path in (*EDITOR_EXPECTED, "language/de.js")),
    }
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (core, editor)]
    assert [release.core_sha256, release.editor_sha256] == hashes
    assert all(sha256 in caplog.text for sha256 in hashes)
    assert len(EDITOR_SCRIPTS) == 33


def test_install_editor_takes_an_archive_without_a_folder_around_everything(tmp_path, now):
    release = services.install_editor(core=core_zip(tmp_path, top=""), editor=editor_zip(tmp_path, top=""), at=now)
    assert "core/js/h5p.js" in release.files


@pytest.mark.parametrize(
    "name", ["h5peditor.class.php", "scripts/evil.php", "samples/x.js", "styles/scss/a.scss", "scripts/.hidden.js"]
)
def test_install_editor_leaves_out_what_no_browser_needs(tmp_path, storage_folder, now, name):
    top = "h5p-editor-php-library-master/"
    services.install_editor(core=core_zip(tmp_path), editor=editor_zip(tmp_path, (top + name, b"x")), at=now)
    assert not [path for path in stored(storage_folder) if path.endswith(name)]


@pytest.mark.parametrize(
    "entry", [("../evil.js", b"x"), ("/evil.js", b"x"), ("a\\b.js", b"x"), link("top/scripts/x.js")]
)
def test_install_editor_refuses_a_hostile_archive_and_leaves_nothing(tmp_path, storage_folder, now, entry):
    with pytest.raises(services.PackageRefused) as refused:
        services.install_editor(core=core_zip(tmp_path), editor=editor_zip(tmp_path, entry), at=now)
    assert [error.code for error in refused.value.errors] == ["unsafe-path"]
    assert stored(storage_folder) == set()
    assert services.installed_editor() is None


@pytest.mark.parametrize(
    ("part", "missing"), [("core", "js/h5p.js"), ("core", "js/h5p-version.js"), ("editor", "scripts/h5peditor-av.js")]
)
def test_install_editor_refuses_an_archive_that_lacks_a_script(tmp_path, storage_folder, now, part, missing):
    core = core_zip(tmp_path, without=missing if part == "core" else "")
    editor = editor_zip(tmp_path, without=missing if part == "editor" else "")
    with pytest.raises(services.PackageRefused) as refused:
        services.install_editor(core=core, editor=editor, at=now)
    assert [error.code for error in refused.value.errors] == ["missing-editor-files"]
    assert f"{part}.zip" in str(refused.value)
    assert missing in str(refused.value)
    assert stored(storage_folder) == set()


def test_install_editor_refuses_what_is_no_archive(tmp_path, now):
    broken = tmp_path / "core.zip"
    broken.write_bytes(b"no zip")
    with pytest.raises(services.PackageRefused) as refused:
        services.install_editor(core=broken, editor=editor_zip(tmp_path), at=now)
    assert [error.code for error in refused.value.errors] == ["unable-to-unzip"]


def test_install_editor_replaces_the_one_before_and_keeps_its_files_for_open_pages(tmp_path, storage_folder, now):
    first = services.install_editor(core=core_zip(tmp_path), editor=editor_zip(tmp_path), at=now)
    newer = editor_zip(tmp_path, ("h5p-editor-php-library-master/language/hu.js", b"hu"))
    second = services.install_editor(core=core_zip(tmp_path), editor=newer, at=now)

    assert EditorRelease.objects.count() == 1
    assert first.prefix != second.prefix
    assert (storage_folder / first.prefix).is_dir()
    far = now + timedelta(days=36500)
    assert services.delete_unnamed_files(before=far) == [first.prefix]
    assert (storage_folder / second.prefix / "core/js/h5p.js").is_file()


def test_install_editor_twice_changes_nothing_but_the_moment(tmp_path, now):
    first = services.install_editor(core=core_zip(tmp_path), editor=editor_zip(tmp_path), at=now)
    later = now + timedelta(days=1)
    second = services.install_editor(core=core_zip(tmp_path), editor=editor_zip(tmp_path), at=later)
    assert (second.prefix, second.installed_at) == (first.prefix, later)


def test_a_refused_second_archive_leaves_the_first_editor(tmp_path, now):
    first = services.install_editor(core=core_zip(tmp_path), editor=editor_zip(tmp_path), at=now)
    with pytest.raises(services.PackageRefused):
        services.install_editor(core=core_zip(tmp_path, without="js/jquery.js"), editor=editor_zip(tmp_path), at=now)
    assert services.installed_editor().prefix == first.prefix


def test_the_database_holds_one_editor_at_most(tmp_path, now):
    services.install_editor(core=core_zip(tmp_path), editor=editor_zip(tmp_path), at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        EditorRelease.objects.create(id=2, prefix="x", installed_at=now)


def test_h5p_editor_installs_shows_and_removes(tmp_path, capsys):
    call_command("h5p_editor", "status")
    assert capsys.readouterr().out == "No editor is installed.\n"

    call_command("h5p_editor", "install", core=core_zip(tmp_path), editor=editor_zip(tmp_path))
    shown = capsys.readouterr().out
    assert services.installed_editor().core_sha256 in shown

    call_command("h5p_editor", "remove")
    call_command("h5p_editor", "remove")
    assert capsys.readouterr().out == "The editor is removed.\nNo editor is installed.\n"


def test_h5p_editor_says_why_it_installs_nothing(tmp_path):
    with pytest.raises(CommandError, match=r"missing-editor-files: core\.zip"):
        call_command("h5p_editor", "install", core=core_zip(tmp_path, without="js/h5p.js"), editor=editor_zip(tmp_path))
    with pytest.raises(CommandError, match=r"gone\.zip: there is no such file"):
        call_command("h5p_editor", "install", core=tmp_path / "gone.zip", editor=editor_zip(tmp_path))


def test_delete_uploads_takes_what_is_older_than_the_moment(storage_folder, now):
    upload = storage_folder / "uploads/abc/files/images/x.png"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"x")
    assert services.delete_uploads(before=now - timedelta(days=36500)) == []
    assert services.delete_uploads(before=now + timedelta(days=36500)) == ["uploads/abc/files"]
    assert not upload.exists()
