"""Promises about seats and places that `manage.py audit` checks on live data: one sentence for each broken one."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.enums import ApprovalPolicy, CourseType, RunState
from courses.models import CourseRun, Seat, Session

from .enums import LIVE_STATES, SEATED_STATES, BookingState, EnrolmentState, PromotionOutcome
from .models import (
    AccessNeeds,
    Approval,
    Attendance,
    AttendanceAddendum,
    Booking,
    BookingMove,
    Certificate,
    CertificateYear,
    ChangeNotice,
    Completion,
    Enrolment,
    EnrolmentMove,
    NamedPerson,
    PromotionDecision,
)
from .services import (
    LearningProgress,
    access_needs_to_forget,
    changed_scans,
    facts_hash,
    plan_promotion,
    progress_of_places,
)
from .services.promotion import hindrance_now

BATCH = 500


def broken_promises() -> Iterator[str]:
    """Everything that must hold for seats, places, their history and the supervisor's approval."""
    yield from _seats()
    yield from _places()
    yield from _runs()
    yield from _bookings()
    yield from _history()
    yield from _turns()
    yield from _approvals()
    yield from _access_needs()
    yield from _calendars()
    yield from _change_notices()
    yield from _addenda()
    yield from _signed_lists()
    yield from _completions()
    yield from _certificates()


