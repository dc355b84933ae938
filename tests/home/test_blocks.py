"""What each block shows to visitors, and in how many queries."""

import re

import pytest
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import CollectionViewRestriction

from courses.enums import RunState
from home.models import StandardPage
from tests.factories import files
from tests.factories.course_pages import course_page
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.home import standard_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
DAY = timezone.timedelta(days=1)


def shown(client, *blocks, **values) -> str:
    standard_page(title="Beratung", slug="beratung", body=[{"type": k, "value": v} for k, v in blocks], **values)
    response = client.get("/de/beratung/")
    assert response.status_code == 200
    return response.content.decode()


# --- Quotations ----------------------------------------------------------------------------------------------------
def test_quotation_says_the_language_that_it_is_in(client):
    html = shown(client, ("quote", {"text": "A sorban állás\nnem jog.", "language": "hu"}))

    assert '<blockquote class="page-quote" lang="hu" dir="auto"><p>A sorban állás<br>nem jog.</p></blockquote>' in html


def test_quotation_in_the_language_of_the_page_says_none(client):
    html = shown(client, ("quote", {"text": "Ein Satz.", "language": ""}))

    assert '<blockquote class="page-quote"><p>Ein Satz.</p></blockquote>' in html


def test_quotation_that_was_stored_as_bare_text_is_shown_and_edited_as_before(client, admin_client):
    page = standard_page(title="Beratung", slug="beratung")
    StandardPage.objects.filter(pk=page.pk).update(body='[{"type": "quote", "value": "Ein alter Satz.", "id": "q"}]')

    assert '<blockquote class="page-quote"><p>Ein alter Satz.</p></blockquote>' in client.get("/de/beratung/").text
    assert dict(StandardPage.objects.get(pk=page.pk).body[0].value) == {"text": "Ein alter Satz.", "language": None}
    page = StandardPage.objects.get(pk=page.pk)
    page.save_revision()
    assert "Ein alter Satz." in admin_client.get(f"/cms/pages/{page.pk}/edit/").text


# --- Pictures ------------------------------------------------------------------------------------------------------
def test_image_is_offered_in_three_formats_and_widths_with_its_own_width_and_height(client):
    html = shown(client, ("image", files.image_value()))

    picture = re.search(r"<picture>.*?</picture>", html)[0]
    assert re.findall(r'<source type="([^"]+)"', picture) == ["image/avif", "image/webp"]
    assert re.findall(r" (\d+)w", re.search(r'<source type="image/avif" srcset="([^"]+)"', picture)[1]) == [
        "480",
        "800",
        "1440",
    ]
    tag = re.search(r"<img[^>]*>", picture)[0]
    assert 'width="1440" height="960"' in tag
    assert 'alt="Ein Schalter mit zwei Stühlen"' in tag
    assert 'loading="lazy"' in tag
    assert 'sizes="(min-width: 48rem) 44rem, 92vw"' in tag
    for address in re.findall(r"(/media/images/\S+)", picture):
        assert client.get(address.rstrip('",')).status_code == 200


def test_image_that_is_decorative_has_an_empty_description(client):
    html = shown(client, ("image", files.image_value(alt_text="Schalter", decorative=True)))

    assert 'alt=""' in re.search(r"<picture>.*?</picture>", html)[0]


def test_small_image_is_offered_in_its_own_width_once(client):
    small = files.image(size=(320, 200))

    html = shown(client, ("image", files.image_value(image=small.pk)))

    assert re.search(r'<img[^>]* srcset="\S+ 320w"', html)
    assert 'width="320" height="200"' in html


def test_image_whose_file_is_gone_leaves_its_description(client):
    gone = files.image()
    gone.file.storage.delete(gone.file.name)

    html = shown(client, ("image", files.image_value(image=gone.pk)))

    assert "<picture>" not in html
    assert '<p class="muted">Ein Schalter mit zwei Stühlen</p>' in html


def test_images_take_the_same_few_queries_for_1_and_for_3(client, django_assert_num_queries):
    standard_page(title="Eins", slug="eins", body=[{"type": "image", "value": files.image_value()}])
    three = [{"type": "image", "value": files.image_value()} for _number in range(3)]
    standard_page(title="Drei", slug="drei", body=three)
    for path in ("/de/eins/", "/de/drei/"):
        client.get(path)  # writes the renditions

    for path in ("/de/eins/", "/de/drei/"):
        with django_assert_num_queries(4):  # the page, its variants, its images, their renditions
            client.get(path)


