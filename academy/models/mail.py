"""The outbox: mails are rows written in the transaction that causes them, and delivered by a task."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.common.links import site_host
from academy.enums import MailState

UNREACHED = _("The mail server could not be reached.")
ERROR_WORDS = {
    "SMTPRecipientsRefused": _("The mail server does not know the address, or takes no mail for it."),
    "SMTPSenderRefused": _("The mail server does not take mails from our address."),
    "SMTPAuthenticationError": _("The mail server did not let us in."),
    "UnicodeError": _("The address or the subject cannot be sent."),
    "ValueError": _("The address or the subject cannot be sent."),
    "BadHeaderError": _("The address or the subject cannot be sent."),
    **dict.fromkeys(
        (
            "ConnectionRefusedError",
            "ConnectionResetError",
            "OSError",
            "SMTPConnectError",
            "SMTPServerDisconnected",
            "TimeoutError",
            "gaierror",
        ),
        UNREACHED,
    ),
}


class OutgoingMailQuerySet(models.QuerySet):
    def due(self, *, at: datetime):
        """Mails that wait to be sent and whose next try has come."""
        return self.filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=at), state=MailState.QUEUED)


class OutgoingMail(models.Model):
    """One mail to one address. `key` names the cause, so that no cause is mailed twice."""

    wagtail_reference_index_ignore = True

    key = models.CharField(_("cause"), max_length=200, unique=True)
    about = models.CharField(
        _("about"), max_length=60, blank=True, help_text=_("The thing that the mail is about, such as run.12.")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="mails", verbose_name=_("person")
    )
    address = models.EmailField(_("address"))
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))
    calendar = models.TextField(
        _("calendar"), blank=True, help_text=_("Calendar objects with a method, one after the other (RFC 6047).")
    )
    state = models.CharField(_("state"), max_length=10, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("last error"), max_length=250, blank=True)
    written_at = models.DateTimeField(_("written at"))
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="mail_due"),
            models.Index(fields=["about", "-written_at"], name="mails_about"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.get_state_display()})"

    @property
    def state_look(self) -> MailState:
        """The state as a member of its choices, with its label and its look."""
        return MailState(self.state)

    @property
    def is_emptied(self) -> bool:
        """Address and words are gone, since the person is erased or the period is over."""
        return not self.text

    @property
    def error_words(self) -> str:
        """Why the last try failed, for people who do not know the names of errors."""
        return str(ERROR_WORDS.get(self.error, _("The mail server did not take the mail."))) if self.error else ""

    @property
    def message_id(self) -> str:
        """The same for each try, so that a mail server or reader can tell a repeated delivery."""
        return f"<{self.key}.{self.pk}@{site_host()}>"
