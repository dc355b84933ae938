"""Background work of courses. Each task may run twice, and twice at once."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from .h5p import services as h5p

KEPT_FOR = timedelta(days=2)  # an open page may still need the files of an exercise that was replaced
UPLOADS_KEPT_FOR = timedelta(days=1)  # longer than anybody may leave the H5P editor open


@shared_task(name="courses.tidy_exercises")
def tidy_exercises() -> None:
    """Delete stored files of exercises that nothing names any more, and what was uploaded but never saved."""
    h5p.delete_unnamed_files(before=timezone.now() - KEPT_FOR)
    h5p.delete_uploads(before=timezone.now() - UPLOADS_KEPT_FOR)
