"""Exercises written in Wagtail's admin: new, changed, copied, and never over what somebody else has saved."""

import io

import pytest
from django.core.files.images import ImageFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from academy.enums import Role
from courses import services as materials
from courses.enums import AccessState
from courses.h5p import builder, services
from courses.h5p.models import Content, Library
from courses.h5p.storage import h5p_storage
from courses.h5p_forms import Tree
from courses.models import MaterialFacts
from tests.courses.h5p.packages import library as library_files
from tests.courses.h5p.packages import package
from tests.courses.test_h5p_forms import content_of, installed, posted
from tests.courses.test_wagtail_hooks import person

pytestmark = pytest.mark.usefixtures("site")

PICTURE = [
    {"name": "picture", "type": "image", "label": "Picture", "optional": True},
    {"name": "alt", "type": "text", "label": "What is to be seen"},
    {"name": "sound", "type": "audio", "label": "Sound", "optional": True},
]


@pytest.fixture
def sign_in(client):
    def as_role(role):
        user = person(role)
        client.force_login(user)
        return user

    return as_role


@pytest.fixture
def trainer(sign_in):
    return sign_in(Role.TRAINER)


@pytest.fixture
def quiz(db, now) -> Content:
    file = io.BytesIO(builder.build_package(builder.DEMO_CONTENTS / "zugang-grundlagen-quiz"))
    file.name = "quiz.h5p"
    return services.import_package(file=file, uploaded_by_key="", may_install_libraries=True, at=now)


def form_data(content: Content, **changes) -> dict:
    """What the browser sends when the editor of `content` is saved."""
    tree = Tree(content.library, language=content.language, interface="de", content=content)
    facts = {
        "title": content.title,
        "licence": content.licence,
        "author": ", ".join(author["name"] for author in content.metadata.get("authors", [])),
        "note": content.metadata.get("authorComments", ""),
        "seen": services.fingerprint(content),
    }
    return {**facts, **posted(tree.block, tree.initial()), **changes}


def edit_url(content: Content) -> str:
    return reverse("exercises:edit", args=[content.pk])


def add_data(library: Library, **changes) -> dict:
    tree = Tree(library, language="de", interface="de")
    return {"title": "Neu", "licence": "CC BY", **posted(tree.block, tree.initial()), **changes}


def test_editor_changes_nothing_when_it_is_saved_as_it_is(client, trainer, quiz):
    before = (quiz.params, quiz.metadata, quiz.files_prefix, quiz.title, quiz.licence, quiz.package_sha256)

    response = client.post(edit_url(quiz), form_data(quiz))

    assert response.url == edit_url(quiz)
    quiz.refresh_from_db()
    assert (quiz.params, quiz.metadata, quiz.files_prefix, quiz.title, quiz.licence, quiz.package_sha256) == before
    assert ModelLogEntry.objects.for_instance(quiz).get().action == "wagtail.edit"


def test_editor_saves_what_was_changed(client, trainer, quiz):
    data = form_data(quiz, title="Neuer Titel", author="Fachstelle", note="Für den Einstieg", licence="CC BY-SA")
    data |= {"params-questions-0-value-text": "Was <fällt> auf?", "params-questions-1-deleted": "1"}
    before = quiz.params["questions"]

    client.post(edit_url(quiz), data)

    quiz.refresh_from_db()
    assert quiz.params["questions"] == [{**before[0], "text": "Was &lt;fällt&gt; auf?"}, *before[2:]]
    assert (quiz.title, quiz.licence) == ("Neuer Titel", "CC BY-SA")
    assert quiz.metadata["authors"] == [{"name": "Fachstelle", "role": "Author"}]
    assert (quiz.metadata["authorComments"], quiz.metadata["licenseVersion"]) == ("Für den Einstieg", "4.0")


def test_editor_keeps_what_was_typed_when_something_is_wrong(client, trainer, quiz):
    data = form_data(quiz, **{"params-questions-0-value-text": "", "params-questions-1-value-text": "Getippt"})

    response = client.post(edit_url(quiz), data)

    assert response.status_code == 200
    assert "params" in response.context["form"].errors
    assert "Getippt" in response.text
    quiz.refresh_from_db()
    assert quiz.params["questions"][0]["text"]


