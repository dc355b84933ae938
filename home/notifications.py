"""What we tell people about reports on accessibility and about the statement, and editors about their pages."""

from datetime import datetime

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from academy.common.links import absolute
from academy.enums import Role
from academy.selectors import people_with
from academy.services import Message, write_mail

from . import selectors
from .models import AccessibilityReport, AccessibilityStatementPage


def report_key(report: AccessibilityReport, kind: str = "") -> str:
    """The beginning of the keys of all mails to the person who reported."""
    return f"accessibility-report.{report.pk}.{kind}"


def report_received(report: AccessibilityReport, *, at: datetime) -> None:
    """The report has arrived: its number, and until when we answer. Only where the person gave an address."""
    write_mail(
        key=report_key(report, "received"),
        to=report.email,
        language=report.answer_language,
        at=at,
        build=lambda: Message(
            subject=_("Your report %(number)s has arrived") % {"number": report.reference},
            paragraphs=[
                _("Thank you for telling us what does not work on our website. We look at it and answer you."),
            ],
            facts=[
                (_("Number of your report"), report.reference),
                (_("We answer by"), formats.date_format(report.due_on, _("j F Y"))),
            ],
            closing=[
                _("You did not write to us? Then somebody gave your address by mistake, and you can ignore this.")
            ],
            why=_("You receive this message because this address was given with a report on our website."),
        ),
    )


def report_answered(report: AccessibilityReport, *, at: datetime) -> None:
    """Our answer, in the words that staff wrote."""
    write_mail(
        key=report_key(report, "answered"),
        to=report.email,
        language=report.answer_language,
        at=at,
        build=lambda: Message(
            subject=_("Our answer to your report %(number)s") % {"number": report.reference},
            paragraphs=[paragraph for paragraph in report.answer.split("\n\n") if paragraph.strip()],
            closing=_next_step(),
            why=_("You receive this message because this address was given with a report on our website."),
        ),
    )


def statement_review_due(statement: AccessibilityStatementPage, *, at: datetime) -> None:
    """Remind the editors that the statement must be compared with the website again, once for each review."""
    for person in people_with(Role.EDITOR, at=at):
        write_mail(
            key=f"statement-review.{statement.pk}.{statement.reviewed_on:%Y-%m-%d}.{person.pk}",
            to=person,
            at=at,
            build=lambda: Message(
                subject=_("The accessibility statement must be reviewed"),
                paragraphs=[
                    _(
                        "The law asks for a review of the accessibility statement every year. Please go through the "
                        "website, bring the statement up to date and enter the new date."
                    ),
                ],
                facts=[
                    (_("Last reviewed on"), formats.date_format(statement.reviewed_on, _("j F Y"))),
                    (_("Due on"), formats.date_format(statement.next_review_on, _("j F Y"))),
                ],
                action=(_("Open the statement"), absolute(reverse("wagtailadmin_pages:edit", args=[statement.pk]))),
            ),
        )


def _next_step() -> list[str]:
    """Where to turn if the answer does not help: the law wants it said (BITV 2.0 § 7)."""
    path = selectors.statement_path()
    sentence = _("If our answer does not help you, our accessibility statement names who can help further: %(address)s")
    return [sentence % {"address": absolute(path)}] if path else []


def report_waits(report: AccessibilityReport, *, at: datetime) -> None:
    """Tell those who answer that a report has come in. What it says stands on the page, not in the mail."""
    staff = people_with(Role.EDITOR, at=at)
    for person in staff if staff else people_with(Role.ACADEMY_OFFICE, at=at):
        write_mail(
            key=f"accessibility-report-staff.{report.pk}.{person.pk}",
            to=person,
            at=at,
            build=lambda: Message(
                subject=_("A barrier of the website was reported: %(number)s") % {"number": report.reference},
                paragraphs=[_("Somebody cannot use a page of our website. The law gives us one month to answer.")],
                facts=[(_("Answer due on"), formats.date_format(report.due_on, _("j F Y")))],
                action=(_("Read the report"), absolute(report.get_absolute_url())),
            ),
        )


def publishing_refused(page: Page, revision: Revision, *, at: datetime) -> None:
    """A page was to be published by now and is not; whoever wrote the draft reads where to look."""
    if revision.user is None or not revision.user.is_active:
        return
    write_mail(
        key=f"publishing-refused:{revision.pk}:{at:%Y%m%d%H%M}",
        to=revision.user,
        at=at,
        build=lambda: Message(
            subject=_("A page could not be published: %(page)s") % {"page": page.title},
            paragraphs=[
                _("The page was to be published by itself. Something that a published page needs is missing."),
                _("The page stays as it was. In the editor you read what is missing; please set a new date there."),
            ],
            action=(_("Open the page in the editor"), absolute(reverse("wagtailadmin_pages:edit", args=[page.pk]))),
        ),
    )
