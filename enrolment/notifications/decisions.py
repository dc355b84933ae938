"""Whether a run takes place: the question to those who plan it, and the answer to those who come."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from academy.common.links import absolute, absolute_url
from academy.models import User
from academy.services import Message, write_mail
from courses.models import CourseRun
from enrolment.models import Enrolment
from enrolment.selectors import about_run

from .writing import facts, write


def run_takes_place(enrolment: Enrolment, *, at: datetime) -> None:
    write(
        enrolment,
        "takes_place",
        at,
        lambda title: Message(
            subject=_("It takes place: %(course)s") % {"course": title},
            paragraphs=[_("There are enough participants: the course takes place as planned.")],
            facts=facts(enrolment, title),
            action=(_("Open my places"), absolute_url("enrolment:my_places")),
            closing=[_("If you cannot come, please give the place back: somebody may be waiting for it.")],
        ),
    )


def decision_due(run: CourseRun, *, person: User, confirmed: int, at: datetime) -> None:
    """To the office and the trainers: how many people there are, how many are needed, and where to decide."""

    def build() -> Message:
        title = run.course.outward_title(get_language())
        return Message(
            subject=_("Please decide whether it takes place: %(course)s") % {"course": title},
            paragraphs=[
                _("Today is the day on which it is decided whether this run takes place."),
                ngettext(
                    "%(count)d person has a confirmed place; at least %(least)d are planned.",
                    "%(count)d people have a confirmed place; at least %(least)d are planned.",
                    confirmed,
                )
                % {"count": confirmed, "least": run.capacity_min},
            ],
            facts=facts(Enrolment(run=run), title),
            action=(_("Open the run"), absolute(reverse("enrolment:roster", args=[run.pk]))),
        )

    key = f"run.{run.pk}.decide.{run.decide_on:%Y%m%d}.{person.pk}"
    write_mail(key=key, to=person, build=build, at=at, about=about_run(run.pk))
