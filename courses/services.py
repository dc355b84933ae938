"""The rules for courses: freezing their structure into versions."""

from datetime import datetime

from django.db import transaction

from . import selectors
from .models import Course, CourseVersion, Step, StepPage


@transaction.atomic
def freeze_version(*, course: Course, at: datetime) -> CourseVersion:
    """The version with the structure that the course has now: the latest, or a new one if the structure has changed.

    The structure is the order of the live steps, their kind, whether they are required, and the score that counts.
    Other words on the same steps are no new version. A version is never changed.
    """
    course = Course.objects.select_for_update().get(pk=course.pk)
    steps = _live_steps(course)
    latest = course.versions.prefetch_related("steps").order_by("-number").first()
    if latest is not None and [_shape(step) for step in latest.steps.all()] == [_shape(step) for step in steps]:
        return latest
    version = CourseVersion.objects.create(course=course, number=latest.number + 1 if latest else 1, created_at=at)
    for step in steps:
        step.version = version
    Step.objects.bulk_create(steps)
    return version


def _live_steps(course: Course) -> list[Step]:
    """The published steps as rows that are not stored yet, in their order on the page."""
    page = selectors.structure_page(course)
    children = page.get_children().live().order_by("path").specific() if page else []
    return [
        Step(
            key=child.translation_key,
            position=position,
            kind=child.kind,
            is_required=child.is_required,
            minutes=child.minutes,
            min_score=child.lowest_score,
            page_id=child.pk,
        )
        for position, child in enumerate((c for c in children if isinstance(c, StepPage)), start=1)
    ]


def _shape(step: Step) -> tuple:
    return step.key, step.kind, step.is_required, step.min_score
