"""The day of the decision: who plans a run is asked once, the answer is told to who comes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.enums import Role
from academy.models import OutgoingMail
from courses.models import CourseRun
from enrolment import services
from tests.factories.academy import MembershipFactory, UserFactory, signed_in_as
from tests.factories.courses import CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate(DURING_ENROLMENT)
DAY = timedelta(days=1)


@pytest.fixture
def run():
    run = CourseRunFactory(seats=3, capacity_min=2, decide_on=TODAY)
    make_course_page(run.course, title="Bescheide, die ankommen")
    services.enrol(learner=UserFactory(), run=CourseRun.objects.get(pk=run.pk), at=DURING_ENROLMENT)
    return run


def asked() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(key__contains=".decide.").order_by("pk"))


def test_office_and_trainers_are_asked_on_the_day_and_once(run, office):
    trainer = MembershipFactory(role=Role.TRAINER).user
    run.trainers.add(trainer)
    run.save()
    MembershipFactory(role=Role.ACADEMY_OFFICE, ends_on=TODAY - DAY)  # works elsewhere now

    assert services.ask_for_decisions(at=DURING_ENROLMENT - DAY) == 0
    services.ask_for_decisions(at=DURING_ENROLMENT)
    services.ask_for_decisions(at=DURING_ENROLMENT + DAY)

    assert [mail.person for mail in asked()] == [office, trainer]
    assert "1 Person hat einen bestätigten Platz; geplant sind mindestens 2." in asked()[0].text


@pytest.mark.parametrize("change", [{"decide_on": None}, {"state": "draft"}, {"confirmed_at": DURING_ENROLMENT}])
def test_nobody_is_asked_where_there_is_nothing_to_decide(run, office, change):
    CourseRun.objects.filter(pk=run.pk).update(**change)

    assert services.ask_for_decisions(at=DURING_ENROLMENT) == 0


def test_a_run_that_takes_place_tells_confirmed_people_once(run, office):
    place = run.enrolments.get()

    services.confirm_run(run=run, actor=office, at=DURING_ENROLMENT)
    with pytest.raises(services.RunRefused):
        services.confirm_run(run=run, actor=office, at=DURING_ENROLMENT)

    mail = OutgoingMail.objects.get(key__contains=".takes_place.")
    assert (mail.person, mail.subject) == (place.learner, "Findet statt: Bescheide, die ankommen")
    assert CourseRun.objects.get(pk=run.pk).confirmed_at == DURING_ENROLMENT


def test_a_run_that_is_not_open_is_not_confirmed(run, office):
    services.cancel_run(run=run, reason="Zu wenige.", actor=office, at=DURING_ENROLMENT)

    with pytest.raises(services.RunRefused):
        services.confirm_run(run=run, actor=office, at=DURING_ENROLMENT)


@pytest.mark.usefixtures("clock", "site")
def test_the_office_decides_from_the_page_of_the_run(run, client):
    signed_in_as(client, Role.ACADEMY_OFFICE)
    page, confirm = reverse("enrolment:roster", args=[run.pk]), reverse("courserun:confirm", args=[run.pk])

    assert confirm in client.get(page).content.decode()
    assert client.post(confirm).status_code == 302

    assert CourseRun.objects.get(pk=run.pk).confirmed_at == DURING_ENROLMENT
    assert confirm not in client.get(page).content.decode()


@pytest.mark.usefixtures("clock", "site")
def test_trainers_see_the_question_and_do_not_decide(run, client):
    trainer = signed_in_as(client, Role.TRAINER)
    run.trainers.add(trainer)
    run.save()
    confirm = reverse("courserun:confirm", args=[run.pk])

    page = client.get(reverse("enrolment:roster", args=[run.pk])).content.decode()

    assert "Findet dieser Durchgang statt?" in page
    assert confirm not in page
    assert client.post(confirm).status_code in (302, 403)
    assert CourseRun.objects.get(pk=run.pk).confirmed_at is None
