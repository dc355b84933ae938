"""Reads about places. Every read starts from what the person may see."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from academy.common.links import secret_hash
from academy.enums import Role
from academy.models import Membership, Organisation, OutgoingMail, User
from academy.selectors import people_with, roles_of
from academy.services import ERASED_ADDRESS
from courses.enums import Audience, RunState, StepKind
from courses.models import Course, CoursePage, CourseRun, Session, Step

from .enums import LIVE_BOOKINGS, LIVE_STATES, AccessKind, EnrolmentState, MessageAudience, ProgressState
from .models import (
    AccessNeeds,
    Approval,
    Attendance,
    AttendanceAddendum,
    Booking,
    CalendarFeed,
    Certificate,
    CheckInWindow,
    Enrolment,
    ExternalCourse,
    FeedbackAnswer,
    Interest,
    NamedPerson,
    Progress,
    PromotionDecision,
    RunMessage,
    SignedList,
    Submission,
    VersionMove,
    Waiver,
)


@dataclass(frozen=True)
class Instruction:
    """One thing to prepare; `count` is 0 where it was said in own words."""

    text: str
    count: int = 0


def places_visible_to(user) -> QuerySet[Enrolment]:
    """A learner's own places, and nobody else's (DOMAIN.md 2.5, row «Registration»)."""
    if not user.is_authenticated:
        return Enrolment.objects.none()
    return Enrolment.objects.filter(learner=user)


def _with_standing(places: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Adds `position` on the waiting list (0: not on it), of the open question `answer_until`, when it lapses, since
    when the staff council is involved and which deputy is asked, and `last_outcome`, what the latest look at the list
    meant for the place.
    """
    ahead = Enrolment.objects.filter(
        run=OuterRef("run"), state=EnrolmentState.WAITLISTED, queue_number__lte=OuterRef("queue_number")
    )
    counted = ahead.order_by().values("run").annotate(n=Count("pk")).values("n")
    groups = Booking.objects.filter(
        run=OuterRef("run"), waiting_for__gt=0, queue_number__lt=OuterRef("queue_number")
    )  # each of their seats stands before the person
    in_groups = groups.order_by().values("run").annotate(n=Sum("waiting_for")).values("n")
    asked = Approval.objects.filter(enrolment=OuterRef("pk"), decision="")
    waiting = When(
        state=EnrolmentState.WAITLISTED, then=Coalesce(Subquery(counted), 0) + Coalesce(Subquery(in_groups), 0)
    )
    looked = PromotionDecision.objects.filter(enrolment=OuterRef("pk")).order_by("-pk").values("outcome")
    return places.annotate(
        position=Case(waiting, default=0),
        answer_until=Subquery(asked.values("expires_at")[:1]),
        council_since=Subquery(asked.values("council_since")[:1]),
        deputy_email=Subquery(asked.values("deputy_email")[:1]),
        last_outcome=Subquery(looked[:1]),
    )


def live_places(user) -> dict[int, Enrolment]:
    """The person's live places by run, with their standing. One query, so that lists of runs ask once for all."""
    places = _with_standing(places_visible_to(user).live()).order_by("pk")
    return {place.run_id: place for place in places}


def keys_of_places(user, *, at: datetime) -> tuple[list[int], list[int]]:
    """Which of the person's places are not over, the next date first, and which are, the latest one first."""
    sessions = Session.objects.filter(run=OuterRef("run")).order_by().values("run")
    rows = (
        places_visible_to(user)
        .annotate(
            next_at=Subquery(sessions.filter(ends_at__gte=at).annotate(n=Min("starts_at")).values("n")),
            last_at=Subquery(sessions.annotate(n=Max("ends_at")).values("n")),
        )
        .order_by("-enrolled_at", "-pk")
        .values_list("pk", "state", "run__state", "next_at", "last_at", named=True)
    )
    current, over = [], []
    for row in rows:
        is_running = row.run__state in (RunState.OPEN, RunState.DRAFT) and (row.next_at or not row.last_at)
        (current if row.state in LIVE_STATES and is_running else over).append(row)
    distant = datetime.max.replace(tzinfo=UTC)
    return [row.pk for row in sorted(current, key=lambda row: row.next_at or distant)], [row.pk for row in over]


