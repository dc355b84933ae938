"""Calling a run off and offering seats of another one."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone, translation

from academy.enums import Role
from academy.models import AuditEntry, OutgoingMail
from academy.services import sync_rights
from courses.enums import RunState
from courses.models import CourseRun, Seat
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import Channel, EnrolmentState, InsteadOutcome
from enrolment.models import Enrolment
from tests.factories.academy import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT, EnrolmentFactory

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture(autouse=True)
def in_english(clock):
    with translation.override("en"):
        yield


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def run(course):
    return CourseRunFactory(course=course, seats=2)


@pytest.fixture
def other(course):
    return CourseRunFactory(course=course, seats=2, offer_hours=48, place="Anderer Saal")


@pytest.fixture
def office():
    user = MembershipFactory(role=Role.ACADEMY_OFFICE).user
    sync_rights(user=user, on=timezone.localdate())
    return user


def enrol(run, learner=None):
    return services.enrol(learner=learner or UserFactory(), run=run, at=DURING_ENROLMENT)


def call_off(run, instead, office):
    reason = "Die Trainer*in ist krank."
    return services.cancel_run(run=run, reason=reason, instead=instead, actor=office, at=DURING_ENROLMENT)


def there(run, person) -> Enrolment | None:
    return Enrolment.objects.filter(run=run, learner=person).first()


def test_cancel_run_offers_free_seats_in_order_and_puts_the_others_on_the_list(run, other, office):
    waiting_first = EnrolmentFactory(run=run, state=EnrolmentState.WAITLISTED, queue_number=1)
    waiting_second = EnrolmentFactory(run=run, state=EnrolmentState.WAITLISTED, queue_number=2)
    confirmed = EnrolmentFactory(run=run)  # later than those who wait, and first all the same

    assert services.plan_instead(run=run, instead=other, at=DURING_ENROLMENT) == {
        InsteadOutcome.OFFERED: 2,
        InsteadOutcome.WAITING: 1,
    }
    call_off(run, other, office)

    new = [there(other, place.learner) for place in (confirmed, waiting_first, waiting_second)]
    assert [place.state for place in new] == ["offered", "offered", "waitlisted"]
    assert [place.seat.number for place in new[:2]] == [1, 2]
    assert new[2].queue_number == 1
    move = new[0].moves.get()
    assert (move.move, move.channel, move.actor) == ("offer_elsewhere", Channel.OFFICE, office.pseudonym)
    assert set(Enrolment.objects.filter(run=run).values_list("state", flat=True)) == {EnrolmentState.CANCELLED}
    assert AuditEntry.objects.get(action="run.cancelled").data == {"instead": other.pk}


def test_cancel_run_says_both_in_one_mail(run, other, office):
    first, second, third = [enrol(run) for _ in range(3)]

    call_off(run, other, office)

    mails = OutgoingMail.objects.filter(key__endswith=f".cancelled.{1}").order_by("pk")
    assert [mail.person for mail in mails] == [first.learner, second.learner, third.learner]
    assert OutgoingMail.objects.filter(person=first.learner).count() == 2  # the confirmation before, and this one
    until = there(other, first.learner).offer_expires_at
    assert until > DURING_ENROLMENT
    text = mails[0].text
    assert "Abgesagt, mit anderen Terminen" in mails[0].subject
    assert "Der Grund: Die Trainer*in ist krank." in text
    assert "Wir halten ihn bis" in text
    assert "Anderer Saal" in text
    assert "Sie stehen dort auf der Warteliste." in mails[2].text


def test_an_offer_is_taken_and_never_given_by_itself(run, other, office):
    CourseRun.objects.filter(pk=other.pk).update(offer_hours=0)  # freed places are given at once there
    place = enrol(run)

    call_off(run, other, office)

    offered = there(other, place.learner)
    assert offered.state == EnrolmentState.OFFERED
    assert offered.offer_expires_at >= DURING_ENROLMENT + timedelta(hours=48)
    taken = services.accept_offer(enrolment=offered, actor=offered.learner, at=DURING_ENROLMENT)
    assert taken.state == EnrolmentState.CONFIRMED


def test_an_offer_that_lapses_goes_to_the_next_of_the_list(run, course, office):
    small = CourseRunFactory(course=course, seats=1)
    first, second = enrol(run), enrol(run)
    call_off(run, small, office)
    offered = there(small, first.learner)

    services.lapse_offers(at=offered.offer_expires_at)

    assert there(small, first.learner).state == EnrolmentState.EXPIRED
    assert there(small, second.learner).state == EnrolmentState.CONFIRMED


def test_cancel_run_passes_nobody_who_waits_there(run, other, office):
    EnrolmentFactory(run=other, state=EnrolmentState.WAITLISTED, queue_number=1)
    CourseRun.objects.filter(pk=other.pk).update(last_queue_number=1, waiting_list="manual")
    place = enrol(run)

    call_off(run, CourseRun.objects.get(pk=other.pk), office)

    assert (there(other, place.learner).state, there(other, place.learner).queue_number) == ("waitlisted", 2)


def test_cancel_run_only_tells_who_has_a_place_there_or_no_approval_or_does_not_belong(course, office):
    run = CourseRunFactory(course=course, seats=5)
    house = OrganisationFactory()
    inhouse = CourseRunFactory(course=course, seats=5, audience="inhouse", organisation=house)
    belongs, stranger, has_place = enrol(run), enrol(run), enrol(run)
    for place in (belongs, has_place):
        MembershipFactory(user=place.learner, organisation=house)
    enrol(inhouse, has_place.learner)
    asked = EnrolmentFactory(run=run, state=EnrolmentState.REQUESTED)

    call_off(run, inhouse, office)

    assert there(inhouse, belongs.learner).state == EnrolmentState.OFFERED
    assert there(inhouse, stranger.learner) is None
    assert there(inhouse, asked.learner) is None
    assert there(inhouse, has_place.learner).state == EnrolmentState.CONFIRMED
    told = OutgoingMail.objects.get(person=stranger.learner, key__contains=".cancelled.")
    assert "Dort haben Sie noch keinen Platz" in told.text


def test_cancel_run_makes_a_seat_for_each_offer_without_a_limit(run, course, office):
    free = CourseRunFactory(course=course)
    places = [enrol(run) for _ in range(3)]

    call_off(run, free, office)

    assert [there(free, place.learner).state for place in places] == ["offered"] * 3
    assert Seat.objects.filter(run=free).count() == 3


@pytest.mark.parametrize("wrong", ["itself", "another course", "cancelled", "closed"])
def test_cancel_run_refuses_a_run_that_cannot_be_offered(run, other, office, wrong):
    place = enrol(run)
    instead = {"itself": run, "another course": CourseRunFactory(seats=1)}.get(wrong, other)
    if wrong == "cancelled":
        CourseRun.objects.filter(pk=other.pk).update(state=RunState.CANCELLED)
    if wrong == "closed":
        CourseRun.objects.filter(pk=other.pk).update(enrolment_closes_at=DURING_ENROLMENT)

    with pytest.raises(services.RunRefused):
        call_off(run, instead, office)

    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED


# --- The page ----------------------------------------------------------------------------------------------------
def test_the_page_shows_what_would_happen_before_it_is_done(client, run, other, office):
    enrol(run)
    client.force_login(office)
    address = reverse("courserun:cancel", args=[run.pk])
    given = {"reason": "Krank.", "instead": other.pk}
    assert "Stattdessen anbieten" in client.get(address).text

    shown = client.post(address, given).text

    assert "ein Platz wird angeboten" in shown
    assert "Krank." in shown
    assert client.post(address, {**given, "confirmed": 0}).status_code == 200  # another one was shown
    run.refresh_from_db()
    assert run.state == RunState.OPEN
    assert client.post(address, {**given, "confirmed": other.pk}).status_code == 302
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert Enrolment.objects.filter(run=other, state=EnrolmentState.OFFERED).count() == 1


# --- At once -----------------------------------------------------------------------------------------------------
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_nothing_is_given_twice_while_a_run_is_called_off_and_people_enrol_on_the_other(clock):
    course, office = CourseFactory(), UserFactory()
    run, other = CourseRunFactory(course=course, seats=6), CourseRunFactory(course=course, seats=6, offer_hours=48)
    moved = [enrol(run).learner for _ in range(6)]
    newcomers = [*moved[:3], *[UserFactory() for _ in range(5)]]  # three of them help themselves
    start = Barrier(len(newcomers) + 2)

    def act(call):
        try:
            start.wait(timeout=30)
            call()
        except (services.EnrolmentRefused, services.RunRefused):
            pass
        finally:
            connections.close_all()

    calls = [lambda person=person: enrol(CourseRun.objects.get(pk=other.pk), person) for person in newcomers]
    calls += [lambda: call_off(run, other, office), lambda: call_off(run, other, office)]
    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        list(pool.map(act, calls))

    held = Enrolment.objects.filter(run=other).live()
    assert held.filter(seat__isnull=False).count() == 6
    assert max(Counter(held.values_list("learner", flat=True)).values()) == 1
    assert set(held.values_list("learner", flat=True)) == {person.pk for person in [*moved, *newcomers]}
    assert Enrolment.objects.filter(run=run).live().count() == 0
    assert list(broken_promises()) == []
