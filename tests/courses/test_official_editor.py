"""The official editor in Wagtail's admin: who gets there, what is saved, and that nothing of others is overwritten."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from academy.enums import Role
from courses.enums import AccessState
from courses.h5p import editor_uploads, services, tokens
from courses.h5p.models import Content
from courses.models import MaterialFacts
from tests.courses.h5p.editor_archives import core_zip, editor_zip
from tests.courses.h5p.packages import library as library_files
from tests.courses.h5p.packages import package
from tests.courses.h5p.test_editor import PICTURE_FIELD, TEXT_FIELD, picture
from tests.courses.test_h5p_forms import content_of, installed
from tests.courses.test_wagtail_hooks import person

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def release(db, tmp_path, now):
    return services.install_editor(core=core_zip(tmp_path), editor=editor_zip(tmp_path), at=now)


@pytest.fixture
def row(db, now):
    return installed(now, [TEXT_FIELD, PICTURE_FIELD])


@pytest.fixture
def content(row, now):
    return content_of(row, {"text": "Hallo"}, now)


@pytest.fixture
def trainer(client):
    user = person(Role.TRAINER)
    client.force_login(user)
    return user


def address(content: Content | None = None) -> str:
    return reverse("exercises:official_edit", args=[content.pk]) if content else reverse("exercises:official_add")


def sent(client, content=None, text="Neu", title="Titel", library="Test.Basic 1.0", **params) -> dict:
    """What the browser sends after the page was opened."""
    form = client.get(address(content)).context["form"]
    written = {"params": {"text": text, **params}, "metadata": {"title": title, "license": "CC BY"}}
    return {**form.initial, "library": library, "params": json.dumps(written)}


def test_the_editor_is_offered_only_where_one_is_installed(client, trainer, content, tmp_path, now):
    types, edit = reverse("exercises:types"), reverse("exercises:edit", args=[content.pk])
    assert address() not in client.get(types).text
    assert address(content) not in client.get(edit).text
    assert [client.get(address(one)).status_code for one in (None, content)] == [404, 404]

    services.install_editor(core=core_zip(tmp_path), editor=editor_zip(tmp_path), at=now)

    assert f"{address()}?language=de-simple" in client.get(types).text
    assert address(content) in client.get(edit).text
    assert [client.get(address(one)).status_code for one in (None, content)] == [200, 200]


@pytest.mark.parametrize("role", [None, Role.PROGRAMME_LEAD, Role.FUNDER_REPORTING])
def test_nobody_opens_or_saves_who_may_not_write_exercises(client, release, content, role):
    if role:
        client.force_login(person(role))
    before = services.fingerprint(content)
    written = {"library": "Test.Basic 1.0", "params": '{"params": {"text": "x"}, "metadata": {"title": "x"}}'}
    for one in (None, content):
        assert client.get(address(one)).status_code in (302, 403)
        assert client.post(address(one), {**written, "seen": before}).status_code in (302, 403)
    content.refresh_from_db()
    assert services.fingerprint(content) == before
    assert Content.objects.count() == 1


def test_there_is_no_editor_for_an_exercise_that_is_not_there(client, trainer, release):
    assert client.get(reverse("exercises:official_edit", args=[4711])).status_code == 404


def test_saving_needs_the_token_of_the_form(release, content, trainer):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(trainer)
    assert strict.post(address(content), sent(strict, content)).status_code == 403


def test_a_new_exercise_is_made_in_the_chosen_language(client, trainer, release, row):
    data = {**client.get(f"{address()}?language=en").context["form"].initial}
    written = {"params": {"text": "Tom &amp; Jerry"}, "metadata": {"title": "A &amp; B", "license": "CC BY"}}
    data |= {"library": "Test.Basic 1.0", "params": json.dumps(written)}

    response = client.post(address(), data)

    content = Content.objects.get()
    assert response.url == address(content)
    assert (content.title, content.language, content.licence) == ("A & B", "en", "CC BY")
    assert content.params == {"text": "Tom &amp; Jerry"}
    assert content.uploaded_by_key == str(trainer.pseudonym)
    assert ModelLogEntry.objects.for_instance(content).get().action == "wagtail.create"


def test_a_change_is_saved_as_in_the_form_and_takes_the_check_back(client, trainer, release, content):
    facts = {"access": AccessState.ACCESSIBLE, "checked_by": "Fachstelle", "checked_on": date(2026, 3, 2)}
    MaterialFacts.objects.create(exercise=content, **facts)
    response = client.post(address(content), sent(client, content, text="<b>Neu</b>", foreign=1))

    assert response.url == address(content)
    content.refresh_from_db()
    assert content.params == {"text": "&lt;b&gt;Neu&lt;/b&gt;"}
    assert (content.title, content.licence) == ("Titel", "CC BY")
    assert MaterialFacts.objects.get(exercise=content).access == AccessState.UNCHECKED
    assert ModelLogEntry.objects.for_instance(content).get().action == "wagtail.edit"


def test_an_uploaded_picture_becomes_part_of_the_exercise(client, trainer, release, content):
    data = sent(client, content)
    upload = tokens.read_editor_token(data["session"]).upload
    kept = services.keep_upload(upload=upload, kind="image", file=picture())
    written = {"params": {"text": "Neu", "picture": kept}, "metadata": {"title": "Titel"}}

    client.post(address(content), {**data, "params": json.dumps(written)})

    content.refresh_from_db()
    assert content.files == [kept["path"].removesuffix("#tmp")] == [content.params["picture"]["path"]]
    assert editor_uploads.uploaded_paths(upload) == []


def test_the_second_of_two_people_overwrites_nothing_and_keeps_what_was_written(client, trainer, release, content):
    first, second = sent(client, content, text="Eins"), sent(client, content, text="Zwei")
    upload = tokens.read_editor_token(second["session"]).upload
    services.keep_upload(upload=upload, kind="image", file=picture())
    client.post(address(content), first)

    response = client.post(address(content), second)

    [sentence] = response.context["form"].non_field_errors()
    assert "inzwischen" in sentence or "seit" in sentence
    content.refresh_from_db()
    assert content.params["text"] == "Eins"
    assert response.context["setup"]["params"] == second["params"]
    assert tokens.read_editor_token(response.context["form"]["session"].value()).upload == upload
    assert len(editor_uploads.uploaded_paths(upload)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"params": ""},
        {"params": "["},
        {"params": "[]"},
        {"params": "[" * 5000},
        {"params": '{"params": 1, "metadata": {}}'},
        {"params": '{"params": {}, "metadata": 1}'},
        {"params": '{"params": {}, "metadata": {"title": "  "}}'},
        {"params": '{"params": {}, "metadata": {"title": ["x"]}}'},
        {"library": ""},
        {"library": "Test.Gone 1.0"},
        {"library": "../../x"},
        {"library": "Test.Part 1.0"},
    ],
)
def test_what_is_no_exercise_is_refused_with_a_sentence(client, trainer, release, content, now, changes):
    part = library_files("Test.Part", runnable=0)
    services.install_libraries(file=package(library_files(), part), at=now)
    before = services.fingerprint(content)

    for one in (None, content):
        response = client.post(address(one), {**sent(client, one), **changes})
        assert response.status_code == 200
        assert response.context["form"].errors
    content.refresh_from_db()
    assert services.fingerprint(content) == before
    assert Content.objects.count() == 1


def test_the_session_of_another_exercise_or_a_forged_one_opens_no_uploads(client, trainer, release, content, row, now):
    other = content_of(row, {"text": "Andere"}, now)
    foreign = sent(client, other)["session"]
    kept = services.keep_upload(upload=tokens.read_editor_token(foreign).upload, kind="image", file=picture())
    for session in (foreign, "nonsense"):
        content.refresh_from_db()
        client.post(address(content), {**sent(client, content, picture=kept), "session": session})
        content.refresh_from_db()
        assert content.files == []


def test_the_page_takes_frames_of_the_second_host_alone(client, trainer, release, content, settings):
    assert "frame-src 'self';" in client.get(address(content))["Content-Security-Policy"] + ";"
    settings.H5P_CONTENT_ORIGIN = "https://h5p.example"
    response = client.get(address(content))
    assert "frame-src 'self' https://h5p.example" in response["Content-Security-Policy"]
    assert response.context["frame_src"].startswith("https://h5p.example/h5p/editor/?t=")
    edit = client.get(reverse("exercises:edit", args=[content.pk]))
    assert "h5p.example" not in edit["Content-Security-Policy"]


def test_opening_takes_the_same_number_of_queries_with_many_exercises(
    client, trainer, release, content, row, now, django_assert_num_queries
):
    client.get(address(content))
    with CaptureQueriesContext(connection) as one:
        client.get(address(content))
    for number in range(3):
        content_of(row, {"text": str(number)}, now)
    with django_assert_num_queries(len(one)):
        client.get(address(content))
