"""Finding pages by their stored path, and who may see them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction, Site

from courses.models import CourseIndexPage
from home import routing
from home.models import HomePage, StandardPage
from tests.factories.academy import UserFactory
from tests.factories.course_pages import course_page

pytestmark = pytest.mark.usefixtures("site")


def catalogue():
    return CourseIndexPage.objects.get(locale__language_code="de")


def restrict(page):
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def test_page_is_found_in_one_query_when_its_type_is_remembered(client):
    page = course_page()
    client.get(page.url)

    with CaptureQueriesContext(connection) as queries:
        client.get(page.url)

    routing = [query for query in queries.captured_queries if "wagtailcore_pageviewrestriction" in query["sql"]]
    assert len(routing) == 1


def test_site_map_is_asked_of_the_cache_once_for_a_page(client, monkeypatch):
    page, asked, read = course_page(), [], routing._cached_site_map
    monkeypatch.setattr(routing, "_cached_site_map", lambda: asked.append(1) or read())

    client.get(page.url)
    assert len(asked) == 1

    client.get(page.url)
    assert len(asked) == 2


def test_site_map_is_new_within_the_request_that_changes_it(rf):
    def view(request):
        before = routing.site_map()["sites"][0].hostname
        site = Site.objects.get(is_default_site=True)
        site.hostname = "neu.example"
        site.save()
        return before, routing.site_map()["sites"][0].hostname

    before, after = routing.KnownSite(view)(rf.get("/"))

    assert before != after == "neu.example"


@pytest.mark.parametrize("level", ["page", "catalogue"])
def test_restricted_page_asks_to_sign_in_from_the_next_request_on(client, level):
    page = course_page()
    assert client.get(page.url).status_code == 200

    restrict(page if level == "page" else catalogue())

    assert client.get(page.url).status_code == 302
    client.force_login(UserFactory())
    assert client.get(page.url).status_code == 200


def test_restriction_of_another_page_changes_nothing(client):
    page, other = course_page(title="Eins"), course_page(title="Zwei")

    restrict(other)

    assert client.get(page.url).status_code == 200


def test_page_of_another_type_is_found_under_an_address_that_was_remembered(client):
    page = course_page()
    client.get(page.url)
    home = HomePage.objects.get(locale=page.locale)
    address = page.url
    page.slug = "woanders"
    page.save_revision().publish()
    standard = StandardPage(title="Neu", slug="neu", locale=page.locale)
    home.add_child(instance=standard)
    StandardPage.objects.filter(pk=standard.pk).update(url_path=f"{catalogue().url_path}bescheide-die-ankommen/")

    assert client.get(address).status_code == 200
    assert "Neu" in client.get(address).text
