"""The commands of the H5P app."""

import pytest
from django.core.management import CommandError, call_command

from courses.h5p.models import Content, Library, LibraryDependency

from .packages import library, package

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(tmp_path):
    path = tmp_path / "quiz.h5p"
    call_command("build_h5p", "zugang-grundlagen-quiz", output=path, verbosity=0)
    return path


def test_import_h5p_imports_what_build_h5p_built(built, capsys):
    call_command("import_h5p", built)
    content = Content.objects.get()
    assert (content.title, str(content.library)) == ("Zugang am Schalter: fünf Situationen", "Academy.ChoiceQuiz 1.0")
    assert str(content.uuid) in capsys.readouterr().out


def test_import_h5p_replaces_the_content_of_an_identifier(built):
    call_command("import_h5p", built)
    call_command("import_h5p", built, uuid=Content.objects.get().uuid)
    assert Content.objects.count() == 1


def test_import_h5p_says_what_is_refused_and_imports_the_rest(built, tmp_path, capsys):
    bad = tmp_path / "bad.h5p"
    bad.write_bytes(package(library(coreApi={"majorVersion": 9, "minorVersion": 0})).getvalue())
    with pytest.raises(CommandError, match="2 of 3"):
        call_command("import_h5p", bad, tmp_path / "gone.h5p", built)
    errors = capsys.readouterr().err
    assert "api-version-unsupported" in errors
    assert "gone.h5p: there is no such file" in errors
    assert {row.machine_name for row in Library.objects.all()} == {"Academy.ChoiceQuiz", "Academy.Shared"}


def test_import_h5p_installs_no_library_when_told_so(built):
    with pytest.raises(CommandError):
        call_command("import_h5p", built, no_libraries=True)
    assert not Library.objects.exists()


def test_build_h5p_refuses_a_folder_without_content(tmp_path):
    with pytest.raises(CommandError, match=r"no h5p\.json"):
        call_command("build_h5p", str(tmp_path))


def test_h5p_cleanup_tells_what_it_deleted(built, capsys):
    call_command("import_h5p", built)
    Content.objects.all().delete()
    prefix = Library.objects.get(machine_name="Academy.ChoiceQuiz").prefix
    LibraryDependency.objects.all().delete()
    Library.objects.all().delete()
    call_command("h5p_cleanup", days=-1)
    assert prefix in capsys.readouterr().out
