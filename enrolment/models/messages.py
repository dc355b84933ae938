"""What trainers and the academy office have written to the participants of a run."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from enrolment.enums import MessageAudience


class RunMessage(models.Model):
    """One message to the people of a run, as it was written. The mails themselves stand in the outbox.

    `token` is that of the form from which it was sent: the same form sends once.
    """

    wagtail_reference_index_ignore = True

    run = models.ForeignKey("courses.CourseRun", models.PROTECT, related_name="written_messages", verbose_name=_("run"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="run_messages", verbose_name=_("written by")
    )
    audience = models.CharField(_("to whom"), max_length=10, choices=MessageAudience)
    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("text"))
    recipients = models.PositiveIntegerField(_("number of recipients"))
    token = models.UUIDField(_("token of the form"))
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("message to participants")
        verbose_name_plural = _("messages to participants")
        ordering = ["-sent_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["run", "token"], name="one_message_per_form")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.sent_at:%Y-%m-%d %H:%M}"
