"""Links to nothing are shown to those who can mend them."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from academy.enums import Role
from home.dead_links import dead_links
from tests.factories import files
from tests.factories.academy import UserFactory, signed_in_as
from tests.factories.course_pages import course_page
from tests.factories.home import standard_page

pytestmark = pytest.mark.usefixtures("site")


def page_with(*blocks, slug="beratung", **fields):
    body = [{"type": kind, "value": value} for kind, value in blocks]
    return standard_page(title="Beratung", slug=slug, body=body, **fields)


def sentences(page) -> list[str]:
    """What is said about the page as it is stored."""
    with override("de"):
        found = dead_links([Page.objects.get(pk=page.pk).specific])
    return [dead.sentence for dead in found.get(page.pk, [])]


def to_page(page, words="hier") -> tuple[str, str]:
    return "text", f'<p><a linktype="page" id="{page.pk}">{words}</a></p>'


def test_link_to_a_published_page_or_a_stored_document_is_alive():
    target, document = standard_page(title="Ziel", slug="ziel"), files.document()
    link = f'<p><a linktype="document" id="{document.pk}">Datei</a></p>'

    assert sentences(page_with(to_page(target), ("text", link))) == []


def test_link_to_a_page_that_was_taken_back_is_named_with_its_words():
    target = standard_page(title="Ziel", slug="ziel")
    page = page_with(to_page(target, "zum <b>Ziel</b>"))
    target.unpublish()

    assert sentences(page) == ["«zum Ziel»: Ein Link führt zur Seite «Ziel», die nicht veröffentlicht ist."]


def test_links_to_what_was_deleted_are_named():
    target, document = standard_page(title="Ziel", slug="ziel"), files.document()
    download = {"title": "Leitfaden", "document": document.pk, "pages": None, "language": ""}
    rich = f'<p><a linktype="document" id="{document.pk}">Datei</a></p>'
    page = page_with(to_page(target), ("text", rich), ("download", download))
    target.delete()
    document.delete()

    assert sentences(page) == [
        "«hier»: Ein Link führt zu einer Seite, die gelöscht wurde.",
        "«Datei»: Ein Link führt zu einem Dokument, das gelöscht wurde.",
        "Ein Link führt zu einem Dokument, das gelöscht wurde.",
    ]


@pytest.mark.parametrize(
    "block",
    [
        lambda pk: ("action", {"label": "Los", "page": pk, "address": ""}),
        lambda pk: (
            "accordion",
            {"heading": "", "items": [{"title": "A", "text": f'<a linktype="page" id="{pk}">b</a>'}]},
        ),
        lambda pk: (
            "table",
            {
                "caption": "T",
                "columns": [{"type": "rich_text", "heading": "H"}],
                "rows": [{"values": [f'<p><a linktype="page" id="{pk}">b</a></p>']}],
            },
        ),
        lambda pk: (
            "courses",
            {"heading": "K", "courses": [], "topic": "", "count": 3, "page": pk, "link": "alle"},
        ),
    ],
)
def test_links_are_found_in_every_block(block):
    target = standard_page(title="Ziel", slug="ziel")
    page = page_with(block(target.pk))
    assert sentences(page) == []

    target.unpublish()

    (found,) = sentences(page)
    assert "Ein Link führt zur Seite «Ziel», die nicht veröffentlicht ist." in found


def test_chosen_course_that_was_taken_back_is_named():
    course = course_page(title="Kurs")
    page = page_with(
        ("courses", {"heading": "K", "courses": [course.pk], "topic": "", "count": 3, "page": None, "link": ""})
    )
    course.unpublish()

    assert sentences(page) == ["Ein Link führt zur Seite «Kurs», die nicht veröffentlicht ist."]


def test_links_in_a_text_field_outside_of_blocks_are_found():
    target = standard_page(title="Ziel", slug="ziel")
    course = course_page(description=to_page(target)[1])
    target.delete()

    assert sentences(course) == ["«hier»: Ein Link führt zu einer Seite, die gelöscht wurde."]


@pytest.mark.parametrize(
    "address",
    [
        "/de/ziel/",
        "/de/ziel",
        "/de/ziel/?a=b#c",
        "/de/",
        "/en/",
        "/de/my/",
        "/alt/",
        "http://127.0.0.1:8000/de/ziel/",
        "https://example.org/gibt-es-nicht/",
        "//example.org/x/",
        "mailto:a@demo.example",
        "#unten",
    ],
)
def test_address_that_leads_somewhere_or_to_another_site_is_not_named(address):
    standard_page(title="Ziel", slug="ziel")
    Redirect.objects.create(old_path="/alt", redirect_link="/de/ziel/")
    action = ("action", {"label": "Los", "page": None, "address": address})

    assert sentences(page_with(action, ("text", f'<p><a href="{address}">Los</a></p>'))) == []


@pytest.mark.parametrize(
    "address", ["/de/gibt-es-nicht/", "/gibt-es-nicht/", "http://127.0.0.1:8000/de/x/?a=b", "/de/my/x/"]
)
def test_address_of_this_site_that_does_not_exist_is_named_once(address):
    action = ("action", {"label": "Los", "page": None, "address": address})

    path = address.removeprefix("http://127.0.0.1:8000")
    assert sentences(page_with(action, ("text", f'<p><a href="{address}">Los</a></p>'))) == [
        f"«Los»: Ein Link führt zu einer Adresse, die es auf dieser Website nicht gibt: {path}"
    ]


def test_dead_links_takes_the_same_queries_for_1_and_for_3_pages(django_assert_num_queries):
    target = standard_page(title="Ziel", slug="ziel")
    action = ("action", {"label": "Los", "page": None, "address": "/de/x/"})
    pages = [page_with(to_page(target), action, slug=f"seite-{number}") for number in range(3)]
    pages = [Page.objects.get(pk=page.pk).specific for page in pages]
    dead_links(pages)

    for some in (pages[:1], pages):
        with django_assert_num_queries(3):  # pages by number, pages by address, redirects
            assert len(dead_links(some)) == len(some)


def test_editor_reads_it_when_opening_the_page(client):
    signed_in_as(client, Role.EDITOR)
    target = standard_page(title="Ziel", slug="ziel")
    page = page_with(to_page(target))
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert "nicht veröffentlicht ist" not in client.get(url).content.decode()

    target.unpublish()

    assert "«hier»: Ein Link führt zur Seite «Ziel», die nicht veröffentlicht ist." in client.get(url).content.decode()


def test_report_lists_the_pages_with_their_dead_links(client):
    signed_in_as(client, Role.EDITOR)
    target = standard_page(title="Ziel", slug="ziel")
    page = page_with(to_page(target))
    assert "Beratung" not in client.get(reverse("home_dead_links_results")).content.decode()

    target.delete()
    html = client.get(reverse("home_dead_links")).content.decode()

    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in html
    assert "«hier»: Ein Link führt zu einer Seite, die gelöscht wurde." in html


def test_report_leaves_out_pages_that_the_person_may_not_change(client):
    signed_in_as(client, Role.TRAINER)  # catalogue and below
    target = standard_page(title="Ziel", slug="ziel")
    page_with(to_page(target))
    course_page(title="Kurs", description=to_page(target)[1])
    target.delete()

    html = client.get(reverse("home_dead_links")).content.decode()

    assert "Kurs" in html
    assert "Beratung" not in html


def test_report_is_not_for_everybody(client):
    client.force_login(UserFactory())

    assert client.get(reverse("home_dead_links")).status_code in (302, 403)
