"""What we tell people about places: one function per message, written to the outbox in the caller's transaction.

Calls are named as they may be seen outside (`outward_title`): a mail can be read by others (DOMAIN.md 0.5, S4).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from academy.common.links import absolute, absolute_url
from academy.common.moments import clock, day, span
from academy.models import User
from academy.services import Message, write_mail
from courses.models import Session
from enrolment.models import Approval, Certificate, Enrolment


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


def place_offered(enrolment: Enrolment, *, at: datetime) -> None:
    """A place is kept for the person until the offer ends."""
    until = {"day": day(enrolment.offer_expires_at), "time": clock(enrolment.offer_expires_at)}
    _write(
        enrolment,
        "offered",
        at,
        lambda title: Message(
            subject=_("A place is free for you, please answer: %(course)s") % {"course": title},
            paragraphs=[
                _("A place has become free, and it is your turn. We keep it for you until %(day)s, %(time)s.") % until,
                _("Please take it or leave it to the next person. Without an answer it goes on by itself."),
            ],
            facts=_facts(enrolment, title),
            action=(_("Answer the offer"), absolute_url("enrolment:my_places")),
        ),
    )


def offer_lapsed(enrolment: Enrolment, *, at: datetime) -> None:
    _write(
        enrolment,
        "offer_lapsed",
        at,
        lambda title: Message(
            subject=_("The place went to the next person: %(course)s") % {"course": title},
            paragraphs=[
                _("We had no answer from you in time, so the place went to the next person of the waiting list."),
                _("You can enrol once more as long as enrolment is open."),
            ],
            facts=_facts(enrolment, title),
            action=(_("Look for another date"), _course_address(enrolment)),
        ),
    )


def place_handed_over(enrolment: Enrolment, *, at: datetime) -> None:
    _write(
        enrolment,
        "handed_over",
        at,
        lambda title: Message(
            subject=_("Your place has been handed over: %(course)s") % {"course": title},
            paragraphs=[_("A colleague has taken your place. Thank you for passing it on.")],
            facts=_facts(enrolment, title),
        ),
    )


def place_taken_over(enrolment: Enrolment, *, giver: User, at: datetime) -> None:
    """To the colleague, who has not enrolled: whose place it was, and how to give it back."""
    _write(
        enrolment,
        "taken_over",
        at,
        lambda title: Message(
            subject=_("You have taken over a place: %(course)s") % {"course": title},
            paragraphs=[
                _("%(name)s cannot come and has handed the place over to you. It is confirmed.") % {"name": giver},
                _("If you cannot come, please give the place back: somebody may be waiting for it."),
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
            action=(_("Look for another date"), _course_address(enrolment)),
        ),
    )


def run_moved(enrolment: Enrolment, *, cause: str, at: datetime) -> None:
    """Dates, place or the way in have changed: the facts as they are now."""
    _write(
        enrolment,
        cause,
        at,
        lambda title: Message(
            subject=_("New dates or a new place: %(course)s") % {"course": title},
            paragraphs=[
                _("Something about this course has changed. From now on the details below hold."),
                _("If you cannot come any more, please give the place back: somebody may be waiting for it."),
            ],
            facts=_facts(enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
        ),
    )


def list_closed(enrolment: Enrolment, *, at: datetime) -> None:
    """The course is over, and the person was still waiting."""
    _write(
        enrolment,
        "list_closed",
        at,
        lambda title: Message(
            subject=_("No place became free: %(course)s") % {"course": title},
            paragraphs=[
                _("The course has taken place, and no place became free for you. We are sorry."),
                _("Your entry on the waiting list has ended. You are welcome to enrol for another date."),
            ],
            facts=_facts(enrolment, title),
            action=(_("Look for another date"), _course_address(enrolment)),
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
            facts=_facts_for_supervisor(enrolment, title),
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


def certificate_issued(certificate: Certificate, *, at: datetime) -> None:
    """To the learner alone, who decides whom to show it (S1)."""
    _write(
        certificate.enrolment,
        f"certificate.{certificate.number}",
        at,
        lambda title: Message(
            subject=_("Your certificate of attendance is here: %(course)s") % {"course": title},
            paragraphs=[
                _("You have taken part. Your certificate of attendance is ready as a PDF."),
                _("We give it to nobody else: you decide to whom you show it."),
            ],
            facts=[(_("Course"), title), (_("Number"), certificate.number)],
            action=(_("Open my certificates"), absolute_url("enrolment:my_certificates")),
        ),
    )


def certificate_replaced(certificate: Certificate, *, at: datetime) -> None:
    """The corrected certificate, and what became of the one before."""
    _write(
        certificate.enrolment,
        f"certificate.{certificate.number}",
        at,
        lambda title: Message(
            subject=_("Your certificate of attendance has been corrected: %(course)s") % {"course": title},
            paragraphs=[
                _("Your certificate of attendance has been replaced by a corrected one."),
                _("Please use only the new one: the public check says of the old one that it has been replaced."),
            ],
            facts=[
                (_("Course"), title),
                (_("New number"), certificate.number),
                (_("Replaced"), certificate.supersedes.number),
            ],
            action=(_("Open my certificates"), absolute_url("enrolment:my_certificates")),
        ),
    )


def _write(enrolment: Enrolment, cause: str, at: datetime, message: Callable[[str], Message]) -> None:
    """Write one message about a place; its key names the place, the cause and which move of the place it was.

    An account that has been erased has no address any more.
    """
    if enrolment.learner.erased_at is None:
        write_mail(
            key=f"place.{enrolment.pk}.{cause}.{enrolment.sequence}",
            to=enrolment.learner,
            build=lambda: _in_checked_words(enrolment, message),
            at=at,
        )


def _in_checked_words(enrolment: Enrolment, message: Callable[[str], Message]) -> Message:
    """The message; an easy title that nobody of the target group has checked is told of (DIN SPEC 33429)."""
    course, language = enrolment.run.course, get_language()
    written, page = message(course.outward_title(language)), course.page(language)
    has_unchecked_words = bool(page and page.needs_draft_notice and page.title in written.subject)
    return replace(written, has_unchecked_words=has_unchecked_words)


def _facts(enrolment: Enrolment, title: str) -> list[tuple[str, str]]:
    """What, when, where, how much."""
    run = enrolment.run
    dates = [
        (_("Date"), f"{_when(session)} ({session.place})" if session.place else _when(session))
        for session in run.sessions.all()
    ]
    place = [(_("Place"), run.place)] if run.place else []
    return [(_("Course"), title), *(dates or [_no_date()]), *place, (_("Scope"), run.course.scope_text())]


def _facts_for_supervisor(enrolment: Enrolment, title: str) -> list[tuple[str, str]]:
    """Name, released title, dates, hours, costs: nothing else (DOMAIN.md 0.4)."""
    run = enrolment.run
    dates = [(_("Date"), _when(session)) for session in run.sessions.all()] or [_no_date()]
    return [
        (_("Name"), str(enrolment.learner)),
        (_("Course"), title),
        *dates,
        (_("Scope"), run.course.scope_text()),
        (_("Costs"), _("free of charge")),
    ]


def _when(session: Session) -> str:
    return span(session.starts_at, session.ends_at)


def _no_date() -> tuple[str, str]:
    return _("Date"), _("whenever it suits you")


def _course_address(enrolment: Enrolment) -> str:
    """The course page; the own places where the address of the page would reveal what the neutral title does not."""
    course = enrolment.run.course
    page = None if course.approval_title_de else course.page(get_language())
    return absolute(page.reader_url) if page else absolute_url("enrolment:my_places")
