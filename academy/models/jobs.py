"""Long work that somebody has started and may watch: a row that survives a reload, a restart and a broken broker."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.enums import OPEN_JOBS, JobState

LEASE = timedelta(minutes=2)  # without a sign of life for so long, whoever worked on it counts as gone


class JobQuerySet(models.QuerySet):
    def open(self):
        """Jobs that wait or are worked on."""
        return self.filter(state__in=OPEN_JOBS)

    def due(self, *, at: datetime):
        """Jobs that somebody must take up: those whose moment has come, and those whose worker is gone."""
        waits = Q(state=JobState.WAITING, due_at__lte=at)
        return self.filter(waits | Q(state=JobState.RUNNING, alive_at__lt=at - LEASE))

    def recent(self, *, at: datetime):
        """Open jobs, and those that have ended within a day."""
        return self.filter(Q(state__in=OPEN_JOBS) | Q(finished_at__gte=at - timedelta(days=1)))


class Job(models.Model):
    """One piece of long work. Only `services` write it; `kind` names the function that does it (common/jobs.py).

    `tries` also tells who works on it: who began an earlier try has lost the job and stops at the next step.
    """

    wagtail_reference_index_ignore = True

    uuid = models.UUIDField(_("address"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("cause"), max_length=120, help_text=_("One person has one open job of each cause."))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs", verbose_name=_("started by")
    )
    title = models.CharField(_("title"), max_length=250)
    language = models.CharField(_("language"), max_length=12)
    data = models.JSONField(_("details"), default=dict, help_text=_("Keys of what is worked on, never names or texts."))
    total = models.PositiveIntegerField(_("steps"), default=0, help_text=_("0: not known yet."))
    done = models.PositiveIntegerField(_("steps done"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    words = models.TextField(_("what came of it"), blank=True)
    result_path = models.CharField(_("address of the result"), max_length=300, blank=True)
    result_label = models.CharField(_("name of the result"), max_length=120, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    started_at = models.DateTimeField(_("started at"))
    due_at = models.DateTimeField(_("due at"))
    alive_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="job_due")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], condition=Q(state__in=OPEN_JOBS), name="one_open_job"),
            models.CheckConstraint(condition=Q(total=0) | Q(done__lte=F("total")), name="job_done_within_total"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_JOBS, finished_at__isnull=True)
                | Q(~Q(state__in=OPEN_JOBS), finished_at__isnull=False),
                name="job_end_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("academy:job", args=[self.uuid])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_JOBS

    @property
    def state_look(self) -> JobState:
        """The state as a member of its choices, with its label and its look."""
        return JobState(self.state)
