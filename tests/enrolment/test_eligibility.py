"""What a course builds on: asked of whoever takes a place, with exceptions by the office, told to nobody else."""

import pytest
from django.urls import reverse

from academy.enums import Role
from academy.models import AuditEntry
from courses.models import CourseRun
from enrolment import services
from enrolment.enums import CompletionResult
from enrolment.models import Completion, Enrolment, Waiver
from tests.factories.academy import MembershipFactory, UserFactory, signed_in_as
from tests.factories.bookings import book, make_contact, name
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT, EnrolmentFactory
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def basics():
    course = CourseFactory()
    make_course_page(course, title="Grundlagen")
    make_course_page(course, language="en", title="Basics")
    make_course_page(course, language="de-simple", title="Der Anfang")
    return course


@pytest.fixture
def run(basics):
    run = CourseRunFactory(seats=3)
    make_course_page(run.course, title="Vertiefung")
    run.course.prerequisites.add(basics)
    return run


def completed(learner, course, result=CompletionResult.FULL, **given) -> Completion:
    place = EnrolmentFactory(learner=learner, run=CourseRunFactory(course=course))
    return Completion.objects.create(
        enrolment=place, result=result, ue_attended=5, granted_at=DURING_ENROLMENT, **given
    )


def enrol(run, learner=None) -> Enrolment:
    return services.enrol(learner=learner or UserFactory(), run=CourseRun.objects.get(pk=run.pk), at=DURING_ENROLMENT)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Diese Fortbildung baut auf einer anderen auf, die Sie noch nicht abgeschlossen haben: «Grundlagen»."),
        ("en", "This course builds on another one that you have not completed yet: «Basics»."),
        ("de-simple", "Machen Sie vorher diese Fortbildung: «Der Anfang»."),
    ],
)
def test_who_has_not_completed_it_is_told_which_one(run, language, words):
    from django.utils import translation

    with translation.override(language), pytest.raises(services.EnrolmentRefused) as refusal:
        enrol(run)

    assert str(refusal.value) == words
    assert not Enrolment.objects.filter(run=run).exists()


@pytest.mark.parametrize(
    ("given", "is_enough"),
    [
        ({}, True),
        ({"result": CompletionResult.PARTLY}, False),
        ({"revoked_at": DURING_ENROLMENT, "revoked_because": "Ein Irrtum."}, False),
    ],
)
def test_only_a_full_completion_that_still_holds_is_enough(run, basics, given, is_enough):
    learner = UserFactory()
    completed(learner, basics, **given)

    assert (services.missing_courses(learner, run.course) == []) is is_enough


def test_all_courses_before_are_needed_and_those_of_others_do_not_count(run, basics):
    other, learner = CourseFactory(), UserFactory()
    make_course_page(other, title="Zweite Grundlage")
    run.course.prerequisites.add(other)
    completed(learner, basics)
    completed(UserFactory(), other)

    with pytest.raises(services.EnrolmentRefused, match="«Zweite Grundlage»"):
        enrol(run, learner)


def test_looking_costs_one_query_where_nothing_is_missing(run, basics, django_assert_num_queries):
    learner = UserFactory()
    completed(learner, basics)

    with django_assert_num_queries(1):
        services.missing_courses(learner, run.course)


# --- Exceptions ----------------------------------------------------------------------------------------------------
def grant(run, person, note="Hat das anderswo gelernt.", actor=None) -> Waiver:
    return services.grant_waiver(
        course=run.course, email=person.email, note=note, actor=actor or UserFactory(), at=DURING_ENROLMENT
    )


def test_an_exception_lets_one_person_in_and_is_noted(run):
    person, office = UserFactory(), UserFactory()

    waiver = grant(run, person, actor=office)

    assert enrol(run, person).holds_place
    assert waiver.granted_by == office.pseudonym
    assert AuditEntry.objects.filter(action="waiver.granted", object_id=str(waiver.pk)).exists()
    with pytest.raises(services.EnrolmentRefused):
        enrol(run)


