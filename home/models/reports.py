"""What visitors report about the accessibility of this website (DOMAIN.md 6, A4).

Not to be mixed up with the access barriers of a process facilitation: those are about services, these about our pages.
"""

import re
from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.common.append_only import AppendOnly
from home.enums import AnswerWish, ReportState

OWN_PATH = re.compile(r"/(?!/)[\w\-./%]*")  # a whole path of this site, which no browser reads as another host


class AccessibilityReportQuerySet(models.QuerySet):
    def to_do(self):
        """Reports that are not closed: those without an answer first, the oldest of them before the others."""
        unanswered_first = models.Case(models.When(state=ReportState.OPEN, then=0), default=1)
        return self.exclude(state=ReportState.CLOSED).order_by(unanswered_first, "due_on", "pk")

    def waiting(self):
        """Reports that nobody has answered, the first due date first."""
        return self.filter(state=ReportState.OPEN).order_by("due_on", "pk")

    def overdue(self, *, on: date):
        """Reports whose answer is late on that day: what is to be escalated."""
        return self.waiting().filter(due_on__lt=on)

    def closed(self):
        return self.filter(state=ReportState.CLOSED).order_by("-closed_at", "-pk")


class AccessibilityReport(models.Model):
    """One report. Only `services` writes it. Nothing about the person is needed, and contact details go in time."""

    reference = models.CharField(_("number"), max_length=12, unique=True)
    problem = models.TextField(_("what does not work"))
    page = models.CharField(_("page"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    answer_wish = models.CharField(_("form of the answer"), max_length=10, choices=AnswerWish)
    other_way = models.CharField(_("other way to reach the person"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=12)
    answer = models.TextField(_("our answer"), blank=True)
    closing_note = models.TextField(_("closing note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.OPEN)
    reported_at = models.DateTimeField(_("reported at"))
    due_on = models.DateField(_("answer due on"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    contact_erased_at = models.DateTimeField(_("contact details erased at"), null=True, blank=True)

    objects = AccessibilityReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report on accessibility")
        verbose_name_plural = _("reports on accessibility")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="report_by_due_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReportState.CLOSED, closed_at__isnull=False)
                | (~Q(state=ReportState.CLOSED) & Q(closed_at__isnull=True)),
                name="closed_report_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(contact_erased_at__isnull=True) | Q(email="", other_way="", answer=""),
                name="erased_report_has_no_contact",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Where staff reads it."""
        return reverse("home:report_detail", args=[self.pk])

    def is_overdue(self, *, on: date) -> bool:
        return self.state == ReportState.OPEN and self.due_on < on

    @property
    def page_path(self) -> str:
        """The page where it is one of ours and whole, so that staff can open it; else empty."""
        return self.page if OWN_PATH.fullmatch(self.page) else ""

    @property
    def answer_language(self) -> str:
        """The language that the person reads: Leichte Sprache where it was asked for."""
        return "de-simple" if self.answer_wish == AnswerWish.EASY else self.language


class AccessibilityReportMove(AppendOnly):
    """What was done with a report: written once, the actor as a pseudonym that outlives the account."""

    report = models.ForeignKey(AccessibilityReport, models.PROTECT, related_name="moves")
    move = models.CharField(_("move"), max_length=20)
    from_state = models.CharField(_("from"), max_length=10, choices=ReportState)
    to_state = models.CharField(_("to"), max_length=10, choices=ReportState)
    actor = models.UUIDField(_("pseudonym of the actor"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("move of a report")
        verbose_name_plural = _("moves of reports")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.move}"