# --- Films and files -----------------------------------------------------------------------------------------------
def test_video_has_captions_transcript_and_is_not_loaded_beforehand(client):
    html = shown(client, ("video", files.video_value(language="en")))

    video = re.search(r"<video.*?</video>", html, re.DOTALL)[0]
    assert 'preload="none"' in video
    assert "autoplay" not in video
    assert re.search(r'<source src="/documents/\d+/film[^"]*\.mp4" type="video/mp4">', video)
    assert re.search(r'<track kind="captions" src="/documents/\d+/film[^"]*\.vtt" srclang="en"', video)
    assert "poster" not in video
    assert '<div class="prose" lang="en"><p>Was gesagt wird.</p></div>' in html


def test_video_shows_its_still_picture(client):
    html = shown(client, ("video", files.video_value(poster=files.image().pk)))

    assert re.search(r'poster="/media/images/[^"]+\.jpg"', html)


def test_video_is_left_out_when_its_file_was_deleted(client):
    film = files.document(title="Film", name="film.mp4", content=files.MP4)
    value = files.video_value(video=film.pk)
    standard_page(title="Beratung", slug="beratung", body=[{"type": "video", "value": value}])
    film.delete()

    html = client.get("/de/beratung/").content.decode()

    assert "<video" not in html
    assert "Ein Film" not in html


def test_download_says_format_size_pages_and_language(client):
    value = {"title": "Leitfaden", "document": files.document().pk, "pages": 12, "language": "en"}

    html = shown(client, ("download", value))

    size = len(files.PDF)
    assert f"(PDF, {size}\xa0Bytes, 12 Seiten, Englisch)" in html
    assert re.search(r'<a class="file-link" href="/documents/\d+/leitfaden[^"]*\.pdf" hreflang="en">', html)


# --- Words in order ------------------------------------------------------------------------------------------------
def test_accordion_unfolds_each_text_without_script(client):
    items = [{"title": "Kostet das etwas?", "text": "<p>Nein.</p>"}, {"title": "Wo?", "text": "<p>In Berlin.</p>"}]

    html = shown(client, ("accordion", {"heading": "Häufige Fragen", "items": items}))

    assert html.count('<details class="kern-accordion">') == 2
    assert ">Kostet das etwas?</span></summary>" in html
    assert "<p>Nein.</p>" in html


def test_table_has_caption_headings_of_columns_and_rows_and_labels_for_cards(client):
    value = {
        "caption": "Was angerechnet wird",
        "columns": [
            {"type": "text", "heading": "Form"},
            {"type": "number", "heading": "Stunden"},
            {"type": "rich_text", "heading": "Mehr"},
        ],
        "rows": [{"values": ["Input", "1,5", "<p><b>kurz</b></p>"]}, {"values": ["Workshop", "6", ""]}],
    }

    html = shown(client, ("table", value))

    table = re.search(r'<table class="kern-table table-cards">.*?</table>', html, re.DOTALL)[0]
    assert "Was angerechnet wird</caption>" in table
    assert re.findall(r'scope="col">([^<]+)<', table) == ["Form", "Stunden", "Mehr"]
    assert [cell.strip() for cell in re.findall(r'scope="row">([^<]+)<', table)] == ["Input", "Workshop"]
    assert '<td class="kern-table__cell kern-table__cell--numeric" data-label="Stunden">1,5' in table
    assert "<b>kurz</b>" in table


# --- Courses -------------------------------------------------------------------------------------------------------
def offered(title: str, **course):
    """A published course with an open run."""
    page = course_page(course=CourseFactory(**course), title=title)
    CourseRunFactory(course=page.course, state=RunState.OPEN)
    return page


def titles(html: str) -> list[str]:
    return re.findall(r'<a class="card__link" href="[^"]+">([^<]+)<', html)


def course_list(**parts) -> tuple[str, dict]:
    empty = {"heading": "Passende Fortbildungen", "courses": [], "topic": "", "count": 3, "page": None, "link": ""}
    return ("courses", {**empty, **parts})