def test_editor_refuses_the_second_of_two_people_and_keeps_what_they_typed(client, trainer, quiz):
    first = form_data(quiz, title="Von der ersten")
    second = form_data(quiz, title="Von der zweiten")

    client.post(edit_url(quiz), first)
    response = client.post(edit_url(quiz), second)

    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [
        "Diese Übung hat inzwischen jemand anderes gespeichert. Von dieser Fassung wurde nichts überschrieben."
    ]
    assert 'value="Von der zweiten"' in response.text
    client.post(edit_url(quiz), {**second, "action-copy": "copy"})
    assert set(Content.objects.values_list("title", flat=True)) == {"Von der ersten", "Von der zweiten"}


def test_editor_says_so_when_the_form_did_not_arrive_completely(client, trainer, quiz):
    response = client.post(edit_url(quiz), {"title": "x", "seen": services.fingerprint(quiz)})

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["params"]


def test_save_as_a_copy_makes_another_exercise(client, trainer, quiz):
    response = client.post(edit_url(quiz), form_data(quiz, **{"action-copy": "copy"}))

    copy = Content.objects.exclude(pk=quiz.pk).get()
    assert response.url == edit_url(copy)
    assert copy.title == f"{quiz.title} (Kopie)"
    assert (copy.params, copy.uuid == quiz.uuid) == (quiz.params, False)
    assert copy.uploaded_by_key == str(trainer.pseudonym)


def test_new_exercise_is_written_from_the_list_of_content_types(client, trainer, quiz):
    library = quiz.library
    address = f"{reverse('exercises:write', args=[library.pk])}?language=en"
    assert address in client.get(reverse("exercises:types")).text

    data = add_data(library)
    data |= {f"params-questions-0-value-options-{n}-value-text": f"Antwort {n}" for n in range(3)}
    response = client.post(address, {**data, "params-questions-0-value-text": "Frage"})

    content = Content.objects.exclude(pk=quiz.pk).get()
    assert response.url == edit_url(content)
    assert (content.title, content.language, content.licence) == ("Neu", "en", "CC BY")
    assert [option["text"] for option in content.params["questions"][0]["options"]] == [
        f"Antwort {n}" for n in range(3)
    ]
    assert client.get(edit_url(content)).status_code == 200


def test_list_of_content_types_shows_only_the_newest_that_can_be_played(client, trainer, now):
    services.install_libraries(file=package(library_files(version="1.0.0", title="Alt")), at=now)
    services.install_libraries(
        file=package(library_files(version="1.2.0", title="Neu"), library_files("Test.Part", "1.0.0", runnable=0)),
        at=now,
    )

    titles = [entry["row"].title for entry in client.get(reverse("exercises:types")).context["types"]]

    assert "Neu" in titles
    assert not {"Alt", "Test.Part"} & set(titles)


def test_fresh_site_has_our_own_content_types(client, trainer):
    rows = [entry["row"] for entry in client.get(reverse("exercises:types")).context["types"]]
    own = {str(name) for name, _patch in builder.own_libraries()}
    assert {str(row) for row in rows} == {
        name for name in own if Library.objects.get(machine_name=name.split()[0]).is_runnable
    }


def test_unknown_content_type_is_not_found(client, trainer):
    assert client.get(reverse("exercises:write", args=[0])).status_code == 404


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.UNIT_STAFF, Role.PARTICIPANT, Role.PROGRAMME_LEAD])
def test_writing_is_closed_to_other_roles(client, sign_in, quiz, role):
    sign_in(role)
    addresses = [
        reverse("exercises:types"),
        reverse("exercises:write", args=[quiz.library.pk]),
        edit_url(quiz),
    ]
    for address in addresses:
        assert client.get(address).status_code in (302, 403), address


# --- Files from the libraries --------------------------------------------------------------------------------------
def picture_of(title="Eine Runde", description="Fünf Menschen an einem Tisch", kind="PNG") -> Image:
    data = io.BytesIO()
    Picture.new("RGB", (8, 6), "teal").save(data, kind)
    file = ImageFile(io.BytesIO(data.getvalue()), name=f"runde.{kind.lower()}")
    return Image.objects.create(title=title, description=description, file=file)


