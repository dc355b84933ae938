"""The material library: one list, what is known about a file, and another file in its place."""

import csv
import hashlib
import io
import json
from datetime import date, timedelta

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import ReferenceIndex

from academy.enums import Role
from academy.models import OutgoingMail
from academy.services import sync_rights
from courses import material_reads, materials, services
from courses.enums import AccessState, Licence, RunState
from courses.h5p import builder
from courses.h5p import services as h5p
from courses.h5p.models import Content
from courses.material_reads import Filters
from courses.models import H5PStepPage, MaterialFacts, MaterialVersion
from courses.templatetags.material import material_updates
from courses.wagtail_hooks import say_what_is_not_accessible
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.course_pages import course_page, reading_step
from tests.factories.courses import CourseRunFactory
from tests.factories.files import PDF, document, image, picture_bytes

pytestmark = pytest.mark.usefixtures("site")

NEW_PDF = PDF.replace(b"1.7", b"1.4") + b"%neu\n"
CHECKED = {"access": AccessState.ACCESSIBLE, "checked_by": "Redaktion", "checked_on": date(2026, 11, 2)}


def person(*roles):
    user = UserFactory()
    for role in roles:
        MembershipFactory(user=user, role=role)
    sync_rights(user=user, on=timezone.localdate())
    return user


@pytest.fixture
def editor():
    return person(Role.EDITOR)


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


def exercise(*, at, **main) -> Content:
    """The first exercise of the demo, imported; `main` changes its h5p.json."""
    return h5p.import_package(file=package(**main), uploaded_by_key="", may_install_libraries=True, at=at)


def package(**main):
    source = builder.DEMO_CONTENTS / builder.demo_contents()[0]
    data = json.loads((source / "h5p.json").read_text(encoding="utf-8")) | main
    files = {f"content/{path}": value for path, value in builder.folder_files(source / "content").items()}
    return SimpleUploadedFile("quiz.h5p", builder.build(data, files))


def step_with(*documents, course=None, title="Einstieg", owner=None, live=True):
    """A published step that offers these documents."""
    body = [{"type": "download", "value": {"title": one.title, "document": one.pk}} for one in documents]
    step = reading_step(course or course_page(), title=title, body=body, live=live, owner=owner)
    return indexed(step)


def indexed(page):
    """As the task does after a commit."""
    ReferenceIndex.create_or_update_for_object(page)
    return page


def describe(material, actor, at, **changes):
    return services.describe_material(material=material, actor=actor, at=at, **{**CHECKED, **changes})


def replace(material, actor, at, content=NEW_PDF, name="neu.pdf", **more):
    return services.replace_file(material=material, file=ContentFile(content), name=name, actor=actor, at=at, **more)


def stored() -> set[str]:
    found = set()
    for folder in ("documents", "original_images", "material", "d"):
        if default_storage.exists(folder):
            found |= _below(folder)
    return found


def _below(folder: str) -> set[str]:
    folders, files = default_storage.listdir(folder)
    found = {f"{folder}/{name}" for name in files}
    for inner in folders:
        found |= _below(f"{folder}/{inner}")
    return found


# --- What is known -------------------------------------------------------------------------------------------------
def test_facts_of_a_file_that_nobody_described_are_not_checked():
    facts = material_reads.facts_of(document())

    assert (facts.pk, facts.access, facts.licence) == (None, "unchecked", "")
    assert not MaterialFacts.objects.exists()


def test_describe_material_keeps_what_is_known(editor, now):
    paper = document()

    describe(paper, editor, now, licence=Licence.CC_BY, source="Redaktion, 2026", language="de")

    facts = MaterialFacts.objects.get(document=paper)
    assert (facts.licence, facts.source, facts.language) == ("cc_by_4", "Redaktion, 2026", "de")
    assert (facts.access, facts.checked_by, facts.checked_on) == ("accessible", "Redaktion", date(2026, 11, 2))
    assert material_reads.licence_words(Document.objects.get()) == "CC BY 4.0, Redaktion, 2026"


