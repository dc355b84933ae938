"""The list of people who are interested in a course while none of its runs is open.

When a run is opened, the office decides what the list turns into. Either its seats are **offered** in the order of
entry, never given: whoever finds none free joins the run's waiting list in the same order. Or everybody is **invited**
to enrol. Invited in any case is who has something else to bring first: a supervisor's approval, or a course on which
this one builds. Who cannot enrol on the run at all, since it is for another organisation, or where the office gives
places on request and offers none, stays on the list for the next one. Each person is told in one mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from academy.models import User
from courses.enums import ApprovalPolicy, Audience, RunState
from courses.models import Course, CourseRun, Seat
from enrolment import notifications
from enrolment.enums import InsteadOutcome, InterestOutcome, PromotionOutcome, PromotionTrigger
from enrolment.models import Interest, PromotionDecision

from . import eligibility, reoffers
from .places import unit_of, who_belongs


class InterestRefused(Exception):
    """A rule says no. The message is written for the person."""


@dataclass(frozen=True)
class Forecast:
    """What would come of one entry; None: it stays on the list."""

    interest: Interest
    outcome: InterestOutcome | None


@transaction.atomic
def note_interest(*, person: User, course: Course, at: datetime) -> Interest:
    """Put the person at the end of the course's list; who stands on it already keeps the entry.

    Raises InterestRefused where one can enrol on a run of the course.
    """
    course = Course.objects.select_for_update().get(pk=course.pk)  # whoever opens a run comes before or after
    if can_enrol_on(course, at=at):
        raise InterestRefused(_("There are dates by now: please enrol for one of them."))
    known = Interest.objects.open().filter(person=person, course=course).first()
    return known or Interest.objects.create(person=person, course=course, entered_at=at)


def can_enrol_on(course: Course, *, at: datetime) -> bool:
    runs = CourseRun.objects.filter(course=course, state=RunState.OPEN).with_dates()
    return any(run.is_open_for_enrolment(at=at) for run in runs)


def give_up_interest(*, interest: Interest) -> None:
    """The entry is deleted; one that has been answered by a run stays as it is."""
    Interest.objects.open().filter(pk=interest.pk).delete()


def plan_interest(*, run: CourseRun, at: datetime) -> list[Forecast]:
    """What offering the seats of the run to the list would mean, in the order of entry. It changes nothing."""
    return _forecast(_open_entries(run), run, free=_seats_of(run), with_offers=True, at=at)


def convert_interest(run: CourseRun, *, with_offers: bool, actor: User | None, at: datetime) -> list[Interest]:
    """Answer the entries of the course for a run that has just been opened, under the run's lock; the answered ones."""
    entries = _open_entries(run, is_locked=True)
    answered = []
    free = reoffers.free_seats(run) if with_offers and entries else []
    for forecast in _forecast(entries, run, free=len(free), with_offers=with_offers, at=at):
        interest, outcome = forecast.interest, forecast.outcome
        if outcome is None:
            continue
        if outcome == InterestOutcome.INVITED:
            notifications.interest_invited(interest, run=run, at=at)
        else:
            outcome = _give(interest, run, free, outcome=outcome, actor=actor, at=at)
        interest.ended_at, interest.outcome = at, outcome
        interest.save(update_fields=["ended_at", "outcome"])
        answered.append(interest)
    return answered


def _give(
    interest: Interest, run: CourseRun, free: list[Seat], *, outcome: InterestOutcome, actor: User | None, at: datetime
) -> InterestOutcome:
    person = interest.person
    act = reoffers.offer_seat if outcome == InterestOutcome.OFFERED else reoffers.join_list
    got = act(person, run, free, unit_id=unit_of(person, at=at), actor=actor, at=at)
    if got.place is None:  # has come to a place by themselves
        return InterestOutcome.INVITED
    offered = got.outcome == InsteadOutcome.OFFERED
    PromotionDecision.objects.create(
        enrolment=got.place,
        trigger=PromotionTrigger.OFFICE,
        outcome=PromotionOutcome.OFFERED if offered else PromotionOutcome.NO_SEAT,
        actor=actor.pseudonym if actor else None,
        at=at,
    )
    if offered:
        notifications.interest_offered(got.place, at=at)
        return InterestOutcome.OFFERED
    notifications.interest_waits(got.place, at=at)
    return InterestOutcome.WAITING


def _open_entries(run: CourseRun, *, is_locked: bool = False) -> list[Interest]:
    entries = Interest.objects.open().filter(course=run.course_id, person__is_active=True)
    entries = entries.select_for_update(of=("self",)) if is_locked else entries
    return list(entries.select_related("person"))


def _seats_of(run: CourseRun) -> int:
    return Seat.objects.free().filter(run=run).count() if run.has_limit else Interest.objects.open().count()


def _forecast(
    entries: Sequence[Interest], run: CourseRun, *, free: int, with_offers: bool, at: datetime
) -> list[Forecast]:
    if run.audience == Audience.ON_REQUEST and not with_offers:
        return [Forecast(entry, None) for entry in entries]
    belong = who_belongs({entry.person_id for entry in entries}, run, at=at)
    asks = run.approval != ApprovalPolicy.NONE
    builds = run.course.prerequisites.exists()
    forecasts = []
    for entry in entries:
        if entry.person_id not in belong:
            outcome = None
        elif not with_offers or asks or (builds and eligibility.missing_courses(entry.person, run.course)):
            outcome = InterestOutcome.INVITED
        elif free:
            outcome, free = InterestOutcome.OFFERED, free - 1
        else:
            outcome = InterestOutcome.WAITING
        forecasts.append(Forecast(entry, outcome))
    return forecasts
