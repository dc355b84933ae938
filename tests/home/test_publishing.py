"""Nobody publishes a page that leaves people out: by no way that Wagtail has."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.images.models import Rendition
from wagtail.models import GroupApprovalTask, Page, PageLogEntry, Workflow, WorkflowPage, WorkflowTask
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from academy.enums import Role
from academy.models import OutgoingMail
from academy.services import role_group
from home import services
from home.models import StandardPage
from home.models.publishing import PublishingRefused, what_is_missing
from home.pictures import SPECS
from tests.factories import files
from tests.factories.academy import signed_in_as
from tests.factories.home import home_page, standard_page

pytestmark = pytest.mark.usefixtures("site")

ALT = (
    "Ein Bild braucht vor dem Veröffentlichen eine Beschreibung (Alternativtext) oder die Angabe, dass es nur schmückt."
)
CAPTIONS = "Ein Video braucht vor dem Veröffentlichen Untertitel"


def draft(*blocks, **fields) -> StandardPage:
    body = [{"type": kind, "value": value} for kind, value in blocks]
    page = standard_page(title="Beratung", slug="beratung", body=body, live=False, **fields)
    page.save_revision()
    return page


def without_alt() -> StandardPage:
    return draft(("image", files.image_value(alt_text=" ")))


def is_live(page) -> bool:
    return Page.objects.get(pk=page.pk).live


# --- What is missing -----------------------------------------------------------------------------------------------
def test_what_is_missing_is_nothing_on_a_complete_page():
    page = draft(("image", files.image_value()), ("video", files.video_value()))

    assert what_is_missing(page) == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_is_missing_is_said_in_one_sentence_in_the_language_of_the_editor(language, settings):
    page = without_alt()

    with override(language):
        (sentence,) = what_is_missing(page)

    expected = {
        "de": f"Bild: {ALT}",
        "en": "Image: An image needs a description (alt text) before the page is published",
    }
    assert sentence.startswith(expected[language])


def test_what_is_missing_leaves_decorative_images_alone():
    assert what_is_missing(draft(("image", files.image_value(alt_text="", decorative=True)))) == []


@pytest.mark.parametrize(
    ("part", "value", "sentence"),
    [
        ("video", None, "Bitte wählen Sie vor dem Veröffentlichen ein Video aus."),
        ("captions", None, f"{CAPTIONS}, damit"),
        ("transcript", "<p> </p>", "Ein Video braucht vor dem Veröffentlichen eine Textfassung"),
    ],
)
def test_what_is_missing_names_each_part_of_a_film(part, value, sentence):
    (found,) = what_is_missing(draft(("video", files.video_value(**{part: value}))))

    assert found.startswith(f"Video: {sentence}")


def test_what_is_missing_names_files_of_the_wrong_kind():
    pdf = files.document()

    found = what_is_missing(draft(("video", files.video_value(video=pdf.pk, captions=pdf.pk))))

    assert found == [
        "Video: «Leitfaden» ist kein Video. Bitte wählen Sie eine MP4- oder WebM-Datei.",
        "Video: «Leitfaden» enthält keine Untertitel. Bitte wählen Sie eine WebVTT-Datei; ihr Name endet auf .vtt.",
    ]


def test_what_is_missing_notices_captions_that_were_deleted():
    captions = files.document(title="Untertitel", name="a.vtt", content=files.VTT)
    page = draft(("video", files.video_value(captions=captions.pk)))
    captions.delete()

    (found,) = what_is_missing(Page.objects.get(pk=page.pk).specific)

    assert CAPTIONS in found


def test_what_is_missing_asks_tables_for_caption_and_headings():
    table = {"caption": "", "columns": [{"type": "text", "heading": " "}], "rows": [{"values": ["a"]}]}

    found = what_is_missing(draft(("table", table)))

    assert [sentence.split(":")[0] for sentence in found] == ["Tabelle", "Tabelle"]


# --- The ways to publish -------------------------------------------------------------------------------------------
def form_data(*blocks, **more) -> dict:
    return nested_form_data(
        {
            "title": "Beratung",
            "slug": "beratung",
            "lead": "",
            "purpose": "",
            "easy_status": "draft_unchecked",
            "body": streamfield(list(blocks)),
            "comments": inline_formset([]),
            **more,
        }
    )


def image_block(alt: str) -> tuple:
    return "image", {"image": files.image().pk, "alt_text": alt}


def add_url() -> str:
    return reverse("wagtailadmin_pages:add", args=("home", "standardpage", home_page().pk))


def test_editor_may_save_a_draft_without_description(client):
    signed_in_as(client, Role.EDITOR)

    client.post(add_url(), form_data(image_block("")))

    assert not StandardPage.objects.get().live


def test_editor_reads_at_the_image_why_it_is_not_published(client):
    signed_in_as(client, Role.EDITOR)

    response = client.post(add_url(), form_data(image_block("")) | {"action-publish": "1"})

    assert response.status_code == 200
    assert ALT[:60] in json.dumps(
        response.context["form"].errors.as_data()["body"][0].as_json_data(), ensure_ascii=False
    )
    assert not StandardPage.objects.exists()


def test_editor_reads_at_the_film_why_it_is_not_published(client):
    signed_in_as(client, Role.EDITOR)
    film = files.document(title="Film", name="film.mp4", content=files.MP4)
    block = {
        "title": "Film",
        "video": film.pk,
        "captions": "",
        "transcript": rich_text("<p>Text</p>"),
        "language": "de",
    }
    data = form_data(("video", {**block, "poster": ""}))

    client.post(add_url(), data)
    assert not StandardPage.objects.get().live
    url = reverse("wagtailadmin_pages:edit", args=[StandardPage.objects.get().pk])
    response = client.post(url, data | {"action-publish": "1"})

    assert CAPTIONS in json.dumps(
        response.context["form"].errors.as_data()["body"][0].as_json_data(), ensure_ascii=False
    )
    assert not StandardPage.objects.get().live


def test_editor_publishes_once_the_image_has_a_description(client):
    signed_in_as(client, Role.EDITOR)

    client.post(add_url(), form_data(image_block("Ein Schalter")) | {"action-publish": "1"})

    assert StandardPage.objects.get().live


def test_schedule_is_refused_like_publishing_at_once(client):
    signed_in_as(client, Role.EDITOR)
    later = f"{timezone.now() + timedelta(days=2):%Y-%m-%d %H:%M}"

    response = client.post(add_url(), form_data(image_block(""), go_live_at=later) | {"action-publish": "1"})

    assert response.status_code == 200
    assert not StandardPage.objects.exists()


def test_publish_refuses_and_changes_nothing():
    page = without_alt()

    with pytest.raises(PublishingRefused, match="Alternativtext"):
        page.get_latest_revision().publish()

    assert not is_live(page)
    assert not PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish").exists()


def workflow(page) -> None:
    """Wagtail's own kind of approval, which knows nothing of what pages need."""
    task = GroupApprovalTask.objects.create(name="Redaktion")
    task.groups.add(role_group(Role.EDITOR))
    flow = Workflow.objects.create(name="Redaktion")
    WorkflowTask.objects.create(workflow=flow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=page, defaults={"workflow": flow})