def test_describe_material_forgets_the_check_when_it_counts_as_not_checked(editor, now):
    paper = document()
    describe(paper, editor, now, licence=Licence.OWN)

    describe(paper, editor, now, access=AccessState.UNCHECKED, access_note="Text", licence=Licence.OWN)

    facts = MaterialFacts.objects.get()
    assert (facts.access, facts.access_note, facts.checked_by, facts.checked_on) == ("unchecked", "", "", None)
    assert facts.licence == "own"


def test_describe_material_leaves_licence_and_language_of_an_exercise_to_its_package(editor, now):
    content = exercise(at=now)

    describe(content, editor, now, licence=Licence.OWN, language="fr")

    facts = MaterialFacts.objects.get(exercise=content)
    assert (facts.access, facts.licence, facts.language) == ("accessible", "", "")
    assert material_reads.licence_words(content).startswith("CC BY-SA 4.0, ")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"checked_by": " "}, "Bitte nennen Sie Funktion und Tag der Prüfung."),
        ({"checked_on": None}, "Bitte nennen Sie Funktion und Tag der Prüfung."),
        ({"checked_on": date(2026, 11, 19)}, "Eine Prüfung, die noch aussteht"),
    ],
)
def test_describe_material_refuses_a_check_without_function_or_day(editor, now, changes, sentence):
    with translation.override("de"), pytest.raises(services.MaterialRefused) as refusal:
        describe(document(), editor, now, **changes)

    assert str(refusal.value).startswith(sentence)
    assert not MaterialFacts.objects.exists()


