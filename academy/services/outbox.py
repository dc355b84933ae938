"""The outbox: mails are written with what causes them, delivered once, tried again and never lost."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.mime.image import MIMEImage
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, SafeMIMEText
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from academy.common.dispatch import after_commit
from academy.common.easy_wording import EASY_LANGUAGE, wording_is_checked
from academy.common.funding import funding
from academy.common.moments import start_of_day
from academy.enums import MailState
from academy.models import OutgoingMail, User

from .audit_log import audit

MAIL_TRIES = 8
RESENDS_A_DAY = 3  # of one mail
AGAIN = ".again."  # in the key of a mail that was sent again
ERASED_ADDRESS = "erased@invalid.example"
MAIL_LEASE = timedelta(minutes=15)
END_OF_CALENDAR = "END:VCALENDAR\r\n"
CALENDAR_METHOD = re.compile(r"^METHOD:([A-Z]+)", re.MULTILINE)
EMBLEM = Path(__file__).parents[1] / "static/academy/img/eu-emblem.png"


class MailRefused(Exception):
    """A rule says no. The message is written for staff."""


@dataclass(frozen=True)
class Message:
    """What a mail says: whole sentences, the facts (label, value) and at most one thing to do (label, address).

    `why` tells people without an account for what reason they are written to. `has_unchecked_words`: something in an
    easy mail, such as the title of a course, comes from a text that the target group has not checked. `calendar`: dates
    for the person's calendar programme, as calendar objects with a method, one after the other (RFC 6047).
    """

    subject: str
    paragraphs: list[str]
    facts: list[tuple[str, str]] = field(default_factory=list)
    action: tuple[str, str] | None = None
    closing: list[str] = field(default_factory=list)
    why: str = ""
    has_unchecked_words: bool = False
    calendar: str = ""


@dataclass(frozen=True)
class ComposedMail:
    """A mail as it is sent: the subject on one line, and the words in both parts."""

    subject: str
    text: str
    html: str


def compose_mail(message: Message, language: str) -> ComposedMail:
    """Put a message into the frame of all mails; `language` is the one that is active."""
    context = {
        "message": message,
        "language": language,
        "is_unchecked": language == EASY_LANGUAGE and (message.has_unchecked_words or not wording_is_checked()),
        "funding": funding(language),
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    text = re.sub(r"\n{3,}", "\n\n", render_to_string("mail/message.txt", context)).strip() + "\n"
    subject = " ".join(message.subject.split())[:250]
    return ComposedMail(subject=subject, text=text, html=render_to_string("mail/message.html", context))


def write_mail(
    *, key: str, to: User | str, build: Callable[[], Message], at: datetime, language: str = "", about: str = ""
) -> OutgoingMail:
    """Write a mail into the outbox, in the caller's transaction; a second call with the same `key` changes nothing.

    `about` names the thing whose delivery log it belongs to, such as `run.12`.
    `build` is called in the language of the person, or in `language` where the mail goes to a mere address.
    """
    person = to if isinstance(to, User) else None
    language = language or (person.preferred_language if person else settings.LANGUAGE_CODE)
    with translation.override(language):
        message = build()
        composed = compose_mail(message, language)
    mail = OutgoingMail(
        key=key,
        about=about,
        person=person,
        address=person.email if person else to,
        language=language,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        calendar=message.calendar,
        written_at=at,
    )
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError:
        return OutgoingMail.objects.get(key=key)
    after_commit("academy.deliver_mail", mail.pk)
    return mail


def claim_mail(*, pk: int, at: datetime) -> OutgoingMail | None:
    """Take a queued mail for sending, so that nobody else sends it; None where it is taken, sent or not yet due."""
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update(skip_locked=True).due(at=at).filter(pk=pk).first()
        if mail is not None:
            mail.state, mail.claimed_at = MailState.SENDING, at
            mail.attempts += 1
            mail.save(update_fields=["state", "claimed_at", "attempts"])
    return mail


def send_mail(*, pk: int, at: datetime) -> bool:
    """Send one mail if it is due. The mail server is spoken to outside any transaction; a failure is tried again
    later.
    """
    mail = claim_mail(pk=pk, at=at)
    if mail is None:
        return False
    try:
        _hand_over(mail)
    except (
        OSError,
        ValueError,
    ) as problem:  # smtplib's errors are OSErrors; ValueError is a header that cannot be sent
        wait = timedelta(minutes=min(2**mail.attempts, 360))
        mail.state = MailState.FAILED if mail.attempts >= MAIL_TRIES else MailState.QUEUED
        mail.error, mail.next_try_at = type(problem).__name__, at + wait
    else:
        mail.state, mail.sent_at, mail.error = MailState.SENT, at, ""
    mail.save(update_fields=["state", "error", "next_try_at", "sent_at"])
    return mail.state == MailState.SENT


def _hand_over(mail: OutgoingMail) -> None:
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", "Content-Language": mail.language}
    letter = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.address], headers=headers)
    letter.attach_alternative(mail.html, "text/html")
    first, *others = _calendar_parts(mail.calendar) or [None]
    if first is not None:
        letter.attach_alternative(*first)
    for number, (content, kind) in enumerate(others, start=2):
        letter.attach(_calendar_file(content, kind, number))
    letter.mixed_subtype = "related"
    letter.attach(_emblem())
    letter.send()


def _calendar_parts(calendar: str) -> list[tuple[str, str]]:
    """Each calendar object with its media type, which names its method (RFC 6047 2.4)."""
    objects = [text + END_OF_CALENDAR for text in calendar.split(END_OF_CALENDAR) if text]
    return [(text, f"text/calendar; method={CALENDAR_METHOD.search(text).group(1)}") for text in objects]


def _calendar_file(content: str, kind: str, number: int) -> SafeMIMEText:
    """A further date: programmes open one object a part, and show the others as files."""
    part = SafeMIMEText(content, kind.removeprefix("text/"), "utf-8")
    part.add_header("Content-Disposition", "attachment", filename=f"termin-{number}.ics")
    return part


def _emblem() -> MIMEImage:
    """The emblem of the Union inside the letter, so that it is seen without loading anything from elsewhere."""
    image = MIMEImage(EMBLEM.read_bytes(), "png")
    image.add_header("Content-ID", "<eu-emblem>")
    image.add_header("Content-Disposition", "inline", filename="eu-emblem.png")
    return image


@transaction.atomic
def set_calendar_mails(*, user: User, wanted: bool) -> None:
    """Whether mails about places bring their dates for the calendar; else they come by the own feed only."""
    user.wants_calendar_mails = wanted
    user.save(update_fields=["wants_calendar_mails"])


@transaction.atomic
def retry_mail(*, mail: OutgoingMail, actor: User, at: datetime) -> bool:
    """Queue a failed mail, or one that was left half-sent for longer than the lease, once more; whether that was so."""
    mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if not can_be_retried(mail, at=at):
        return False
    mail.state, mail.attempts, mail.next_try_at = MailState.QUEUED, 0, None
    mail.save(update_fields=["state", "attempts", "next_try_at"])
    audit(action="mail.retried", obj=mail, actor=actor, at=at)
    after_commit("academy.deliver_mail", mail.pk)
    return True


def can_be_retried(mail: OutgoingMail, *, at: datetime) -> bool:
    """Whether sending has ended without success: given up, or left half-sent for longer than the lease."""
    stuck = mail.state == MailState.SENDING and mail.claimed_at and mail.claimed_at < at - MAIL_LEASE
    return not mail.is_emptied and bool(mail.state == MailState.FAILED or stuck)


def can_be_resent(mail: OutgoingMail) -> bool:
    """Whether a mail has been handed over or given up, and still has its words."""
    return not mail.is_emptied and mail.state in (MailState.SENT, MailState.FAILED)


@transaction.atomic
def resend_mail(*, mail: OutgoingMail, actor: User, with_calendar: bool = True, at: datetime) -> OutgoingMail:
    """Write the same mail once more, to the address that the person has now; the first one stays as it is.

    Without `with_calendar` it leaves the dates out: they have been overtaken. Raises MailRefused for a mail that waits
    or has no words any more, and for one that has been sent again often enough today.
    """
    root = mail.key.partition(AGAIN)[0]
    OutgoingMail.objects.select_for_update().filter(key=root).first()  # one at a time, whichever of them is sent again
    first = OutgoingMail.objects.select_related("person").get(pk=mail.pk)
    if not can_be_resent(first):
        raise MailRefused(_("This mail cannot be sent again: it waits to be sent, or its words have been deleted."))
    earlier = OutgoingMail.objects.filter(key__startswith=root + AGAIN)
    if earlier.filter(written_at__gte=start_of_day(at)).count() >= RESENDS_A_DAY:
        sentence = _("This mail has been sent again %(count)d times today. You can send it once more tomorrow.")
        raise MailRefused(sentence % {"count": RESENDS_A_DAY})
    again = OutgoingMail.objects.create(
        key=f"{root}{AGAIN}{earlier.count() + 1}",
        about=first.about,
        person=first.person,
        address=first.person.email if first.person else first.address,
        language=first.language,
        subject=first.subject,
        text=first.text,
        html=first.html,
        calendar=first.calendar if with_calendar else "",
        written_at=at,
    )
    audit(action="mail.resent", obj=again, actor=actor, at=at, data={"mail": first.pk})
    after_commit("academy.deliver_mail", again.pk)
    return again


def forget_mails(*, prefix: str) -> int:
    """Empty address and words of the mails whose key begins so, except those that still wait; how many were emptied.

    That something was sent, and when, stays countable.
    """
    waiting = (MailState.QUEUED, MailState.SENDING)
    gone = OutgoingMail.objects.filter(key__startswith=prefix).exclude(state__in=waiting)
    return gone.update(address=ERASED_ADDRESS, subject="", text="", html="", calendar="", person=None)
