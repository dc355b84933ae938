"""When a step opens: the rule on its page, what of it belongs to a version, and the editor's form."""

import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page

from academy.enums import Role
from academy.services import sync_rights
from courses import services
from courses.enums import Release, StepKind
from courses.h5p import tokens
from courses.models import DocumentStepPage, Step
from courses.release_words import release_in_words
from courses.structure import Fact, difference
from tests.factories.academy import MembershipFactory
from tests.factories.course_pages import course_page, reading_step
from tests.factories.learning import make_document, make_step_page

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def course():
    return course_page()


@pytest.fixture
def sign_in(client):
    def as_role(role):
        user = MembershipFactory(role=role).user
        sync_rights(user=user, on=timezone.localdate())
        client.force_login(user)

    return as_role


def publish(step):
    step.save_revision().publish()
    return step


def errors(step) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        step.full_clean()
    return refused.value.message_dict


# --- What a rule must say ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "field", "sentence"),
    [
        (Release.FROM_DAY, "release_on", "Bitte geben Sie an, ab welchem Tag dieser Schritt offen ist."),
        (Release.BEFORE_SESSION, "release_days", "Bitte geben Sie an, wie viele Tage. 0 steht für den Tag selbst."),
        (Release.AFTER_SESSION, "release_days", "Bitte geben Sie an, wie viele Tage. 0 steht für den Tag selbst."),
        (Release.AFTER_STEP, "release_after", "Bitte wählen Sie den Schritt, der vorher kommt."),
    ],
)
def test_step_is_refused_when_its_rule_lacks_something(course, rule, field, sentence):
    step = reading_step(course)
    step.release = rule

    assert errors(step) == {field: [sentence]}


def test_step_is_refused_when_the_date_has_the_number_zero(course):
    step = reading_step(course)
    step.release, step.release_days, step.release_session = Release.AFTER_SESSION, 1, 0

    assert errors(step) == {"release_session": ["Der erste Termin hat die Nummer 1."]}


def test_step_forgets_what_its_rule_does_not_use(course):
    step = reading_step(course)
    step.release, step.release_on, step.release_days, step.release_after = "from_day", date(2027, 1, 4), 3, uuid4()

    step.full_clean()

    assert (step.release_on, step.release_days, step.release_session, step.release_after) == (
        date(2027, 1, 4),
        None,
        None,
        None,
    )


# --- After another step ------------------------------------------------------------------------------------------
def waits(step, before):
    step.release, step.release_after = Release.AFTER_STEP, before.translation_key
    return step


def test_step_is_refused_when_two_would_wait_for_each_other(course):
    first, second, third = (reading_step(course, title=title) for title in ("Erstens", "Zweitens", "Drittens"))
    publish(waits(second, first))
    publish(waits(third, second))

    sentence = "«Drittens» wartet auf diesen Schritt. So würde keiner von beiden je öffnen."
    assert errors(waits(first, third)) == {"release_after": [sentence]}
    assert errors(waits(first, first))["release_after"]


def test_step_is_refused_when_the_step_before_stands_on_another_course(course):
    elsewhere = reading_step(course_page(title="Anderswo"))

    assert errors(waits(reading_step(course), elsewhere)) == {
        "release_after": [
            "Der Schritt, der vorher erledigt sein muss, gehört nicht zu dieser Fortbildung. "
            "Bitte wählen Sie einen anderen."
        ]
    }


def test_step_is_refused_when_it_would_wait_for_a_date(course):
    session = publish(make_step_page(course, StepKind.SESSION))

    (sentence,) = errors(waits(reading_step(course), session))["release_after"]

    assert sentence.startswith("Ein Termin wird besucht, nicht erledigt.")


# --- In words ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({}, "sofort"),
        ({"release": Release.FROM_DAY, "release_on": date(2027, 5, 3)}, "ab 3. Mai 2027"),
        ({"release": Release.BEFORE_SESSION, "release_days": 2, "release_session": 1}, "2 Tage vor dem 1. Termin"),
        ({"release": Release.BEFORE_SESSION, "release_days": 1}, "1 Tag vor dem letzten Termin"),
        ({"release": Release.BEFORE_SESSION, "release_days": 0}, "am Tag des letzten Termins"),
        ({"release": Release.BEFORE_SESSION, "release_days": 0, "release_session": 2}, "am Tag des 2. Termins"),
        ({"release": Release.AFTER_SESSION, "release_days": 0, "release_session": 2}, "nach dem 2. Termin"),
        ({"release": Release.AFTER_SESSION, "release_days": 7}, "7 Tage nach dem letzten Termin"),
        ({"release": Release.AFTER_STEP, "release_after": uuid4()}, "nach «ein Schritt, den es nicht mehr gibt»"),
    ],
)
@translation.override("de")
def test_release_in_words_says_the_rule(rule, words):
    assert release_in_words(Step(**rule)) == words


