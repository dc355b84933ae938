"""What learners answer to tasks, and what trainers say of it. Nobody else reads it (S1)."""

import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enrolment.enums import OPEN_ANSWERS, READ_ANSWERS, EnrolmentState, SubmissionState


def place_of_answer(submission: "Submission", name: str) -> str:
    """Below `submissions/`, which no public address serves, under a name that nobody guesses and that names nobody."""
    return f"submissions/{submission.saved_at:%Y}/{secrets.token_hex(16)}.{submission.file_kind}"


class SubmissionQuerySet(models.QuerySet):
    def handed_in(self):
        """All that the learner has let go: drafts are the learner's own."""
        return self.exclude(state=SubmissionState.DRAFT)

    def waiting(self):
        """Answers whose learner was promised feedback and has none yet; a place that was given back waits no more."""
        return self.filter(state=SubmissionState.SUBMITTED, is_feedback_promised=True).filter(
            enrolment__state=EnrolmentState.CONFIRMED
        )


class Submission(models.Model):
    """One answer to the task of a step. After «please revise» a new one with the next number stands beside it.

    The moves stand in `workflow.SUBMISSION_MOVES`, and the audit log keeps who made which, without the words.
    """

    wagtail_reference_index_ignore = True

    enrolment = models.ForeignKey("enrolment.Enrolment", models.PROTECT, related_name="submissions")
    step_key = models.UUIDField(_("step"))
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=SubmissionState, default=SubmissionState.DRAFT)
    text = models.TextField(_("answer"), blank=True)
    file = models.FileField(_("file"), upload_to=place_of_answer, max_length=120, blank=True)
    file_kind = models.CharField(_("kind of file"), max_length=5, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=120, blank=True)
    file_size = models.PositiveIntegerField(_("size in bytes"), default=0)
    is_feedback_promised = models.BooleanField(_("feedback is promised"), default=False)
    saved_at = models.DateTimeField(_("saved at"))
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    feedback = models.TextField(_("feedback"), blank=True)
    answered_by = models.UUIDField(_("pseudonym of who gave feedback"), null=True, blank=True)
    answered_at = models.DateTimeField(_("feedback given at"), null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a task")
        verbose_name_plural = _("answers to tasks")
        ordering = ["enrolment_id", "step_key", "number"]
        indexes = [
            models.Index(
                fields=["submitted_at"], condition=Q(state=SubmissionState.SUBMITTED), name="answers_that_wait"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step_key", "number"], name="one_answer_per_number"),
            models.UniqueConstraint(
                fields=["enrolment", "step_key"], condition=Q(state__in=OPEN_ANSWERS), name="one_open_answer"
            ),
            models.CheckConstraint(
                condition=Q(state=SubmissionState.DRAFT, submitted_at__isnull=True)
                | Q(~Q(state=SubmissionState.DRAFT), submitted_at__isnull=False),
                name="handed_in_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=READ_ANSWERS, answered_at__isnull=False)
                | Q(~Q(state__in=READ_ANSWERS), answered_at__isnull=True),
                name="feedback_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubmissionState.REVISE) | ~Q(feedback=""), name="revise_says_what"
            ),
            models.CheckConstraint(
                condition=Q(state=SubmissionState.DRAFT) | ~Q(text="") | ~Q(file=""), name="handed_in_is_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.step_key}/{self.number}: {self.state}"

    @property
    def file_url(self) -> str:
        """Where the learner and the trainers of the run get the file; nobody else does."""
        return reverse("enrolment:answer_file", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == SubmissionState.DRAFT

    @property
    def is_waiting(self) -> bool:
        """Handed in and not answered yet, whether or not an answer is promised."""
        return self.state == SubmissionState.SUBMITTED
