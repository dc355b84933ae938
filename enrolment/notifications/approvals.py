"""Mails about the supervisor's approval, to both sides."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from academy.common.links import absolute_url
from academy.common.moments import clock, day
from academy.services import Message, write_mail
from enrolment.models import Approval

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
    enrolment = approval.enrolment

    def build() -> Message:
        title = enrolment.run.course.outward_title(get_language())
        return Message(
            subject=_("Please approve: %(course)s") % {"course": title},
            paragraphs=[
                _("%(name)s would like to take part in this course and asks for your approval.")
                % {"name": enrolment.learner},
                _("Please answer by %(day)s, %(time)s.")
                % {"day": day(approval.expires_at), "time": clock(approval.expires_at)},
            ],
            facts=facts_for_supervisor(enrolment, title),
            action=(_("Answer the request"), absolute_url("enrolment:approve", token)),
            closing=[_("The link works without an account and only once. Please do not forward this mail.")],
            why=_("You receive this message because %(name)s named you as supervisor.") % {"name": enrolment.learner},
        )

    write_mail(
        key=f"approval.{approval.pk}.asked",
        to=approval.approver_email,
        build=build,
        at=at,
        language="en" if enrolment.learner.preferred_language == "en" else "de",
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
