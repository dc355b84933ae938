"""What calendars must know of changes in courses: the words that name a date stand on pages."""

from courses.models import Course, CoursePage

from . import services


def forget_titles_of_page(instance: CoursePage, **kwargs) -> None:
    """Receiver: a page was saved, published, taken back or deleted."""
    services.forget_feeds(person__enrolments__run__course=instance.course_id)


def forget_titles_of_course(instance: Course, **kwargs) -> None:
    """Receiver: a course was saved; its neutral title may be another one."""
    services.forget_feeds(person__enrolments__run__course=instance.pk)
