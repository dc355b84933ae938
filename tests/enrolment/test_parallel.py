"""Many people at once on a real PostgreSQL: nobody is lost, nobody is passed, nothing is given twice (DESIGN.md 7)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections

from academy.models import OutgoingMail
from courses.enums import ApprovalPolicy, RunState
from courses.models import CourseRun, Seat
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import EnrolmentState
from enrolment.models import Enrolment, EnrolmentMove, NamedPerson, RunMessage
from tests.factories.academy import UserFactory
from tests.factories.bookings import book, make_contact
from tests.factories.courses import CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

WORKERS = 20
ROUNDS = 3
REFUSALS = (
    services.EnrolmentRefused,
    services.ApprovalRefused,
    services.BookingRefused,
    services.NamingRefused,
    services.PromotionRefused,
    services.RunRefused,
)


def at_once(*calls) -> list:
    """Start all calls together, WORKERS at a time: what each gave, or the named refusal. Anything else fails."""
    start = Barrier(min(WORKERS, len(calls)))

    def run(number: int, call):
        try:
            if number < start.parties:
                start.wait(timeout=30)
            return call()
        except REFUSALS as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        return list(pool.map(run, range(len(calls)), calls))


def enrolling(run, learner, **given):
    return lambda: services.enrol(learner=learner, run=CourseRun.objects.get(pk=run.pk), at=DURING_ENROLMENT, **given)


def withdrawing(place):
    return lambda: services.withdraw(enrolment=place, actor=place.learner, at=DURING_ENROLMENT)


def cancelling(run, *, by):
    return lambda: services.cancel_run(run=run, reason="Der Raum fehlt.", actor=by, at=DURING_ENROLMENT)


def shrinking(run, *, to: int):
    return lambda: services.change_capacity(run=run, capacity_max=to, actor=None, at=DURING_ENROLMENT)


def people(count: int) -> list:
    return [UserFactory() for _ in range(count)]


def states(run) -> Counter:
    return Counter(Enrolment.objects.filter(run=run).values_list("state", flat=True))


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)


def test_sixty_people_on_ten_seats_are_ten_confirmed_and_fifty_waiting_in_order():
    for _ in range(ROUNDS):
        run = CourseRunFactory(seats=10)

        given = at_once(*[enrolling(run, person) for person in people(60)])

        assert not [answer for answer in given if isinstance(answer, Exception)]
        assert states(run) == {EnrolmentState.CONFIRMED: 10, EnrolmentState.WAITLISTED: 50}
        waiting = Enrolment.objects.filter(run=run).waiting()
        assert list(waiting.values_list("queue_number", flat=True)) == list(range(1, 51))
        moves = list(
            EnrolmentMove.objects.filter(move="wait", enrolment__run=run)
            .order_by("pk")
            .values_list("enrolment", flat=True)
        )
        assert moves == list(waiting.values_list("pk", flat=True))  # the number was drawn in the order of commit
        assert list(broken_promises()) == []


def test_withdrawals_during_a_rush_promote_the_head_and_no_newcomer():
    run = CourseRunFactory(seats=10)
    held = [enrolling(run, person)() for person in people(10)]
    queue = [enrolling(run, person)() for person in people(15)]

    given = at_once(
        *[
            call
            for pair in zip(map(withdrawing, held), (enrolling(run, p) for p in people(10)), strict=True)
            for call in pair
        ],
        *[enrolling(run, person) for person in people(10)],
    )

    assert not [answer for answer in given if isinstance(answer, Exception)]
    assert states(run) == {EnrolmentState.WITHDRAWN: 10, EnrolmentState.CONFIRMED: 10, EnrolmentState.WAITLISTED: 25}
    for place in queue:
        place.refresh_from_db()
    assert [place.state for place in queue] == [EnrolmentState.CONFIRMED] * 10 + [EnrolmentState.WAITLISTED] * 5
    head = list(Enrolment.objects.filter(run=run).waiting()[:5])
    assert head == queue[10:]
    assert list(broken_promises()) == []


def test_one_person_who_clicks_eight_times_gets_one_place():
    run, person = CourseRunFactory(seats=5), UserFactory()

    given = at_once(*[enrolling(run, person) for _ in range(8)])

    assert sum(isinstance(answer, Enrolment) for answer in given) == 1
    assert sum(isinstance(answer, services.EnrolmentRefused) for answer in given) == 7
    assert Seat.objects.free().filter(run=run).count() == 4
    assert list(broken_promises()) == []


def test_a_run_without_a_limit_numbers_its_seats_without_a_clash():
    run = CourseRunFactory()

    at_once(*[enrolling(run, person) for person in people(30)])

    assert states(run) == {EnrolmentState.CONFIRMED: 30}
    assert list(Seat.objects.filter(run=run).values_list("number", flat=True)) == list(range(1, 31))


def test_a_run_cancelled_during_a_rush_has_no_live_place_left():
    for _ in range(ROUNDS):
        run, office = CourseRunFactory(seats=10), UserFactory()

        calls = [enrolling(run, person) for person in people(19)]
        given = at_once(*calls[:9], cancelling(run, by=office), *calls[9:])

        assert CourseRun.objects.get(pk=run.pk).state == RunState.CANCELLED
        assert set(states(run)) <= {EnrolmentState.CANCELLED}
        took_place = sum(isinstance(answer, Enrolment) for answer in given)
        assert took_place == Enrolment.objects.filter(run=run).count()
        assert list(broken_promises()) == []


def test_seats_taken_away_during_a_rush_are_never_given():
    for _ in range(ROUNDS):
        run = CourseRunFactory(seats=12)

        calls = [enrolling(run, person) for person in people(19)]
        given = at_once(*calls[:4], shrinking(run, to=6), *calls[4:])

        refused = [answer for answer in given if isinstance(answer, Exception)]
        seats = 12 if refused else 6
        assert all(isinstance(answer, services.RunRefused) for answer in refused)
        assert states(run) == {EnrolmentState.CONFIRMED: seats, EnrolmentState.WAITLISTED: 19 - seats}
        assert list(broken_promises()) == []


def test_two_answers_at_once_count_once():
    run = CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE)
    place = enrolling(run, UserFactory(), approver_email="leitung@example.org")()
    approval = place.approvals.get()

    def answer(agrees):
        return lambda: services.decide_approval(approval=approval, agrees=agrees, at=DURING_ENROLMENT)

    given = at_once(*[answer(number % 2 == 0) for number in range(6)])

    assert sum(isinstance(one, services.ApprovalRefused) for one in given) == 5
    assert place.moves.count() == 2
    assert list(broken_promises()) == []


def test_approvals_withdrawals_and_newcomers_at_once_leave_the_list_in_order():
    run = CourseRunFactory(seats=5, approval=ApprovalPolicy.APPROVE)
    boss = {"approver_email": "leitung@example.org"}
    places = [enrolling(run, person, **boss)() for person in people(15)]

    def answer(place, agrees):
        return lambda: services.decide_approval(approval=place.approvals.get(), agrees=agrees, at=DURING_ENROLMENT)

    calls = [answer(place, number % 3 != 0) for number, place in enumerate(places[:12])]
    calls += [withdrawing(place) for place in places[10:]]
    at_once(*calls, *[enrolling(run, person, **boss) for person in people(5)])

    assert Enrolment.objects.filter(run=run, seat__isnull=False).count() <= 5
    assert list(broken_promises()) == []


def test_twenty_people_with_the_link_take_exactly_the_five_reserved_seats():
    for _ in range(ROUNDS):
        booking = book(CourseRunFactory(seats=8), 5)
        token = services.renew_link(booking=booking, at=DURING_ENROLMENT)

        def taking(person, booking=booking, token=token):
            return lambda: services.take_by_link(booking=booking, token=token, learner=person, at=DURING_ENROLMENT)

        given = at_once(*[taking(person) for person in people(20)])

        assert sum(isinstance(answer, NamedPerson) for answer in given) == 5
        assert sum(isinstance(answer, services.NamingRefused) for answer in given) == 15
        assert states(booking.run) == {EnrolmentState.CONFIRMED: 5}
        assert Seat.objects.free().filter(run=booking.run).count() == 3
        assert list(broken_promises()) == []


def test_bookings_and_newcomers_at_once_share_the_seats_and_nobody_is_passed():
    for _ in range(ROUNDS):
        run, contacts = CourseRunFactory(seats=12), [make_contact() for _ in range(4)]

        def booking(contact, run=run):
            return lambda: book(run, 3, contact=contact)

        calls = [call for contact in contacts for call in (booking(contact), *[enrolling(run, p) for p in people(3)])]
        given = at_once(*calls)

        assert not [answer for answer in given if isinstance(answer, Exception)]
        reserved = Seat.objects.filter(run=run, reserved_for__isnull=False).count()
        taken = Seat.objects.filter(run=run, taken_at__isnull=False).count()
        assert reserved % 3 == 0
        assert reserved + taken <= 12
        assert list(broken_promises()) == []


def test_one_form_that_is_sent_many_times_at_once_writes_to_everybody_once():
    run, author, token = CourseRunFactory(seats=3), UserFactory(), uuid4()
    for person in people(3):
        enrolling(run, person)()
    words = {"audience": "everybody", "subject": "Was Sie brauchen", "text": "Bitte einen Stift.", "token": token}

    def send():
        message = services.written_message(author=author, **words)
        return services.send_message(message=message, run=CourseRun.objects.get(pk=run.pk), at=DURING_ENROLMENT)

    sent = at_once(*[send] * WORKERS)

    assert set(sent) == {RunMessage.objects.get()}
    assert OutgoingMail.objects.filter(key__contains=".message.").count() == 3