def places_in_detail(user, keys: list[int]) -> dict[int, Enrolment]:
    """The person's places with those keys: run, titles, dates, standing, whether there are steps, certificates."""
    places = (
        _with_standing(places_visible_to(user).filter(pk__in=keys))
        .select_related("completion")
        .annotate(has_steps=Exists(Step.objects.filter(version=OuterRef("run__version"))))
        .prefetch_related(
            Prefetch("run", queryset=CourseRun.objects.with_titles()),
            Prefetch("run__sessions", queryset=Session.objects.order_by("starts_at", "pk")),
            Prefetch("certificates", queryset=Certificate.objects.valid(), to_attr="valid_certificates"),
            Prefetch("approvals", queryset=Approval.objects.order_by("-asked_at")),
        )
    )
    return places.in_bulk()


def open_interests(user) -> QuerySet[Interest]:
    """The person's own entries that wait for dates, with the titles of the courses."""
    if not user.is_authenticated:
        return Interest.objects.none()
    return Interest.objects.open().filter(person=user).select_related("course").prefetch_related("course__pages")


def courses_with_interest() -> QuerySet[Course]:
    """Courses for which somebody waits for dates; adds `interested`, how many; the most wanted first."""
    waiting = Count("interests", filter=Q(interests__ended_at__isnull=True))
    courses = Course.objects.annotate(interested=waiting).filter(interested__gt=0)
    return courses.order_by("-interested", "pk").prefetch_related("pages")


def interested_in(course: Course) -> QuerySet[Interest]:
    """Who waits for dates of the course, in the order of entry."""
    return Interest.objects.open().filter(course=course).select_related("person")


def place_on(run: CourseRun, user) -> Enrolment | None:
    """The person's live place on the run, or None."""
    return places_visible_to(user).live().filter(run=run).first() if user.is_authenticated else None


def fetch_titles(courses: Iterable[Course]) -> None:
    """Fetch the pages of courses at hand in one query, as far as titles and addresses need them."""
    slim = CoursePage.objects.only("title", "slug", "url_path", "live", "locale_id", "course_id")
    prefetch_related_objects(list(courses), Prefetch("pages", queryset=slim))


# --- The start page ----------------------------------------------------------------------------------------------
def next_dates(user, *, at: datetime) -> QuerySet[Session]:
    """Dates to come of confirmed places, the next one first, with run and course; `is_check_in_open` now, or not."""
    own = places_visible_to(user).confirmed().filter(run=OuterRef("run"))
    sessions = Session.objects.filter(Exists(own), ends_at__gte=at, run__state=RunState.OPEN)
    there = Attendance.objects.filter(session=OuterRef("pk"), enrolment__learner=user)
    open_now = CheckInWindow.objects.filter(session=OuterRef("pk"), opens_at__lte=at, closes_at__gt=at)
    return (
        sessions.annotate(is_check_in_open=Exists(open_now) & ~Exists(there))
        .select_related("run__course")
        .order_by("starts_at", "pk")
    )


def places_not_settled(user) -> QuerySet[Enrolment]:
    """Places that wait for somebody: a supervisor, a free seat, or the learner; with standing, run and course."""
    places = places_visible_to(user).live().exclude(state=EnrolmentState.CONFIRMED).filter(run__state=RunState.OPEN)
    return _with_standing(places).select_related("run__course").order_by("enrolled_at", "pk")


def requests_to_answer(user, *, at: datetime) -> QuerySet[Approval]:
    """Open questions sent to the addresses of this account, the most urgent first (DOMAIN.md 2.5: «own requests»)."""
    asked = requests_visible_to(user).filter(decision="", expires_at__gt=at)
    return asked.select_related("enrolment__learner", "enrolment__run__course").order_by("expires_at", "pk")


