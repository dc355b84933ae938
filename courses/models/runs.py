"""Rounds of a course, their dates and their seats."""

from datetime import date, datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel

from academy.common.working_days import working_days_before
from courses.enums import ApprovalPolicy, Audience, RunState, RunStatus, WaitingListPolicy

from .rooms import Room


class CourseRunQuerySet(models.QuerySet):
    def published(self):
        """Runs that people may see: not a draft, of a course that has a live page."""
        pages = self.model._meta.get_field("course").related_model.pages.rel.related_model
        live = pages.objects.filter(course=OuterRef("course"), live=True)
        return self.exclude(state=RunState.DRAFT).filter(Exists(live))

    def upcoming(self, *, at: datetime):
        """Runs that are open and not over: with a session to come, or without dates (self-study)."""
        to_come = Session.objects.filter(run=OuterRef("pk"), ends_at__gte=at)
        dated = Session.objects.filter(run=OuterRef("pk"))
        return self.filter(Exists(to_come) | ~Exists(dated), state=RunState.OPEN)

    def with_dates(self):
        """Adds `first_at` and `last_at`, the start of the first and the end of the last session (None: no dates)."""
        sessions = Session.objects.filter(run=OuterRef("pk")).order_by().values("run")
        return self.annotate(
            first_at=Subquery(sessions.annotate(first=Min("starts_at")).values("first")),
            last_at=Subquery(sessions.annotate(last=Max("ends_at")).values("last")),
        )

    def with_free_seats(self):
        """Adds `free_seats`: seats that nobody holds. Runs without a limit count none; ask `has_limit`."""
        free = (
            Seat.objects.free().filter(run=OuterRef("pk")).order_by().values("run").annotate(n=Count("pk")).values("n")
        )
        return self.annotate(free_seats=models.functions.Coalesce(Subquery(free), 0))

    def bookable(self, *, at: datetime):
        """Runs whose enrolment is open at that moment and that have a free seat, or no limit. Needs `with_dates`."""
        free = Seat.objects.free().filter(run=OuterRef("pk"))
        return self.annotate(closing_at=models.functions.Coalesce("enrolment_closes_at", "first_at")).filter(
            Q(enrolment_opens_at__isnull=True) | Q(enrolment_opens_at__lte=at),
            Q(closing_at__isnull=True) | Q(closing_at__gt=at),
            Q(capacity_max__isnull=True) | Exists(free),
            state=RunState.OPEN,
        )

    def with_titles(self):
        """Fetches course and page titles at once, so that `course.title(language)` asks no more."""
        pages = self.model._meta.get_field("course").related_model.pages.rel.related_model
        slim = pages.objects.only("title", "slug", "url_path", "live", "locale_id", "course_id")
        return self.select_related("course").prefetch_related(models.Prefetch("course__pages", queryset=slim))

    def by_date(self):
        """Runs by their first date; those without a date last. Needs `with_dates`."""
        return self.order_by(F("first_at").asc(nulls_last=True), "pk")


