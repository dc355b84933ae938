"""The gender star in the editor: an easy page has none."""

from django.utils.translation import override
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from tests.factories.academy import UserFactory
from tests.factories.home import standard_page


def easy_form(body, title="Hilfe"):
    page = standard_page(language="de-simple", title="Hilfe", slug="hilfe")
    form_class = type(page).get_edit_handler().get_form_class()
    words = {"title": title, "slug": "hilfe", "lead": "", "body": streamfield([("text", rich_text(body))])}
    words |= {"easy_status": page.easy_status, "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}}
    return form_class(nested_form_data(words), instance=page, for_user=UserFactory())


def test_easy_page_with_a_gender_star_is_not_published_and_says_which_words(site):
    form = easy_form("<p>Für Nutzer*innen und jede*n</p>", title="Die Helfer*innen")

    with override("de"):
        assert not form.is_valid()
        assert "schreiben Sie diese Wörter anders: Helfer*innen." in str(form.errors["title"])
        assert "Nutzer*innen, jede*n" in str(form.errors["body"])


def test_easy_draft_may_have_a_gender_star(site):
    form = easy_form("<p>Für Nutzer*innen</p>")
    form.defer_required_fields()

    assert form.is_valid(), form.errors


def test_easy_page_without_a_star_is_published(site):
    form = easy_form("<p>Für Nutzerinnen und Nutzer, 2 * 3</p>")

    assert form.is_valid(), form.errors
