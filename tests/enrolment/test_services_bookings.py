"""Seats for an organisation: reserved, waited for as a group, given back by hand and on the release date."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from academy.models import OutgoingMail
from courses.enums import Audience
from courses.models import CourseRun, Seat
from enrolment import services, tasks
from enrolment.audit_checks import broken_promises
from enrolment.enums import BookingState, Channel, EnrolmentState, GroupEntry, PromotionOutcome, PromotionTrigger
from enrolment.models import Booking, Enrolment, PromotionDecision
from tests.factories.academy import MembershipFactory, OrganisationFactory, UnitFactory, UserFactory
from tests.factories.bookings import book, make_contact, name
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

pytestmark = pytest.mark.django_db

LATER = DURING_ENROLMENT + timedelta(hours=2)


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def sound_at_the_end(fixed_clock):
    yield
    assert list(broken_promises()) == []


def enrol(run, at=DURING_ENROLMENT) -> Enrolment:
    return services.enrol(learner=UserFactory(), run=run, at=at)


def leave(place, at=DURING_ENROLMENT) -> None:
    services.withdraw(enrolment=place, actor=place.learner, at=at)


def kept(booking) -> int:
    return Seat.objects.filter(run=booking.run).kept_for(booking.organisation_id).count()


def states(*places) -> list[str]:
    for place in places:
        place.refresh_from_db()
    return [place.state for place in places]


def outcomes(candidate) -> list[str]:
    return list(candidate.promotion_decisions.order_by("pk").values_list("outcome", flat=True))


def mails(booking) -> list[str]:
    keys = OutgoingMail.objects.filter(key__startswith=f"booking.{booking.pk}.").order_by("pk")
    return [key.split(".")[2] for key in keys.values_list("key", flat=True)]


# --- Reserving ----------------------------------------------------------------------------------------------------
def test_reserve_keeps_seats_that_nobody_else_gets():
    run = CourseRunFactory(seats=3)

    booking = book(run, 2)

    assert (booking.state, booking.waiting_for, booking.release_at) == (BookingState.HELD, 0, run.list_closes_at())
    assert kept(booking) == 2
    assert CourseRun.objects.with_free_seats().get(pk=run.pk).free_seats == 1
    assert [enrol(run).state, enrol(run).state] == [EnrolmentState.CONFIRMED, EnrolmentState.WAITLISTED]
    assert kept(booking) == 2
    assert mails(booking) == ["reserved"]
    assert list(booking.moves.values_list("move", "seats")) == [("reserve", 2)]


def test_a_fully_reserved_run_is_not_bookable_in_the_catalogue():
    run = CourseRunFactory(seats=2)

    book(run, 2)

    bookable = CourseRun.objects.with_dates().bookable(at=DURING_ENROLMENT)
    assert not bookable.filter(pk=run.pk).exists()


def test_reserve_overtakes_nobody_who_waits():
    run = CourseRunFactory(seats=1, offer_hours=0)
    holder = enrol(run)
    person = enrol(run)
    services.change_capacity(run=run, capacity_max=1, actor=UserFactory(), at=DURING_ENROLMENT)

    booking = book(run, 1)

    assert (booking.state, booking.waiting_for, booking.queue_number) == (BookingState.WAITING, 1, 2)
    assert mails(booking) == ["waits"]
    leave(holder)
    assert states(person) == [EnrolmentState.CONFIRMED]
    assert kept(booking) == 0


def test_newcomers_stand_behind_a_group_that_waits():
    run = CourseRunFactory(seats=2)
    holder = enrol(run)
    booking = book(run, 2)

    newcomer = enrol(run)

    assert (newcomer.state, newcomer.queue_number) == (EnrolmentState.WAITLISTED, 2)
    leave(holder)
    booking.refresh_from_db()
    assert (booking.state, kept(booking)) == (BookingState.HELD, 2)
    assert states(newcomer) == [EnrolmentState.WAITLISTED]
    assert outcomes(booking) == [PromotionOutcome.RESERVED]


def test_as_many_as_fit_reserves_what_is_free_and_waits_for_the_others():
    run = CourseRunFactory(seats=3)
    holders = [enrol(run) for _ in range(2)]

    booking = book(run, 3, entry=GroupEntry.AS_MANY)
    assert (booking.state, kept(booking), booking.waiting_for) == (BookingState.HELD, 1, 2)
    leave(holders[0])
    leave(holders[1])

    booking.refresh_from_db()
    assert (kept(booking), booking.waiting_for, booking.queue_number) == (3, 0, None)
    assert outcomes(booking) == [PromotionOutcome.PARTLY, PromotionOutcome.RESERVED]
    assert mails(booking) == ["reserved", "given", "given"]


@pytest.mark.parametrize(
    ("given", "count", "words"),
    [
        ({"seats": 3}, 4, "This run has 3 places"),
        ({"seats": 3}, 0, "Please say how many places"),
        ({}, 2, "There are places for everybody"),
        ({"seats": 3, "audience": Audience.ON_REQUEST}, 2, "given by the academy office"),
    ],
)
def test_reserve_refuses_what_the_run_does_not_offer(given, count, words):
    with pytest.raises(services.BookingRefused, match=words):
        book(CourseRunFactory(**given), count)


def test_reserve_refuses_a_protected_list():
    run = CourseRunFactory(seats=3, course=CourseFactory(is_list_protected=True))

    with pytest.raises(services.BookingRefused, match="by the people themselves"):
        book(run)


def test_reserve_refuses_the_in_house_run_of_another_organisation():
    run = CourseRunFactory(seats=3, audience=Audience.INHOUSE, organisation=OrganisationFactory())

    with pytest.raises(services.BookingRefused, match="another organisation"):
        book(run)
    assert book(run, contact=make_contact(run.organisation)).state == BookingState.HELD


def test_reserve_refuses_others_than_the_present_contact():
    organisation, run = OrganisationFactory(), CourseRunFactory(seats=3)
    former = make_contact(organisation, ends_on=date(2026, 11, 17))
    for person in (former, MembershipFactory(organisation=organisation).user, make_contact()):
        with pytest.raises(services.BookingRefused, match="Only the contact person"):
            services.reserve(
                contact=person,
                organisation=organisation,
                run=run,
                count=1,
                entry=GroupEntry.TOGETHER,
                at=DURING_ENROLMENT,
            )


def test_reserve_refuses_a_date_in_the_past_and_one_after_the_cut_off():
    run = CourseRunFactory(seats=3)

    with pytest.raises(services.BookingRefused, match="in the past"):
        book(run, release_at=DURING_ENROLMENT)
    with pytest.raises(services.BookingRefused, match="too late"):
        book(run, release_at=run.list_closes_at() + timedelta(minutes=1))
    with pytest.raises(services.BookingRefused, match="begins too soon"):
        book(run, at=run.list_closes_at())
    assert not Booking.objects.exists()


def test_reserve_refuses_a_second_booking_of_the_organisation():
    run, contact = CourseRunFactory(seats=3), make_contact()
    book(run, 1, contact=contact)

    with pytest.raises(services.BookingRefused, match="has a booking on this run already"):
        book(run, 1, contact=contact)


def test_a_seat_is_never_reserved_without_an_end():
    run = CourseRunFactory(seats=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.filter(run=run).update(reserved_for=OrganisationFactory())


# --- Groups on the list --------------------------------------------------------------------------------------------
def group_at_the_head(**given):
    """A full run of three; a group of two waits at the head, one person behind it."""
    run = CourseRunFactory(seats=3, **given)
    holders = [enrol(run) for _ in range(3)]
    return run, holders, book(run, 2), enrol(run)


def test_free_seats_are_kept_together_for_a_group_for_a_time_once():
    _run, holders, booking, behind = group_at_the_head()

    leave(holders[0])

    assert states(behind) == [EnrolmentState.WAITLISTED]
    assert outcomes(booking) == [PromotionOutcome.GATHERING]
    assert outcomes(behind) == [PromotionOutcome.BEHIND_GROUP]
    booking.refresh_from_db()
    assert booking.gathers_until == DURING_ENROLMENT + timedelta(days=5)  # Saturday and Sunday do not count
    leave(holders[1])
    booking.refresh_from_db()
    assert (booking.state, kept(booking)) == (BookingState.HELD, 2)
    assert outcomes(behind) == [PromotionOutcome.BEHIND_GROUP, PromotionOutcome.NO_SEAT]


def test_a_group_is_passed_over_when_its_time_is_over_and_keeps_its_number(monkeypatch):
    run, holders, booking, behind = group_at_the_head()
    leave(holders[0])
    booking.refresh_from_db()
    over = booking.gathers_until
    monkeypatch.setattr("django.utils.timezone.now", lambda: over)

    tasks.move_lists()

    assert states(behind) == [EnrolmentState.CONFIRMED]
    assert outcomes(booking) == [PromotionOutcome.GATHERING, PromotionOutcome.TOGETHER]
    last = enrol(run, at=over)
    leave(holders[1], at=over)
    assert states(last) == [EnrolmentState.CONFIRMED]  # kept together once, not again
    newcomer = enrol(run, at=over)
    services.change_capacity(run=run, capacity_max=5, actor=UserFactory(), at=over)
    booking.refresh_from_db()
    assert (booking.state, kept(booking)) == (BookingState.HELD, 2)  # enough at once: it comes first
    assert states(newcomer) == [EnrolmentState.WAITLISTED]


def test_nothing_is_kept_together_when_the_list_closes_before():
    run, holders, booking, behind = group_at_the_head()
    late = run.list_closes_at() - timedelta(hours=20)

    leave(holders[0], at=late)

    assert states(behind) == [EnrolmentState.CONFIRMED]
    assert outcomes(booking) == [PromotionOutcome.TOGETHER]


def test_dry_run_says_of_groups_what_then_happens():
    run, holders, booking, behind = group_at_the_head()
    Seat.objects.filter(pk=holders[0].seat_id)
    leave(holders[0])

    verdicts = services.plan_promotion(run, at=DURING_ENROLMENT)

    assert [(one.booking, one.enrolment, one.outcome) for one in verdicts] == [
        (booking, None, PromotionOutcome.GATHERING),
        (None, behind, PromotionOutcome.BEHIND_GROUP),
    ]
    with pytest.raises(services.PromotionRefused):
        services.move_up(run=run, actor=UserFactory(), at=DURING_ENROLMENT)


def test_quota_lets_another_unit_pass_a_group_that_would_exceed_the_share():
    unit = UnitFactory()
    run = CourseRunFactory(seats=5, unit_quota=40)
    holders = [enrol(run) for _ in range(5)]
    contact = make_contact(unit.organisation, unit=unit)
    booking, other = book(run, 3, contact=contact), enrol(run)

    leave(holders[0])

    assert states(other) == [EnrolmentState.CONFIRMED]
    assert outcomes(booking) == [PromotionOutcome.OVER_QUOTA]


def test_position_counts_the_seats_of_groups_ahead():
    from enrolment.selectors import live_places

    run, _holders, _booking, behind = group_at_the_head()

    assert live_places(behind.learner)[run.pk].position == 3


def test_leave_list_lets_those_behind_move_up():
    _run, holders, booking, behind = group_at_the_head()
    leave(holders[0])

    services.leave_list(booking=booking, actor=booking.contact, at=LATER)

    booking.refresh_from_db()
    assert (booking.state, booking.waiting_for, booking.queue_number) == (BookingState.RELEASED, 0, None)
    assert states(behind) == [EnrolmentState.CONFIRMED]


# --- Giving back ----------------------------------------------------------------------------------------------------
def test_give_back_seats_lets_the_list_move_up():
    run = CourseRunFactory(seats=3)
    booking = book(run, 3)
    person = enrol(run)

    services.give_back_seats(booking=booking, count=1, actor=booking.contact, at=LATER)

    assert states(person) == [EnrolmentState.CONFIRMED]
    assert person.promotion_decisions.get().trigger == PromotionTrigger.RELEASE
    assert kept(booking) == 2
    with pytest.raises(services.BookingRefused, match="2 places at most"):
        services.give_back_seats(booking=booking, count=3, actor=booking.contact, at=LATER)


def test_seats_without_a_name_return_by_themselves_on_the_release_date(monkeypatch):
    run = CourseRunFactory(seats=3)
    booking = book(run, 3, release_at=LATER)
    named = name(booking, "neu@example.org")[0]
    first, second, third = enrol(run), enrol(run), enrol(run)
    tasks.release_seats()
    assert states(first) == [EnrolmentState.WAITLISTED]
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)

    tasks.release_seats()
    tasks.release_seats()

    booking.refresh_from_db()
    assert (booking.state, kept(booking)) == (BookingState.RELEASED, 0)
    assert states(first, second, third) == [EnrolmentState.CONFIRMED] * 2 + [EnrolmentState.WAITLISTED]
    assert states(named.enrolment) == [EnrolmentState.CONFIRMED]
    assert mails(booking) == ["reserved", "released"]
    leave(named.enrolment, at=LATER)
    assert states(third) == [EnrolmentState.CONFIRMED]  # after the release date a seat goes to the list


def test_set_release_date_is_bound_for_the_contact_and_free_for_the_office_until_the_start():
    run = CourseRunFactory(seats=3)
    booking, office = book(run, 2, release_at=LATER), UserFactory()
    start = run.span()[0]

    with pytest.raises(services.BookingRefused, match="too late"):
        services.set_release_date(booking=booking, release_at=start, actor=booking.contact, at=DURING_ENROLMENT)
    services.set_release_date(
        booking=booking, release_at=start, actor=office, at=DURING_ENROLMENT, channel=Channel.OFFICE
    )

    assert set(Seat.objects.filter(reserved_for__isnull=False).values_list("reserved_until", flat=True)) == {start}
    with pytest.raises(services.BookingRefused, match="too late"):
        services.set_release_date(
            booking=booking,
            release_at=start + timedelta(hours=1),
            actor=office,
            at=DURING_ENROLMENT,
            channel=Channel.OFFICE,
        )


# --- The run changes -----------------------------------------------------------------------------------------------
def test_cancel_run_ends_its_bookings():
    run = CourseRunFactory(seats=3)
    booking = book(run, 2)
    name(booking, "neu@example.org")

    services.cancel_run(run=run, reason="Der Raum fehlt.", actor=UserFactory(), at=LATER)

    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED
    assert not Seat.objects.filter(reserved_for__isnull=False).exists()
    assert mails(booking) == ["reserved", "cancelled"]


def test_change_capacity_never_takes_reserved_seats():
    run = CourseRunFactory(seats=4)
    book(run, 3)

    with pytest.raises(services.RunRefused, match="3 places are taken or reserved"):
        services.change_capacity(run=run, capacity_max=2, actor=UserFactory(), at=LATER)
    services.change_capacity(run=run, capacity_max=3, actor=UserFactory(), at=LATER)
    assert Seat.objects.filter(run=run, reserved_for__isnull=False).count() == 3


def test_decisions_name_either_a_person_or_a_group():
    booking = book(CourseRunFactory(seats=2))
    with pytest.raises(IntegrityError), transaction.atomic():
        PromotionDecision.objects.create(
            trigger=PromotionTrigger.OFFICE, outcome=PromotionOutcome.NO_SEAT, at=DURING_ENROLMENT
        )
    assert outcomes(booking) == []


# --- More places ---------------------------------------------------------------------------------------------------
def test_add_seats_reserves_more_until_the_same_date():
    run = CourseRunFactory(seats=5)
    booking = book(run, 2)

    services.add_seats(booking=booking, count=2, actor=booking.contact, at=LATER)

    kept = Seat.objects.filter(run=run).kept_for(booking.organisation_id)
    assert kept.count() == 4
    assert set(kept.values_list("reserved_until", flat=True)) == {booking.release_at}
    assert booking.moves.last().move == "grow"
    assert list(broken_promises()) == []


@pytest.mark.parametrize("count", [0, 4, 99])
def test_add_seats_refuses_what_is_not_free(count):
    run = CourseRunFactory(seats=5)
    booking = book(run, 2)

    with pytest.raises(services.BookingRefused):
        services.add_seats(booking=booking, count=count, actor=booking.contact, at=LATER)

    assert Seat.objects.filter(run=run).kept_for(booking.organisation_id).count() == 2


def test_add_seats_overtakes_nobody_who_waits():
    run = CourseRunFactory(seats=3, waiting_list="manual")
    booking = book(run, 2)
    held = services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT)
    services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT)
    services.withdraw(enrolment=held, actor=held.learner, at=LATER)  # a seat is free, and the office gives it

    with pytest.raises(services.BookingRefused):
        services.add_seats(booking=booking, count=1, actor=booking.contact, at=LATER)


def test_contact_persons_are_reminded_once_of_places_without_a_name():
    booking = book(CourseRunFactory(seats=3), 2)
    full = book(CourseRunFactory(seats=1), 1)
    name(full, "neu@example.org")
    near = booking.release_at - timedelta(days=3)

    assert services.remind_of_release(at=near - timedelta(minutes=1)) == 0
    services.remind_of_release(at=near)
    services.remind_of_release(at=near + timedelta(days=1))

    [mail] = OutgoingMail.objects.filter(key__contains=".near.")
    assert mail.person == booking.contact
    assert "2 Ihrer Plätze haben noch keinen Namen" in mail.text


def test_nobody_is_reminded_on_the_day_of_the_booking():
    booking = book(CourseRunFactory(seats=3), 2)
    services.set_release_date(
        booking=booking, release_at=DURING_ENROLMENT + timedelta(days=2), actor=booking.contact, at=DURING_ENROLMENT
    )

    assert services.remind_of_release(at=DURING_ENROLMENT + timedelta(hours=23)) == 0
    assert services.remind_of_release(at=DURING_ENROLMENT + timedelta(hours=25)) == 1
