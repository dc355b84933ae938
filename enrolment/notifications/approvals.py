"""Mails about the supervisor's approval, to both sides."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from academy.common.languages import german_or_english
from academy.common.links import absolute_url
from academy.common.moments import clock, day
from academy.services import Message, write_mail
from enrolment.models import Approval
from enrolment.selectors import about_run

from .writing import facts, facts_for_supervisor, write


def approval_requested(approval: Approval, *, at: datetime) -> None:
    """To the applicant: who was asked, and until when."""
    write(
        approval.enrolment,
        f"requested.{approval.pk}",
        at,
        lambda title: Message(
            subject=_("Your supervisor has been asked: %(course)s") % {"course": title},
            paragraphs=[
                _("We have asked %(approver)s to approve your enrolment.") % {"approver": approval.approver_email},
                _("Your supervisor sees your name, the title, the dates, the hours and the costs, and nothing else."),
                _("Without an answer the request lapses on %(day)s.") % {"day": day(approval.expires_at)},
            ],
            facts=facts(approval.enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
        ),
    )


def approval_asked(approval: Approval, *, token: str, at: datetime) -> None:
    """To the supervisor, by address: the five facts of DOMAIN.md 0.4, and the link that works once."""
    name = approval.enrolment.learner
    _ask(
        approval,
        "asked",
        to=approval.approver_email,
        at=at,
        message=lambda title: Message(
            subject=_("Please approve: %(course)s") % {"course": title},
            paragraphs=[
                _("%(name)s would like to take part in this course and asks for your approval.") % {"name": name},
                _answer_by(approval),
            ],
            **_way_to_answer(approval, token, title),
            why=_("You receive this message because %(name)s named you as supervisor.") % {"name": name},
        ),
    )


def approval_reminder(approval: Approval, *, token: str, at: datetime) -> None:
    """To the supervisor, once, half-way through the time to answer."""
    name = approval.enrolment.learner
    _ask(
        approval,
        "reminder",
        to=approval.approver_email,
        at=at,
        message=lambda title: Message(
            subject=_("Still without an answer, please approve: %(course)s") % {"course": title},
            paragraphs=[
                _("%(name)s asked for your approval and has no answer yet.") % {"name": name},
                _answer_by(approval),
                _("If you cannot answer yourself, you can name a deputy on the page behind the link."),
            ],
            **_way_to_answer(approval, token, title),
            why=_("You receive this message because %(name)s named you as supervisor.") % {"name": name},
        ),
    )


def deputy_asked(approval: Approval, *, token: str, at: datetime) -> None:
    """To the deputy, by address: the same facts, and a link of their own."""
    name = approval.enrolment.learner
    _ask(
        approval,
        "deputy",
        to=approval.deputy_email,
        at=at,
        message=lambda title: Message(
            subject=_("Please approve as a deputy: %(course)s") % {"course": title},
            paragraphs=[
                _("%(name)s would like to take part in this course. You are asked as deputy of %(approver)s.")
                % {"name": name, "approver": approval.approver_email},
                _("One of you answers: the first answer counts."),
                _answer_by(approval),
            ],
            **_way_to_answer(approval, token, title),
            why=_("You receive this message because you were named as a deputy."),
        ),
    )


def deputy_named(approval: Approval, *, at: datetime) -> None:
    """To the applicant: who has been asked as well."""
    write(
        approval.enrolment,
        f"deputy_named.{approval.pk}",
        at,
        lambda title: Message(
            subject=_("A deputy has been asked: %(course)s") % {"course": title},
            paragraphs=[
                _("Your supervisor has asked %(deputy)s to answer instead.") % {"deputy": approval.deputy_email},
                _("Without an answer the request lapses on %(day)s.") % {"day": day(approval.expires_at)},
            ],
            facts=facts(approval.enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
        ),
    )


def council_involved(approval: Approval, *, at: datetime) -> None:
    """To the applicant: what the answer waits for, and until when."""
    write(
        approval.enrolment,
        f"council.{approval.pk}",
        at,
        lambda title: Message(
            subject=_("The staff council is involved: %(course)s") % {"course": title},
            paragraphs=[
                _("Your supervisor tells us that the staff council is involved before there is an answer."),
                _("Without an answer the request lapses on %(day)s.") % {"day": day(approval.expires_at)},
            ],
            facts=facts(approval.enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
        ),
    )


def approval_refused(approval: Approval, *, at: datetime) -> None:
    """To the applicant alone: the reason is nobody else's business."""
    reason = approval.reason
    write(
        approval.enrolment,
        f"refused.{approval.pk}",
        at,
        lambda title: Message(
            subject=_("Not approved: %(course)s") % {"course": title},
            paragraphs=[
                _("Your supervisor has not approved this enrolment."),
                *([_("The reason given: %(reason)s") % {"reason": reason}] if reason else []),
            ],
            facts=facts(approval.enrolment, title),
        ),
    )


def approval_lapsed(approval: Approval, *, at: datetime) -> None:
    write(
        approval.enrolment,
        f"lapsed.{approval.pk}",
        at,
        lambda title: Message(
            subject=_("No answer from your supervisor: %(course)s") % {"course": title},
            paragraphs=[
                _("Your supervisor has not answered in time, so the request has lapsed and the place is free again."),
                _("You can enrol once more as long as enrolment is open."),
            ],
            facts=facts(approval.enrolment, title),
        ),
    )


def keys_with_approver(approval: Approval) -> list[str]:
    """How the keys of all mails begin that went to the supervisor or the deputy, or that name their addresses."""
    place = approval.enrolment_id
    to_applicant = [f"place.{place}.{cause}.{approval.pk}." for cause in ("requested", "deputy_named")]
    return [f"approval.{approval.pk}.", *to_applicant]


def _ask(approval: Approval, cause: str, *, to: str, at: datetime, message: Callable[[str], Message]) -> None:
    """One mail to somebody who is asked; it names the course as it may be called outside."""
    course, learner = approval.enrolment.run.course, approval.enrolment.learner
    write_mail(
        key=f"approval.{approval.pk}.{cause}",
        to=to,
        build=lambda: message(course.outward_title(get_language())),
        at=at,
        language=german_or_english(learner.preferred_language),
        about=about_run(approval.enrolment.run_id),
    )


def _answer_by(approval: Approval) -> str:
    until = {"day": day(approval.expires_at), "time": clock(approval.expires_at)}
    return _("Please answer by %(day)s, %(time)s.") % until


def _way_to_answer(approval: Approval, token: str, title: str) -> dict:
    return {
        "facts": facts_for_supervisor(approval.enrolment, title),
        "action": (_("Answer the request"), absolute_url("enrolment:approve", token)),
        "closing": [_("The link works without an account and only once. Please do not forward this mail.")],
    }
