"""Copying a course with its pages in all languages."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from academy.enums import Role
from academy.models import AuditEntry
from academy.services import sync_rights
from courses import copying, services
from courses.enums import StepKind
from courses.models import Course, CoursePage
from courses.structure import shape
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.course_pages import course_page, reading_step
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.learning import make_step_page

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def course():
    """A course in two languages; its second step opens after the first, and one more was never published."""
    course = CourseFactory(slug="bescheide", approval_title_de="Neutral", capacity_max=12)
    course.prerequisites.add(CourseFactory())
    german = course_page(course=course)
    english = course_page(course=course, language="en", title="Letters that arrive")
    first = reading_step(german, title="Erstens")
    second = reading_step(german, title="Zweitens", release="after_step", release_after=first.translation_key)
    reading_step(german, title="Entwurf", live=False)
    for step, title in ((first, "First"), (second, "Second")):
        rule = {"release": step.release, "release_after": step.release_after}
        reading_step(english, title=title, translation_key=step.translation_key, **rule)
    return course


def titles_for(course):
    return {page.pk: f"{page.title} 2" for page in course.pages.all()}


def copied(course, *, actor=None, slug="kopie", titles=None):
    titles = titles_for(course) if titles is None else titles
    return copying.copy_course(course=course, slug=slug, titles=titles, actor=actor or UserFactory(), at=timezone.now())


def steps_of(course, language):
    page = course.pages.get(locale__language_code=language)
    return [step.specific for step in page.get_children().order_by("path")]


def test_copy_course_has_the_facts_and_neither_runs_nor_versions(course):
    CourseRunFactory(course=course)

    new = copied(course)

    same = (
        "type",
        "format",
        "ue",
        "field",
        "language",
        "capacity_min",
        "capacity_max",
        "approval",
        "approval_title_de",
    )
    assert [getattr(new, name) for name in same] == [getattr(course, name) for name in same]
    assert list(new.prerequisites.all()) == list(course.prerequisites.all())
    assert (new.runs.count(), new.versions.count(), new.pk != course.pk) == (0, 0, True)
    assert AuditEntry.objects.get(action="course.copied").data == {"from": course.pk}


def test_copy_course_makes_drafts_in_every_language_beside_the_old_pages(course):
    actor = UserFactory()

    new = copied(course, actor=actor)

    pages = list(new.pages.order_by("locale_id"))
    assert {page.title for page in pages} == {"Bescheide, die ankommen 2", "Letters that arrive 2"}
    assert [(page.live, page.owner, page.first_published_at) for page in pages] == [(False, actor, None)] * 2
    assert [step.title for step in steps_of(new, "de")] == ["Erstens", "Zweitens", "Entwurf"]
    assert [step.title for step in steps_of(new, "en")] == ["First", "Second"]
    assert not any(step.live for step in [*steps_of(new, "de"), *steps_of(new, "en")])
    assert [page.get_parent() for page in pages] == [page.get_parent() for page in course.pages.order_by("locale_id")]


def test_copy_course_keeps_the_languages_together_under_new_keys(course):
    new = copied(course)

    german, english = steps_of(new, "de"), steps_of(new, "en")
    assert [step.translation_key for step in german[:2]] == [step.translation_key for step in english]
    old = {step.translation_key for step in steps_of(course, "de")}
    assert not old & {step.translation_key for step in german}


def test_copy_course_points_rules_at_the_copied_steps_and_so_do_its_revisions(course):
    new = copied(course)

    for language in ("de", "en"):
        first, second = steps_of(new, language)[:2]
        assert second.release_after == first.translation_key
        second.get_latest_revision().publish()
        second.refresh_from_db()
        assert (second.release_after, second.translation_key) == (
            first.translation_key,
            steps_of(new, "de")[1].translation_key,
        )


@pytest.mark.parametrize("kind", StepKind)
def test_copy_course_copies_a_step_of_each_kind_with_what_stands_in_it(course, kind, now):
    german = course.pages.get(locale__language_code="de")
    original = make_step_page(german, kind, title="Ein Schritt")

    step = steps_of(copied(course), "de")[-1]
    step.get_latest_revision().publish()
    step.refresh_from_db()

    own = {f.name for f in type(step)._meta.local_concrete_fields} - {"page_ptr", "translation_key"}
    assert type(step) is type(original)
    assert [_stored(step, name) for name in sorted(own)] == [_stored(original, name) for name in sorted(own)]
    assert shape(_frozen(step, now))[1:] == shape(_frozen(original, now))[1:]


def _stored(page, name):
    field = page._meta.get_field(name)
    return field.get_prep_value(field.value_from_object(page))


def _frozen(page, now):
    course = page.get_parent().specific
    course.save_revision().publish()
    return services.freeze_version(course=course.course, at=now).steps.get(key=page.translation_key)


def test_copy_course_points_a_chain_of_rules_of_other_kinds_at_the_copied_steps(course):
    """A rule may name a step that stands further below, and one that is gone: neither points into the old course."""
    german = course.pages.get(locale__language_code="de")
    gone = uuid4()
    task = make_step_page(german, StepKind.TASK, title="Aufgabe")
    feedback = make_step_page(german, StepKind.FEEDBACK, title="Rückmeldung", **after(task.translation_key))
    paper = make_step_page(german, StepKind.DOCUMENT, title="Vorlage", **after(feedback.translation_key))
    make_step_page(german, StepKind.H5P, title="Quiz", live=False, **after(gone))
    make_step_page(german, StepKind.SESSION, title="Termin")
    first = steps_of(course, "de")[0]
    first.release, first.release_after = "after_step", paper.translation_key
    first.save_revision().publish()

    new = {step.title: step for step in steps_of(copied(course), "de")}

    names = {step.translation_key: title for title, step in new.items()}
    waits = {title: names.get(step.release_after, step.release_after) for title, step in new.items()}
    assert waits == {
        "Erstens": "Vorlage",
        "Zweitens": "Erstens",
        "Entwurf": None,
        "Aufgabe": None,
        "Rückmeldung": "Aufgabe",
        "Vorlage": "Rückmeldung",
        "Quiz": gone,
        "Termin": None,
    }


def after(key):
    return {"release": "after_step", "release_after": key}


def test_copy_course_takes_the_published_words_and_those_of_a_draft_that_was_never_published(course):
    first, _second, draft = steps_of(course, "de")
    for step in (first, draft):
        step.title = "Noch nicht fertig"
        step.save_revision()

    new = copied(course)

    assert [step.title for step in steps_of(new, "de")] == ["Erstens", "Zweitens", "Noch nicht fertig"]


def test_copy_course_publishes_nothing_on_a_date_of_the_old_page(course):
    Page.objects.filter(pk=steps_of(course, "de")[0].pk).update(expire_at=timezone.now() + timedelta(days=1))

    new = copied(course)

    assert steps_of(new, "de")[0].expire_at is None


def test_a_copy_is_a_course_of_its_own(course, now):
    new = copied(course)
    before = [version.number for version in course.versions.all()]
    for page in (new.pages.get(locale__language_code="de"), *steps_of(new, "de")):
        page.specific.save_revision().publish()

    version = services.freeze_version(course=new, at=now)

    assert [step.page.title for step in version.steps.all()] == ["Erstens", "Zweitens", "Entwurf"]
    assert [version.number for version in course.versions.all()] == before
    assert CoursePage.objects.get(pk=new.pages.first().pk).slug not in ("", course.pages.first().slug)


def test_copy_course_refuses_a_short_name_that_is_taken_and_makes_nothing(course):
    pages = Page.objects.count()

    with pytest.raises(copying.CourseCopyRefused, match="Kurznamen"):
        copied(course, slug="bescheide")
    assert (Course.objects.count(), Page.objects.count()) == (2, pages)


def test_copy_course_refuses_without_a_title_in_each_language(course):
    german = course.pages.get(locale__language_code="de")

    with pytest.raises(copying.CourseCopyRefused, match="jeder Sprache"):
        copied(course, titles={german.pk: "Kopie"})


# --- The page ----------------------------------------------------------------------------------------------------
@pytest.fixture
def sign_in(client):
    def act(role):
        user = UserFactory()
        MembershipFactory(user=user, role=role)
        sync_rights(user=user, on=timezone.localdate())
        client.force_login(user)
        return user

    return act


def url(course):
    return reverse("course:copy_course", args=[course.pk])


def typed(course, **changes):
    return {"slug": "kopie", **{f"title_{pk}": title for pk, title in titles_for(course).items()}, **changes}


def test_the_page_shows_what_is_made_before_anything_is(client, sign_in, course):
    sign_in(Role.ACADEMY_OFFICE)

    page = client.get(url(course))

    assert all(title in page.text for title in ("Erstens", "Zweitens", "Second", "bescheide-kopie"))
    assert "Bescheide, die ankommen (Kopie)" in page.text
    assert "Letters that arrive (copy)" in page.text
    assert Course.objects.count() == 2


def test_the_page_copies_and_the_history_says_from_where(client, sign_in, course):
    sign_in(Role.ACADEMY_OFFICE)

    answer = client.post(url(course), typed(course))

    new = Course.objects.get(slug="kopie")
    assert answer["Location"] == reverse("course:edit", args=[new.pk])
    assert "Kopiert von «bescheide»" in client.get(reverse("course:history", args=[new.pk])).text


@pytest.mark.parametrize("wrong", [{"slug": ""}, {"slug": "mit leer"}, {"slug": "bescheide"}])
def test_the_page_keeps_what_was_typed(client, sign_in, course, wrong):
    sign_in(Role.ACADEMY_OFFICE)
    first = course.pages.first()

    page = client.post(url(course), typed(course, **{f"title_{first.pk}": "Eigene Worte"}, **wrong))

    assert page.context["copy_form"].errors["slug"]
    assert "Eigene Worte" in page.text
    assert Course.objects.count() == 2


def test_a_trainer_copies_what_is_the_own_and_goes_on_with_the_copy(client, sign_in, course):
    trainer = sign_in(Role.TRAINER)
    CoursePage.objects.filter(course=course).update(owner=trainer)

    client.post(url(course), typed(course))

    new = Course.objects.get(slug="kopie")
    assert client.get(reverse("course:edit", args=[new.pk])).status_code == 200


@pytest.mark.parametrize("role", [Role.TRAINER, Role.EDITOR, Role.PROGRAMME_LEAD, Role.PARTICIPANT])
def test_the_page_is_not_there_for_others(client, sign_in, course, role):
    sign_in(role)

    assert client.post(url(course), typed(course)).status_code in (302, 403, 404)
    assert Course.objects.count() == 2
