"""What stands in somebody's learning record: the completed courses with their figures, and the own statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from academy.models import User
from enrolment import selectors, services
from enrolment.enums import CompletionResult
from enrolment.models import Certificate, Enrolment


@dataclass(frozen=True)
class CompletedCourse:
    """One course that was completed here, as certificates count it; `certificate` is None until it is issued."""

    enrolment: Enrolment
    title: str
    title_language: str
    first_day: date
    last_day: date
    ue_total: Decimal
    ue_attended: Decimal
    result: CompletionResult
    certificate: Certificate | None


def completed_courses(places: Sequence[Enrolment], *, language: str) -> list[CompletedCourse]:
    """The entries of these completed places, in their order; the same queries however many there are."""
    progress = services.progress_of_places(places)
    certificates = {one.enrolment_id: one for one in selectors.valid_certificates_of_places(places)}
    return [_entry(place, progress[place.pk], certificates.get(place.pk), language) for place in places]


def own_record(user: User, *, language: str) -> tuple[list[CompletedCourse], list]:
    """The whole record: completed courses and own statements, the latest first."""
    places = list(selectors.completed_places_of(user))
    return completed_courses(places, language=language), list(selectors.external_courses_of(user))


def _entry(
    place: Enrolment, progress: services.LearningProgress, certificate: Certificate | None, language: str
) -> CompletedCourse:
    """The title is the one on the certificate: the neutral one of a course has its reason (DOMAIN.md 0.5)."""
    days = [timezone.localdate(one.session.starts_at) for one in progress.sessions if one.was_present]
    days = days or [timezone.localdate(place.completion.granted_at)]
    title, title_language = place.run.course.outward_title(language), ""
    if certificate is not None:
        title, title_language = certificate.facts["title"], certificate.facts["title_language"]
    return CompletedCourse(
        enrolment=place,
        title=title,
        title_language=title_language,
        first_day=min(days),
        last_day=max(days),
        ue_total=progress.ue_total,
        ue_attended=place.completion.ue_attended,
        result=CompletionResult(place.completion.result),
        certificate=certificate,
    )
