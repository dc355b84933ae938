"""The rules for reports on the accessibility of this website, publishing on schedule, and drafts in Leichte Sprache.

Nothing outside this module writes reports.
"""

from datetime import datetime, timedelta

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import Locale, Page, Revision

from academy.models import User
from academy.services import forget_mails

from . import notifications, permissions, selectors
from .enums import AnswerWish, ReportState
from .models import EASY_LANGUAGE, AccessibilityReport, AccessibilityReportMove, BasePage
from .models.publishing import what_is_missing
from .pictures import picture_of
from .routing import SOURCE
from .workflow import ANSWER, CLOSE, REPORT_MOVES

ANSWER_WITHIN = timedelta(days=30)  # BITV 2.0 § 7 and BIKTG Bln § 5: within one month (DOMAIN.md 6, A4)
CONTACT_KEPT = timedelta(days=180)  # after closing: as long as somebody may still turn to the enforcement body
ERASING_GRACE = timedelta(days=2)  # the task runs once a day
REFUSED = "home.publishing_refused"  # in the history of a page
REFERENCE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike


class ReportRefused(Exception):
    """A rule says no. The message is written for staff."""


@transaction.atomic
def report_barrier(
    *,
    problem: str,
    page: str,
    email: str,
    answer_wish: AnswerWish,
    other_way: str,
    language: str,
    at: datetime,
) -> AccessibilityReport:
    """Keep what somebody reports, due in 30 days; confirm it where an address was given, and tell the staff.

    Nothing about the person is asked for or found out: no account, no network address, no browser.
    """
    report = AccessibilityReport.objects.create(
        reference=f"M-{get_random_string(8, REFERENCE_SIGNS)}",
        problem=problem,
        page=page,
        email=email,
        answer_wish=answer_wish,
        other_way=other_way,
        language=language,
        reported_at=at,
        due_on=timezone.localdate(at) + ANSWER_WITHIN,
    )
    if email:
        notifications.report_received(report, at=at)
    notifications.report_waits(report, at=at)
    return report


@transaction.atomic
def answer_report(*, report: AccessibilityReport, answer: str, actor: User, at: datetime) -> AccessibilityReport:
    """Send the answer to the person who reported.

    Raises ReportRefused without the right to answer, where no address was given, and where it was answered already.
    """
    report = _locked(report, actor)
    if not report.email:
        raise ReportRefused(
            _("No e-mail address was given. Answer in the way that was asked for, then close the report.")
        )
    report.answer = answer
    _move(report, ANSWER, actor=actor, at=at)
    notifications.report_answered(report, at=at)
    return report


@transaction.atomic
def close_report(*, report: AccessibilityReport, note: str, actor: User, at: datetime) -> AccessibilityReport:
    """Close a report with a note on what became of it.

    Raises ReportRefused without the right to answer, where it is closed already, and where the person waits for a
    written answer that was not sent.
    """
    report = _locked(report, actor)
    if report.state == ReportState.OPEN and report.email and report.answer_wish != AnswerWish.OTHER:
        raise ReportRefused(_("The person waits for an answer. Answer first, then close the report."))
    report.closing_note, report.closed_at = note, at
    _move(report, CLOSE, actor=actor, at=at)
    return report


def _locked(report: AccessibilityReport, actor: User) -> AccessibilityReport:
    if not permissions.can_answer_reports(actor):
        raise ReportRefused(_("Only the editors and the academy office answer reports."))
    return AccessibilityReport.objects.select_for_update().get(pk=report.pk)


def _move(report: AccessibilityReport, move: str, *, actor: User, at: datetime) -> None:
    allowed_from, to_state = REPORT_MOVES[move]
    if report.state not in allowed_from:
        raise ReportRefused(
            _("This report is already %(state)s. Somebody else may have been faster.")
            % {"state": report.get_state_display()}
        )
    AccessibilityReportMove.objects.create(
        report=report, move=move, from_state=report.state, to_state=to_state, actor=actor.pseudonym, at=at
    )
    report.state = to_state
    report.save()