@pytest.mark.parametrize("act", [describe, replace])
def test_material_is_changed_by_nobody_without_the_right(act, now):
    paper = document()

    with pytest.raises(services.MaterialRefused):
        act(paper, person(Role.TRAINER), now)

    assert not MaterialFacts.objects.exists()
    assert not MaterialVersion.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"document": True, "image": True},
        {"document": True, "access": "accessible", "checked_by": "Redaktion"},
        {"document": True, "checked_by": "Redaktion"},
    ],
)
def test_database_refuses_facts_that_contradict_themselves(wrong):
    makers = {"document": document, "image": image}
    values = {name: makers[name]() if name in makers else value for name, value in wrong.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        MaterialFacts.objects.create(**values)


# --- Another file --------------------------------------------------------------------------------------------------
def test_replace_file_keeps_address_and_identity_and_the_earlier_file(
    client, editor, now, django_capture_on_commit_callbacks
):
    paper = document()
    url, path = paper.url, paper.file.name

    with django_capture_on_commit_callbacks(execute=True):
        replace(paper, editor, now, note="Neues Logo")

    paper = Document.objects.get()
    assert (paper.url, paper.file.read(), paper.file_size) == (url, NEW_PDF, len(NEW_PDF))
    assert paper.file_hash == hashlib.sha1(NEW_PDF, usedforsecurity=False).hexdigest()
    assert b"".join(client.get(url).streaming_content) == NEW_PDF
    version = MaterialVersion.objects.get()
    assert (version.document, version.number, version.filename) == (paper, 1, path.rsplit("/", 1)[-1])
    assert (version.file.read(), version.sha256) == (PDF, hashlib.sha256(PDF).hexdigest())
    assert (version.actor, version.replaced_at, version.note) == (editor.pseudonym, now, "Neues Logo")
    assert not default_storage.exists(path)


def test_replace_file_counts_the_versions(editor, now):
    paper = document()
    for content in (NEW_PDF, PDF, NEW_PDF):
        replace(Document.objects.get(), editor, now, content)

    assert list(material_reads.versions_of(paper).values_list("number", flat=True)) == [3, 2, 1]


def test_replace_file_takes_the_check_back_and_keeps_the_licence(editor, now):
    paper = document()
    describe(paper, editor, now, licence=Licence.CC0)

    replace(paper, editor, now)

    facts = MaterialFacts.objects.get()
    assert (facts.access, facts.checked_on, facts.licence, facts.file_changed_at) == ("unchecked", None, "cc0", now)


def test_replace_file_gives_a_picture_new_sizes(editor, now, django_capture_on_commit_callbacks):
    picture = image(size=(400, 300))
    picture.focal_point_x = 10
    picture.save()
    picture.get_rendition("width-200")

    with django_capture_on_commit_callbacks(execute=True):
        replace(picture, editor, now, picture_bytes("PNG", (80, 60)), "neu.png")

    picture = Image.objects.get()
    assert (picture.width, picture.height, picture.focal_point_x) == (80, 60, None)
    assert picture.renditions.count() == 0
    assert MaterialVersion.objects.get().image == picture


@pytest.mark.parametrize(
    ("content", "name"),
    [(PDF, "gleich.pdf"), (NEW_PDF, "neu.docx"), (b"kein PDF", "neu.pdf"), (NEW_PDF, "ohne")],
    ids=["the same file", "another kind", "not what its name says", "no ending"],
)
def test_replace_file_refuses_and_leaves_no_file_behind(editor, now, content, name):
    paper = document()
    before = stored()

    with pytest.raises(services.MaterialRefused):
        replace(paper, editor, now, content, name)

    assert stored() == before
    assert Document.objects.get().file.read() == PDF


def test_replace_file_leaves_no_file_behind_when_it_fails_half_way(editor, now, monkeypatch):
    paper = document()
    before = stored()
    monkeypatch.setattr(materials, "tell_of_replacement", lambda **given: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        replace(paper, editor, now)

    assert stored() == before
    assert Document.objects.get().file.read() == PDF
    assert not MaterialVersion.objects.exists()


def test_replace_file_mends_a_document_whose_file_is_gone(editor, now):
    paper = document()
    default_storage.delete(paper.file.name)

    replace(paper, editor, now)

    assert Document.objects.get().file.read() == NEW_PDF


def test_replace_file_keeps_the_address_of_a_long_name(editor, now):
    paper = document(name=f"{'x' * 86}.pdf")
    url = paper.url

    replace(paper, editor, now)

    assert Document.objects.get().url == url


def test_earlier_files_go_with_their_material(editor, now, django_capture_on_commit_callbacks):
    paper = document()
    replace(paper, editor, now)
    kept = MaterialVersion.objects.get().file.name

    with django_capture_on_commit_callbacks(execute=True):
        Document.objects.get().delete()

    assert not MaterialVersion.objects.exists()
    assert not default_storage.exists(kept)


def test_replace_exercise_keeps_what_it_was_as_a_package(editor, now):
    content = exercise(at=now)
    describe(content, editor, now)
    given = {"content": content, "may_install_libraries": False, "actor": editor, "at": now}

    assert services.replace_exercise(file=package(), **given) is None
    version = services.replace_exercise(file=package(title="Neu"), **given)

    content.refresh_from_db()
    assert (content.title, MaterialFacts.objects.get().access) == ("Neu", "unchecked")
    assert (version.number, version.exercise) == (1, content)
    again = h5p.import_package(
        file=SimpleUploadedFile("alt.h5p", version.file.read()), uploaded_by_key="", may_install_libraries=False, at=now
    )
    assert again.title != "Neu"


def test_replace_exercise_refuses_what_the_player_refuses(editor, now):
    content = exercise(at=now)
    broken = SimpleUploadedFile("x.h5p", b"x")

    with pytest.raises(h5p.PackageRefused):
        services.replace_exercise(content=content, file=broken, may_install_libraries=False, actor=editor, at=now)

    assert not MaterialVersion.objects.exists()


# --- Who is told ---------------------------------------------------------------------------------------------------
def mails():
    return {mail.address: mail for mail in OutgoingMail.objects.filter(key__startswith="material-replaced.")}


def test_replacement_is_told_once_to_each_who_answers_for_a_place(editor, now):
    paper, owner, trainer, former = document(title="Wegekarte"), UserFactory(), UserFactory(), UserFactory()
    run = CourseRunFactory()
    run.trainers.through.objects.create(courserun=run, user=trainer)
    over = CourseRunFactory(course=run.course, state=RunState.COMPLETED)
    over.trainers.through.objects.create(courserun=over, user=former)
    page = course_page(course=run.course, title="Klare Briefe")
    for title in ("Einstieg", "Abschluss"):
        step_with(paper, course=page, title=title, owner=owner)

    replace(paper, editor, now, note="Neue Rufnummer")

    written = mails()
    assert set(written) == {owner.email, trainer.email}
    for mail in written.values():
        for words in ("Klare Briefe: Einstieg", "Klare Briefe: Abschluss", "Neue Rufnummer"):
            assert words in mail.text
        assert mail.subject == "Eine Datei auf Ihren Seiten wurde ersetzt: Wegekarte"


def test_replacement_is_told_to_the_editors_where_nobody_answers(editor, now):
    other, paper = person(Role.EDITOR), document()
    step_with(paper)

    replace(paper, editor, now)

    assert set(mails()) == {other.email}  # and not to the one who did it


def test_replacement_of_what_stands_nowhere_is_told_to_nobody(editor, now):
    person(Role.EDITOR)

    replace(document(), editor, now)

    assert mails() == {}


# --- What learners read ----------------------------------------------------------------------------------------------
def test_replaced_since_names_what_is_new_on_a_step(editor, now):
    new, old = document(title="Neu"), document(title="Alt")
    step = step_with(new, old)
    replace(new, editor, now)
    replace(old, editor, now - timedelta(days=9))

    found = material_reads.replaced_since(step, now - timedelta(days=3))

    assert found == [("Neu", now)]


@pytest.mark.parametrize(("state", "shown"), [(RunState.OPEN, True), (RunState.COMPLETED, False)])
def test_material_updates_are_shown_while_the_run_is_open(editor, now, state, shown):
    paper = document(title="Wegekarte")
    step = step_with(paper)
    replace(paper, editor, now)
    run = CourseRunFactory(state=state)

    with translation.override("de"):
        html = render_to_string("courses/_material_updates.html", material_updates(step, run, now - timedelta(days=1)))

    assert ("Aktualisiert am 18.11.2026: Wegekarte" in html) == shown


def test_materials_of_finds_files_in_blocks_and_columns(now):
    paper, content = document(), exercise(at=now)
    page = course_page()
    step = page.add_child(instance=H5PStepPage(title="Quiz", content=content, locale=page.locale))

    assert material_reads.materials_of(step_with(paper, course=page)) == {("document", paper.pk)}
    assert material_reads.materials_of(step) == {("exercise", content.pk)}
    assert material_reads.materials_of(page) == set()


def test_linked_documents_are_those_of_a_text_that_no_download_shows(editor, now):
    linked, shown = document(title="Im Text"), document(title="Als Datei")
    describe(linked, editor, now, licence=Licence.OWN)
    link = "".join(f'<a linktype="document" id="{one.pk}">Hier</a>' for one in (linked, shown))
    body = [
        {"type": "text", "value": f"<p>{link}</p>"},
        {"type": "download", "value": {"title": "Datei", "document": shown.pk}},
    ]
    step = reading_step(course_page(), body=body)

    assert material_reads.linked_documents(step) == [linked]
    assert material_reads.linked_documents(reading_step(course_page(), title="Ohne")) == []
    with translation.override("de"):
        html = render_to_string("courses/_step.html", {"step_page": step})
    assert html.count("Am 02.11.2026 geprüft: barrierefrei") == 1
    assert html.count("Barrierefreiheit: nicht geprüft") == 1
    assert "Im Text" in html


def test_download_says_licence_and_check_and_asks_once_for_all_files(editor, now):
    papers = [document(title=f"Blatt {number}") for number in range(3)]
    describe(papers[0], editor, now, licence=Licence.CC_BY)
    describe(papers[1], editor, now, access=AccessState.NOT_ACCESSIBLE, access_note="Bitte anrufen.")
    page = course_page()
    counts, html = [], ""
    for several in (papers[:1], papers):
        step = step_with(*several, course=page, title=f"Schritt {len(several)}")
        step = type(step).objects.get(pk=step.pk)
        with translation.override("de"), CaptureQueriesContext(connection) as queries:
            html = "".join(block.render() for block in step.body)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    for words in ("Am 02.11.2026 geprüft: barrierefrei", "Lizenz: CC BY 4.0", "Nicht barrierefrei: Bitte anrufen."):
        assert words in html
    assert "Barrierefreiheit: nicht geprüft" in html


def test_publishing_warns_of_what_is_not_accessible_without_help(client, editor, now):
    bad, helped = document(title="Ein Scan"), document(title="Mit Hinweis")
    describe(bad, editor, now, access=AccessState.NOT_ACCESSIBLE)
    describe(helped, editor, now, access=AccessState.NOT_ACCESSIBLE, access_note="Bitte anrufen.")
    step = step_with(bad, helped, live=False)
    client.force_login(editor)

    messages = [str(message) for message in said_on_publishing(client, step)]

    assert material_reads.inaccessible_without_help(step) == ["Ein Scan"]
    assert [("Ein Scan" in words, "Mit Hinweis" in words) for words in messages if "barrierefrei" in words] == [
        (True, False)
    ]


def said_on_publishing(client, page):
    """What the editor reads when a page is published by the button of the editor."""
    request = RequestFactory().post("/")
    SessionMiddleware(lambda _request: None).process_request(request)
    request._messages = FallbackStorage(request)
    with translation.override("de"):
        say_what_is_not_accessible(request, page)
    return request._messages


# --- One list --------------------------------------------------------------------------------------------------------
def titles(user, sort="title", **filters):
    return [row["title"] for row in material_reads.material_rows(user, Filters(**filters), sort=sort)]


@pytest.fixture
def library(editor, now):
    """A document, an image and an exercise, of which the document stands on a step."""
    paper, picture, content = document(title="Blatt"), image(title="Amt"), exercise(at=now, title="Quiz")
    describe(paper, editor, now, licence=Licence.CC_BY, language="en")
    step_with(paper)
    return paper, picture, content


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["Amt", "Blatt", "Quiz"]),
        ({"kind": "image"}, ["Amt"]),
        ({"q": "LEITFADEN"}, ["Blatt"]),
        ({"q": "qui"}, ["Quiz"]),
        ({"licence": "cc_by_4"}, ["Blatt"]),
        ({"licence": "cc_by_sa_4"}, ["Quiz"]),
        ({"licence": ""}, ["Amt"]),
        ({"language": "en"}, ["Blatt"]),
        ({"access": "unchecked"}, ["Amt", "Quiz"]),
        ({"access": "accessible"}, ["Blatt"]),
        ({"used": "yes"}, ["Blatt"]),
        ({"used": "no"}, ["Amt", "Quiz"]),
        ({"kind": "document", "used": "no"}, []),
    ],
    ids=str,
)
def test_material_rows_fit_the_filters(editor, library, filters, found):
    assert titles(editor, **filters) == found


