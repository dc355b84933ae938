"""Random histories of a run that many people use at once, on PostgreSQL: whatever happens, the promises hold.

Each history sends 200 mixed calls at a run of 10 seats, 20 at a time. Two of them, one of each policy of approval, run
with the suite; all fifty by `ZUGANG_HISTORIES=50 pytest tests/enrolment/test_parallel_histories.py`.
"""

import os
import random
from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction

from courses.enums import ApprovalPolicy
from courses.models import CourseRun, Seat
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import LIVE_BOOKINGS, SEATED_STATES, BookingState, EnrolmentState, GroupEntry
from enrolment.models import Booking, Enrolment, EnrolmentMove
from tests.factories.academy import UserFactory
from tests.factories.bookings import book, make_contact
from tests.factories.courses import CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

from .test_parallel import REFUSALS, at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

HISTORIES = int(os.environ.get("ZUGANG_HISTORIES", "2"))
CALLS, SEATS = 200, 10
BOSS = "leitung@example.org"
OVERFULL = """
    SELECT (SELECT count(*) FROM enrolment_enrolment WHERE run_id = %(run)s AND seat_id IS NOT NULL), capacity_max
    FROM courses_courserun WHERE id = %(run)s
"""


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)


class History:
    """What people, supervisors and the office do on one run, drawn from one seed."""

    def __init__(self, seed: int):
        self.draw = random.Random(seed)
        policy = ApprovalPolicy.APPROVE if seed % 2 else ApprovalPolicy.NONE
        self.run = CourseRunFactory(seats=SEATS, approval=policy)
        self.office = UserFactory()
        self.given = {"approver_email": BOSS} if policy == ApprovalPolicy.APPROVE else {}
        self.snapshots: list[tuple[int, int]] = []
        for _person in range(SEATS + 10):
            self.enrol(UserFactory())

    def calls(self) -> list:
        """As many as wanted; each person enrols once, and places are chosen when their turn comes."""
        kinds = {"enrol": 90, "withdraw": 45, "approve": 25, "promote": 8, "hand_over": 6, "capacity": 10}
        kinds |= {"group": 10, "give_back": 6}
        drawn = [kind for kind, times in kinds.items() for _time in range(times)]
        assert len(drawn) == CALLS
        self.draw.shuffle(drawn)
        return [self.watched(self.call(kind)) for kind in drawn]

    def call(self, kind: str):
        if kind == "enrol":
            person = UserFactory()
            return lambda: self.enrol(person)
        if kind == "capacity":
            seats = self.draw.randint(SEATS - 4, SEATS + 4)
            return lambda: services.change_capacity(run=self.run, capacity_max=seats, actor=self.office, at=self.at)
        if kind == "group":
            contact, count = make_contact(), self.draw.randint(1, 4)
            entry = self.draw.choice(list(GroupEntry))
            return lambda: book(CourseRun.objects.get(pk=self.run.pk), count, contact=contact, entry=entry, at=self.at)
        pick, agrees = self.draw.random(), self.draw.random() < 0.8
        return {
            "give_back": lambda: self.give_back(pick),
            "withdraw": lambda: self.withdraw(self.chosen(pick)),
            "approve": lambda: self.answer(self.chosen(pick, EnrolmentState.REQUESTED), agrees),
            "promote": lambda: services.move_up(run=self.run, actor=self.office, at=self.at),
            "hand_over": lambda: self.hand_over(self.chosen(pick, EnrolmentState.CONFIRMED)),
        }[kind]

    at = DURING_ENROLMENT

    def watched(self, call):
        """After each commit, what everybody else may read: seats held, and seats that there are."""

        def run():
            try:
                return call()
            finally:
                with connection.cursor() as cursor:
                    cursor.execute(OVERFULL, {"run": self.run.pk})
                    self.snapshots.append(cursor.fetchone())

        return run

    def chosen(self, pick: float, *states: str) -> Enrolment | None:
        places = Enrolment.objects.filter(run=self.run).live().order_by("pk")
        found = list(places.filter(state__in=states) if states else places)
        return found[int(pick * len(found))] if found else None

    def enrol(self, person):
        run = CourseRun.objects.get(pk=self.run.pk)
        return services.enrol(learner=person, run=run, at=self.at, **self.given)

    def withdraw(self, place):
        return place and services.withdraw(enrolment=place, actor=place.learner, at=self.at)

    def answer(self, place, agrees):
        approval = place and place.approvals.filter(decision="").first()
        return approval and services.decide_approval(approval=approval, agrees=agrees, at=self.at)

    def give_back(self, pick: float):
        """A contact person gives one reserved seat back, or leaves the list."""
        bookings = list(Booking.objects.filter(run=self.run, state__in=LIVE_BOOKINGS).order_by("pk"))
        booking = bookings[int(pick * len(bookings))] if bookings else None
        if booking is None:
            return None
        if booking.state == BookingState.WAITING:
            return services.leave_list(booking=booking, actor=booking.contact, at=self.at)
        return services.give_back_seats(booking=booking, count=1, actor=booking.contact, at=self.at)

    def hand_over(self, place):
        """To a stranger, which is refused after all locks were taken."""
        return place and services.substitute(
            enrolment=place, colleague_email="niemand@example.org", actor=place.learner, at=self.at
        )


