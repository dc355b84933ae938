"""Many courses, each with its pages, its version and its runs."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import router
from django.db.models import F
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from academy.enums import Vocabulary
from academy.models import Term, User
from consulting.demo.content import read
from consulting.demo.courses import words_of
from courses.enums import RunState
from courses.models import Course, CourseIndexPage, CoursePage, CourseRun, CourseVersion, Session
from courses.models.pages import forget_catalogues

BATCH = 500
PLACES = 20  # the most that a run has
LANGUAGES = {"de": 1, "en": 2, "de-simple": 10}  # every course, every second, every tenth
DISTRICTS = [
    "Havel",
    "Spree",
    "Panke",
    "Dahme",
    "Wuhle",
    "Tegel",
    "Müggel",
    "Linde",
    "Kiefer",
    "Birke",
    "Ahorn",
    "Weide",
]
# Weeks from now in which the runs of one course begin; the courses take turns.
ROUNDS = [(-30, 3), (-9, 2, 20), (5,), (-16, 8), (-0.5, 12), (11, 30), (-44, -20), (17,), (-5, 26), (1,)]
SESSIONS = [1, 2, 1, 3]


@dataclass(frozen=True)
class Words:
    """One page that is to be made."""

    course: Course
    key: uuid.UUID
    values: dict[str, Any]


def add_courses(number: int, *, trainers: Sequence[User], at: datetime) -> list[CourseRun]:
    """So many more courses, numbered on from those that are here; gives their runs."""
    entries = read("courses")
    first = Course.objects.filter(slug__startswith="scale-").count()
    kinds = [entries[position % len(entries)] for position in range(first, first + number)]
    courses = [_course(kind, position) for position, kind in enumerate(kinds, start=first + 1)]
    Course.objects.bulk_create(courses, batch_size=BATCH)
    _add_terms(courses, kinds)
    versions = [CourseVersion(course=course, number=1, created_at=at) for course in courses]
    CourseVersion.objects.bulk_create(versions, batch_size=BATCH)
    keys = [uuid.uuid5(uuid.NAMESPACE_URL, course.slug) for course in courses]
    for language, every in LANGUAGES.items():
        chosen = list(zip(courses, kinds, keys, strict=True))[::every]
        words = [Words(course, key, _titled(words_of(kind, language), course)) for course, kind, key in chosen]
        _add_pages(words, language=language, at=at)
    forget_catalogues()
    return _add_runs(versions, trainers=trainers, at=at)


def _course(kind: dict[str, Any], number: int) -> Course:
    facts = {name: kind[name] for name in ("type", "format", "ue", "field", "language", "approval")}
    least, most = (kind["capacity"][name] for name in ("min", "max"))
    capacity = {"capacity_min": min(least, PLACES), "capacity_max": most and min(most, PLACES)}
    return Course(slug=f"scale-{number}", **capacity, **facts)


def _titled(values: dict[str, Any], course: Course) -> dict[str, Any]:
    number = int(course.slug.removeprefix("scale-"))
    return {**values, "title": f"{values['title']} ({DISTRICTS[number % len(DISTRICTS)]} {number})"}


def _add_terms(courses: list[Course], kinds: list[dict[str, Any]]) -> None:
    """Target groups and access features; those that this site does not have are left out."""
    terms = {(term.vocabulary, term.key): term.pk for term in Term.objects.all()}
    for field, vocabulary in (("target_groups", Vocabulary.TARGET_GROUPS), ("access", Vocabulary.ACCESS)):
        link = getattr(Course, field).through
        link.objects.bulk_create(
            [
                link(course_id=course.pk, term_id=terms[vocabulary, key])
                for course, kind in zip(courses, kinds, strict=True)
                for key in kind[field]
                if (vocabulary, key) in terms
            ],
            batch_size=BATCH,
        )


# --- Pages ---------------------------------------------------------------------------------------------------------
def _add_pages(words: list[Words], *, language: str, at: datetime) -> None:
    """Published pages at the end of the catalogue of that language, and their entries in the search index."""
    parent = CourseIndexPage.objects.get(locale__language_code=language)
    last = parent.get_last_child()
    step = Page._str2int(last.path[-Page.steplen :]) if last else 0
    pages = [_page(entry, parent, step + position, at) for position, entry in enumerate(words, start=1)]
    for batch in _batches(pages):
        _insert(batch)
        get_search_backend().add_bulk(CoursePage, batch)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(pages))


def _page(words: Words, parent: CourseIndexPage, step: int, at: datetime) -> CoursePage:
    slug = words.course.slug
    return CoursePage(
        course=words.course,
        translation_key=words.key,
        locale=parent.locale,
        path=Page._get_path(parent.path, parent.depth + 1, step),
        depth=parent.depth + 1,
        content_type=ContentType.objects.get_for_model(CoursePage),
        slug=slug,
        url_path=f"{parent.url_path}{slug}/",
        draft_title=words.values["title"],
        live=True,
        first_published_at=at,
        last_published_at=at,
        **words.values,
    )


def _insert(pages: list[CoursePage]) -> None:
    """Django's bulk_create refuses models whose fields stand in two tables, so each table is filled by itself."""
    base = [
        Page(**{field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields}) for page in pages
    ]
    for page, row in zip(pages, Page.objects.bulk_create(base), strict=True):
        page.pk = page.page_ptr_id = row.pk
    database = router.db_for_write(CoursePage)
    CoursePage._base_manager._insert(pages, fields=CoursePage._meta.local_concrete_fields, using=database)