def test_material_rows_are_sorted(editor, library, now):
    replace(library[0], editor, now + timedelta(days=900))

    assert titles(editor, sort="changed")[0] == "Blatt"
    assert titles(editor, sort="kind") == ["Blatt", "Quiz", "Amt"]
    assert titles(editor, sort="nonsense") == ["Amt", "Blatt", "Quiz"]


def test_material_list_asks_the_same_questions_for_one_row_and_for_three(as_editor):
    url, counts = reverse("material_list"), []
    page = course_page()
    as_editor.get(url)
    for number in range(3):
        step_with(document(title=f"Blatt {number}"), course=page, title=f"Schritt {number}")
        if number in (0, 2):
            with CaptureQueriesContext(connection) as queries:
                html = as_editor.get(url).text
            counts.append(len(queries))

    assert counts[0] == counts[1]
    assert "Bescheide, die ankommen: Schritt 2" in html


def test_material_list_leaves_the_site_as_a_file(as_editor, library):
    url = reverse("material_list")

    text = as_editor.get(url, {"export": "csv", "kind": "document"}).content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(as_editor.get(url, {"export": "xlsx"}).content))

    head, line = csv.reader(io.StringIO(text))
    assert head[:3] == ["Titel", "Art", "Datei"]
    assert line[:1] + line[3:8] == [
        *("Blatt", "CC BY 4.0", "Englisch", "geprüft: barrierefrei"),
        *("Bescheide, die ankommen: Einstieg", "1"),
    ]
    assert [row[0].value for row in book.active.iter_rows()] == ["Titel", "Amt", "Blatt", "Quiz"]