# --- Approvals ---------------------------------------------------------------------------------------------------
def requests_visible_to(user) -> QuerySet[Approval]:
    """Questions that were sent to an address which this account has verified: as supervisor or as deputy."""
    if not user.is_authenticated:
        return Approval.objects.none()
    addresses = EmailAddress.objects.filter(user=user)
    own = Q()
    for name in ("approver_email", "deputy_email"):
        own |= Q(**{name: user.email}) | Q(**{f"{name}__in": addresses.filter(verified=True).values("email")})
    return Approval.objects.filter(own).exclude(Exists(addresses.filter(email=user.email, verified=False)))


def requests_answered(user) -> QuerySet[Approval]:
    """Questions to this account that are decided or have lapsed, the latest first, until their addresses go."""
    return requests_visible_to(user).exclude(decision="").order_by("-decided_at", "-pk")


def with_approval_facts(approvals: QuerySet[Approval]) -> QuerySet[Approval]:
    """Fetches what an approver may see of each question: name, title, dates, hours (DOMAIN.md 0.4)."""
    return (
        approvals.select_related(None)
        .select_related("enrolment__learner")
        .prefetch_related(
            Prefetch("enrolment__run", queryset=CourseRun.objects.with_titles()),
            Prefetch("enrolment__run__sessions", queryset=Session.objects.order_by("starts_at", "pk")),
        )
    )


def suggested_approver(user, *, on: date) -> str:
    """The supervisor whom the person asked last, as long as the address is kept, else an approver of the person's unit,
    else nobody; in one query.
    """
    asked = Approval.objects.filter(enrolment__learner=user).order_by("-asked_at")
    units = Membership.objects.active(on=on).filter(user=user, unit__isnull=False).values("unit")
    approvers = Membership.objects.active(on=on).with_role(Role.APPROVER).filter(unit__in=units).exclude(user=user)
    addresses = (
        asked.exclude(approver_email=ERASED_ADDRESS).values("approver_email")[:1],
        approvers.order_by("pk").values("user__email")[:1],
    )
    found = User.objects.filter(pk=user.pk).values_list(*[Subquery(rows) for rows in addresses]).first()
    return next((address for address in found or () if address), "")


# --- What a course builds on -------------------------------------------------------------------------------------
def courses_required_by(course: Course) -> QuerySet[Course]:
    """The courses that have to be completed before, with their titles."""
    return course.prerequisites.prefetch_related("pages")


def waivers_for(course: Course) -> QuerySet[Waiver]:
    """The exceptions that the office has made for a course, the latest one first."""
    return Waiver.objects.filter(course=course).select_related("person")


# --- Calendars ---------------------------------------------------------------------------------------------------
def feed_for_token(token: str) -> CalendarFeed | None:
    """The personal calendar with that secret, and its person; None for wrong secrets and erased accounts."""
    feeds = CalendarFeed.objects.filter(token_hash=secret_hash(token), person__is_active=True)
    feeds = feeds.select_related("person").only("etag", "changes", "last_used_on", "person__preferred_language")
    return next(iter(feeds), None)


def stored_file(feed: CalendarFeed) -> bytes | None:
    """The file for which the mark of `feed` stands; None where the dates have changed since the feed was read."""
    found = CalendarFeed.objects.filter(pk=feed.pk, etag=feed.etag).values_list("content", flat=True)
    return next((bytes(content) for content in found if content), None)


# --- Lists of runs -----------------------------------------------------------------------------------------------
def runs_taught_by(user) -> QuerySet[CourseRun]:
    """The runs whose lists a person may open: a trainer's own, the academy office's all (DOMAIN.md 2.5)."""
    return CourseRun.objects.all() if Role.ACADEMY_OFFICE in roles_of(user) else own_runs(user)


