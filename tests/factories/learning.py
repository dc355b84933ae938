"""Courses with pages and steps, as learners meet them."""

from datetime import UTC, datetime
from uuid import uuid4

from django.core.files.base import ContentFile
from wagtail.documents.models import Document
from wagtail.models import Locale, Page

from courses.enums import AnswerKind, CourseFormat, RunState, StepKind, TaskReview
from courses.h5p.models import Content, Library
from courses.models import (
    RELEASE_FIELDS,
    Course,
    CoursePage,
    CourseVersion,
    DocumentStepPage,
    FeedbackStepPage,
    H5PStepPage,
    ReadingStepPage,
    SessionStepPage,
    Step,
    TaskStepPage,
    VideoStepPage,
)

from .courses import CourseFactory, CourseRunFactory

OPENED_AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
FILM = bytes(range(256)) * 40
PAPER = b"%PDF-1.7 nur ein Beispiel %%EOF" * 20
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nGuten Tag.\n"
PAGE_TYPES = {
    StepKind.READING: ReadingStepPage,
    StepKind.VIDEO: VideoStepPage,
    StepKind.H5P: H5PStepPage,
    StepKind.TASK: TaskStepPage,
    StepKind.FEEDBACK: FeedbackStepPage,
    StepKind.DOCUMENT: DocumentStepPage,
    StepKind.SESSION: SessionStepPage,
}
QUESTIONS = [
    ("scale", {"question": "Das nützt mir bei der Arbeit.", "low": "gar nicht", "high": "sehr"}),
    ("choice", {"question": "Wie war das Tempo?", "options": ["zu langsam", "gut", "zu schnell"]}),
    ("text", {"question": "Was hat gefehlt?"}),
]


def locale(code: str) -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


def make_course_page(course: Course, language: str = "de", title: str = "Zugang für alle", points=()) -> CoursePage:
    page = CoursePage(
        course=course,
        locale=locale(language),
        title=title,
        slug=f"{course.slug}-{language}",
        teaser="Ein Satz.",
        description="<p>Worum es geht.</p>",
        content_points=[("line", point) for point in points],
    )
    return Page.get_first_root_node().add_child(instance=page)


def make_document(name: str, content: bytes) -> Document:
    return Document.objects.create(title=name, file=ContentFile(content, name=name))


def _needed(kind: StepKind) -> dict:
    """What a step of that kind must have before it is published."""
    if kind == StepKind.VIDEO:
        film, captions = make_document("film.mp4", FILM), make_document("untertitel.vtt", CAPTIONS)
        return {"video": film, "captions": captions, "transcript": "<p>Was gesagt wird.</p>"}
    if kind == StepKind.H5P:
        return {"content": make_h5p_content()}
    if kind == StepKind.FEEDBACK:
        return {"questions": QUESTIONS}
    if kind == StepKind.DOCUMENT:
        return {"document": make_document("vorlage.pdf", PAPER), "summary": "<p>Was in der Vorlage steht.</p>"}
    if kind == StepKind.SESSION:
        return {"introduction": "<p>Bitte bringen Sie etwas mit.</p>"}
    return {"body": [("text", "<p>Was zu lesen ist.</p>")]}


def _structure(kind: StepKind, page, given: dict) -> dict:
    """What the version keeps of a step of that kind."""
    if kind == StepKind.TASK:
        answer, review = given.get("answer", AnswerKind.TEXT), given.get("review", TaskReview.PROMISED)
        return {"answer": answer, "review": review}
    return {"questions": page.asked} if kind == StepKind.FEEDBACK else {}


def make_step_page(parent: Page, kind: StepKind = StepKind.READING, title: str = "Schritt", **fields):
    fields = {"slug": f"schritt-{uuid4().hex[:12]}", **_needed(kind), **fields}
    page = PAGE_TYPES[kind](title=title, locale=parent.locale, **fields)
    return parent.add_child(instance=page)


def make_h5p_content() -> Content:
    """A stored exercise; its library has no files, so it is not played in these tests."""
    fields = {"patch": 0, "title": "Quiz", "is_runnable": True, "metadata": {}, "installed_at": OPENED_AT}
    library, _created = Library.objects.get_or_create(machine_name="Test.Quiz", major=1, minor=0, defaults=fields)
    return Content.objects.create(
        title="Übung", library=library, language="de", params={}, created_at=OPENED_AT, updated_at=OPENED_AT
    )


def make_version(course: Course, *steps: dict) -> CourseVersion:
    """A version whose steps are given as dicts: kind, is_required, min_score, minutes, title, of a task its
    answer and review, and the fields of the rule of its release.
    """
    parent = course.pages.first() or make_course_page(course)
    version = CourseVersion.objects.create(course=course, number=course.versions.count() + 1, created_at=OPENED_AT)
    for position, given in enumerate(steps, start=1):
        kind = given.get("kind", StepKind.READING)
        page = make_step_page(parent, kind, title=given.get("title", f"Schritt {position}"))
        Step.objects.create(
            version=version,
            key=page.translation_key,
            position=position,
            kind=kind,
            is_required=given.get("is_required", True),
            minutes=given.get("minutes", 10),
            min_score=given.get("min_score"),
            page=page,
            **{name: given[name] for name in RELEASE_FIELDS if name in given},
            **_structure(kind, page, given),
        )
    return version


def make_run(*steps: dict, sessions: int = 0, course: Course | None = None, state=RunState.OPEN, **fields):
    """An open run with a pinned version; without sessions it is a self-study module."""
    kind = CourseFormat.IN_PERSON if sessions else CourseFormat.SELF_STUDY
    course = course or CourseFactory(format=kind)
    version = make_version(course, *steps) if steps else None
    return CourseRunFactory(course=course, version=version, sessions=sessions, state=state, **fields)