def test_material_list_says_when_nothing_fits(as_editor, library):
    url = reverse("material_list")

    assert "Nichts passt zu diesen Filtern" in as_editor.get(url, {"q": "gibt es nicht"}).text
    assert "3 Materialien" in as_editor.get(url, {"kind": "unsinn", "sort": "unsinn"}).text


def test_material_list_is_cut_into_pages(as_editor):
    for number in range(31):
        Document.objects.create(title=f"Blatt {number:02}", file="documents/x.pdf")

    first, second = (as_editor.get(reverse("material_list"), {"page": number, "q": "Blatt"}) for number in (1, 2))

    assert (len(first.context["lines"]), len(second.context["lines"])) == (30, 1)
    assert "q=Blatt&amp;page=2" in first.text


def test_uses_hide_drafts_of_others(now):
    trainer, paper = person(Role.TRAINER), document()
    page = course_page()
    step_with(paper, course=page, title="Fertig")
    step_with(paper, course=page, title="Geheimer Entwurf", live=False)
    stranger = person(Role.PROGRAMME_LEAD)
    key = ("document", paper.pk)

    for reader, hidden in ((stranger, 1), (trainer, 0)):
        uses = material_reads.uses_of([key], user=reader)[key]
        assert (uses.count, uses.hidden) == (2, hidden)
        assert all("Geheimer" not in place.title for place in uses.places) == bool(hidden)