def own_runs(user) -> QuerySet[CourseRun]:
    """The runs that somebody teaches as a trainer; the office's rights count for nothing here."""
    if Role.TRAINER not in roles_of(user):
        return CourseRun.objects.none()
    dates = Session.objects.filter(Q(trainers=user) | Q(replacements=user), run=OuterRef("pk"))
    return CourseRun.objects.filter(Q(pk__in=user.taught_runs.values("pk")) | Exists(dates))


# --- Organisations -----------------------------------------------------------------------------------------------
def organisations_booked_by(user, *, on: date) -> QuerySet[Organisation]:
    """The organisations whose contact person somebody is on that day."""
    held = Membership.objects.active(on=on).with_role(Role.ORGANISATION_CONTACT).filter(user=user.pk)
    return Organisation.objects.filter(pk__in=held.values("organisation")).order_by("name")


def bookings_visible_to(user, *, on: date) -> QuerySet[Booking]:
    """The bookings of the own organisations; the academy office's all (DOMAIN.md 2.5: contact, «Registration»)."""
    if not user.is_authenticated:
        return Booking.objects.none()
    bookings = Booking.objects.select_related("organisation", "contact")
    if Role.ACADEMY_OFFICE in roles_of(user):
        return bookings
    return bookings.filter(organisation__in=organisations_booked_by(user, on=on))