def remind_of_review(*, at: datetime) -> int:
    """Write to the editors once for each statement whose review is due; how many statements are due."""
    due = selectors.statements_to_review(on=timezone.localdate(at))
    for statement in due:
        notifications.statement_review_due(statement, at=at)
    return len(due)


def forget_contacts(*, at: datetime) -> int:
    """Erase contact details and answers of reports that were closed half a year ago; how many were erased.

    What did not work stays: the statement on accessibility is written from it.
    """
    due = AccessibilityReport.objects.closed().filter(closed_at__lt=at - CONTACT_KEPT, contact_erased_at__isnull=True)
    erased = 0
    for key in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            report = AccessibilityReport.objects.select_for_update().get(pk=key)
            if report.contact_erased_at is None:
                report.email = report.other_way = report.answer = ""
                report.contact_erased_at = at
                report.save()
                forget_mails(prefix=notifications.report_key(report))
                erased += 1
    return erased


# --- Publishing on schedule ----------------------------------------------------------------------------------------
def publish_due(*, at: datetime) -> None:
    """Publish and take back the pages whose moment has come.

    A page that has lost something in the meantime, such as the film it shows, does not hold up the others: its date is
    removed, its history says so, and whoever wrote the draft gets a mail.
    """
    for revision in Revision.objects.filter(approved_go_live_at__lt=at).order_by("approved_go_live_at", "pk"):
        page = revision.as_object()
        if isinstance(page, BasePage) and what_is_missing(page):
            _unschedule(page, revision, at=at)
    call_command("publish_scheduled")


@transaction.atomic
def _unschedule(page: BasePage, revision: Revision, *, at: datetime) -> None:
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    log(instance=page, action=REFUSED, revision=revision)
    notifications.publishing_refused(page, revision, at=at)


def make_renditions(*, page_id: int) -> None:
    """Write the sizes and formats of all pictures in the blocks of a page: AVIF takes too long for a visitor to wait.

    What is there already is left alone; a page or picture that is gone in the meantime is passed over.
    """
    page = Page.objects.filter(pk=page_id).specific().first()
    model = get_image_model()
    keys = set()
    for field in page._meta.get_fields() if page else []:
        if isinstance(field, StreamField):
            references = field.extract_references(field.value_from_object(page))
            keys |= {key for kind, key, *_paths in references if issubclass(kind, model)}
    for image in model.objects.filter(pk__in=keys).order_by("pk"):
        picture_of(image)


# --- Drafts in Leichte Sprache ------------------------------------------------------------------------------------
class EasyDraftRefused(Exception):
    """A rule says no. The message is written for editors."""


@transaction.atomic
def create_easy_draft(*, page: BasePage, actor: User) -> BasePage:
    """A copy of the German page among those in Leichte Sprache, as a draft to be rewritten; what stays is its words.

    The text is rewritten and not translated sentence by sentence, so no translation job is kept (STACK.md 6).
    Raises EasyDraftRefused if the page is not German, has an easy variant already, stands below a page without one, or
    the actor may not add pages there.
    """
    if page.language != SOURCE:
        raise EasyDraftRefused(_("Only a German page can be copied for Leichte Sprache."))
    easy = Locale.objects.get(language_code=EASY_LANGUAGE)
    if page.get_translations(inclusive=False).filter(locale=easy).exists():
        raise EasyDraftRefused(_("This page exists in Leichte Sprache already."))
    parent = page.get_parent()
    above = parent.get_translations(inclusive=False).filter(locale=easy).first()
    if above is None:
        raise EasyDraftRefused(
            _("The page above it, «{title}», is not there in Leichte Sprache yet. Begin with that one.").format(
                title=parent.title
            )
        )
    if not above.permissions_for_user(actor).can_add_subpage():
        raise EasyDraftRefused(_("You may not add pages there. Please ask the editors."))
    CopyPageForTranslationAction(page, easy, user=actor).execute(skip_permission_checks=True)
    return page.get_translation(easy)
