"""Courses as data for others: schema.org in course pages, and one list for each language.

The fields of the list are explained in docs/open-data.md. Nothing about people is in either.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from academy.common.languages import language_name
from academy.common.lessons import minutes_of
from academy.common.links import absolute

from .enums import CourseFormat, RunState
from .models import Course, CoursePage, CourseRun, Session
from .selectors import Offer

MODES = {
    CourseFormat.IN_PERSON: "Onsite",
    CourseFormat.ONLINE: "Online",
    CourseFormat.HYBRID: "Blended",
    CourseFormat.SELF_STUDY: "Online",
}


def course_entry(offer: Offer, runs: list[CourseRun], url: str) -> dict:
    """One course of the list."""
    page, course = offer.page, offer.course
    return {
        "id": course.slug,
        "title": page.title,
        "url": absolute(url),
        "language_of_page": page.language,
        "teaser": page.teaser,
        "type": {"key": course.type, "label": str(course.get_type_display())},
        "format": {"key": course.format, "label": str(course.get_format_display())},
        "topic": {"key": course.field, "label": str(course.get_field_display())},
        "language": {"key": course.language, "label": language_name(course.language)},
        "ue": float(course.ue),
        "minutes": minutes_of(course.ue),
        "target_groups": offer.audience,
        "access": offer.access,
        "builds_on": offer.builds_on,
        "goals": lines(page.goals),
        "content_points": lines(page.content_points),
        "runs": [run_entry(run, course) for run in runs],
    }


def run_entry(run: CourseRun, course: Course) -> dict:
    """One run of the list."""
    return {
        "id": run.pk,
        "status": {"key": str(run.status_now), "label": str(run.status_now.label)},
        "language": run.language,
        "place": run.place,
        "capacity": run.capacity_max,
        "free_places": run.free_seats if run.has_limit else None,
        "approval": run.approval,
        "enrolment_opens_at": moment(run.enrolment_opens_at),
        "enrolment_closes_at": moment(run.closes_at()),
        "calendar_url": absolute(reverse("calendar:run_feed", args=[run.pk])) if run.first_at else None,
        "sessions": [_session_entry(session, run) for session in run.sessions.all()],
    }


def _session_entry(session: Session, run: CourseRun) -> dict:
    entry = {"starts_at": moment(session.starts_at), "ends_at": moment(session.ends_at)}
    access = session.room.features if session.room else []
    entry |= {"place": session.own_place or run.place}
    return {**entry, "access": list(access)} if access else entry


def schema_org(page: CoursePage, course: Course, runs: list[CourseRun], url: str) -> dict:
    """The course and its runs in the words of schema.org."""
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": page.title,
        "description": page.teaser,
        "url": absolute(url),
        "courseCode": course.slug,
        "inLanguage": page.language,
        "provider": {"@type": "Organization", "name": settings.SITE_OPERATOR["name"], "url": settings.BASE_URL},
        "timeRequired": _duration(course),
        "teaches": lines(page.goals),
        "hasCourseInstance": [_instance(run, course, url) for run in runs],
    }


def _instance(run: CourseRun, course: Course, url: str) -> dict:
    instance = {
        "@type": "CourseInstance",
        "url": absolute(f"{url}#run-{run.pk}"),
        "courseMode": MODES[course.format],
        "courseWorkload": _duration(course),
        "inLanguage": run.language,
        "eventStatus": "https://schema.org/"
        + ("EventCancelled" if run.state == RunState.CANCELLED else "EventScheduled"),
        "startDate": moment(run.first_at),
        "endDate": moment(run.last_at),
        "location": _location(run, course, url),
        "maximumAttendeeCapacity": run.capacity_max,
        "remainingAttendeeCapacity": run.free_seats if run.has_limit else None,
    }
    return {key: value for key, value in instance.items() if value is not None}


def _location(run: CourseRun, course: Course, url: str) -> dict | None:
    if course.format in (CourseFormat.ONLINE, CourseFormat.SELF_STUDY):
        return {"@type": "VirtualLocation", "url": absolute(url)}  # the way in is for participants only
    return {"@type": "Place", "name": run.place} if run.place else None


def _duration(course: Course) -> str:
    """ISO 8601: PT3H45M."""
    hours, minutes = divmod(minutes_of(course.ue), 60)
    return f"PT{hours}H{minutes}M"


def moment(value: datetime | None) -> str | None:
    """Berlin time with its distance from UTC."""
    return timezone.localtime(value).isoformat() if value else None


def lines(stream) -> list[str]:
    return [str(block.value) for block in stream]