def test_difference_of_versions_names_a_changed_rule(course, now):
    first, second = reading_step(course, title="Erstens"), reading_step(course)
    before = services.freeze_version(course=course.course, at=now)
    publish(waits(second, first))
    after = services.freeze_version(course=course.course, at=now)

    with translation.override("de"):
        (change,) = difference(before.steps.all(), after.steps.all()).changes

    assert change.facts == [Fact("Öffnet sich", "sofort", "nach «Erstens»")]


# --- Versions ----------------------------------------------------------------------------------------------------
def test_freeze_version_keeps_the_rule_and_a_changed_rule_makes_a_new_version(course, now):
    first, second = reading_step(course), reading_step(course)
    before = services.freeze_version(course=course.course, at=now)
    publish(waits(second, first))

    after = services.freeze_version(course=course.course, at=now)

    assert after.number == before.number + 1
    assert [step.release for step in before.steps.all()] == ["at_once", "at_once"]
    assert [(step.release, step.release_after) for step in after.steps.all()] == [
        ("at_once", None),
        ("after_step", first.translation_key),
    ]


def test_database_refuses_a_rule_without_what_it_needs(course, now):
    version = services.freeze_version(course=course.course, at=now)
    broken = Step(version=version, key=uuid4(), position=9, kind="reading", page=course, release=Release.FROM_DAY)

    with pytest.raises(IntegrityError, match="release_is_whole"):
        broken.save()


def test_freeze_version_keeps_a_date_without_minutes_and_never_required(course, now):
    publish(make_step_page(course, StepKind.SESSION))

    (step,) = services.freeze_version(course=course.course, at=now).steps.all()

    assert (step.kind, step.is_required, step.minutes, step.release) == ("session", False, 0, "at_once")


# --- Documents ---------------------------------------------------------------------------------------------------
def test_document_step_says_what_is_missing_before_it_is_published(course):
    step = course.add_child(instance=DocumentStepPage(title="Vorlage", locale=course.locale, live=False))

    assert errors(step) == {
        "document": ["Bitte wählen Sie eine Datei, bevor Sie veröffentlichen."],
        "summary": [
            "Bitte sagen Sie in Worten, was in der Datei steht, bevor Sie veröffentlichen: "
            "Nicht alle können sie öffnen."
        ],
    }


def test_document_step_refuses_a_film(course):
    step = make_step_page(course, StepKind.DOCUMENT)
    step.document = make_document("film.mp4", b"x")

    (sentence,) = errors(step)["document"]

    assert sentence == (
        "«film.mp4» ist kein Dokument. Bitte wählen Sie eine Datei von einer dieser Arten: "
        "PDF, Word, Excel, PowerPoint, OpenDocument, Text, CSV."
    )


# --- In the editor -----------------------------------------------------------------------------------------------
def test_editor_chooses_the_step_before_among_the_steps_of_the_course(client, sign_in, course):
    sign_in(Role.ACADEMY_OFFICE)
    first, second = reading_step(course, title="Erstens"), reading_step(course, title="Zweitens")
    draft = reading_step(course, title="Noch ein Entwurf", live=False)
    publish(make_step_page(course, StepKind.SESSION, title="Der Termin"))
    reading_step(course_page(title="Anderswo"), title="Fremd")

    response = client.get(reverse("wagtailadmin_pages:edit", args=[second.pk]))

    assert response.context["form"].fields["release_after"].choices == [
        ("", "---------"),
        (str(first.translation_key), "Erstens"),
        (str(draft.translation_key), "Noch ein Entwurf"),
    ]


def test_compare_shows_a_changed_rule_and_text_in_words(client, sign_in, course):
    sign_in(Role.ACADEMY_OFFICE)
    first, second = reading_step(course, title="Erstens"), reading_step(course, title="Zweitens")
    waits(second, first).save_revision()
    second.body = [{"type": "text", "value": "<p>Ganz andere Worte.</p>"}]
    second.release, second.release_on = Release.FROM_DAY, date(2027, 5, 3)
    second.save_revision()
    older, newer = Page.objects.get(pk=second.pk).revisions.order_by("-pk")[:2][::-1]

    response = client.get(reverse("wagtailadmin_pages:revisions_compare", args=[second.pk, older.pk, newer.pk]))

    shown = response.content.decode()
    assert '<span class="deletion">nach einem anderen Schritt</span>' in shown
    assert '<span class="addition">ab einem bestimmten Tag</span>' in shown
    assert '<span class="deletion">–</span><span class="addition">3. Mai 2027</span>' in shown
    assert '<span class="deletion">Erstens</span><span class="addition">–</span>' in shown
    assert "Ganz andere Worte." in shown


