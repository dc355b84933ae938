"""The list of interested people, and what it turns into when a run is opened."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from academy.common.registry import registry
from academy.enums import Role
from academy.models import OutgoingMail
from academy.services import sync_rights
from courses.enums import ApprovalPolicy, RunState
from courses.models import CourseRun
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import EnrolmentState, InterestOutcome, PromotionOutcome
from enrolment.models import Enrolment, Interest, PromotionDecision
from tests.factories.academy import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.course_pages import course_page
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture(autouse=True)
def in_english(clock):
    with translation.override("en"):
        yield


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def office():
    user = MembershipFactory(role=Role.ACADEMY_OFFICE).user
    sync_rights(user=user, on=timezone.localdate())
    return user


def wait(course, count=1) -> list:
    people = [UserFactory() for _ in range(count)]
    for person in people:
        services.note_interest(person=person, course=course, at=DURING_ENROLMENT)
    return people


def draft(course, **given) -> CourseRun:
    return CourseRunFactory(course=course, **{"state": RunState.DRAFT, "seats": 2, "offer_hours": 48, **given})


def open_run(run, *, first=True, by=None) -> CourseRun:
    return services.open_run(run=run, interested_first=first, actor=by, at=DURING_ENROLMENT)


def states(run, people) -> list[str]:
    found = dict(Enrolment.objects.filter(run=run).values_list("learner", "state"))
    return [found.get(person.pk, "") for person in people]


def outcomes(people) -> list[str]:
    return [Interest.objects.get(person=person).outcome for person in people]


# --- The list ----------------------------------------------------------------------------------------------------
def test_note_interest_keeps_one_entry_and_the_order(course):
    first, second = wait(course, 2)

    services.note_interest(person=first, course=course, at=DURING_ENROLMENT)

    assert [entry.person for entry in Interest.objects.open()] == [first, second]


def test_note_interest_refuses_where_one_can_enrol(course):
    CourseRunFactory(course=course, seats=1)

    with pytest.raises(services.InterestRefused, match="dates by now"):
        wait(course)


def test_erasing_a_person_removes_the_entry(course):
    (person,) = wait(course)

    registry.personal_data["enrolment.Interest"].erase(person, DURING_ENROLMENT)

    assert not Interest.objects.exists()


# --- What it turns into ------------------------------------------------------------------------------------------
def test_open_run_offers_in_the_order_of_entry_and_lists_the_others(course, office):
    people, run = wait(course, 4), draft(course)
    planned = [one.outcome for one in services.plan_interest(run=run, at=DURING_ENROLMENT)]

    open_run(run, by=office)

    assert states(run, people) == ["offered", "offered", "waitlisted", "waitlisted"]
    assert outcomes(people) == ["offered", "offered", "waiting", "waiting"] == planned
    waiting = Enrolment.objects.filter(run=run).waiting()
    assert [(place.learner, place.queue_number) for place in waiting] == [(people[2], 1), (people[3], 2)]
    decisions = PromotionDecision.objects.filter(enrolment__run=run).order_by("pk").values_list("outcome", flat=True)
    assert list(decisions) == [PromotionOutcome.OFFERED] * 2 + [PromotionOutcome.NO_SEAT] * 2
    keys = [mail.key.split(".")[2] for mail in OutgoingMail.objects.order_by("pk")]
    assert keys == ["interest_offered"] * 2 + ["interest_waits"] * 2  # one mail each
    assert list(broken_promises()) == []


def test_open_run_invites_everybody_where_the_office_wants_it(course):
    people, run = wait(course, 2), draft(course)

    open_run(run, first=False)

    assert states(run, people) == ["", ""]
    assert outcomes(people) == [InterestOutcome.INVITED] * 2
    assert OutgoingMail.objects.filter(key__endswith=".invited").count() == 2


def test_open_run_invites_who_needs_an_approval_or_another_course_first(course):
    people = wait(course)
    run = draft(course, approval=ApprovalPolicy.APPROVE)
    open_run(run)
    assert (states(run, people), outcomes(people)) == ([""], [InterestOutcome.INVITED])

    demanding = CourseFactory()
    demanding.prerequisites.add(course)
    people, run = wait(demanding), draft(demanding)
    open_run(run)
    assert (states(run, people), outcomes(people)) == ([""], [InterestOutcome.INVITED])


def test_open_run_leaves_those_on_the_list_for_whom_it_is_not(course):
    house = OrganisationFactory()
    (stranger, colleague) = people = wait(course, 2)
    MembershipFactory(user=colleague, organisation=house)
    run = draft(course, audience="inhouse", organisation=house)

    open_run(run)

    assert states(run, people) == ["", "offered"]
    assert [entry.person for entry in Interest.objects.open()] == [stranger]


def test_an_offer_that_nobody_takes_goes_to_the_next_of_the_list(course):
    people, run = wait(course, 2), draft(course, seats=1)
    open_run(run)

    services.decline_offer(
        enrolment=Enrolment.objects.get(run=run, learner=people[0]), actor=people[0], at=DURING_ENROLMENT
    )

    assert states(run, people) == [EnrolmentState.DECLINED, EnrolmentState.OFFERED]


# --- Pages -------------------------------------------------------------------------------------------------------
def test_a_person_shows_interest_on_the_course_page_and_gives_it_up(client):
    offer = course_page(title="Noch ohne Termin")
    person = UserFactory()
    assert "%23dates" in client.get(offer.url).text  # the way to sign in and back
    client.force_login(person)
    assert "Ich habe Interesse" in client.get(offer.url).text

    address = reverse("enrolment:note_interest", args=[offer.course_id])
    assert client.post(address).url == f"{offer.url}#dates"

    entry = Interest.objects.get(person=person)
    give_up = reverse("enrolment:give_up_interest", args=[entry.pk])
    assert give_up in client.get(offer.url).text
    assert "Noch ohne Termin" in client.get("/de/my/interest/").text
    stranger = Client()
    stranger.force_login(UserFactory())
    assert stranger.post(give_up).status_code == 404
    client.post(give_up)
    assert not Interest.objects.exists()


def test_the_course_page_asks_nobody_where_one_can_enrol(client):
    offer = course_page()
    CourseRunFactory(course=offer.course, seats=1)
    client.force_login(UserFactory())

    assert "Ich habe Interesse" not in client.get(offer.url).text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_of_the_office_cost_the_same_for_one_and_three(office, rows, django_assert_num_queries):
    courses = [CourseFactory() for _ in range(rows)]
    for course in courses:
        wait(course, rows)
    desk = Client()
    desk.force_login(office)
    addresses = [reverse("enrolment:interest_list"), reverse("enrolment:interested_people", args=[courses[0].pk])]
    for address in addresses:
        desk.get(address)
    with django_assert_num_queries(13):
        for address in addresses:
            assert desk.get(address).status_code == 200


def test_the_lists_do_not_exist_for_others(client, course):
    client.force_login(MembershipFactory(role=Role.TRAINER).user)

    assert client.get(reverse("enrolment:interest_list")).status_code == 404
    assert client.get(reverse("enrolment:interested_people", args=[course.pk])).status_code == 404


def test_the_office_sees_who_would_get_what_and_opens(client, course, office):
    people, run = wait(course, 3), draft(course)
    client.force_login(office)
    address = reverse("courserun:open", args=[run.pk])

    shown = client.get(address).text
    assert (shown.count("ein Platz wird angeboten"), shown.count("kommt auf die Warteliste")) == (2, 1)
    assert client.post(address, {}).status_code == 200  # it has to be chosen
    assert client.post(address, {"interested": "offer"}).status_code == 302

    assert states(run, people) == ["offered", "offered", "waitlisted"]


# --- At once -----------------------------------------------------------------------------------------------------
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_nobody_is_lost_and_nothing_given_twice_while_a_run_is_opened(clock):
    course = CourseFactory()
    early, late = wait(course, 4), [UserFactory() for _ in range(6)]
    run = draft(course, seats=6)
    start = Barrier(len(late) + 2)

    def act(call):
        try:
            start.wait(timeout=30)
            call()
        except (services.RunRefused, services.InterestRefused, services.EnrolmentRefused):
            pass
        finally:
            connections.close_all()

    def come(person):
        """Shows interest; once there are dates, enrols."""
        try:
            services.note_interest(person=person, course=course, at=DURING_ENROLMENT)
        except services.InterestRefused:
            services.enrol(learner=person, run=CourseRun.objects.get(pk=run.pk), at=DURING_ENROLMENT)

    calls = [lambda: open_run(run), lambda: open_run(run), *[lambda person=person: come(person) for person in late]]
    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        list(pool.map(act, calls))

    assert states(run, early) == ["offered"] * 4
    assert "" not in states(run, late)
    assert not Interest.objects.open().exists()
    assert Enrolment.objects.filter(run=run, seat__isnull=False).count() == 6
    assert list(broken_promises()) == []
