"""Moving up the waiting list: whose turn it is, what is stored of it, and what keeps a free seat from being offered."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from academy.models import OutgoingMail
from courses.enums import RunState, WaitingListPolicy
from courses.models import Seat
from enrolment import services, tasks
from enrolment.enums import EnrolmentState, PromotionOutcome, PromotionTrigger
from enrolment.models import Enrolment, PromotionDecision
from enrolment.services import promotion, turns
from tests.factories.academy import MembershipFactory, UnitFactory, UserFactory
from tests.factories.courses import FIRST_SESSION, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT, EnrolmentFactory

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 11, 18, 23, 0, tzinfo=ZoneInfo("Europe/Berlin"))
MORNING = datetime(2026, 11, 19, 7, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def full_run(*, seats=1, **given):
    """A run with all seats taken; gives the run and the places that hold them."""
    run = CourseRunFactory(seats=seats, **given)
    return run, [EnrolmentFactory(run=run) for _ in range(seats)]


def wait(run, unit=None) -> Enrolment:
    learner = UserFactory()
    if unit is not None:
        MembershipFactory(user=learner, unit=unit, organisation=unit.organisation)
    return services.enrol(learner=learner, run=run, at=DURING_ENROLMENT)


def leave(place, at=DURING_ENROLMENT) -> None:
    services.withdraw(enrolment=place, actor=place.learner, at=at)


def states(*places) -> list[str]:
    for place in places:
        place.refresh_from_db()
    return [place.state for place in places]


def decisions(place) -> list[tuple[str, str]]:
    return list(place.promotion_decisions.order_by("pk").values_list("trigger", "outcome"))


# --- Offers --------------------------------------------------------------------------------------------------------
def test_promote_offers_the_place_for_the_hours_of_the_run():
    run, (holder,) = full_run(offer_hours=48)
    first, second = wait(run), wait(run)

    leave(holder)

    assert states(first, second) == [EnrolmentState.OFFERED, EnrolmentState.WAITLISTED]
    assert first.offer_expires_at == DURING_ENROLMENT + timedelta(hours=48)
    assert first.seat is not None
    assert decisions(first) == [(PromotionTrigger.SEAT_FREED, PromotionOutcome.OFFERED)]
    assert OutgoingMail.objects.filter(key=f"place.{first.pk}.offered.{first.sequence}").count() == 1


def test_promote_never_lets_an_offer_end_after_the_cut_off():
    run, (holder,) = full_run(offer_hours=48)
    person = wait(run)
    cutoff = run.list_closes_at()

    leave(holder, at=cutoff - timedelta(days=2, hours=18))  # a Friday afternoon

    person.refresh_from_db()
    assert cutoff == FIRST_SESSION - timedelta(days=2)
    assert person.offer_expires_at == cutoff


def test_accept_offer_confirms_the_place():
    run, (holder,) = full_run(offer_hours=48)
    person = wait(run)
    leave(holder)

    place = services.accept_offer(enrolment=person, actor=person.learner, at=DURING_ENROLMENT + timedelta(hours=47))

    assert (place.state, place.offer_expires_at) == (EnrolmentState.CONFIRMED, None)
    assert [move.move for move in place.moves.all()] == ["wait", "offer", "accept"]


@pytest.mark.parametrize("act", [services.accept_offer, services.decline_offer])
def test_offer_is_refused_when_its_time_is_over(act):
    run, (holder,) = full_run(offer_hours=48)
    person = wait(run)
    leave(holder)

    with pytest.raises(services.EnrolmentRefused, match="ist vorbei"):
        act(enrolment=person, actor=person.learner, at=DURING_ENROLMENT + timedelta(hours=48))


@pytest.mark.parametrize("act", [services.accept_offer, services.decline_offer])
def test_offer_is_refused_when_there_is_none(act):
    run, _holders = full_run()
    person = wait(run)

    with pytest.raises(services.EnrolmentRefused, match="gilt nicht mehr"):
        act(enrolment=person, actor=person.learner, at=DURING_ENROLMENT)


def test_accept_offer_twice_says_that_the_place_is_taken_already():
    run, (holder,) = full_run(offer_hours=48)
    person = wait(run)
    leave(holder)
    services.accept_offer(enrolment=person, actor=person.learner, at=DURING_ENROLMENT)

    with pytest.raises(services.EnrolmentRefused, match="gehört Ihnen schon"):
        services.accept_offer(enrolment=person, actor=person.learner, at=DURING_ENROLMENT)


def test_decline_offer_passes_the_seat_to_the_next_person():
    run, (holder,) = full_run(offer_hours=48)
    first, second = wait(run), wait(run)
    leave(holder)

    services.decline_offer(enrolment=first, actor=first.learner, at=DURING_ENROLMENT)

    assert states(first, second) == [EnrolmentState.DECLINED, EnrolmentState.OFFERED]
    assert first.offer_expires_at is None


def test_lapse_offers_passes_the_seat_on_and_tells_the_person_once():
    run, (holder,) = full_run(offer_hours=48)
    first, second = wait(run), wait(run)
    leave(holder)
    over = DURING_ENROLMENT + timedelta(hours=48)

    assert services.lapse_offers(at=over - timedelta(seconds=1)) == 0
    assert services.lapse_offers(at=over) == 1
    assert services.lapse_offers(at=over) == 0

    assert states(first, second) == [EnrolmentState.EXPIRED, EnrolmentState.OFFERED]
    assert decisions(second) == [(PromotionTrigger.OFFER_LAPSED, PromotionOutcome.OFFERED)]
    assert OutgoingMail.objects.filter(key__contains=".offer_lapsed.").count() == 1


def test_offer_has_an_end_by_constraint():
    place = EnrolmentFactory(state=EnrolmentState.OFFERED, run=CourseRunFactory(seats=1))
    place.offer_expires_at = None

    with pytest.raises(ValidationError):
        place.validate_constraints()


# --- What is in the way --------------------------------------------------------------------------------------------
def test_promote_waits_for_the_end_of_quiet_hours_and_the_clock_goes_on():
    run, (holder,) = full_run(offer_hours=48)
    person = wait(run)

    leave(holder, at=NIGHT)
    assert states(person) == [EnrolmentState.WAITLISTED]
    assert services.move_lists_up(at=NIGHT + timedelta(hours=1)) == 0
    assert services.move_lists_up(at=MORNING) == 1

    assert states(person) == [EnrolmentState.OFFERED]
    assert decisions(person) == [
        (PromotionTrigger.SEAT_FREED, PromotionOutcome.QUIET),
        (PromotionTrigger.PERIODIC, PromotionOutcome.OFFERED),
    ]


def test_promote_moves_up_at_night_where_there_is_nothing_to_answer():
    run, (holder,) = full_run(offer_hours=0)
    person = wait(run)

    leave(holder, at=NIGHT)

    assert states(person) == [EnrolmentState.CONFIRMED]


def test_enrol_does_not_pass_a_person_who_waits_for_the_morning():
    run, (holder,) = full_run(offer_hours=48)
    wait(run)
    leave(holder, at=NIGHT)

    newcomer = services.enrol(learner=UserFactory(), run=run, at=NIGHT)

    assert newcomer.state == EnrolmentState.WAITLISTED
    assert Seat.objects.free().filter(run=run).count() == 1


@pytest.mark.parametrize(
    ("given", "at", "outcome"),
    [
        ({"waiting_list": WaitingListPolicy.MANUAL}, DURING_ENROLMENT, PromotionOutcome.BY_HAND),
        ({}, FIRST_SESSION - timedelta(days=2), PromotionOutcome.TOO_LATE),
    ],
    ids=["manual", "cut-off"],
)
def test_promote_leaves_the_decision_to_the_office(given, at, outcome):
    run, (holder,) = full_run(**given)
    person = wait(run)

    leave(holder, at=at)

    assert states(person) == [EnrolmentState.WAITLISTED]
    assert decisions(person) == [(PromotionTrigger.SEAT_FREED, outcome)]

    office = UserFactory()
    moved = services.move_up(run=run, actor=office, at=at)

    assert moved == [person]
    assert states(person) == [EnrolmentState.CONFIRMED]
    last = PromotionDecision.objects.latest("pk")
    assert (last.trigger, last.actor) == (PromotionTrigger.OFFICE, office.pseudonym)


@pytest.mark.parametrize(
    ("prepare", "at", "sentence"),
    [
        (lambda run: None, DURING_ENROLMENT, "Niemand wartet"),
        (wait, DURING_ENROLMENT, "kein Platz frei"),
        (wait, FIRST_SESSION, "hat begonnen"),
    ],
    ids=["nobody", "no seat", "over"],
)
def test_move_up_is_refused(prepare, at, sentence):
    run, _holders = full_run()
    prepare(run)

    with pytest.raises(services.PromotionRefused, match=sentence):
        services.move_up(run=run, actor=UserFactory(), at=at)


def test_promote_moves_nobody_up_in_a_run_that_is_called_off():
    run, (holder,) = full_run(waiting_list=WaitingListPolicy.MANUAL)
    person = wait(run)
    leave(holder)
    run.state = RunState.CANCELLED

    assert promotion.promote(run, at=DURING_ENROLMENT, trigger=PromotionTrigger.OFFICE) == []
    assert states(person) == [EnrolmentState.WAITLISTED]


# --- The share of a unit -------------------------------------------------------------------------------------------
def test_promote_passes_over_a_unit_that_holds_its_share_while_others_wait():
    unit = UnitFactory()
    run = CourseRunFactory(seats=5, unit_quota=40)
    held = [wait(run, unit) for _ in range(2)]
    others = [EnrolmentFactory(run=run) for _ in range(3)]
    own, foreign = wait(run, unit), wait(run)

    leave(others[0])

    assert [place.state for place in held] == [EnrolmentState.CONFIRMED] * 2
    assert states(own, foreign) == [EnrolmentState.WAITLISTED, EnrolmentState.CONFIRMED]
    assert decisions(own) == [(PromotionTrigger.SEAT_FREED, PromotionOutcome.OVER_QUOTA)]

    leave(others[1])  # nobody else waits: the share is no limit then

    assert states(own) == [EnrolmentState.CONFIRMED]


def test_promote_notes_one_look_once_for_each_person_and_nobody_when_no_seat_is_free():
    unit = UnitFactory()
    run = CourseRunFactory(seats=5, unit_quota=40, waiting_list=WaitingListPolicy.MANUAL)
    for _ in range(2):
        wait(run, unit)
    others = [EnrolmentFactory(run=run) for _ in range(3)]
    own, first, second, third = wait(run, unit), wait(run), wait(run), wait(run)
    for place in others[:2]:
        leave(place)
    before = PromotionDecision.objects.count()

    services.move_up(run=run, actor=UserFactory(), at=DURING_ENROLMENT)

    made = PromotionDecision.objects.order_by("pk").values_list("enrolment", "outcome")[before:]
    assert sorted(made) == [
        (own.pk, PromotionOutcome.OVER_QUOTA),
        (first.pk, PromotionOutcome.CONFIRMED),
        (second.pk, PromotionOutcome.CONFIRMED),
    ]
    assert states(third) == [EnrolmentState.WAITLISTED]


def test_enrol_does_not_ask_for_the_share_while_seats_are_free():
    unit = UnitFactory()
    run = CourseRunFactory(seats=3, unit_quota=40)

    assert [wait(run, unit).state for _ in range(3)] == [EnrolmentState.CONFIRMED] * 3


@pytest.mark.parametrize(("seats", "quota", "share"), [(18, 40, 7), (2, 40, 1), (10, 100, None), (None, 40, None)])
def test_seats_per_unit_rounds_down_but_never_to_none(seats, quota, share):
    assert turns.seats_per_unit(CourseRunFactory(seats=seats, unit_quota=quota)) == share


# --- Dry run -------------------------------------------------------------------------------------------------------
def test_plan_promotion_says_what_would_happen_and_changes_nothing():
    unit = UnitFactory()
    run = CourseRunFactory(seats=5, unit_quota=40, waiting_list=WaitingListPolicy.MANUAL)
    for _ in range(2):
        wait(run, unit)
    others = [EnrolmentFactory(run=run) for _ in range(3)]
    own, foreign, last = wait(run, unit), wait(run), wait(run)
    leave(others[0])
    before = PromotionDecision.objects.count()

    verdicts = services.plan_promotion(run)

    assert [(verdict.enrolment, verdict.outcome) for verdict in verdicts] == [
        (own, PromotionOutcome.OVER_QUOTA),
        (foreign, PromotionOutcome.CONFIRMED),
        (last, PromotionOutcome.NO_SEAT),
    ]
    assert states(own, foreign, last) == [EnrolmentState.WAITLISTED] * 3
    assert PromotionDecision.objects.count() == before
    assert services.move_up(run=run, actor=UserFactory(), at=DURING_ENROLMENT) == [foreign]


def test_move_lists_does_both_and_may_run_twice(monkeypatch):
    run, (holder,) = full_run(offer_hours=48)
    first, second = wait(run), wait(run)
    leave(holder)
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT + timedelta(days=5))

    tasks.move_lists()
    tasks.move_lists()

    assert states(first, second) == [EnrolmentState.EXPIRED, EnrolmentState.OFFERED]