def _batches(pages: list[CoursePage]) -> Iterator[list[CoursePage]]:
    rest = iter(pages)
    while batch := list(islice(rest, BATCH)):
        yield batch


# --- Runs ----------------------------------------------------------------------------------------------------------
def _add_runs(versions: list[CourseVersion], *, trainers: Sequence[User], at: datetime) -> list[CourseRun]:
    """One to three runs of each course: past ones are completed, others under way or to come."""
    begins = [
        (version, week)
        for version, weeks in zip(versions, cycle(ROUNDS), strict=False)
        for week in ((None,) if version.course.capacity_max is None else weeks)
    ]
    lengths = list(islice(cycle(SESSIONS), len(begins)))
    runs = [
        _run(version, week, length, number)
        for number, ((version, week), length) in enumerate(zip(begins, lengths, strict=True), start=1)
    ]
    CourseRun.objects.bulk_create(runs, batch_size=BATCH)
    sessions = [
        session
        for run, (_version, week), length in zip(runs, begins, lengths, strict=True)
        if week is not None
        for session in _sessions(run, at + timedelta(weeks=week), length, at)
    ]
    Session.objects.bulk_create(sessions, batch_size=BATCH)
    link = CourseRun.trainers.through
    teaching = zip(runs, cycle(trainers), strict=False)
    link.objects.bulk_create(
        [link(courserun_id=run.pk, user_id=person.pk) for run, person in teaching], batch_size=BATCH
    )
    return runs


def _run(version: CourseVersion, week: float | None, length: int, number: int) -> CourseRun:
    course = version.course
    is_over = week is not None and week + length < 0
    return CourseRun(
        slug=f"{course.slug}-{'offen' if week is None else str(week).replace('.', '-').replace('-', 'm', 1)}",
        course=course,
        version=version,
        state=RunState.COMPLETED if is_over else RunState.OPEN,
        language=course.language,
        place="" if week is None else f"Tagungsraum {DISTRICTS[number % len(DISTRICTS)]}",
        capacity_min=course.capacity_min,
        capacity_max=course.capacity_max,
        approval=course.approval,
    )


def _sessions(run: CourseRun, first: datetime, length: int, at: datetime) -> Iterator[Session]:
    """Weekly mornings of four hours."""
    morning = first.replace(hour=8, minute=0, second=0, microsecond=0)
    for week in range(length):
        begin = morning + timedelta(weeks=week)
        yield Session(run=run, starts_at=begin, ends_at=begin + timedelta(hours=4), ue=5, changed_at=at)