def test_an_exception_that_is_taken_back_leaves_the_place(run):
    person = UserFactory()
    waiver = grant(run, person)
    place = enrol(run, person)

    services.withdraw_waiver(waiver=waiver, actor=UserFactory(), at=DURING_ENROLMENT)

    assert services.missing_courses(person, run.course)
    place.refresh_from_db()
    assert place.holds_place


@pytest.mark.parametrize(("email", "note"), [("niemand@example.org", "Grund"), ("", "Grund"), (None, "  ")])
def test_exceptions_need_somebody_and_a_reason(run, email, note):
    person = UserFactory()

    with pytest.raises(services.WaiverRefused):
        services.grant_waiver(
            course=run.course,
            email=person.email if email is None else email,
            note=note,
            actor=UserFactory(),
            at=DURING_ENROLMENT,
        )


def test_there_is_one_exception_for_a_person(run):
    person = UserFactory()
    grant(run, person)

    with pytest.raises(services.WaiverRefused, match="schon"):
        grant(run, person)
    assert Waiver.objects.get().note == "Hat das anderswo gelernt."


# --- Ways to a place -----------------------------------------------------------------------------------------------
def test_employers_and_colleagues_learn_nothing_of_what_somebody_has_completed(run):
    """Whom an organisation names is not asked: a refusal would say what the person has not done (S1)."""
    contact = make_contact()
    booking = book(run, 1, contact=contact)

    name(booking, "neu@example.org")

    assert Enrolment.objects.get(run=run).holds_place


def test_who_takes_over_from_a_colleague_is_not_asked(run, basics):
    giver = MembershipFactory()
    colleague = MembershipFactory(organisation=giver.organisation).user
    completed(giver.user, basics)
    place = enrol(run, giver.user)

    taken = services.substitute(enrolment=place, colleague_email=colleague.email, actor=giver.user, at=DURING_ENROLMENT)

    assert taken.holds_place


def test_who_takes_a_place_by_the_link_of_the_organisation_is_asked(run):
    booking = book(run, 1)
    token = services.renew_link(booking=booking, at=DURING_ENROLMENT)

    with pytest.raises(services.NamingRefused, match="«Grundlagen»"):
        services.take_by_link(booking=booking, token=token, learner=UserFactory(), at=DURING_ENROLMENT)


# --- Pages ---------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("clock")
def test_the_page_of_enrolling_says_what_is_missing_and_shows_no_form(run, client):
    client.force_login(UserFactory())
    address = reverse("enrolment:enrol", args=[run.pk])

    for answer in (client.get(address), client.post(address)):
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Grundlagen" in page
        assert "eine Ausnahme machen" in page
        assert "Verbindlich anmelden" not in page


def test_the_office_makes_and_takes_back_exceptions(run, client):
    office, person = signed_in_as(client, Role.ACADEMY_OFFICE), UserFactory()
    address = reverse("enrolment:waivers", args=[run.pk])

    refused = client.post(address, {"email": "niemand@example.org", "note": "Kennt das."})
    assert "Kennt das." in refused.content.decode()  # what was typed is kept
    assert client.post(address, {"email": person.email.upper(), "note": "Kennt das."}).status_code == 302

    waiver = Waiver.objects.get()
    assert (waiver.person, waiver.granted_by) == (person, office.pseudonym)
    assert "Kennt das." in client.get(address).content.decode()
    assert client.post(reverse("enrolment:withdraw_waiver", args=[run.pk, waiver.pk])).status_code == 302
    assert not Waiver.objects.exists()


def test_exceptions_of_another_course_are_not_reached_through_a_run(run, client):
    signed_in_as(client, Role.ACADEMY_OFFICE)
    waiver = grant(CourseRunFactory(), UserFactory())

    assert client.post(reverse("enrolment:withdraw_waiver", args=[run.pk, waiver.pk])).status_code == 404


def test_trainers_make_no_exceptions(run, client):
    trainer = signed_in_as(client, Role.TRAINER)
    run.trainers.add(trainer)
    run.save()

    assert client.get(reverse("enrolment:waivers", args=[run.pk])).status_code == 404
    assert client.get(reverse("enrolment:roster", args=[run.pk])).status_code == 200
