"""The label of texts in Leichte Sprache, and the check that takes it away (A6)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from home.enums import EasyStatus
from tests.factories.academy import UserFactory
from tests.factories.course_pages import course_page
from tests.factories.home import standard_page

pytestmark = pytest.mark.usefixtures("site")

CHECK = {
    "easy_status": EasyStatus.CHECKED,
    "easy_checked_by": "Prüfgruppe Beispielstadt",
    "easy_checked_on": date(2026, 11, 20),
}
URL = "/de-simple/hilfe/"


def text(words: str) -> list[dict]:
    return [{"type": "text", "value": f"<p>{words}</p>"}]


def easy_page(**fields):
    return standard_page(language="de-simple", title="Hilfe", slug="hilfe", body=text("Wir helfen."), **fields)


def saved(page, **values):
    """A new draft with other values, as the editor's form makes it."""
    page.refresh_from_db()
    page = page.get_latest_revision_as_object()
    for name, value in values.items():
        field = page._meta.get_field(name)
        setattr(page, name, field.stream_block.to_python(value) if name == "body" else value)
    return page, page.save_revision(clean=False)


def is_labelled(client) -> bool:
    return "Entwurf, noch nicht geprüft" in client.get(URL).text


def check_of(page) -> tuple:
    page.refresh_from_db()
    return page.easy_status, page.easy_checked_by, page.easy_checked_on


UNCHECKED = (EasyStatus.DRAFT_UNCHECKED, "", None)


def test_easy_page_is_labelled_until_a_group_has_checked_it(client):
    page = easy_page()
    assert is_labelled(client)

    _draft, revision = saved(page, **CHECK)
    revision.publish()

    assert not is_labelled(client)


@pytest.mark.parametrize("missing", ["easy_checked_by", "easy_checked_on"])
def test_check_without_group_or_day_is_refused(missing):
    page = easy_page()
    for name, value in {**CHECK, missing: "" if missing == "easy_checked_by" else None}.items():
        setattr(page, name, value)

    with pytest.raises(ValidationError, match="welche Gruppe"):
        page.full_clean()


def test_check_without_group_is_no_check_even_where_nobody_validates(client):
    easy_page(easy_status=EasyStatus.CHECKED)

    assert is_labelled(client)


def test_other_words_under_the_same_check_take_it_back(client):
    page = easy_page(**CHECK)
    assert not is_labelled(client)

    draft, revision = saved(page, body=text("Wir helfen Ihnen gern."))
    revision.publish()

    assert draft.easy_check_was_taken_back
    assert check_of(page) == UNCHECKED
    assert is_labelled(client)


def test_other_words_under_a_new_check_are_checked(client):
    page = easy_page(**CHECK)

    _draft, revision = saved(page, body=text("Wir helfen Ihnen gern."), easy_checked_on=date(2026, 11, 25))
    revision.publish()

    assert check_of(page) == (EasyStatus.CHECKED, "Prüfgruppe Beispielstadt", date(2026, 11, 25))
    assert not is_labelled(client)


def test_words_that_change_between_two_drafts_do_not_slip_through(client):
    page = easy_page()
    saved(page, body=text("Eins."), **CHECK)

    _draft, revision = saved(page, body=text("Zwei."))
    revision.publish()

    assert is_labelled(client)


def test_revision_that_was_checked_is_checked_when_it_is_published_later(client):
    page = easy_page(**CHECK)
    checked = page.latest_revision
    saved(page, body=text("Anders."))[1].publish()
    assert is_labelled(client)

    checked.publish()

    assert not is_labelled(client)


def test_settings_of_a_page_change_without_a_new_check(client):
    page = easy_page(**CHECK)

    saved(page, show_in_footer=True)[1].publish()

    assert not is_labelled(client)


def test_blocks_that_get_new_ids_are_the_same_words(client):
    page = easy_page(**CHECK)

    saved(page, body=[{**block, "id": "5" * 36} for block in text("Wir helfen.")])[1].publish()

    assert not is_labelled(client)


def test_german_page_has_no_label_and_no_check(client):
    page = standard_page(title="Hilfe", slug="hilfe", **CHECK)

    assert page.easy_seal == ""
    assert "draft-notice" not in client.get("/de/hilfe/").text


def test_easy_course_is_labelled_in_the_catalogue_too(client):
    page = course_page(language="de-simple", title="Briefe leicht")

    assert "draft-mark" in client.get("/de-simple/fortbildungen/").text

    for name, value in CHECK.items():
        setattr(page, name, value)
    page.save_revision().publish()
    assert "draft-mark" not in client.get("/de-simple/fortbildungen/").text


# --- In the editor -------------------------------------------------------------------------------------------------
@pytest.fixture
def editor(client):
    client.force_login(UserFactory(is_superuser=True))
    return client


def posted(editor, page, action, **fields):
    data = {
        "title": page.title,
        "slug": page.slug,
        "lead": page.lead,
        "body": streamfield(
            [("text", '{"blocks":[{"key":"a","text":"Wir helfen.","type":"unstyled"}],"entityMap":{}}')]
        ),
        "comments": inline_formset([]),
        "easy_status": page.easy_status,
        "easy_checked_by": page.easy_checked_by,
        "easy_checked_on": page.easy_checked_on or "",
        **fields,
    }
    return editor.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), nested_form_data({**data, action: "1"}), follow=True
    )


@pytest.mark.parametrize("action", ["action-publish", "action-save"])
def test_editor_is_told_that_the_check_was_taken_back(editor, action):
    page = easy_page(**CHECK)

    response = posted(editor, page, action, title="Andere Hilfe")

    told = [str(message) for message in response.context["messages"]]
    assert [line for line in told if "Sie ist wieder als Entwurf gekennzeichnet" in line]
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().easy_status == EasyStatus.DRAFT_UNCHECKED


def test_editor_cannot_enter_a_check_that_is_still_to_come(editor):
    page = easy_page()

    response = posted(
        editor, page, "action-publish", **{**CHECK, "easy_checked_on": timezone.localdate() + timedelta(days=1)}
    )

    assert "easy_checked_on" in response.context["form"].errors
    assert check_of(page) == UNCHECKED


def test_editor_is_asked_for_the_check_on_easy_pages_only(editor):
    german, easy = standard_page(title="Hilfe", slug="hilfe"), easy_page()

    def form(page):
        return editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text

    assert 'name="easy_checked_by"' not in form(german)
    assert 'name="easy_checked_by"' in form(easy)


def test_editor_publishes_a_german_page_without_the_check(editor):
    page = standard_page(title="Hilfe", slug="hilfe")

    posted(editor, page, "action-publish", title="Neue Hilfe")

    page.refresh_from_db()
    assert page.title == "Neue Hilfe"