def promoted_out_of_turn(run) -> list[int]:
    """Replays the moves in the order of commit: who left the list for a seat although somebody stood before them."""
    waiting: list[int] = []
    out_of_turn = []
    moves = EnrolmentMove.objects.filter(enrolment__run=run).order_by("pk")
    for place, before, after in moves.values_list("enrolment", "from_state", "to_state"):
        if after == EnrolmentState.WAITLISTED:
            waiting.append(place)
        elif before == EnrolmentState.WAITLISTED:
            if after in SEATED_STATES and waiting[0] != place:
                out_of_turn.append(place)
            waiting.remove(place)
    return out_of_turn


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_whatever_many_people_do_at_once_seats_queue_and_moves_stay_in_order(seed):
    history = History(seed)

    answers = at_once(*history.calls())

    kinds = Counter(type(answer).__name__ for answer in answers)
    assert len(answers) == len(history.snapshots) == CALLS
    assert kinds["Enrolment"] >= 90, kinds  # the history did something
    assert [pair for pair in history.snapshots if pair[0] > pair[1]] == []
    run = CourseRun.objects.get(pk=history.run.pk)
    assert Seat.objects.filter(run=run).count() == run.capacity_max
    assert promoted_out_of_turn(run) == []
    numbers = list(Enrolment.objects.filter(run=run).waiting().values_list("queue_number", flat=True))
    assert numbers == sorted(set(numbers))
    assert not Enrolment.objects.filter(run=run, moves__isnull=True).exists()
    assert list(broken_promises()) == []
    assert all(not isinstance(answer, Exception) or isinstance(answer, REFUSALS) for answer in answers)


RAW = """
    INSERT INTO enrolment_enrolment ({columns}) SELECT {values} FROM enrolment_enrolment WHERE id = %(place)s
"""


def insert_past_the_services(place: Enrolment, *, seat: str) -> None:
    """A second place beside `place` in plain SQL, for another person, on the seat that the expression gives."""
    columns = [field.column for field in Enrolment._meta.concrete_fields if not field.primary_key]
    replaced = {"learner_id": "%(learner)s", "seat_id": seat}
    values = ", ".join(replaced.get(column, column) for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        statement = RAW.format(columns=", ".join(columns), values=values)
        cursor.execute(statement, {"place": place.pk, "learner": UserFactory().pk})


@pytest.mark.parametrize("seat", ["seat_id", "NULL"])
def test_a_place_written_past_the_services_cannot_overbook(seat):
    run = CourseRunFactory(seats=1)
    place = services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT)

    with pytest.raises(IntegrityError):
        insert_past_the_services(place, seat=seat)

    assert Enrolment.objects.filter(run=run).count() == 1


def test_a_place_written_past_the_services_cannot_sit_on_a_seat_of_another_run():
    run, other = CourseRunFactory(seats=1), CourseRunFactory(seats=1)
    place = services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT)

    with pytest.raises(IntegrityError, match="place_on_a_seat_of_its_run"):
        insert_past_the_services(place, seat=str(other.seats.get().pk))
    with pytest.raises(IntegrityError, match="place_on_a_seat_of_its_run"), transaction.atomic():
        Enrolment.objects.filter(pk=place.pk).update(run=other)
