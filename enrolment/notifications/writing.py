"""What all mails about places share: the way into the outbox, and their facts."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from academy.common.links import absolute, absolute_url
from academy.common.moments import span
from academy.services import Message, write_mail
from courses.models import CourseRun, Session
from enrolment.calendars import invitations_of
from enrolment.models import Enrolment
from enrolment.selectors import about_run


def write(
    enrolment: Enrolment,
    cause: str,
    at: datetime,
    message: Callable[[str], Message],
    *,
    brings_dates: bool = False,
    removed: Iterable[Session] = (),
) -> None:
    """Write one message about a place; its key names the place, the cause and which move of the place it was.

    With `brings_dates` the mail enters or strikes the dates of the place in the person's calendar, and strikes those of
    `removed` sessions. An account that has been erased has no address any more.
    """

    def build() -> Message:
        written = _in_checked_words(enrolment, message)
        return replace(written, calendar=invitations_of(enrolment, removed=removed, at=at)) if brings_dates else written

    if enrolment.learner.erased_at is None:
        key, about = key_of(enrolment, cause), about_run(enrolment.run_id)
        write_mail(key=key, to=enrolment.learner, build=build, at=at, about=about)


def key_of(enrolment: Enrolment, cause: str) -> str:
    """The key of a mail about a place: no cause is told twice for the same move of the place."""
    return f"place.{enrolment.pk}.{cause}.{enrolment.sequence}"


def _in_checked_words(enrolment: Enrolment, message: Callable[[str], Message]) -> Message:
    """The message; an easy title that nobody of the target group has checked is told of (DIN SPEC 33429)."""
    course, language = enrolment.run.course, get_language()
    written, page = message(course.outward_title(language)), course.page(language)
    has_unchecked_words = bool(page and page.needs_draft_notice and page.title in written.subject)
    return replace(written, has_unchecked_words=written.has_unchecked_words or has_unchecked_words)


def facts(enrolment: Enrolment, title: str) -> list[tuple[str, str]]:
    """What, when, where, how much."""
    return [(_("Course"), title), *dates_and_place(enrolment.run), (_("Scope"), enrolment.run.course.scope_text())]


def dates_and_place(run: CourseRun) -> list[tuple[str, str]]:
    """When, where, and how to get there and in."""
    dates = [
        (_("Date"), f"{when(session)} ({session.own_place})" if session.own_place else when(session))
        for session in run.sessions.all()
    ]
    place = [(_("Place"), run.place)] if run.place else []
    rooms = [(_("Access on site"), run.access_words()), (_("Way there"), run.transport_words())]
    about_rooms = [fact for fact in rooms if fact[1]]
    return [*(dates or [_no_date()]), *place, *about_rooms]


def facts_for_supervisor(enrolment: Enrolment, title: str) -> list[tuple[str, str]]:
    """Name, released title, dates, hours, costs: nothing else (DOMAIN.md 0.4)."""
    run = enrolment.run
    dates = [(_("Date"), when(session)) for session in run.sessions.all()] or [_no_date()]
    return [
        (_("Name"), str(enrolment.learner)),
        (_("Course"), title),
        *dates,
        (_("Scope"), run.course.scope_text()),
        (_("Costs"), _("free of charge")),
    ]


def when(session: Session) -> str:
    return span(session.starts_at, session.ends_at)


def _no_date() -> tuple[str, str]:
    return _("Date"), _("whenever it suits you")


def course_address(enrolment: Enrolment) -> str:
    """The course page; the own places where the address of the page would reveal what the neutral title does not."""
    course = enrolment.run.course
    page = None if course.approval_title_de else course.page(get_language())
    return absolute(page.reader_url) if page else absolute_url("enrolment:my_places")