def _calendars() -> Iterator[str]:
    """What calendars read agrees with runs and places, and no room holds two dates at once."""
    called_off = Q(run__state=RunState.CANCELLED)
    for session in Session.objects.filter((called_off & Q(is_cancelled=False)) | (~called_off & Q(is_cancelled=True))):
        yield f"session {session.pk}: called off or not, its run {session.run_id} says otherwise"
    moved = Enrolment.objects.annotate(moved=Count("moves") - 1).filter(sequence__lt=F("moved")).order_by("pk")
    for place in moved:
        yield f"place {place.pk}: moved {place.moved} times, but calendars know of {place.sequence}"
    held = Session.objects.filter(room__isnull=False, is_cancelled=False)
    same = held.filter(room=OuterRef("room"), starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at"))
    later = same.filter(pk__gt=OuterRef("pk")).order_by("pk").values("pk")[:1]
    for session in held.annotate(other=Subquery(later)).filter(other__isnull=False).order_by("pk"):
        yield f"room {session.room_id}: holds the sessions {session.pk} and {session.other} at once"


def _change_notices() -> Iterator[str]:
    """Nobody waits for the news of a change for longer than the clock needs."""
    late = timezone.now() - timedelta(hours=1)
    for notice in ChangeNotice.objects.filter(told_at__isnull=True, due_at__lt=late).order_by("pk"):
        yield f"change notice {notice.pk}: due since {notice.due_at:%d.%m. %H:%M}, but run {notice.run_id} was not told"


def _seats() -> Iterator[str]:
    """A taken seat has a place, and a free one has none."""
    for seat in Seat.objects.filter(taken_at__isnull=False, enrolment__isnull=True).order_by("pk"):
        yield f"seat {seat.pk} (run {seat.run_id}, number {seat.number}): taken, but no place holds it"
    for seat in Seat.objects.free().filter(enrolment__isnull=False).order_by("pk"):
        yield f"seat {seat.pk} (run {seat.run_id}, number {seat.number}): free, but a place holds it"


def _places() -> Iterator[str]:
    """A place holds a seat of its own run exactly when its state says so, and nobody has two of them."""
    for place in Enrolment.objects.filter(seat__isnull=False).exclude(seat__run=F("run")).order_by("pk"):
        yield f"place {place.pk}: holds a seat of another run"
    for place in Enrolment.objects.filter(state__in=SEATED_STATES, seat__isnull=True).order_by("pk"):
        yield f"place {place.pk}: {place.state}, but holds no seat"
    seatless = Enrolment.objects.exclude(state__in=[*SEATED_STATES, EnrolmentState.REQUESTED])
    for place in seatless.filter(seat__isnull=False).order_by("pk"):
        yield f"place {place.pk}: {place.state}, but holds a seat"
    for place in Enrolment.objects.waiting().filter(queue_number__isnull=True):
        yield f"place {place.pk}: waits without a number"
    twice = Enrolment.objects.live().order_by().values("learner", "run").annotate(n=Count("pk")).filter(n__gt=1)
    for row in twice:
        yield f"run {row['run']}: person {row['learner']} has {row['n']} live places"


RELEASE_GRACE = timedelta(hours=1)  # the clock looks every ten minutes; a worker may have been down
CLOCK_GRACE = timedelta(minutes=20)  # lists that had to wait for the morning move up with the next tick of the clock


def _runs() -> Iterator[str]:
    """No run gives more seats than it has, and nobody waits beside a free seat while the list still moves."""
    held = Count("seats", filter=Q(seats__taken_at__isnull=False))
    limited = CourseRun.objects.filter(capacity_max__isnull=False).annotate(made=Count("seats"), held=held)
    for run in limited.filter(held__gt=F("capacity_max")).order_by("pk"):
        yield f"run {run.pk}: {run.held} seats are held, but it has {run.capacity_max} places"
    for run in limited.filter(state=RunState.OPEN).exclude(made=F("capacity_max")).order_by("pk"):
        yield f"run {run.pk}: it has {run.capacity_max} places, but {run.made} seats"
    waiting = Enrolment.objects.filter(run=OuterRef("pk"), state=EnrolmentState.WAITLISTED)
    groups = Booking.objects.waiting().filter(run=OuterRef("pk"))
    free = Seat.objects.free().filter(run=OuterRef("pk"))
    could_move = CourseRun.objects.filter(Exists(waiting) | Exists(groups), state=RunState.OPEN)
    for run in could_move.filter(Exists(free) | Q(capacity_max__isnull=True)).order_by("pk"):
        now = timezone.now()
        if all(_list_moves(run, at=moment) for moment in (now, now - CLOCK_GRACE)):
            yield f"run {run.pk}: somebody waits although a seat is free"
    for run in CourseRun.objects.filter(state__in=[RunState.CANCELLED, RunState.COMPLETED]).order_by("pk"):
        yield from _places_after_the_end(run)


def _list_moves(run: CourseRun, *, at: datetime) -> bool:
    """Whether somebody would move up by itself at that moment; seats that are kept together for a group may wait."""
    return hindrance_now(run, at=at) is None and any(verdict.moves_up for verdict in plan_promotion(run, at=at))


def _bookings() -> Iterator[str]:
    """Reserved seats belong to a booking that holds them, and come back on the release date."""
    holding = Booking.objects.filter(
        run=OuterRef("run"), organisation=OuterRef("reserved_for"), state=BookingState.HELD
    )
    reserved = Seat.objects.filter(reserved_for__isnull=False).order_by("pk")
    for seat in reserved.filter(~Exists(holding)):
        yield f"seat {seat.pk} (run {seat.run_id}, number {seat.number}): reserved, but no booking holds it"
    dated = holding.filter(release_at=OuterRef("reserved_until"))
    for seat in reserved.filter(Exists(holding), ~Exists(dated)):
        yield f"seat {seat.pk} (run {seat.run_id}, number {seat.number}): another release date than its booking"
    named = NamedPerson.objects.filter(
        enrolment__seat=OuterRef("pk"), booking__organisation=OuterRef("reserved_for"), booking__run=OuterRef("run")
    )
    for seat in reserved.filter(~Exists(named), taken_at__isnull=False):
        yield f"seat {seat.pk} (run {seat.run_id}, number {seat.number}): reserved, but held by nobody who was named"
    for person in NamedPerson.objects.exclude(enrolment__run=F("booking__run")).order_by("pk"):
        yield f"named person {person.pk}: the place is on another run than the booking"
    over = Count("people", filter=Q(people__enrolment__state__in=LIVE_STATES))
    for booking in Booking.objects.filter(state=BookingState.HELD).annotate(named=over).order_by("pk"):
        reserved_seats = Seat.objects.filter(run=booking.run_id, reserved_for=booking.organisation_id).count()
        if booking.named > reserved_seats:
            yield f"booking {booking.pk}: {booking.named} people are named, but {reserved_seats} seats are reserved"
    late = Booking.objects.live().filter(release_at__lte=timezone.now() - RELEASE_GRACE)
    for booking in late.order_by("pk"):
        yield f"booking {booking.pk}: its release date is over, but its seats have not come back"
    last = BookingMove.objects.filter(booking=OuterRef("pk")).order_by("-pk").values("to_state")[:1]
    for booking in Booking.objects.annotate(last_state=Subquery(last)).order_by("pk"):
        if booking.last_state != booking.state:
            yield f"booking {booking.pk}: its last move led to {booking.last_state}, but it is {booking.state}"


def _places_after_the_end(run: CourseRun) -> Iterator[str]:
    left = Enrolment.objects.filter(run=run).live()
    if run.state == RunState.COMPLETED:
        left = left.exclude(state=EnrolmentState.CONFIRMED)
    for place in left.order_by("pk"):
        yield f"place {place.pk}: still {place.state}, but its run is {run.state}"


def _history() -> Iterator[str]:
    """Each place has moves, they form a chain, and the last one led to the state that it has."""
    last = EnrolmentMove.objects.filter(enrolment=OuterRef("pk")).order_by("-pk").values("to_state")[:1]
    places = Enrolment.objects.annotate(last_state=Subquery(last)).order_by("pk")
    for place in places.filter(last_state__isnull=True):
        yield f"place {place.pk}: no move says how it came about"
    for place in places.filter(~Q(last_state=F("state")), last_state__isnull=False):
        yield f"place {place.pk}: its last move led to {place.last_state}, but it is {place.state}"
    before = EnrolmentMove.objects.filter(enrolment=OuterRef("enrolment"), pk__lt=OuterRef("pk")).order_by("-pk")
    led_to = Coalesce(Subquery(before.values("to_state")[:1]), Value(""))
    for move in EnrolmentMove.objects.annotate(before=led_to).exclude(from_state=F("before")).order_by("pk"):
        yield f"move {move.pk} of place {move.enrolment_id}: begins at «{move.from_state}», not at «{move.before}»"


def _turns() -> Iterator[str]:
    """Nobody moves up before somebody who stood further ahead, unless that person was passed over for the quota.

    The list stands in the order of the moves that led to it: number and move are written under the run's lock.
    """
    moved_up = EnrolmentMove.objects.filter(from_state=EnrolmentState.WAITLISTED, to_state__in=SEATED_STATES)
    for run in moved_up.order_by("enrolment__run").values_list("enrolment__run", flat=True).distinct():
        moves = EnrolmentMove.objects.filter(enrolment__run=run).order_by("pk")
        waiting: list[int] = []
        for move in moves.only("enrolment_id", "move", "from_state", "to_state", "at"):
            if move.from_state == EnrolmentState.WAITLISTED and move.enrolment_id in waiting:
                ahead = waiting[: waiting.index(move.enrolment_id)]
                waiting.remove(move.enrolment_id)
                if move.to_state in SEATED_STATES and move.move != "name":  # a reserved seat is not one of the list's
                    yield from _passed(ahead, move)
            elif move.to_state == EnrolmentState.WAITLISTED:
                waiting.append(move.enrolment_id)


def _passed(ahead: list[int], move: EnrolmentMove) -> Iterator[str]:
    """Those ahead whose last decision until then is not that their unit holds its share."""
    decisions = PromotionDecision.objects.filter(enrolment__in=ahead, at__lte=move.at).order_by("pk")
    last = dict(decisions.values_list("enrolment", "outcome"))
    for place in ahead:
        if last.get(place) != PromotionOutcome.OVER_QUOTA:
            yield f"place {move.enrolment_id}: moved up before place {place}, which waited longer"


def _approvals() -> Iterator[str]:
    """A place waits for an answer exactly while a question is open."""
    asked = Approval.objects.filter(enrolment=OuterRef("pk"), decision="")
    for place in Enrolment.objects.filter(~Exists(asked), state=EnrolmentState.REQUESTED).order_by("pk"):
        yield f"place {place.pk}: waits for approval, but nobody is asked"
    for approval in Approval.objects.filter(decision="").exclude(enrolment__state=EnrolmentState.REQUESTED):
        yield f"approval {approval.pk}: still open, but its place is not requested"
    asking = CourseRun.objects.filter(course__type=CourseType.EMPOWERMENT).exclude(approval=ApprovalPolicy.NONE)
    for run in asking.filter(state__in=[RunState.DRAFT, RunState.OPEN]).order_by("pk"):
        yield f"run {run.pk}: an empowerment space, but it asks for approval"


def _access_needs() -> Iterator[str]:
    """Kept only for confirmed places, and no longer than its period (with a day for the clock to come round)."""
    for needs in AccessNeeds.objects.exclude(enrolment__state=EnrolmentState.CONFIRMED).order_by("pk"):
        yield f"access needs {needs.pk}: their place is not confirmed"
    for needs in access_needs_to_forget(at=timezone.now() - timedelta(days=1)):
        yield f"access needs {needs.pk}: kept longer than their period"


def _addenda() -> Iterator[str]:
    """A closed list says what its last addendum says."""
    later = AttendanceAddendum.objects.filter(
        enrolment=OuterRef("enrolment"), session=OuterRef("session"), pk__gt=OuterRef("pk")
    )
    kept = Attendance.objects.filter(
        enrolment=OuterRef("enrolment"), session=OuterRef("session"), state=OuterRef("new_state")
    ).annotate(length=Coalesce("minutes", 0))
    last = AttendanceAddendum.objects.annotate(length=Coalesce("new_minutes", 0)).filter(~Exists(later))
    for addendum in last.filter(~Exists(kept.filter(length=OuterRef("length")))).order_by("pk"):
        yield f"addendum {addendum.pk}: the list of session {addendum.session_id} says something else"


def _signed_lists() -> Iterator[str]:
    """Each scan of a signed list is there as it was attached."""
    for scan, problem in changed_scans():
        says = "its file is missing" if problem == "missing" else "its file is not the one that was attached"
        yield f"signed list {scan.pk} (session {scan.session_id}): {says}"


def _completions() -> Iterator[str]:
    """A standing completion rests on lessons that were attended, or on steps that were done."""
    standing = (
        Completion.objects.filter(revoked_at__isnull=True).select_related("enrolment__run__course").order_by("pk")
    )
    last = 0
    while batch := list(standing.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        facts = progress_of_places([completion.enrolment for completion in batch])
        for completion in batch:
            yield from _basis(completion, facts[completion.enrolment_id])


def _basis(completion: Completion, progress: LearningProgress) -> Iterator[str]:
    if progress.sessions and progress.ue_attended < completion.ue_attended:
        attended = progress.ue_attended
        yield f"completion {completion.pk}: counts {completion.ue_attended} UE, but {attended} were attended"
    if not progress.sessions and not any(entry.is_done for entry in progress.steps):
        yield f"completion {completion.pk}: without dates, and no step is done"


def _certificates() -> Iterator[str]:
    """A certificate prints what it was issued with, stands on a completion, and its year has no gap."""
    for certificate in Certificate.objects.order_by("pk").iterator():
        if facts_hash(certificate.facts) != certificate.facts_hash:
            yield f"certificate {certificate.number}: its facts are not those it was issued with"
        named = (certificate.facts.get("number"), certificate.facts.get("code"))
        if named != (certificate.number, certificate.code):
            yield f"certificate {certificate.number}: it prints another number or code"
    for certificate in Certificate.objects.filter(enrolment__completion__isnull=True).order_by("pk"):
        yield f"certificate {certificate.number}: no completion stands behind it"
    for certificate in Certificate.objects.exclude(holder=F("enrolment__learner")).order_by("pk"):
        yield f"certificate {certificate.number}: its holder is not the learner"
    yield from _chains()
    for year in CertificateYear.objects.order_by("year"):
        found = set(Certificate.objects.filter(number__startswith=f"ZG-{year.year}-").values_list("number", flat=True))
        wanted = {f"ZG-{year.year}-{number:06}" for number in range(1, year.last_number + 1)}
        for number in sorted(wanted - found):
            yield f"certificate {number}: its number was given, but it does not exist"
        for number in sorted(found - wanted):
            yield f"certificate {number}: its number was never given"


def _chains() -> Iterator[str]:
    """Of each place the certificates form a chain: each but the last is replaced by a later one of the same place."""
    strays = ~Q(superseded_by__enrolment=F("enrolment")) | Q(superseded_by__lte=F("pk"))
    for certificate in Certificate.objects.filter(strays, superseded_by__isnull=False).order_by("pk"):
        yield f"certificate {certificate.number}: replaced by one that is not a later one of the same place"
    counted = Certificate.objects.order_by().values("enrolment")
    counted = counted.annotate(last=Count("pk", filter=Q(superseded_by__isnull=True))).exclude(last=1)
    for row in counted.order_by("enrolment"):
        yield f"place {row['enrolment']}: {row['last']} certificates count at once"
