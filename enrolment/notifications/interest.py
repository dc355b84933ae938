"""Mails to people who were interested in a course, when one of its runs is opened: one for each person."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from academy.common.links import absolute_url
from academy.common.moments import clock, day
from academy.services import Message, write_mail
from courses.models import CourseRun
from enrolment.models import Enrolment, Interest
from enrolment.selectors import about_run

from .writing import facts, write


def interest_offered(enrolment: Enrolment, *, at: datetime) -> None:
    until = {"day": day(enrolment.offer_expires_at), "time": clock(enrolment.offer_expires_at)}
    write(
        enrolment,
        "interest_offered",
        at,
        lambda title: Message(
            subject=_("There are dates, and a place for you: %(course)s") % {"course": title},
            paragraphs=[
                _("You are interested in this course. Now there are dates, and we offer you a place first."),
                _("We keep it for you until %(day)s, %(time)s.") % until,
                _("Please take it or leave it to the next person. Without an answer it goes on by itself."),
            ],
            facts=facts(enrolment, title),
            action=(_("Answer the offer"), absolute_url("enrolment:my_places")),
        ),
    )


def interest_waits(enrolment: Enrolment, *, at: datetime) -> None:
    write(
        enrolment,
        "interest_waits",
        at,
        lambda title: Message(
            subject=_("There are dates, you are on the waiting list: %(course)s") % {"course": title},
            paragraphs=[
                _("You are interested in this course. Now there are dates, but others came before you."),
                _("As soon as a place is free for you, we write to you. You can leave the list at any time."),
            ],
            facts=facts(enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
        ),
    )


def interest_invited(interest: Interest, *, run: CourseRun, at: datetime) -> None:
    def build() -> Message:
        title = run.course.outward_title(get_language())
        return Message(
            subject=_("There are dates, you can enrol: %(course)s") % {"course": title},
            paragraphs=[
                _("You are interested in this course. Now there are dates."),
                _("You have no place yet: please enrol if they suit you."),
            ],
            facts=facts(Enrolment(run=run), title),
            action=(_("Enrol"), absolute_url("enrolment:enrol", run.pk)),
        )

    if interest.person.erased_at is None:
        write_mail(
            key=f"interest.{interest.pk}.invited", to=interest.person, build=build, at=at, about=about_run(run.pk)
        )