def test_course_list_shows_the_chosen_courses_in_their_order(client):
    first, _other, third = offered("Eins"), offered("Zwei"), offered("Drei")

    html = shown(client, course_list(courses=[third.pk, first.pk], count=1))

    assert titles(html) == ["Drei", "Eins"]


def test_course_list_leaves_out_a_chosen_course_that_was_taken_back(client):
    page, other = offered("Eins"), offered("Zwei")
    page.unpublish()

    assert titles(shown(client, course_list(courses=[page.pk, other.pk]))) == ["Zwei"]


def test_course_list_shows_courses_of_its_topic_only(client):
    offered("Gesund", field="health")
    offered("Familie", field="family")

    assert titles(shown(client, course_list(topic="health"))) == ["Gesund"]


def test_course_list_says_when_nothing_matches(client):
    html = shown(client, course_list(topic="health"))

    assert "Zurzeit ist keine passende Fortbildung veröffentlicht." in html


def test_course_list_links_to_all_courses(client):
    page = standard_page(title="Alle", slug="alle")

    html = shown(client, course_list(page=page.pk, link="Alle Fortbildungen"))

    assert '<a href="/de/alle/">Alle Fortbildungen</a>' in html


def test_course_list_takes_the_same_queries_for_1_and_for_3_chosen_courses(client, django_assert_num_queries):
    pages = [offered(f"Kurs {number}") for number in range(3)]
    for slug, chosen in (("eins", pages[:1]), ("drei", pages)):
        body = [dict(zip(("type", "value"), course_list(courses=[page.pk for page in chosen]), strict=True))]
        standard_page(title=slug, slug=slug, body=body)
        client.get(f"/de/{slug}/")

    for slug in ("eins", "drei"):
        with django_assert_num_queries(6):  # page, variants, chosen pages; courses, runs, words
            client.get(f"/de/{slug}/")


# --- In the editor -------------------------------------------------------------------------------------------------
def test_language_of_a_film_is_chosen_by_name_in_the_language_of_the_editor():
    block = StandardPage._meta.get_field("body").stream_block.child_blocks["video"].child_blocks["language"]

    with override("de"):
        assert dict(block.field.choices)["uk"] == "Ukrainisch"
    with override("en"):
        assert dict(block.field.choices)["uk"] == "Ukrainian"


# --- Films as files ------------------------------------------------------------------------------------------------
def test_film_is_sent_in_the_parts_that_a_player_asks_for(client):
    film = files.document(title="Film", name="film.mp4", content=files.MP4)

    response = client.get(film.url, headers={"range": "bytes=0-11"})

    assert (response.status_code, response["Content-Type"]) == (206, "video/mp4")
    assert b"".join(response.streaming_content) == files.MP4[:12]
    assert response["Content-Range"] == f"bytes 0-11/{len(files.MP4)}"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_film_of_a_private_collection_asks_to_sign_in(client):
    film = files.document(title="Film", name="film.mp4", content=files.MP4)
    CollectionViewRestriction.objects.create(collection=film.collection, restriction_type="login")

    assert client.get(film.url, headers={"range": "bytes=0-11"}).status_code == 302


def test_document_that_is_no_film_is_sent_as_before(client):
    response = client.get(files.document().url)

    assert response.status_code == 200
    assert "Content-Range" not in response


# --- Links to pages ------------------------------------------------------------------------------------------------
def test_pages_that_blocks_lead_to_are_read_in_one_query_whatever_their_number(client, django_assert_num_queries):
    targets = [standard_page(title=f"Ziel {number}", slug=f"ziel-{number}") for number in range(4)]
    gone = standard_page(title="Weg", slug="weg", live=False)
    actions = [("action", {"label": page.title, "page": page.pk, "address": ""}) for page in [*targets[:2], gone]]
    courses = [
        ("courses", {"heading": "Kurse", "courses": [], "topic": "", "count": 1, "page": page.pk, "link": page.title})
        for page in targets[2:]
    ]
    shown(client, *actions, *courses)

    with django_assert_num_queries(3):  # the page, its variants, the pages that it leads to
        html = client.get("/de/beratung/").text

    assert [f'href="/de/ziel-{number}/"' in html for number in range(4)] == [True] * 4
    assert "weg/" not in html.split("<main")[1]
