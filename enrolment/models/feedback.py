"""Answers to the questions of a feedback step. Nothing here leads to a person, and nothing may be added that does."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class FeedbackAnswer(models.Model):
    """What somebody on the run has answered. No person, no moment, no order: the key is random, and the week is all
    that is known of when. That the person is done with the step stands in their progress alone.
    """

    wagtail_reference_index_ignore = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="feedback_answers")
    step_key = models.UUIDField(_("step"))
    week = models.DateField(_("Monday of the week"))
    answers = models.JSONField(_("answers"))

    class Meta:
        verbose_name = _("anonymous feedback")
        verbose_name_plural = _("anonymous feedback")
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "step_key"], name="feedback_of_run")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.step_key}"


class FeedbackSum(models.Model):
    """What is left of the answers of a run after their period: how many, and how often each was chosen. No words."""

    wagtail_reference_index_ignore = True

    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="feedback_sums")
    step_key = models.UUIDField(_("step"))
    answered = models.PositiveIntegerField(_("number of answers"))
    counts = models.JSONField(_("counts"))

    class Meta:
        verbose_name = _("sum of feedback")
        verbose_name_plural = _("sums of feedback")
        ordering = ["run_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "step_key"], name="one_feedback_sum_per_step")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.step_key}: {self.answered}"
