"""Places on runs, their history, the supervisor's approval, and the personal calendar."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.common.append_only import AppendOnly
from enrolment.enums import (
    LIVE_STATES,
    SEATED_STATES,
    SEATLESS_STATES,
    ApprovalDecision,
    Channel,
    EnrolmentState,
    PromotionOutcome,
    PromotionTrigger,
)


class EnrolmentQuerySet(models.QuerySet):
    def live(self):
        """Places that are not over: requested, waiting, offered or confirmed."""
        return self.filter(state__in=LIVE_STATES)

    def waiting(self):
        """Places on the waiting list, in its order."""
        return self.filter(state=EnrolmentState.WAITLISTED).order_by("queue_number")

    def confirmed(self):
        return self.filter(state=EnrolmentState.CONFIRMED)


class Enrolment(models.Model):
    """One learner's place on one course run. Only `enrolment.services` may change `state`, `seat` and
    `queue_number`.
    """

    wagtail_reference_index_ignore = True

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments", verbose_name=_("learner")
    )
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="enrolments", verbose_name=_("run"))
    seat = models.OneToOneField("courses.Seat", models.PROTECT, null=True, blank=True, related_name="enrolment")
    state = models.CharField(_("state"), max_length=20, choices=EnrolmentState)
    queue_number = models.PositiveIntegerField(_("queue number"), null=True, blank=True)
    unit = models.ForeignKey(
        "academy.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
        help_text=_("The unit of the learner when the place was taken; counts for the share of a unit only."),
    )
    enrolled_at = models.DateTimeField(_("enrolled at"))
    offer_expires_at = models.DateTimeField(_("offer ends"), null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["run_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "run"], condition=Q(state__in=LIVE_STATES), name="one_live_place"
            ),
            models.UniqueConstraint(fields=["run", "queue_number"], name="one_place_per_queue_number"),
            models.CheckConstraint(
                condition=Q(state__in=SEATED_STATES, seat__isnull=False)
                | Q(state=EnrolmentState.REQUESTED)  # with or without a seat: whether one was free
                | Q(state__in=SEATLESS_STATES, seat__isnull=True),
                name="seat_matches_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=EnrolmentState.WAITLISTED) | Q(queue_number__isnull=False),
                name="waiting_has_queue_number",
            ),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.OFFERED, offer_expires_at__isnull=False)
                | (~Q(state=EnrolmentState.OFFERED) & Q(offer_expires_at__isnull=True)),
                name="offer_has_end",
            ),
        ]
        indexes = [models.Index(fields=["run", "state", "queue_number"], name="waiting_list")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_state_display()}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES

    @property
    def holds_place(self) -> bool:
        return self.state == EnrolmentState.CONFIRMED


class EnrolmentMove(AppendOnly):
    """One move of one place: append-only. The actor is kept as a pseudonym; empty means the system."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="moves")
    move = models.CharField(_("move"), max_length=30)
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20)
    actor = models.UUIDField(_("pseudonym of the actor"), null=True)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("move of a place")
        verbose_name_plural = _("moves of places")
        ordering = ["enrolment_id", "pk"]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.from_state} → {self.to_state}"


class PromotionDecision(AppendOnly):
    """What came of one look at the waiting list for one waiting person, or for the booking of a group. The person, and
    the contact person of the group, read the latest one.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, blank=True, related_name="promotion_decisions")
    booking = models.ForeignKey(
        "enrolment.Booking", models.PROTECT, null=True, blank=True, related_name="promotion_decisions"
    )
    trigger = models.CharField(_("occasion"), max_length=20, choices=PromotionTrigger)
    outcome = models.CharField(_("outcome"), max_length=20, choices=PromotionOutcome)
    actor = models.UUIDField(_("pseudonym of the actor"), null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("decision on moving up")
        verbose_name_plural = _("decisions on moving up")
        ordering = ["enrolment_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False, booking__isnull=True)
                | Q(enrolment__isnull=True, booking__isnull=False),
                name="decision_on_a_person_or_a_group",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id or self.booking}: {self.outcome}"


class Approval(models.Model):
    """The question to a supervisor, and to a deputy once one is named. Each has a link of their own, which proves who
    may answer; the first answer counts, until `expires_at`.
    """

    wagtail_reference_index_ignore = True

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="approvals")
    approver_email = models.EmailField(_("supervisor's e-mail address"))
    nonce = models.CharField(max_length=64, unique=True, editable=False)
    asked_at = models.DateTimeField(_("asked at"))
    expires_at = models.DateTimeField(_("lapses at"))
    decision = models.CharField(_("decision"), max_length=10, choices=ApprovalDecision, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason for the applicant"), max_length=300, blank=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    council_since = models.DateTimeField(_("staff council involved since"), null=True, blank=True)
    deputy_email = models.EmailField(_("e-mail address of the deputy"), blank=True)
    deputy_nonce = models.CharField(max_length=64, unique=True, null=True, editable=False)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment"], condition=Q(decision=""), name="one_open_approval_per_place"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="decision_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(deputy_email="", deputy_nonce__isnull=True)
                | (~Q(deputy_email="") & Q(deputy_nonce__isnull=False)),
                name="deputy_has_link",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.decision or 'open'}"

    @property
    def is_open(self) -> bool:
        return self.decision == ""


class CalendarFeed(models.Model):
    """The secret address of a person's calendar: only a hash of the secret is stored.

    `etag` stands for `content`, the file as it was last given out; both are empty as soon as one of the dates may have
    changed. `changes` counts how often that was, so that nobody stores a mark for a file that is old by then.
    """

    wagtail_reference_index_ignore = True

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    last_used_on = models.DateField(_("last used on"), null=True, blank=True)
    etag = models.CharField(max_length=64, blank=True, editable=False)
    content = models.BinaryField(default=b"", editable=False)
    changes = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("personal calendar")
        verbose_name_plural = _("personal calendars")

    def __str__(self) -> str:
        return str(self.person_id)