class CourseRun(ClusterableModel):
    """One round of a course. Seats, state and capacity change through services only (DESIGN.md 3)."""

    wagtail_reference_index_ignore = True

    slug = models.SlugField(_("short name"), max_length=80, unique=True, null=True, blank=True)
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="runs", verbose_name=_("course"))
    version = models.ForeignKey(
        "courses.CourseVersion", models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("version")
    )
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.DRAFT)
    language = models.CharField(_("language"), max_length=12, default="de")
    place = models.CharField(_("place"), max_length=200, blank=True)
    online_link = models.URLField(_("online link"), blank=True, help_text=_("Shown to confirmed participants only."))
    capacity_min = models.PositiveSmallIntegerField(_("smallest number of participants"), default=1)
    capacity_max = models.PositiveSmallIntegerField(
        _("places"), null=True, blank=True, help_text=_("Left empty: no limit.")
    )
    approval = models.CharField(_("approval"), max_length=10, choices=ApprovalPolicy, default=ApprovalPolicy.NONE)
    enrolment_opens_at = models.DateTimeField(_("enrolment opens"), null=True, blank=True)
    enrolment_closes_at = models.DateTimeField(
        _("enrolment closes"), null=True, blank=True, help_text=_("Left empty: at the start of the first session.")
    )
    cancel_until = models.DateTimeField(
        _("places can be given back until"),
        null=True,
        blank=True,
        help_text=_("Left empty: until the course begins. Later a reason is asked for."),
    )
    waiting_list = models.CharField(
        _("waiting list"), max_length=10, choices=WaitingListPolicy, default=WaitingListPolicy.AUTOMATIC
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours to accept a place that became free"),
        default=48,
        validators=[MaxValueValidator(14 * 24)],
        help_text=_("Weekends and holidays do not count. 0: the place is the person's at once."),
    )
    cutoff_days = models.PositiveSmallIntegerField(
        _("working days before the start"),
        default=2,
        validators=[MaxValueValidator(30)],
        help_text=_("From then on nobody moves up by itself."),
    )
    unit_quota = models.PositiveSmallIntegerField(
        _("largest share of one unit, in per cent"),
        default=40,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Only orders the waiting list. 100: no limit."),
    )
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.OPEN)
    organisation = models.ForeignKey(
        "academy.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inhouse_runs",
        verbose_name=_("organisation"),
        help_text=_("Only for in-house runs: its people can enrol."),
    )
    decide_on = models.DateField(
        _("day of the decision"),
        null=True,
        blank=True,
        help_text=_("On this day the office decides whether the run takes place with the people it has."),
    )
    confirmed_at = models.DateTimeField(_("it takes place, decided at"), null=True, blank=True, editable=False)
    last_queue_number = models.PositiveIntegerField(default=0, editable=False)
    trainers = ParentalManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("trainers"), related_name="taught_runs", blank=True
    )

    objects = CourseRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity_max__isnull=True) | Q(capacity_max__gte=F("capacity_min")),
                name="run_capacity_in_order",
                violation_error_message=_("The number of places lies below the smallest number of participants."),
            ),
            models.CheckConstraint(
                condition=Q(enrolment_opens_at__isnull=True)
                | Q(enrolment_closes_at__isnull=True)
                | Q(enrolment_opens_at__lt=F("enrolment_closes_at")),
                name="run_window_in_order",
                violation_error_message=_("Enrolment closes before it opens."),
            ),
            models.CheckConstraint(
                condition=Q(audience=Audience.INHOUSE, organisation__isnull=False)
                | (~Q(audience=Audience.INHOUSE) & Q(organisation__isnull=True)),
                name="inhouse_run_has_organisation",
                violation_error_message=_("An in-house run, and only that, names one organisation."),
            ),
        ]

    def __str__(self) -> str:
        return self.slug or f"{self.course} {self.pk}"

    def waits_for_decision(self, *, on: date) -> bool:
        """Whether the day has come on which the office decides, and it has not."""
        is_due = self.decide_on is not None and self.decide_on <= on
        return is_due and self.state == RunState.OPEN and self.confirmed_at is None

    @property
    def has_limit(self) -> bool:
        return self.capacity_max is not None

    def rooms(self) -> list[Room]:
        """The rooms of its sessions, each once, in the order of the sessions."""
        return list(dict.fromkeys(session.room for session in self.sessions.all() if session.room))

    def access_words(self) -> str:
        """What its rooms offer to people who need it; where there are several, which offers what."""
        return _of_rooms([(room, ", ".join(room.feature_labels)) for room in self.rooms()])

    def transport_words(self) -> str:
        """How its rooms are reached."""
        return _of_rooms([(room, room.transport) for room in self.rooms()])

    def closes_at(self) -> datetime | None:
        """When enrolment closes: as set, else at the start of the first session; None for self-study."""
        return self.enrolment_closes_at or self.span()[0]

    def list_closes_at(self) -> datetime | None:
        """From when on nobody moves up by itself: as many working days before the first session as the run says, at
        the time of its start; None without sessions.
        """
        first_at, _last_at = self.span()
        if first_at is None:
            return None
        local = timezone.localtime(first_at)
        return datetime.combine(working_days_before(local.date(), self.cutoff_days), local.time(), tzinfo=local.tzinfo)

    def span(self) -> tuple[datetime | None, datetime | None]:
        """Start of the first and end of the last session: from `with_dates` where it was asked for, else read."""
        if hasattr(self, "first_at"):
            return self.first_at, self.last_at
        sessions = list(self.sessions.all())
        starts, ends = [session.starts_at for session in sessions], [session.ends_at for session in sessions]
        return min(starts, default=None), max(ends, default=None)

    def is_open_for_enrolment(self, *, at: datetime) -> bool:
        if self.state != RunState.OPEN or (self.enrolment_opens_at and at < self.enrolment_opens_at):
            return False
        closes_at = self.closes_at()
        return closes_at is None or at < closes_at

    def status(self, *, at: datetime, free_seats: int) -> RunStatus:
        """What people see, from the stored state, the sessions and the free seats."""
        if self.state in (RunState.CANCELLED, RunState.COMPLETED):
            return RunStatus(self.state)
        if self.state == RunState.DRAFT or (self.enrolment_opens_at and at < self.enrolment_opens_at):
            return RunStatus.PLANNED
        if self.is_open_for_enrolment(at=at):
            return RunStatus.FULL if self.has_limit and free_seats == 0 else RunStatus.OPEN
        first_at, last_at = self.span()
        is_running = first_at is not None and first_at <= at < last_at
        return RunStatus.RUNNING if is_running else RunStatus.CLOSED


