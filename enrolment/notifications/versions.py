"""The mail that tells of other learning steps, when a run was moved to another version of its course."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from academy.common.links import absolute, absolute_url
from academy.services import Message
from courses.selectors import Difference, step_pages
from enrolment.models import Enrolment, VersionMove

from .writing import facts, write


def steps_changed(enrolment: Enrolment, *, move: VersionMove, found: Difference, at: datetime) -> None:
    """What is new in the course for everybody; nothing about what the reader or anybody else has done."""

    def message(title: str) -> Message:
        return Message(
            subject=_("The learning steps have changed: %(course)s") % {"course": title},
            paragraphs=[
                _("The learning steps of this course are no longer the same."),
                *_news(found),
                _("What you have done stays done. Whoever has completed the course has completed it."),
            ],
            facts=[*_titles(enrolment, found), *facts(enrolment, title)],
            action=_action(enrolment),
        )

    write(enrolment, f"steps.{move.pk}", at, message)


def _news(found: Difference) -> list[str]:
    """How many steps are new, gone or different, and whether the rule of the completion is, in whole sentences."""
    required = [change for change in found.new if change.step.is_required]
    voluntary = len(found.new) - len(required)
    now_required = [one for one in found.changed if one.after.is_required and not one.before.is_required]
    others = len(found.changed) - len(now_required)
    said = [
        (
            len(required),
            ngettext(
                "%(count)d new step is required for the completion.",
                "%(count)d new steps are required for the completion.",
                len(required),
            ),
        ),
        (
            voluntary,
            ngettext("%(count)d new step is voluntary.", "%(count)d new steps are voluntary.", voluntary),
        ),
        (
            len(found.gone),
            ngettext("%(count)d step is no longer there.", "%(count)d steps are no longer there.", len(found.gone)),
        ),
        (
            len(now_required),
            ngettext("%(count)d step is required now.", "%(count)d steps are required now.", len(now_required)),
        ),
        (
            others,
            ngettext("%(count)d step is different.", "%(count)d steps are different.", others),
        ),
    ]
    news = [sentence % {"count": count} for count, sentence in said if count]
    if found.rules:
        news.append(_("How much of the dates somebody must have attended is different, too."))
    return news


def _titles(enrolment: Enrolment, found: Difference) -> list[tuple[str, str]]:
    """The titles of new steps; none where the course has a neutral title, which they could betray."""
    if enrolment.run.course.approval_title_de or not found.new:
        return []
    pages = step_pages([change.step for change in found.new], language=get_language())
    return [(_("New step"), pages[change.key].title) for change in found.new]


def _action(enrolment: Enrolment) -> tuple[str, str]:
    if enrolment.holds_place:
        return _("Go on learning"), absolute(reverse("enrolment:learn", args=[enrolment.pk]))
    return _("Open my places"), absolute_url("enrolment:my_places")