def test_approval_by_workflow_is_refused_with_the_reason(client):
    editor = signed_in_as(client, Role.EDITOR)
    page = without_alt()
    workflow(home_page())
    page.get_workflow().start(page, editor)
    state = page.current_workflow_task_state

    response = client.post(
        reverse("wagtailadmin_pages:workflow_action", args=(page.pk, "approve", state.pk)), {"comment": ""}, follow=True
    )

    assert ALT in response.content.decode()
    assert not is_live(page)
    assert Page.objects.get(pk=page.pk).current_workflow_state.status == "in_progress"


def test_many_pages_at_once_are_refused_before_the_first_is_published(client):
    signed_in_as(client, Role.EDITOR)
    good = standard_page(title="Gut", slug="gut", live=False)
    good.save_revision()
    bad = without_alt()

    url = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish")) + f"?id={good.pk}&id={bad.pk}"
    response = client.post(url, follow=True)

    assert ALT in response.content.decode()
    assert (is_live(good), is_live(bad)) == (False, False)


# --- On schedule ---------------------------------------------------------------------------------------------------
def test_publish_due_leaves_out_the_page_that_lost_something_and_publishes_the_others(client):
    editor = signed_in_as(client, Role.EDITOR)
    captions = files.document(title="Untertitel", name="a.vtt", content=files.VTT)
    bad = draft(("video", files.video_value(captions=captions.pk)))
    good = standard_page(title="Gut", slug="gut", live=False)
    now = timezone.now()
    for page in (bad, good):
        page.go_live_at = now + timedelta(hours=1)
        page.save_revision(user=editor).publish()
    Page.objects.update(go_live_at=now - timedelta(minutes=1))
    for page in (bad, good):
        revision = Page.objects.get(pk=page.pk).get_latest_revision()
        revision.content["go_live_at"] = None
        revision.approved_go_live_at = now - timedelta(minutes=1)
        revision.save()
    captions.delete()

    services.publish_due(at=now)
    services.publish_due(at=now)

    assert (is_live(bad), is_live(good)) == (False, True)
    assert Page.objects.get(pk=bad.pk).get_latest_revision().approved_go_live_at is None
    assert PageLogEntry.objects.filter(page=bad.pk, action=services.REFUSED).count() == 1
    (letter,) = OutgoingMail.objects.filter(person=editor)
    assert letter.subject == "Eine Seite konnte nicht veröffentlicht werden: Beratung"
    assert reverse("wagtailadmin_pages:edit", args=[bad.pk]) in letter.text


# --- Pictures ------------------------------------------------------------------------------------------------------
def test_publishing_has_the_pictures_ready_before_the_first_visitor(django_capture_on_commit_callbacks):
    page = draft(("image", files.image_value()), ("video", files.video_value(poster=files.image().pk)))

    with django_capture_on_commit_callbacks(execute=True):
        page.get_latest_revision().publish()

    assert Rendition.objects.count() == 2 * len(SPECS)


def test_make_renditions_passes_over_a_page_that_is_gone():
    services.make_renditions(page_id=0)

    assert not Rendition.objects.exists()