# --- One material ----------------------------------------------------------------------------------------------------
def test_material_page_saves_what_is_known(as_editor, library):
    paper = library[0]
    url = reverse("material_detail", args=["document", paper.pk])
    typed = {"licence": "own", "access": "not_accessible", "access_note": "Bitte anrufen.", "checked_by": "Redaktion"}

    refused = as_editor.post(url, typed)
    saved = as_editor.post(url, {**typed, "checked_on": "2026-11-02"})

    assert "Bitte nennen Sie den Tag der Prüfung." in refused.text
    assert 'value="Bitte anrufen."' in refused.text
    assert saved.status_code == 302
    assert MaterialFacts.objects.get(document=paper).access_note == "Bitte anrufen."


def test_material_page_is_there_for_each_kind(as_editor, library):
    for kind, material in zip(("document", "image", "exercise"), library, strict=True):
        for name in ("material_detail", "material_replace"):
            assert str(material.title) in as_editor.get(reverse(name, args=[kind, material.pk])).text
    assert as_editor.get(reverse("material_detail", args=["film", 1])).status_code in (302, 404)


def test_replacing_on_the_page_and_fetching_the_earlier_file(as_editor, library):
    paper = library[0]
    url = reverse("material_replace", args=["document", paper.pk])

    assert "Bescheide, die ankommen: Einstieg" in as_editor.get(url).text
    wrong = as_editor.post(url, {"file": SimpleUploadedFile("x.txt", b"Text"), "note": "Mein Satz"})
    done = as_editor.post(url, {"file": SimpleUploadedFile("x.pdf", NEW_PDF), "note": "Neu"})

    assert "Bitte wählen Sie eine PDF-Datei" in wrong.text
    assert 'value="Mein Satz"' in wrong.text
    assert done.status_code == 302
    earlier = as_editor.get(reverse("material_version", args=["document", paper.pk, 1]))
    assert b"".join(earlier.streaming_content) == PDF
    assert earlier["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in earlier["Cache-Control"]
    assert earlier["Content-Disposition"].startswith("attachment")


def test_replacing_an_exercise_and_a_picture_on_the_page(as_editor, library):
    _paper, picture, content = library
    png = SimpleUploadedFile("neu.png", picture_bytes("PNG", (80, 60)), "image/png")

    as_editor.post(reverse("material_replace", args=["image", picture.pk]), {"file": png})
    as_editor.post(reverse("material_replace", args=["exercise", content.pk]), {"file": package(title="Neu")})
    same = as_editor.post(reverse("material_replace", args=["exercise", content.pk]), {"file": package(title="Neu")})
    broken = SimpleUploadedFile("x.h5p", b"x")
    refused = as_editor.post(reverse("material_replace", args=["exercise", content.pk]), {"file": broken})

    assert Image.objects.get().width == 80
    assert Content.objects.get().title == "Neu"
    assert "Diese Datei steht dort bereits." in same.text
    assert refused.context["form"].errors["file"]


def test_wagtails_forms_ask_for_licence_and_check_and_leave_the_file_alone(as_editor):
    typed = {"title": "Blatt", "collection": "1", "licence": "cc0", "access": "accessible", "checked_by": "Redaktion"}
    add = reverse("wagtaildocs:add")
    refused = as_editor.post(add, {**typed, "file": SimpleUploadedFile("a.pdf", PDF)})
    as_editor.post(add, {**typed, "checked_on": "2026-11-02", "file": SimpleUploadedFile("a.pdf", PDF)})

    paper = Document.objects.get()
    page = as_editor.get(reverse("wagtaildocs:edit", args=[paper.pk])).text

    assert "checked_on" in refused.context["form"].errors
    assert (paper.material_facts.licence, paper.material_facts.access) == ("cc0", "accessible")
    assert 'type="file"' not in page
    assert reverse("material_replace", args=["document", paper.pk]) in page
    as_editor.post(
        reverse("wagtailimages:add"),
        {
            **typed,
            "checked_on": "2026-11-02",
            "file": SimpleUploadedFile("a.png", picture_bytes("PNG", (9, 9))),
        },
    )
    picture = Image.objects.get()
    assert picture.material_facts.licence == "cc0"
    assert (
        reverse("material_replace", args=["image", picture.pk])
        in as_editor.get(reverse("wagtailimages:edit", args=[picture.pk])).text
    )


# --- Who may what ----------------------------------------------------------------------------------------------------
RIGHTS = {  # role: the list, a document of others, an exercise
    Role.EDITOR: (True, True, True),
    Role.ACADEMY_OFFICE: (True, True, True),
    Role.TRAINER: (True, False, True),
    Role.PROGRAMME_LEAD: (True, False, False),
    Role.TECHNICAL_ADMIN: (True, None, True),
    Role.FACILITATOR: (False, False, False),
    Role.PARTICIPANT: (False, False, False),
    Role.UNIT_STAFF: (False, False, False),
}


@pytest.mark.parametrize("role", RIGHTS)
def test_rights_of_each_role_on_material(client, role, library):
    paper, _picture, content = library
    reads, changes_document, changes_exercise = RIGHTS[role]
    client.force_login(person(role))

    def is_open(name, *args):
        return client.get(reverse(name, args=args)).status_code == 200

    assert is_open("material_list") == reads
    assert is_open("material_detail", "exercise", content.pk) == reads
    assert is_open("material_detail", "document", paper.pk) == (reads and changes_document is not None)
    assert is_open("material_replace", "document", paper.pk) == bool(changes_document)
    assert is_open("material_replace", "exercise", content.pk) == changes_exercise
    answer = client.post(reverse("material_detail", args=["document", paper.pk]), {"licence": "own"})
    assert (MaterialFacts.objects.get(document=paper).licence == "own") == bool(changes_document), answer


def test_trainers_replace_what_they_uploaded_themselves(client, now):
    trainer = person(Role.TRAINER)
    paper = document()
    Document.objects.update(uploaded_by_user=trainer)
    client.force_login(trainer)

    assert client.get(reverse("material_replace", args=["document", paper.pk])).status_code == 200
    replace(paper, trainer, now)

    assert client.get(reverse("material_version", args=["document", paper.pk, 1])).status_code == 200
    client.force_login(person(Role.TRAINER))
    assert client.get(reverse("material_version", args=["document", paper.pk, 1])).status_code != 200
