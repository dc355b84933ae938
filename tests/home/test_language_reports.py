"""The board of translations and the coverage of Leichte Sprache."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation, TranslationSource

from academy.enums import Role
from academy.services import grant_membership
from home import translations
from home.enums import EasyStatus, TranslationState
from home.services import EasyDraftRefused, create_easy_draft
from tests.factories.academy import OrganisationFactory, UserFactory
from tests.factories.course_pages import course_page
from tests.factories.home import standard_page

pytestmark = pytest.mark.usefixtures("site")

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BOARD, COVERAGE = "translation_report", "easy_report"


def published(page, days: int):
    """Its last publication so many days after `AT`."""
    Page.objects.filter(pk=page.pk).update(last_published_at=AT + timedelta(days=days))
    return page


def person(role):
    user, organisation = UserFactory(), OrganisationFactory()
    grant_membership(user=user, role=role, organisation=organisation, starts_on=date(2020, 1, 1), actor=None, at=AT)
    return user


@pytest.fixture
def editor(client):
    user = person(Role.EDITOR)
    client.force_login(user)
    return user


def states(user, *pages) -> dict[str, str]:
    wanted = {page.pk for page in pages}
    rows = translations.translation_rows(user)
    return {row.language: row.state.value for row in rows if row.page_id in wanted}


def pair(language="en", *, days=0, source_days=0, **fields):
    source = published(standard_page(title="Dialog", slug="dialog"), source_days)
    variant = standard_page(language=language, title="Other", slug="other", origin=source, **fields)
    return source, published(variant, days) if variant.live else variant


@pytest.mark.parametrize(
    ("days", "source_days", "state"), [(1, 0, TranslationState.CURRENT), (0, 1, TranslationState.OLDER)]
)
def test_variant_is_older_when_german_was_published_after_it(editor, days, source_days, state):
    source, _variant = pair(days=days, source_days=source_days)

    assert states(editor, source) == {"en": state, "de-simple": TranslationState.MISSING}


def test_variant_that_was_never_published_is_a_draft(editor):
    source, _variant = pair(live=False)

    assert states(editor, source)["en"] == TranslationState.DRAFT


def test_hungarian_is_listed_only_where_it_exists(editor):
    source, _variant = pair("hu", days=1)

    assert states(editor, source)["hu"] == TranslationState.CURRENT
    other = standard_page(title="Impressum", slug="impressum")
    assert set(states(editor, other)) == {"en", "de-simple"}


def test_german_draft_needs_no_variants(editor):
    draft = standard_page(title="Entwurf", slug="entwurf", live=False)

    assert states(editor, draft) == {}


def test_translation_job_with_old_german_words_is_older_though_it_was_published_later(editor):
    source, _variant = pair(days=5, source_days=2)
    assert states(editor, source)["en"] == TranslationState.CURRENT
    job_source, _made = TranslationSource.get_or_create_from_instance(source)
    Translation.objects.create(source=job_source, target_locale=Locale.objects.get(language_code="en"))

    TranslationSource.objects.update(last_updated_at=AT + timedelta(days=1))
    assert states(editor, source)["en"] == TranslationState.OLDER

    TranslationSource.objects.update(last_updated_at=AT + timedelta(days=3))
    assert states(editor, source)["en"] == TranslationState.CURRENT


@pytest.mark.parametrize("name", [BOARD, COVERAGE])
def test_reports_are_for_those_who_keep_the_pages(client, name):
    trainer = person(Role.TRAINER)
    client.force_login(trainer)

    assert client.get(reverse(name)).status_code == 302  # Wagtail leads to its start page and says why
    client.logout()
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", [BOARD, COVERAGE])
def test_reports_list_pages_that_the_person_may_change_only(client, name):
    standard_page(title="Dialog im Haus", slug="dialog")
    office = person(Role.ACADEMY_OFFICE)
    client.force_login(office)

    assert "Dialog im Haus" not in client.get(reverse(name)).text


def test_board_keeps_its_filters_in_the_address_and_in_the_file(client, editor):
    source, _variant = pair(days=0, source_days=1)
    published(standard_page(title="=1+1", slug="formel"), 0)

    response = client.get(reverse(BOARD), {"language": "en", "state": "older"})

    assert [line["row"].page_id for line in response.context["rows"]] == [source.pk]
    assert '<option value="older" selected>' in response.text
    assert response.context["export_url"] == f"{reverse(BOARD)}?language=en&state=older&export=csv"

    file = client.get(reverse(BOARD), {"language": "en", "state": "missing", "export": "csv"})
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert "'=1+1" in [row[0] for row in rows[1:]]
    assert {row[2] for row in rows[1:]} == {"English"}


def test_board_leads_to_the_variant_or_to_the_german_page(client, editor):
    source, variant = pair(days=1)

    lines = client.get(reverse(BOARD)).context["rows"]

    urls = {line["row"].language: line["edit_url"] for line in lines if line["row"].page_id == source.pk}
    assert urls == {
        "en": reverse("wagtailadmin_pages:edit", args=[variant.pk]),
        "de-simple": reverse("wagtailadmin_pages:edit", args=[source.pk]),
    }


@pytest.mark.parametrize("name", [BOARD, COVERAGE])
def test_reports_take_the_same_queries_for_1_and_for_3_pages(client, editor, name):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name)).status_code == 200
        return len(queries)

    pair(days=1)
    standard_page(language="de-simple", title="Leicht", slug="leicht")
    count()
    before = count()
    for number in range(2):
        origin = standard_page(title=f"Seite {number}", slug=f"seite-{number}")
        standard_page(language="de-simple", title=f"Leicht {number}", slug=f"leicht-{number}", origin=origin)

    assert count() == before


def test_coverage_counts_what_is_missing_older_and_unchecked(editor):
    def easy(source, days, **fields):
        slug = f"leicht-{source.slug}"
        return published(standard_page(language="de-simple", title="L", slug=slug, origin=source, **fields), days)

    checked = {
        "easy_status": EasyStatus.CHECKED,
        "easy_checked_by": "Prüfgruppe Beispielstadt",
        "easy_checked_on": AT.date(),
    }
    pages = [published(standard_page(title=f"Seite {number}", slug=f"s{number}"), 1) for number in range(4)]
    easy(pages[0], 2, **checked)
    easy(pages[1], 0, **checked)
    easy(pages[2], 2)

    rows = [row for row in translations.translation_rows(editor) if row.type_label == "Inhaltsseite"]
    (line,) = translations.easy_coverage(rows)

    assert (line.total, line.published, line.missing, line.older, line.unchecked) == (4, 3, 1, 1, 1)
    assert (line.percent, line.percent_checked) == (75, 50)


def test_coverage_lists_courses_and_mails_too(client, editor):
    course_page(title="Bescheide")
    response = client.get(reverse(COVERAGE))

    lines = {line.label: line for line in response.context["lines"]}
    assert lines["E-Mails"].missing == len(response.context["missing_mails"])
    assert lines["E-Mails"].unchecked == lines["E-Mails"].published > 20
    assert response.context["total"].total == sum(line.total for line in lines.values())


# --- Drafts in Leichte Sprache --------------------------------------------------------------------------------------
def easy_of(page):
    return Page.objects.filter(translation_key=page.translation_key, locale__language_code="de-simple").first()


def make_easy(client, page):
    return client.post(reverse("create_easy_draft", args=[page.pk]), follow=True)


def test_easy_draft_is_a_copy_of_the_german_page_to_be_rewritten(client, editor):
    page = standard_page(title="Dialog", slug="dialog", body=[{"type": "text", "value": "<p>Wir reden.</p>"}])
    assert reverse("create_easy_draft", args=[page.pk]) in client.get(reverse(COVERAGE)).text
    assert reverse("create_easy_draft", args=[page.pk]) in client.get(reverse(BOARD)).text

    answer = make_easy(client, page)

    draft = easy_of(page).specific
    assert answer.redirect_chain == [(reverse("wagtailadmin_pages:edit", args=[draft.pk]), 302)]
    assert (draft.title, draft.live, draft.alias_of_id) == ("Dialog", False, None)
    assert "Wir reden." in str(draft.body)
    assert draft.easy_status == EasyStatus.DRAFT_UNCHECKED
    assert not Translation.objects.filter(source__object_id=page.translation_key).exists()
    assert client.get("/de-simple/dialog/").context["page"].pk == page.pk  # nothing is public yet


def test_easy_draft_is_refused_where_there_is_one(client, editor):
    page = standard_page(title="Dialog", slug="dialog")
    make_easy(client, page)

    answer = make_easy(client, page)

    assert "gibt es schon in Leichter Sprache" in answer.text
    assert Page.objects.filter(translation_key=page.translation_key).count() == 2
    assert reverse("create_easy_draft", args=[page.pk]) not in client.get(reverse(BOARD)).text


def test_easy_draft_begins_with_the_page_above(client, editor):
    above = standard_page(title="Dialog", slug="dialog")
    page = standard_page(title="Runden", slug="runden", parent=above)

    answer = make_easy(client, page)

    assert "«Dialog»" in answer.text
    assert easy_of(page) is None
    make_easy(client, above)
    make_easy(client, page)
    assert easy_of(page).get_parent().pk == easy_of(above).pk


def test_easy_draft_is_made_from_german_and_by_editors_only(client, editor):
    english = standard_page(language="en", title="Dialogue", slug="dialogue")
    german = standard_page(title="Dialog", slug="dialog")

    assert make_easy(client, english).status_code == 404
    with translation.override("en"):
        with pytest.raises(EasyDraftRefused, match="German"):
            create_easy_draft(page=english, actor=editor)
        with pytest.raises(EasyDraftRefused, match="may not add"):
            create_easy_draft(page=german, actor=UserFactory())
    client.force_login(UserFactory())
    make_easy(client, german)
    assert easy_of(german) is None
