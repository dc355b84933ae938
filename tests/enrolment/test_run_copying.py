"""The page that copies a run, in Wagtail's admin."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.enums import Role
from academy.services import sync_rights
from courses.enums import RunState
from courses.models import CourseRun
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.courses import CourseRunFactory

pytestmark = pytest.mark.usefixtures("site")


def login(client, role):
    user = UserFactory()
    MembershipFactory(user=user, role=role)
    sync_rights(user=user, on=timezone.localdate())
    client.force_login(user)
    return user


def url(run):
    return reverse("courserun:copy_run", args=[run.pk])


def test_copy_shows_each_new_date_before_anything_is_planned(client):
    login(client, Role.ACADEMY_OFFICE)
    run = CourseRunFactory()

    page = client.get(url(run), {"weeks": "104"})

    new = timezone.localtime(run.sessions.get().starts_at) + timedelta(weeks=104)
    assert f"{new:%d.%m.%Y}" in page.content.decode()
    assert CourseRun.objects.count() == 1


def test_copy_plans_a_draft_and_leads_to_it(client):
    login(client, Role.ACADEMY_OFFICE)
    run = CourseRunFactory()

    answer = client.post(url(run), {"weeks": "104"})

    copy = CourseRun.objects.exclude(pk=run.pk).get()
    assert copy.state == RunState.DRAFT
    assert answer["Location"] == reverse("courserun:edit", args=[copy.pk])


@pytest.mark.parametrize("weeks", ["0", "261", "many", ""])
def test_copy_says_what_is_wrong_with_the_weeks(client, weeks):
    login(client, Role.ACADEMY_OFFICE)
    run = CourseRunFactory()

    page = client.post(url(run), {"weeks": weeks})

    assert page.status_code == 200
    assert page.context["weeks_form"].errors["weeks"]
    assert CourseRun.objects.count() == 1


def test_copy_gives_a_trainers_copy_to_the_trainer_alone(client):
    trainer = login(client, Role.TRAINER)
    run = CourseRunFactory()
    run.trainers = [trainer, UserFactory()]
    run.save()

    client.post(url(run), {"weeks": "104"})

    assert list(CourseRun.objects.exclude(pk=run.pk).get().trainers.all()) == [trainer]


@pytest.mark.parametrize("role", [Role.TRAINER, Role.PROGRAMME_LEAD, Role.EDITOR])
def test_copy_is_not_there_for_others(client, role):
    login(client, role)
    run = CourseRunFactory()

    assert client.post(url(run), {"weeks": "104"}).status_code in (302, 403, 404)
    assert CourseRun.objects.count() == 1
