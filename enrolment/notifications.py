"""What we tell people about places: one function per message, written to the outbox in the caller's transaction.

Calls are named as they may be seen outside (`outward_title`): a mail can be read by others (DOMAIN.md 0.5, S4).
"""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from academy.common.links import absolute_url
from academy.common.moments import clock, day, span
from academy.services import Message, write_mail
from enrolment.models import Approval, Enrolment


def place_confirmed(enrolment: Enrolment, *, at: datetime) -> None:
    """The place is certain: dates, place, and how to give it back."""
    _write(
        enrolment,
        "confirmed",
        at,
        lambda title: Message(
            subject=_("Your place is confirmed: %(course)s") % {"course": title},
            paragraphs=[_("Your place on this course is confirmed. We look forward to seeing you.")],
            facts=_facts(enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
            closing=[_("If you cannot come, please give the place back: somebody may be waiting for it.")],
        ),
    )


def place_promoted(enrolment: Enrolment, *, at: datetime) -> None:
    _write(
        enrolment,
        "promoted",
        at,
        lambda title: Message(
            subject=_("A place has become free for you: %(course)s") % {"course": title},
            paragraphs=[
                _("A place has become free. You were first on the waiting list, so it is yours now."),
                _("If you cannot come any more, please give the place back: somebody may be waiting for it."),
            ],
            facts=_facts(enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
        ),
    )


def place_waitlisted(enrolment: Enrolment, *, at: datetime) -> None:
    _write(
        enrolment,
        "waitlisted",
        at,
        lambda title: Message(
            subject=_("You are on the waiting list: %(course)s") % {"course": title},
            paragraphs=[
                _("All places are taken at the moment. You are on the waiting list."),
                _("Free places are given in the order of the list. As soon as one is yours, we tell you."),
            ],
            facts=_facts(enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
        ),
    )


def place_withdrawn(enrolment: Enrolment, *, at: datetime) -> None:
    _write(
        enrolment,
        "withdrawn",
        at,
        lambda title: Message(
            subject=_("Your place has been given back: %(course)s") % {"course": title},
            paragraphs=[_("You have given your place back. Thank you for telling us.")],
            facts=_facts(enrolment, title),
        ),
    )


def run_cancelled(enrolment: Enrolment, *, reason: str, at: datetime) -> None:
    _write(
        enrolment,
        "cancelled",
        at,
        lambda title: Message(
            subject=_("Cancelled: %(course)s") % {"course": title},
            paragraphs=[
                _("We are sorry: this course does not take place on the dates below."),
                _("The reason: %(reason)s") % {"reason": reason},
            ],
            facts=_facts(enrolment, title),
            action=(_("Find another date"), absolute_url("enrolment:my_places")),
        ),
    )


def approval_requested(approval: Approval, *, at: datetime) -> None:
    """To the applicant: who was asked, and until when."""
    _write(
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
            facts=_facts(approval.enrolment, title),
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
            facts=[*_facts(enrolment, title), *_costs(enrolment)],
            action=(_("Answer the request"), absolute_url("enrolment:approve", token)),
            closing=[_("The link works without an account and only once. Please do not forward this mail.")],
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
    _write(
        approval.enrolment,
        f"refused.{approval.pk}",
        at,
        lambda title: Message(
            subject=_("Not approved: %(course)s") % {"course": title},
            paragraphs=[
                _("Your supervisor has not approved this enrolment."),
                *([_("The reason given: %(reason)s") % {"reason": reason}] if reason else []),
            ],
            facts=_facts(approval.enrolment, title),
        ),
    )


def approval_lapsed(approval: Approval, *, at: datetime) -> None:
    _write(
        approval.enrolment,
        f"lapsed.{approval.pk}",
        at,
        lambda title: Message(
            subject=_("No answer from your supervisor: %(course)s") % {"course": title},
            paragraphs=[
                _("Your supervisor has not answered in time, so the request has lapsed and the place is free again."),
                _("You can enrol once more as long as enrolment is open."),
            ],
            facts=_facts(approval.enrolment, title),
        ),
    )


def _write(enrolment: Enrolment, cause: str, at: datetime, message) -> None:
    """Write one message about a place; its key names the place, the cause and which move of the place it was."""
    write_mail(
        key=f"place.{enrolment.pk}.{cause}.{enrolment.sequence}",
        to=enrolment.learner,
        build=lambda: message(enrolment.run.course.outward_title(get_language())),
        at=at,
    )


def _facts(enrolment: Enrolment, title: str) -> list[tuple[str, str]]:
    """What, when, where, how much."""
    run = enrolment.run
    sessions = list(run.sessions.all())
    facts = [(_("Course"), title)]
    facts += [(_("Date"), span(session.starts_at, session.ends_at)) for session in sessions]
    if not sessions:
        facts.append((_("Date"), _("whenever it suits you")))
    if run.place:
        facts.append((_("Place"), run.place))
    facts.append((_("Scope"), run.course.scope_text()))
    return facts


def _costs(enrolment: Enrolment) -> list[tuple[str, str]]:
    return [(_("Costs"), _("free of charge"))]
