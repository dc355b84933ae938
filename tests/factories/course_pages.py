"""Published pages of courses and their steps. They need the catalogues that the fixture `site` makes."""

from courses.models import CourseIndexPage, CoursePage, ReadingStepPage

from .courses import CourseFactory


def course_page(*, course=None, language="de", title="Bescheide, die ankommen", live=True, **fields) -> CoursePage:
    """A published course page below the catalogue of its language."""
    index = CourseIndexPage.objects.get(locale__language_code=language)
    words = {"teaser": "Verständlich schreiben.", "description": "<p>Wir kürzen eigene Schreiben.</p>", **fields}
    page = CoursePage(title=title, locale=index.locale, course=course or CourseFactory(), live=False, **words)
    index.add_child(instance=page)
    if live:
        page.save_revision().publish()
        page.refresh_from_db()
    return page


def reading_step(page: CoursePage, *, title="Einstieg", live=True, **fields) -> ReadingStepPage:
    """A published step with something to read."""
    fields = {"body": [{"type": "text", "value": "<p>Ein Absatz.</p>"}], **fields}
    step = ReadingStepPage(title=title, locale=page.locale, live=False, **fields)
    page.add_child(instance=step)
    if live:
        step.save_revision().publish()
        step.refresh_from_db()
    return step
