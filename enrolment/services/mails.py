"""Mails of a run that the office sends once more."""

from datetime import datetime

from academy import services as outbox
from academy.models import OutgoingMail, User


def resend_mail(*, mail: OutgoingMail, actor: User, at: datetime) -> OutgoingMail:
    """Send a mail of a run again, to the person's address of today.

    Its dates for the calendar go along only while no later mail about the same place brought others: an old invitation
    would put a date back that has moved or been struck. Raises `academy.services.MailRefused`.
    """
    about, number = [*mail.key.split("."), ""][:2]
    later = OutgoingMail.objects.filter(key__startswith=f"{about}.{number}.", pk__gt=mail.pk).exclude(calendar="")
    return outbox.resend_mail(mail=mail, actor=actor, with_calendar=not later.exists(), at=at)