def test_picture_from_the_library_becomes_a_file_of_the_exercise(client, trainer, now):
    content = content_of(installed(now, PICTURE), {}, now)

    client.post(edit_url(content), form_data(content, **{"params-picture-chosen": picture_of().pk}))

    content.refresh_from_db()
    picture = content.params["picture"]
    assert picture["path"].startswith("images/eine-runde-")
    assert (picture["mime"], picture["width"], picture["height"]) == ("image/png", 8, 6)
    assert picture["copyright"] == {"license": "U", "title": "Eine Runde"}
    assert content.params["alt"] == "Fünf Menschen an einem Tisch"
    assert content.files == [picture["path"]]
    assert h5p_storage().exists(f"{content.files_prefix}/{picture['path']}")
    before = content.params
    client.post(edit_url(content), form_data(content))
    content.refresh_from_db()
    assert content.params == before


def test_picture_is_taken_away_and_its_rights_are_changed(client, trainer, now):
    content = content_of(installed(now, PICTURE), {"alt": "Eigene Worte"}, now)
    client.post(edit_url(content), form_data(content, **{"params-picture-chosen": picture_of().pk}))
    content.refresh_from_db()
    assert content.params["alt"] == "Eigene Worte"

    client.post(
        edit_url(content), form_data(content, **{"params-picture-author": "Z. & Co", "params-picture-license": "CC BY"})
    )
    content.refresh_from_db()
    assert content.params["picture"]["copyright"] == {
        "license": "CC BY",
        "title": "Eine Runde",
        "author": "Z. &amp; Co",
    }

    client.post(edit_url(content), form_data(content, **{"params-picture-file": ""}))
    content.refresh_from_db()
    assert ("picture" in content.params, content.files) == (False, [])


@pytest.mark.parametrize(("name", "data"), [("ton.mp3", b"MZ no sound"), ("ton.exe", b"ID3"), ("ton.svg", b"<svg/>")])
def test_file_that_is_no_sound_is_refused_in_words(client, trainer, now, name, data):
    content = content_of(installed(now, PICTURE), {"alt": "x"}, now)
    document = Document(title="Ton")
    document.file.save(name, io.BytesIO(data))
    sent = form_data(content) | {
        "params-sound-count": "1",
        "params-sound-0-deleted": "",
        "params-sound-0-order": "0",
        "params-sound-0-id": "",
        "params-sound-0-value-chosen": document.pk,
        "params-sound-0-value-file": "",
        **{f"params-sound-0-value-{key}": "" for key in ("title", "author", "source", "license", "kept__")},
    }

    response = client.post(edit_url(content), sent)

    assert response.status_code == 200
    assert "«Ton»" in response.context["form"].errors["params"][0]
    content.refresh_from_db()
    assert "sound" not in content.params


def test_sound_from_the_library_becomes_a_file_of_the_exercise(client, trainer, now):
    content = content_of(installed(now, PICTURE), {"alt": "x"}, now)
    document = Document(title="Ein Gruß")
    document.file.save("ton.mp3", io.BytesIO(b"ID3 sound"))
    sent = form_data(content) | {
        "params-sound-count": "1",
        "params-sound-0-deleted": "",
        "params-sound-0-order": "0",
        "params-sound-0-id": "",
        "params-sound-0-value-chosen": document.pk,
        "params-sound-0-value-file": "",
        **{f"params-sound-0-value-{key}": "" for key in ("title", "author", "source", "license", "kept__")},
    }

    client.post(edit_url(content), sent)

    content.refresh_from_db()
    (sound,) = content.params["sound"]
    assert sound["path"].startswith("audios/ein-gru")
    assert (sound["mime"], content.files) == ("audio/mpeg", [sound["path"]])


# --- The list ------------------------------------------------------------------------------------------------------
def test_list_has_the_same_queries_for_one_and_for_three_exercises(client, trainer, quiz, now):
    counts = []
    for number in (1, 3):
        while Content.objects.count() < number:
            content_of(quiz.library, quiz.params, now)
        client.get(reverse("exercises:index"))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse("exercises:index"))
        counts.append(len(queries))
    assert response.text.count("/export?t=") == 3
    assert counts[0] == counts[1]