def bookings_in_detail(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """With run, titles, dates, and how many seats have a name and how many have none; open ones first."""
    is_over = Case(When(state__in=LIVE_BOOKINGS, then=0), default=1)
    looked = PromotionDecision.objects.filter(booking=OuterRef("pk")).order_by("-pk").values("outcome")
    return (
        bookings.with_seats()
        .annotate(is_over=is_over, last_outcome=Subquery(looked[:1]))
        .prefetch_related(Prefetch("run", queryset=CourseRun.objects.with_titles().with_dates()))
        .order_by("is_over", "release_at", "-pk")
    )


def bookings_to_name(user, *, on: date) -> QuerySet[Booking]:
    """Bookings of the own organisations with seats that have no name yet or are waited for, the most urgent first."""
    own = Booking.objects.live().filter(organisation__in=organisations_booked_by(user, on=on))
    return bookings_in_detail(own.select_related("organisation")).filter(Q(unnamed__gt=0) | Q(waiting_for__gt=0))


def places_before(booking: Booking) -> int:
    """How many places stand before the group on the waiting list: people, and the seats of groups."""
    if not booking.waiting_for:
        return 0
    people = Enrolment.objects.filter(run=booking.run_id).waiting().filter(queue_number__lt=booking.queue_number)
    groups = Booking.objects.filter(run=booking.run_id, waiting_for__gt=0, queue_number__lt=booking.queue_number)
    return people.count() + sum(groups.values_list("waiting_for", flat=True))


def runs_to_book(*, at: datetime, organisations: Iterable[Organisation]) -> QuerySet[CourseRun]:
    """Runs on which those organisations can book seats, the next one first."""
    runs = CourseRun.objects.published().with_dates().with_free_seats().with_titles().filter(state=RunState.OPEN)
    inhouse = Q(audience=Audience.INHOUSE, organisation__in=list(organisations))
    return (
        runs.annotate(closing_at=Coalesce("enrolment_closes_at", "first_at"))
        .filter(Q(enrolment_opens_at__isnull=True) | Q(enrolment_opens_at__lte=at))
        .filter(Q(closing_at__isnull=True) | Q(closing_at__gt=at))
        .filter(Q(audience=Audience.OPEN) | inhouse, capacity_max__isnull=False, course__is_list_protected=False)
        .by_date()
    )


def named_people(bookings: QuerySet[Booking]) -> list[NamedPerson]:
    """Everybody named in those bookings with state and run, and nothing that happens on the course (S1)."""
    people = NamedPerson.objects.filter(booking__in=bookings).select_related("enrolment", "booking__organisation")
    people = people.prefetch_related(Prefetch("booking__run", queryset=CourseRun.objects.with_titles().with_dates()))
    return sorted(people, key=lambda one: (collation(one.last_name or one.email), collation(one.first_name), one.pk))


def booking_for_token(token: str) -> Booking | None:
    """The booking that a link belongs to; None for wrong and revoked links."""
    found = Booking.objects.filter(link_hash=secret_hash(token)).select_related("organisation")
    return found.prefetch_related(Prefetch("run", queryset=CourseRun.objects.with_titles())).first()


# --- Learning ----------------------------------------------------------------------------------------------------
def place_to_learn(user, pk: int) -> Enrolment | None:
    """The person's own confirmed place with all that its learning pages show; None for everybody else (S1)."""
    runs = CourseRun.objects.with_titles().select_related("version")
    places = places_visible_to(user).confirmed().select_related("learner")
    return places.prefetch_related(Prefetch("run", queryset=runs)).filter(pk=pk).first()


def place_to_look_at(user, pk: int) -> Enrolment | None:
    """The person's own place in whatever state; None for everybody else (S1)."""
    runs = CourseRun.objects.with_titles().with_dates().select_related("version")
    places = places_visible_to(user).select_related("learner")
    return places.prefetch_related(Prefetch("run", queryset=runs)).filter(pk=pk).first()


def places_to_continue(user) -> QuerySet[Enrolment]:
    """The person's confirmed places with steps that are not all done, the newest first, with course and version."""
    own = ~Q(kind=StepKind.SESSION)  # dates are counted as dates
    steps = Step.objects.filter(own, version=OuterRef("run__version")).order_by().values("version")
    done = Progress.objects.filter(enrolment=OuterRef("pk"), state=ProgressState.DONE)
    known = Step.objects.filter(own, version=OuterRef("enrolment__run__version"), key=OuterRef("step_key"))
    counted = done.filter(Exists(known)).order_by().values("enrolment").annotate(n=Count("pk")).values("n")
    return (
        places_visible_to(user)
        .confirmed()
        .annotate(
            step_count=Coalesce(Subquery(steps.annotate(n=Count("pk")).values("n")), 0),
            done_count=Coalesce(Subquery(counted), 0),
            has_dates=Exists(Session.objects.filter(run=OuterRef("run"))),
        )
        .filter(done_count__lt=F("step_count"))
        .select_related("run__course", "run__version")
        .order_by("-enrolled_at", "-pk")
    )


# --- Teaching ----------------------------------------------------------------------------------------------------
def runs_by_nearness(runs: QuerySet[CourseRun], *, at: datetime) -> QuerySet[CourseRun]:
    """Open runs with a date to come first, the next one on top; then the others, the latest one on top."""
    dated = runs.with_dates().annotate(confirmed_count=_confirmed_count())
    is_over = Case(When(last_at__gte=at, state__in=[RunState.OPEN, RunState.DRAFT], then=0), default=1)
    return dated.annotate(is_over=is_over, upcoming_at=Case(When(is_over=0, then=F("first_at")))).order_by(
        "is_over", "upcoming_at", F("last_at").desc(nulls_first=True), "-pk"
    )


def _confirmed_count() -> Coalesce:
    confirmed = Enrolment.objects.confirmed().filter(run=OuterRef("pk")).order_by().values("run")
    return Coalesce(Subquery(confirmed.annotate(n=Count("pk")).values("n")), 0)


def with_lists_kept(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Adds `is_ticked`: who keeps the list has recorded somebody's attendance."""
    return sessions.annotate(is_ticked=Exists(Attendance.objects.ticked().filter(session=OuterRef("pk"))))


def roster_of(run: CourseRun, *, on: date) -> list[Enrolment]:
    """Everybody with a live place on the run, confirmed ones first, by name, with their organisations on that day."""
    held = Membership.objects.active(on=on).select_related("organisation").order_by("organisation__name")
    places = Enrolment.objects.filter(run=run).live().select_related("learner").order_by("pk")
    people = places.prefetch_related(Prefetch("learner__memberships", queryset=held))
    return sorted(people, key=lambda place: (not place.holds_place, name_key(place.learner), place.pk))


def places_addressed(run: CourseRun, audience: str) -> QuerySet[Enrolment]:
    """The places whose people a message to that audience reaches; an erased account has no address any more."""
    places = Enrolment.objects.filter(run=run, learner__erased_at__isnull=True).live()
    if audience == MessageAudience.CONFIRMED:
        places = places.confirmed()
    elif audience == MessageAudience.WAITING:
        places = places.exclude(state=EnrolmentState.CONFIRMED)
    return places.select_related("learner").order_by("pk")


def messages_to(run: CourseRun) -> QuerySet[RunMessage]:
    """What was written to the participants of the run, the latest one first."""
    return RunMessage.objects.filter(run=run).select_related("author")


def about_run(run: int) -> str:
    """What mails about places, approvals and bookings of a run are about: they stand in its delivery log."""
    return f"run.{run}"


def mails_about(run: CourseRun) -> QuerySet[OutgoingMail]:
    """The mails that places, approvals and bookings of the run have caused, the latest one first."""
    found = OutgoingMail.objects.filter(about=about_run(run.pk)).select_related("person")
    return found.defer("html", "calendar").order_by("-written_at", "-pk")


def mail_counts(mails: QuerySet[OutgoingMail]) -> dict[str, int]:
    """How many of the mails are in which state."""
    return dict(mails.order_by().values_list("state").annotate(Count("pk")))


def access_needs_of(run: CourseRun) -> list[AccessNeeds]:
    """What the participants of the run need, by name. Only the office may read it; ask `can_read_access_needs`."""
    found = AccessNeeds.objects.filter(enrolment__run=run, enrolment__state=EnrolmentState.CONFIRMED)
    return sorted(found.select_related("enrolment__learner"), key=lambda one: name_key(one.enrolment.learner))


def access_instructions(run: CourseRun) -> list[Instruction]:
    """What to prepare on the run, and for how many people: no names, no reasons. Own words stand last, sorted, so that
    their order says nothing about who wrote them.
    """
    found = AccessNeeds.objects.filter(enrolment__run=run, enrolment__state=EnrolmentState.CONFIRMED).order_by("pk")
    counted: Counter[str] = Counter()
    words = set()
    for needs in found:
        counted.update(needs.labels)
        words |= {needs.instruction} - {""}
    order = {str(kind.label): number for number, kind in enumerate(AccessKind)}
    labels = sorted(counted, key=lambda label: (order.get(label.split(": ")[0], 0), label))
    return [Instruction(label, counted[label]) for label in labels] + [Instruction(text) for text in sorted(words)]


def name_key(person: User) -> tuple[str, str]:
    """Sorting people as a German reader looks for them: by family name, «Özdemir» beside «Oz», not behind «Z»."""
    return collation(person.last_name or str(person)), collation(person.first_name)


def collation(text: str) -> str:
    """The text in small letters without accents, so that it sorts the same on every database."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def sessions_to_keep(user, *, at: datetime) -> QuerySet[Session]:
    """Dates of runs whose lists the person may open: past ones without a list, and those to come; the oldest first."""
    own = Session.objects.filter(run__in=runs_taught_by(user), run__state=RunState.OPEN)
    wanted = with_lists_kept(own).filter(Q(ends_at__gte=at) | Q(is_ticked=False))
    return wanted.select_related("run__course").order_by("starts_at", "pk")


def addenda_of(session: Session) -> list[AttendanceAddendum]:
    """The corrections of a closed list, the oldest first, each with its `author` (None once that account is erased)."""
    return _with_authors(AttendanceAddendum.objects.filter(session=session).select_related("enrolment__learner"))


def signed_lists_of(session: Session) -> list[SignedList]:
    """The scans of a list, the one that counts first, each with its `author` (None once that account is erased)."""
    return _with_authors(SignedList.objects.filter(session=session))


def _with_authors(rows: QuerySet, field: str = "added_by") -> list:
    """Rows that know the pseudonym of who wrote them, in `field`, each with that person as its `author`."""
    found = list(rows)
    people = User.objects.filter(pseudonym__in={getattr(row, field) for row in found}, erased_at=None)
    authors = {person.pseudonym: person for person in people}
    for row in found:
        row.author = authors.get(getattr(row, field))
    return found


def version_moves_of(run: CourseRun) -> list[VersionMove]:
    """The moves of a run to other versions, the oldest first, each with its `author` (None once it is erased)."""
    return _with_authors(VersionMove.objects.filter(run=run).select_related("from_version", "to_version"))


def check_in_windows_of(user) -> QuerySet[CheckInWindow]:
    """Where the person could check in: dates of open runs with a confirmed place, each with session and run."""
    own = places_visible_to(user).confirmed().filter(run=OuterRef("session__run"))
    windows = CheckInWindow.objects.filter(Exists(own), session__run__state=RunState.OPEN)
    return windows.select_related("session__run__course", "session__room").order_by("session__starts_at", "pk")


def list_is_closed(session: Session) -> bool:
    """By hand, or with its run. Fetch `attendance_list` along with the session."""
    return session.run.state == RunState.COMPLETED or hasattr(session, "attendance_list")


def decisions_on(run: CourseRun) -> QuerySet[PromotionDecision]:
    """What came of each look at the run's list, the latest one first."""
    decisions = PromotionDecision.objects.filter(Q(enrolment__run=run) | Q(booking__run=run))
    decisions = decisions.select_related("enrolment__learner", "booking__organisation")
    return decisions.order_by("-at", "-pk")


# --- Answers to tasks ---------------------------------------------------------------------------------------------
def answers_visible_to(user) -> QuerySet[Submission]:
    """The person's own answers, and those handed in on the runs that the person teaches. Nobody else reads any (S1)."""
    if not user.is_authenticated:
        return Submission.objects.none()
    return Submission.objects.filter(Q(enrolment__learner=user) | Q(pk__in=answers_to_read(user).values("pk")))


def answers_to_read(user) -> QuerySet[Submission]:
    """What was handed in on the runs that the person teaches, by people who have a place there; the oldest first."""
    found = Submission.objects.handed_in().filter(
        enrolment__run__in=own_runs(user), enrolment__state=EnrolmentState.CONFIRMED
    )
    return found.order_by("submitted_at", "pk")


def waiting_answers(user) -> dict | None:
    """How many answers wait for the person's feedback, and since when the oldest does; None where there is none."""
    found = answers_to_read(user).waiting().order_by().aggregate(count=Count("pk"), since=Min("submitted_at"))
    return found if found["count"] else None


def answers_in_list(answers: QuerySet[Submission]) -> QuerySet[Submission]:
    """With learner, run, titles and dates, and without the words of the answers."""
    runs = CourseRun.objects.with_titles().with_dates()
    found = answers.select_related("enrolment__learner").defer("text", "feedback")
    return found.prefetch_related(Prefetch("enrolment__run", queryset=runs))


def neighbours(answers: QuerySet[Submission], of: Submission) -> tuple[Submission | None, Submission | None]:
    """The answers before and behind one in a list that begins with the oldest."""
    same = Q(submitted_at=of.submitted_at)
    before = answers.filter(Q(submitted_at__lt=of.submitted_at) | same & Q(pk__lt=of.pk))
    behind = answers.filter(Q(submitted_at__gt=of.submitted_at) | same & Q(pk__gt=of.pk))
    return before.order_by("-submitted_at", "-pk").first(), behind.first()


def steps_by_key(keys: Iterable[UUID]) -> dict[UUID, Step]:
    """The step with each key in its newest version."""
    return {step.key: step for step in Step.objects.filter(key__in=set(keys)).order_by("version__number", "pk")}


def answer_rounds(place: Enrolment, key: UUID, *, with_draft: bool = False) -> list[Submission]:
    """All answers of one place to one task, the first one first, each with the `author` of its feedback."""
    rows = Submission.objects.filter(enrolment=place, step_key=key).order_by("number")
    return _with_authors(rows if with_draft else rows.handed_in(), "answered_by")


def task_counts(run: CourseRun) -> list[Step]:
    """Of each task of the run's version how many people have handed in, are done with it, and wait for feedback."""
    confirmed = Enrolment.objects.confirmed().filter(run=run)
    own = Submission.objects.filter(enrolment__in=confirmed, step_key=OuterRef("key")).order_by().values("step_key")
    done = Progress.objects.filter(enrolment__in=confirmed, state=ProgressState.DONE, step_key=OuterRef("key"))

    def counted(rows: QuerySet) -> Coalesce:
        return Coalesce(Subquery(rows.annotate(n=Count("enrolment", distinct=True)).values("n")), 0)

    steps = Step.objects.filter(version=run.version_id, kind=StepKind.TASK).annotate(
        handed_in=counted(own.handed_in()),
        done=counted(done.order_by().values("step_key")),
        waiting=counted(own.waiting()),
    )
    return list(steps.order_by("position"))


def asks_feedback(run: CourseRun) -> bool:
    """Whether the run has a feedback step, or has had one that was answered."""
    asked = Step.objects.filter(version=run.version_id, kind=StepKind.FEEDBACK)
    return asked.exists() or FeedbackAnswer.objects.filter(run=run).exists()


def trainers_of(run: CourseRun, *, at: datetime) -> QuerySet[User]:
    """Who teaches the run, or one of its dates, or stands in there, and has the role of a trainer that day."""
    dates = Session.objects.filter(run=run)
    return (
        people_with(Role.TRAINER, at=at)
        .filter(Q(taught_runs=run) | Q(pk__in=dates.values("trainers")) | Q(pk__in=dates.values("replacements")))
        .distinct()
    )


# --- Certificates ------------------------------------------------------------------------------------------------
def certificates_visible_to(user) -> QuerySet[Certificate]:
    """A person's own certificates. Nobody else opens them; whoever holds the code may check it (DOMAIN.md 2.5)."""
    if not user.is_authenticated:
        return Certificate.objects.none()
    found = Certificate.objects.filter(holder=user)
    return found.select_related("enrolment__completion", "enrolment__run__course", "superseded_by")


def certificate_by_code(code: str) -> Certificate | None:
    """The certificate with that code, however it was typed: small letters, spaces and hyphens make no difference."""
    plain = re.sub(r"[\W_]+", "", code).upper()
    found = Certificate.objects.filter(code=plain).select_related("enrolment__completion", "superseded_by")
    return found.prefetch_related("prints").first()


def completed_places_of(user) -> QuerySet[Enrolment]:
    """The own places whose completion stands, the latest first."""
    found = Enrolment.objects.filter(learner=user.pk, completion__isnull=False, completion__revoked_at__isnull=True)
    found = found.select_related("completion", "learner")
    runs = CourseRun.objects.with_titles().select_related("version")
    return found.prefetch_related(Prefetch("run", queryset=runs)).order_by("-completion__granted_at", "-pk")


def valid_certificates_of_places(places: Iterable[Enrolment]) -> QuerySet[Certificate]:
    return Certificate.objects.valid().filter(enrolment__in=[place.pk for place in places])


def external_courses_of(user) -> QuerySet[ExternalCourse]:
    """What the person has entered into the own record; nobody else reads it (S1)."""
    return ExternalCourse.objects.filter(owner=user.pk)


def certificates_of_run(run: CourseRun) -> QuerySet[Certificate]:
    """The certificates of a run that no newer one replaces, with what they are worth today."""
    found = Certificate.objects.current().filter(enrolment__run=run)
    return found.select_related("enrolment__completion", "enrolment__learner")


def dates_of_steps(run: CourseRun) -> tuple[int, int]:
    """How many dates the steps of the run's version mark, and how many the run has. A run that has no version yet gets
    the newest one when it is opened.
    """
    version = run.version or run.course.versions.order_by("number").last()
    marked = version.steps.filter(kind=StepKind.SESSION).count() if version else 0
    return marked, run.sessions.count()