def _of_rooms(words: list[tuple[Room, str]]) -> str:
    """The words of one room as they are; of several rooms each with its name."""
    if len(words) == 1:
        return words[0][1]
    return "; ".join(f"{room.name}: {text}" for room, text in words if text)


class SessionManager(models.Manager):
    """A session always comes with its room, so that saying where it is asks no more."""

    def get_queryset(self):
        return super().get_queryset().select_related("room")


class Session(ClusterableModel):
    """One date of a run. Times are stored in UTC and meant in Berlin time.

    A room holds one session at a time, unless its run was called off (`is_cancelled`): on PostgreSQL an exclusion
    constraint says so as well (migration `rooms`), on SQLite the lock in `services.save_run` alone.
    """

    wagtail_reference_index_ignore = True

    run = ParentalKey(CourseRun, on_delete=models.CASCADE, related_name="sessions")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    ue = models.DecimalField(
        _("UE"), max_digits=4, decimal_places=1, null=True, blank=True, help_text=_("Lessons of 45 minutes.")
    )
    room = models.ForeignKey(
        "courses.Room", models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("room")
    )
    place = models.CharField(
        _("place, if another"), max_length=200, blank=True, help_text=_("Left empty where a room is chosen.")
    )
    online_link = models.URLField(
        _("online link, if another"), blank=True, help_text=_("Shown to confirmed participants only.")
    )
    trainers = ParentalManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("trainers of this date"),
        related_name="taught_sessions",
        blank=True,
        help_text=_("Left empty: the trainers of the run."),
    )
    replacements = ParentalManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("replacements"),
        related_name="replaced_sessions",
        blank=True,
        help_text=_("Who stands in if a trainer cannot come."),
    )
    is_cancelled = models.BooleanField(_("called off"), default=False, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)

    objects = SessionManager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message=_("A session ends before it starts. Please check date and time."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def own_place(self) -> str:
        """The room of this very date, or the place that was written for it; empty where that of the run holds."""
        return self.room.label if self.room else self.place

    @property
    def where(self) -> str:
        return self.own_place or self.run.place

    @property
    def way_in(self) -> str:
        """The online room of this date. For confirmed people only."""
        return self.online_link or self.run.online_link


class SeatQuerySet(models.QuerySet):
    def free(self):
        """Seats that nobody holds and that are kept for nobody."""
        return self.filter(taken_at__isnull=True, reserved_for__isnull=True)

    def kept_for(self, organisation_id: int):
        """Seats that are reserved for the organisation and that none of its people holds yet."""
        return self.filter(taken_at__isnull=True, reserved_for=organisation_id)

    def take(self, *, run: CourseRun, at: datetime, wait: bool = False) -> "Seat | None":
        """Take the free seat with the lowest number, or None where all are held. Call it inside a transaction.

        The row is locked **and changed**, so that nobody else gets it. Without `wait`, seats that somebody else is
        taking at this moment are passed over; with it, their outcome is waited for (DESIGN.md 3).
        """
        seat = self.select_for_update(skip_locked=not wait).free().filter(run=run).order_by("number").first()
        if seat is not None:
            seat.taken_at = at
            seat.save(update_fields=["taken_at"])
        return seat


class Seat(models.Model):
    """One seat of a run: 18 places are 18 rows, so that overbooking is impossible by construction.

    A seat may be reserved for an organisation until a moment. It stays so while one of its people holds it, so that it
    goes back to the organisation when that person gives the place back in time.
    """

    wagtail_reference_index_ignore = True

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="seats")
    number = models.PositiveIntegerField(_("number"))
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    reserved_for = models.ForeignKey(
        "academy.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reserved_seats",
        verbose_name=_("reserved for"),
    )
    reserved_until = models.DateTimeField(_("reserved until"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["run_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="one_seat_per_number"),
            models.CheckConstraint(
                condition=Q(reserved_for__isnull=True, reserved_until__isnull=True)
                | Q(reserved_for__isnull=False, reserved_until__isnull=False),
                name="reserved_seat_has_end",
            ),
        ]
        indexes = [models.Index(fields=["run", "number"], condition=Q(taken_at__isnull=True), name="free_seats")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"