def test_editor_opens_with_a_number_of_queries_that_does_not_grow_with_the_content(client, trainer, quiz, now):
    long = content_of(quiz.library, {**quiz.params, "questions": quiz.params["questions"] * 6}, now)
    counts = []
    for content in (quiz, long):
        client.get(edit_url(content))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(edit_url(content)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_labels_are_german_in_a_german_admin(client, trainer, quiz):
    UserProfile.objects.update_or_create(user=trainer, defaults={"preferred_language": "de"})
    text = client.get(edit_url(quiz)).text
    assert "Fragen" in text
    assert "Several answers may be right" not in text
    assert "Params" not in text  # the fields stand under the name of their content type


def test_attempts_stay_when_the_exercise_is_changed(client, trainer, quiz):
    attempt = quiz.attempts.create(user_key="one", number=1, started_at=timezone.now())
    client.post(edit_url(quiz), form_data(quiz, **{"params-questions-0-value-text": "Anders"}))
    assert quiz.attempts.get() == attempt


# --- What was known about it ---------------------------------------------------------------------------------------
def checked(content: Content, actor) -> MaterialFacts:
    known = {"access": AccessState.ACCESSIBLE, "checked_by": "Fachstelle", "checked_on": timezone.localdate()}
    return materials.describe_material(material=content, actor=actor, at=timezone.now(), **known)


def test_check_is_taken_back_when_learners_get_something_else_to_see(client, trainer, quiz):
    facts = checked(quiz, trainer)

    client.post(edit_url(quiz), form_data(quiz, author="Andere Stelle"))
    facts.refresh_from_db()
    assert facts.access == AccessState.ACCESSIBLE

    quiz.refresh_from_db()
    client.post(edit_url(quiz), form_data(quiz, **{"params-questions-0-value-text": "Anders"}))
    facts.refresh_from_db()
    assert (facts.access, facts.checked_by, facts.file_changed_at is not None) == (AccessState.UNCHECKED, "", True)


def test_change_exercise_is_refused_without_the_right_to_it(quiz, now):
    given = {"content": quiz, "seen": services.fingerprint(quiz), "title": "x", "licence": "U", "params": {}}
    with pytest.raises(materials.MaterialRefused):
        materials.change_exercise(actor=person(Role.PROGRAMME_LEAD), at=now, metadata={}, **given)
    assert Content.objects.get().title == quiz.title


def test_package_that_was_there_first_replaces_what_was_written_since(client, trainer, quiz, now):
    client.post(edit_url(quiz), form_data(quiz, title="Geschrieben"))
    package_of_before = io.BytesIO(builder.build_package(builder.DEMO_CONTENTS / "zugang-grundlagen-quiz"))
    package_of_before.name = "quiz.h5p"

    version = materials.replace_exercise(
        content=quiz, file=package_of_before, may_install_libraries=False, actor=trainer, at=now
    )

    assert version.number == 1
    assert Content.objects.get().title == quiz.title


# --- A large exercise ----------------------------------------------------------------------------------------------
def list_of(name: str, *fields: dict) -> dict:
    group = {"name": "one", "type": "group", "label": "One", "fields": list(fields)}
    return {"name": name, "type": "list", "label": name, "field": group}


def test_editor_of_a_large_exercise_stays_below_a_megabyte_and_keeps_every_value(client, trainer, now):
    text = {"name": "text", "type": "text", "label": "Text"}
    marked = {"name": "html", "type": "text", "label": "Hint", "tags": ["strong", "em", "ul", "a"]}
    answers = list_of("answers", text, marked, {"name": "right", "type": "boolean", "label": "Right"})
    row = installed(now, [list_of("chapters", text, list_of("pages", text, list_of("cards", text, marked, answers)))])
    answer = {"text": "Eine Antwort", "html": "<p>Ein <strong>Hinweis</strong></p>", "right": True}
    card = {"text": "Karte", "html": "<p>Eine <em>Frage</em></p>", "answers": [answer] * 4}
    chapter = {"text": "Kapitel", "pages": [{"text": "Seite", "cards": [card] * 5}] * 5}
    content = content_of(row, {"chapters": [chapter] * 2}, now)

    assert len(client.get(edit_url(content)).content) < 1_000_000
    client.post(edit_url(content), form_data(content))

    before = content.params
    content.refresh_from_db()
    assert content.params == before
