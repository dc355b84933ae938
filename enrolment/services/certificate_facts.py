"""The facts that a certificate prints (DOMAIN.md 4), as the words and figures that stand on the paper.

Nothing else may come in: no date of birth, employer, grade, evaluation or access need.
"""

from datetime import datetime

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from academy.common.funding import funding
from academy.common.lessons import ue_number, ue_text
from academy.common.moments import day, span
from academy.enums import Role
from academy.models import Membership
from courses.enums import CourseFormat
from courses.models import Course, CoursePage, CourseRun
from enrolment.enums import CompletionResult, TitleChoice

from .progress import LearningProgress

MOST_POINTS = 6


def build_facts(progress: LearningProgress, *, title: str, at: datetime) -> dict:
    """What is printed, in the active language; name, number and code are added by the caller."""
    run, completion = progress.enrolment.run, progress.completion
    language, operator = get_language(), settings.SITE_OPERATOR
    paid_by = funding(language)
    issued_on = formats.date_format(timezone.localdate(at), pgettext("date format", "j F Y"))
    return {
        "provider": {"name": operator["name"], "address": operator["address"]},
        **_words(run.course, language, title),
        "dates": _dates(progress),
        "places": _places(progress),
        "format": run.course.get_format_display(),
        "scope": _("%(scope)s; one UE is a lesson of 45 minutes") % {"scope": ue_text(progress.ue_total)},
        "attended": ue_text(completion.ue_attended),
        "is_self_study": not progress.sessions,
        "result": str(completion.result),
        "remark": _remark(progress),
        "trainers": _trainers(run, at=at),
        "issued": _("%(place)s, %(day)s") % {"place": operator["place"], "day": issued_on},
        "issued_by": _("Academy office, %(provider)s") % {"provider": operator["name"]},
        "no_examination": _("This certificate is not proof of an examination."),
        "funding_line": paid_by.line,
        "land_funder": paid_by.land_funder,
    }


def _words(course: Course, language: str, title: str) -> dict:
    """Title and content points. A course with a neutral title prints that one unless the person wants its own."""
    pages = {page.language: page for page in CoursePage.objects.filter(course=course, live=True).order_by("-pk")}
    order = [pages[code] for code in (language, "de", "en", *pages) if code in pages]
    page = order[0] if order else None
    pointed = next((candidate for candidate in order if candidate.content_points), None)
    neutral = course.approval_title_de if title == TitleChoice.NEUTRAL else ""
    return {
        "title_choice": str(title),
        "title": course.outward_title(language) if neutral else page.title if page else course.slug,
        "title_language": language if neutral or page is None else page.language,
        "points": [str(block.value) for block in pointed.content_points][:MOST_POINTS] if pointed else [],
        "points_language": pointed.language if pointed else language,
    }


def _dates(progress: LearningProgress) -> list[str]:
    """The dates that were attended; of a self-study module the day of its completion."""
    if not progress.sessions:
        return [_("completed on %(day)s") % {"day": day(progress.completion.granted_at)}]
    attended = [entry.session for entry in progress.sessions if entry.was_present]
    return [span(session.starts_at, session.ends_at) for session in attended]


def _places(progress: LearningProgress) -> list[str]:
    run = progress.enrolment.run
    if run.course.format in (CourseFormat.ONLINE, CourseFormat.SELF_STUDY):
        return [_("online")]
    attended = [entry.session.own_place or run.place for entry in progress.sessions if entry.was_present]
    return list(dict.fromkeys(place for place in attended or [run.place] if place))


def _remark(progress: LearningProgress) -> str:
    if progress.completion.result != CompletionResult.PARTLY:
        return ""
    return _("Partial attendance: %(attended)s of %(scope)s UE were attended.") % {
        "attended": ue_number(progress.completion.ue_attended),
        "scope": ue_number(progress.ue_total),
    }


def _trainers(run: CourseRun, *, at: datetime) -> list[str]:
    """Their function and for whom they teach, not their names."""
    memberships = Membership.objects.active(on=timezone.localdate(at)).with_role(Role.TRAINER)
    names = memberships.filter(user__in=run.trainers.all()).values_list("organisation__name", flat=True)
    return [_("Trainer, %(organisation)s") % {"organisation": name} for name in sorted(set(names))]
