"""Seats and the waiting list under any history: what must hold after every single step."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.enums import ApprovalPolicy
from courses.models import CourseRun, Seat
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import LIVE_STATES, SEATED_STATES, Channel, EnrolmentState, GroupEntry, PromotionOutcome
from enrolment.models import Approval, Booking, Enrolment
from enrolment.services import seats, turns
from enrolment.workflow import PLACE_MOVES
from tests.factories.academy import UserFactory
from tests.factories.bookings import book, name
from tests.factories.courses import CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

pytestmark = pytest.mark.django_db

PICK = st.integers(min_value=0, max_value=11)
ANSWERS = st.tuples(st.sampled_from(["approve", "approve", "refuse"]), PICK)
ENROLS = st.tuples(st.just("enrol"), st.just(0))
LEAVES = st.tuples(st.just("withdraw"), PICK)
CAPACITY = st.tuples(st.just("capacity"), st.integers(min_value=1, max_value=6))
NO_LIMIT = st.tuples(st.just("capacity"), st.none())
LAPSE = st.tuples(st.just("lapse"), st.just(0))
OFFERS = st.tuples(st.sampled_from(["accept", "accept", "turn_down", "sleep"]), PICK)
BY_HAND = st.tuples(st.just("move_up"), st.just(0))
STEPS = st.one_of(
    ENROLS, ENROLS, LEAVES, LEAVES, ANSWERS, ANSWERS, ANSWERS, CAPACITY, LAPSE, NO_LIMIT, OFFERS, OFFERS, BY_HAND
)
BOOKINGS = st.tuples(st.sampled_from(["book_together", "book_together", "book_as_many"]), PICK)
SEATS_OF_GROUPS = st.tuples(st.sampled_from(["name", "name", "give_back", "release", "leave_list"]), PICK)
STEPS_WITH_GROUPS = st.one_of(ENROLS, LEAVES, LEAVES, OFFERS, CAPACITY, BY_HAND, BOOKINGS, BOOKINGS, SEATS_OF_GROUPS)


class History:
    """One run, and the steps that people take on it, an hour apart."""

    def __init__(self, policy: ApprovalPolicy, capacity: int | None, offer_hours: int):
        self.run = CourseRunFactory(seats=capacity, approval=policy, offer_hours=offer_hours)
        self.at = DURING_ENROLMENT
        self.office = UserFactory()

    def step(self, name: str, value: int | None) -> None:
        self.at += timedelta(hours=1)
        self.run = CourseRun.objects.get(pk=self.run.pk)
        queue = self.queue()
        try:
            getattr(self, name)(value)
        except (
            services.EnrolmentRefused,
            services.RunRefused,
            services.ApprovalRefused,
            services.PromotionRefused,
            services.BookingRefused,
            services.NamingRefused,
        ):
            pass  # a named refusal is a fine answer; anything else fails the test
        services.lapse_offers(at=self.at)
        services.move_lists_up(at=self.at)
        self.check(queue, name)

    def enrol(self, _value) -> None:
        person = UserFactory()
        services.enrol(
            learner=person, run=self.run, at=self.at, approver_email="leitung@example.org", has_approval=True
        )

    def withdraw(self, value: int) -> None:
        place = self.pick(Enrolment.objects.live().filter(run=self.run), value)
        if place:
            services.withdraw(enrolment=place, actor=place.learner, at=self.at)

    def approve(self, value: int) -> None:
        self.decide(value, agrees=True)

    def refuse(self, value: int) -> None:
        self.decide(value, agrees=False)

    def decide(self, value: int, *, agrees: bool) -> None:
        approval = self.pick(Approval.objects.filter(enrolment__run=self.run, decision=""), value)
        if approval:
            services.decide_approval(approval=approval, agrees=agrees, at=self.at)

    def accept(self, value: int) -> None:
        place = self.pick(Enrolment.objects.filter(run=self.run, state=EnrolmentState.OFFERED), value)
        if place:
            services.accept_offer(enrolment=place, actor=place.learner, at=self.at)

    def turn_down(self, value: int) -> None:
        place = self.pick(Enrolment.objects.filter(run=self.run, state=EnrolmentState.OFFERED), value)
        if place:
            services.decline_offer(enrolment=place, actor=place.learner, at=self.at)

    def sleep(self, value: int) -> None:
        self.at += timedelta(hours=10 * value)  # nights pass, offers lapse

    def move_up(self, _value) -> None:
        services.move_up(run=self.run, actor=self.office, at=self.at)

    def lapse(self, _value) -> None:
        Approval.objects.filter(enrolment__run=self.run, decision="").update(expires_at=self.at)
        services.lapse_approvals(at=self.at)

    def capacity(self, value: int | None) -> None:
        services.change_capacity(run=self.run, capacity_max=value, actor=self.office, at=self.at)

    @staticmethod
    def pick(rows, value: int):
        found = list(rows.order_by("pk"))
        return found[value % len(found)] if found else None

    def queue(self) -> list[int]:
        return list(Enrolment.objects.filter(run=self.run).waiting().values_list("pk", flat=True))

    def check(self, queue: list[int], step: str) -> None:
        run = CourseRun.objects.get(pk=self.run.pk)
        held = Seat.objects.filter(run=run, taken_at__isnull=False).count()
        assert run.capacity_max is None or held <= run.capacity_max
        assert Enrolment.objects.filter(run=run, seat__isnull=False).count() == held
        now_waiting = self.queue()
        stayed = [pk for pk in queue if pk in now_waiting]
        assert now_waiting[: len(stayed)] == stayed, "newcomers stand behind who waited before"
        went_up = [pk for pk in queue if Enrolment.objects.get(pk=pk).state in SEATED_STATES]
        if step != "withdraw":  # whoever leaves the list by withdrawing may stand anywhere
            assert went_up == queue[: len(went_up)], "nobody was passed"
        for place in Enrolment.objects.filter(run=run):
            assert place.moves.last().to_state == place.state
            assert place.moves.count() == place.sequence + 1
        with mock.patch("django.utils.timezone.now", return_value=self.at):
            assert list(broken_promises()) == []


class HistoryWithGroups(History):
    """The same, while organisations book, name people and give seats back."""

    def book_together(self, value: int) -> None:
        book(self.run, 1 + value % 4, entry=GroupEntry.TOGETHER, at=self.at)

    def book_as_many(self, value: int) -> None:
        book(self.run, 1 + value % 4, entry=GroupEntry.AS_MANY, at=self.at)

    def name(self, value: int) -> None:
        booking = self.pick(Booking.objects.live().filter(run=self.run), value)
        if booking:
            name(booking, f"benannt-{booking.people.count()}-{booking.pk}@example.org", at=self.at)

    def give_back(self, value: int) -> None:
        self.change(services.give_back_seats, value, count=1)

    def release(self, value: int) -> None:
        self.change(services.release, value)

    def leave_list(self, value: int) -> None:
        self.change(services.leave_list, value)

    def change(self, service, value: int, **given) -> None:
        booking = self.pick(Booking.objects.live().filter(run=self.run), value)
        if booking:
            service(booking=booking, actor=booking.contact, at=self.at, **given)

    def queue(self) -> list:
        return turns.waiting_on(self.run)

    def check(self, queue: list, step: str) -> None:
        services.release_due(at=self.at)
        run = CourseRun.objects.get(pk=self.run.pk)
        held = Seat.objects.filter(run=run, taken_at__isnull=False).count()
        kept = Seat.objects.filter(run=run, taken_at__isnull=True, reserved_for__isnull=False).count()
        assert run.capacity_max is None or held + kept <= run.capacity_max
        now_waiting = self.queue()
        stayed = [one for one in queue if one in now_waiting]
        assert now_waiting[: len(stayed)] == stayed, "newcomers, people and groups, stand behind who waited before"
        moved = [place for place in self.moved_up(queue) if place in queue]
        for place in moved:
            for ahead in queue[: queue.index(place)]:
                if ahead in now_waiting:
                    self.check_passed(ahead)
        with mock.patch("django.utils.timezone.now", return_value=self.at):
            assert list(broken_promises()) == []

    def moved_up(self, queue: list) -> list:
        people = Enrolment.objects.filter(run=self.run, state__in=SEATED_STATES)
        return [one for one in queue if isinstance(one, Enrolment) and one in list(people)]

    def check_passed(self, ahead) -> None:
        """Only a group that goes together is passed, for want of seats, after its time or where that is too short."""
        assert isinstance(ahead, Booking), "no person was passed"
        ahead.refresh_from_db()
        assert ahead.entry == GroupEntry.TOGETHER
        assert ahead.promotion_decisions.last().outcome == PromotionOutcome.TOGETHER
        over = ahead.gathers_until is not None and ahead.gathers_until <= self.at
        never = turns.gathering_end(self.run, at=self.at) is None or ahead.waiting_for > self.run.capacity_max
        assert over or never


@given(
    capacity=st.sampled_from([2, 3, 5]),
    offer_hours=st.sampled_from([0, 5]),
    rush=st.integers(min_value=1, max_value=5),
    steps=st.lists(STEPS_WITH_GROUPS, min_size=4, max_size=14),
)
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_history_with_groups_overtakes_nobody_and_never_overbooks(capacity, offer_hours, rush, steps):
    with transaction.atomic():
        history = HistoryWithGroups(ApprovalPolicy.NONE, capacity, offer_hours)
        for step, value in [("enrol", 0)] * rush + steps:
            history.step(step, value)
        transaction.set_rollback(True)


@given(
    policy=st.sampled_from([ApprovalPolicy.NONE, ApprovalPolicy.APPROVE, ApprovalPolicy.INFO]),
    capacity=st.sampled_from([1, 2, 3, None]),
    offer_hours=st.sampled_from([0, 5, 48]),
    rush=st.integers(min_value=2, max_value=6),
    steps=st.lists(STEPS, min_size=4, max_size=12),
)
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_history_keeps_seats_queue_and_moves_in_order(policy, capacity, offer_hours, rush, steps):
    with transaction.atomic():
        history = History(policy, capacity, offer_hours)
        for name, value in [("enrol", 0)] * rush + steps:
            history.step(name, value)
        transaction.set_rollback(True)


def test_move_refuses_what_the_table_does_not_allow():
    place = services.enrol(learner=UserFactory(), run=CourseRunFactory(seats=1), at=DURING_ENROLMENT)

    with pytest.raises(seats.MoveRefused):
        seats.move(place, "promote", at=DURING_ENROLMENT, actor=None, channel=Channel.SYSTEM)

    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED


def test_moves_lead_every_live_state_to_an_end():
    left_by = {
        state: {name for name, (origins, _to) in PLACE_MOVES.items() if state in origins} for state in LIVE_STATES
    }

    assert all({"withdraw", "cancel"} <= names for names in left_by.values())


def test_moves_never_leave_a_final_state():
    final = set(EnrolmentState) - set(LIVE_STATES)

    assert not any(origins & final for origins, _to in PLACE_MOVES.values())