# --- Preview, publishing on a date ---------------------------------------------------------------------------------
def preview(client, step, mode="") -> str:
    response = client.get(reverse("wagtailadmin_pages:view_draft", args=[step.pk]) + (f"?mode={mode}" if mode else ""))
    assert response.status_code == 200
    return response.content.decode()


def test_preview_shows_a_draft_among_all_steps_as_learners_see_it(client, sign_in, course):
    sign_in(Role.TRAINER)
    first, second = reading_step(course, title="Erstens"), reading_step(course, title="Zweitens")
    waits(second, first)
    second.title = "Zweitens, neu gefasst"
    second.save_revision()

    shown = preview(client, second)

    assert "Schritt 2 von 2" in shown
    assert "Zweitens, neu gefasst" in shown
    assert "Ein Absatz." in shown
    assert "Vorschau: Was Sie hier tun, wird nicht gespeichert." in shown
    assert "Für Lernende öffnet sich dieser Schritt: nach «Erstens»." in shown
    assert reverse("wagtailadmin_pages:view_draft", args=[first.pk]) in shown
    assert "Ein Absatz." not in preview(client, second, "closed")


@pytest.mark.parametrize("kind", [kind for kind in StepKind if kind != StepKind.H5P])
def test_preview_shows_a_step_of_each_kind(client, sign_in, course, kind):
    sign_in(Role.TRAINER)
    step = make_step_page(course, kind, title="Ein Schritt")

    assert "Ein Schritt" in preview(client, step)


def test_preview_of_a_course_page_lists_its_steps_with_drafts(client, sign_in, course):
    sign_in(Role.TRAINER)
    reading_step(course, title="Erstens")
    reading_step(course, title="Noch ein Entwurf", live=False)

    shown = preview(client, course, "steps")

    assert shown.index("Erstens") < shown.index("Noch ein Entwurf")


def test_preview_of_an_exercise_plays_it_as_preview(client, sign_in, course):
    sign_in(Role.TRAINER)
    step = make_step_page(course, StepKind.H5P, title="Die Übung")

    shown = preview(client, step)

    (address,) = re.findall(r'src="(/h5p/[^"]+/embed/[^"]+)"', shown)
    claims = tokens.read_player_token(parse_qs(urlsplit(unescape(address)).query)["t"][0])
    assert (claims.content_id, claims.is_preview) == (step.content_id, True)
    assert client.get(unescape(address)).status_code == 200


@pytest.mark.parametrize("kind", [StepKind.READING, StepKind.DOCUMENT])
def test_step_that_is_published_on_a_date_makes_a_version_then(course, kind):
    step = make_step_page(course, kind, title="Später", live=False)
    step.release, step.release_on = Release.FROM_DAY, date(2027, 5, 3)
    step.go_live_at = timezone.now() + timedelta(days=1)
    step.save_revision().publish()
    assert not course.course.versions.last().steps.exists()

    revision = Page.objects.get(pk=step.pk).latest_revision
    revision.content["go_live_at"] = None
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    call_command("publish_scheduled")

    (frozen,) = course.course.versions.last().steps.all()
    assert (frozen.page.title, frozen.release, frozen.release_on) == ("Später", "from_day", date(2027, 5, 3))


def test_document_is_submitted_by_a_trainer_and_stands_in_a_version_once_the_office_approves(client, sign_in, course):
    step = make_step_page(course, StepKind.DOCUMENT, title="Die Vorlage", live=False)
    step.save_revision()
    step.get_workflow().start(step, MembershipFactory(role=Role.TRAINER).user)
    assert not course.course.versions.last().steps.exists()

    sign_in(Role.ACADEMY_OFFICE)
    task = step.current_workflow_task_state
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[step.pk, "approve", task.pk]), {"comment": ""})

    assert Page.objects.get(pk=step.pk).live
    assert [one.kind for one in course.course.versions.last().steps.all()] == ["document"]


# --- Deleting ------------------------------------------------------------------------------------------------------
def test_step_that_a_version_holds_is_not_deleted_and_the_editor_reads_why(client, sign_in, course):
    sign_in(Role.ACADEMY_OFFICE)
    step = reading_step(course)

    response = client.post(reverse("wagtailadmin_pages:delete", args=[step.pk]), follow=True)

    assert Page.objects.filter(pk=step.pk, live=True).exists()
    assert "Diese Seite kann nicht gelöscht werden" in response.text


def test_step_that_was_never_published_is_deleted(client, sign_in, course):
    sign_in(Role.ACADEMY_OFFICE)
    step = reading_step(course, live=False)

    client.post(reverse("wagtailadmin_pages:delete", args=[step.pk]))

    assert not Page.objects.filter(pk=step.pk).exists()
