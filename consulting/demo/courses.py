"""Courses, and their pages in German, English and Leichte Sprache."""

from typing import Any

from wagtail.models import Locale

from academy.enums import Vocabulary
from academy.models import Term
from courses.models import Course, CourseIndexPage, CoursePage
from home.enums import EasyStatus

from .content import read
from .loading import Loading, key_of
from .publishing import put_page
from .texts import lines, sentences

LANGUAGES = ("de", "en", "de-simple")


def load_courses(loading: Loading) -> str:
    courses = [_put_course(entry) for entry in read("courses")]
    _put_prerequisites({course.slug: course for course in courses})
    catalogues = {page.locale.language_code: page for page in CourseIndexPage.objects.select_related("locale")}
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    for entry, course in zip(read("courses"), courses, strict=True):
        for language in LANGUAGES:
            put_page(
                parent=catalogues[language],
                model=CoursePage,
                key=key_of("course", course.slug),
                locale=locales[language],
                values={"slug": course.slug, "course": course, **words_of(entry, language)},
            )
    return f"{len(courses)} courses, {len(courses) * len(LANGUAGES)} pages in {len(LANGUAGES)} languages"


def _put_course(entry: dict[str, Any]) -> Course:
    neutral = entry.get("approval_title", {})
    course, _created = Course.objects.update_or_create(
        slug=entry["slug"],
        defaults={
            **{name: entry[name] for name in ("type", "format", "ue", "field", "language", "approval")},
            "capacity_min": entry["capacity"]["min"],
            "capacity_max": entry["capacity"]["max"],
            "approval_title_de": neutral.get("de", ""),
            "approval_title_en": neutral.get("en", ""),
            "is_list_protected": entry.get("attendee_list_visibility") == "trainer_only",
        },
    )
    course.target_groups.set(_terms(Vocabulary.TARGET_GROUPS, entry["target_groups"]))
    course.access.set(_terms(Vocabulary.ACCESS, entry["access"]))
    return course


def _put_prerequisites(courses: dict[str, Course]) -> None:
    for slug, words in read("course_words").items():
        courses[slug].prerequisites.set([courses[required] for required in words.get("builds_on", ())])


def _terms(vocabulary: Vocabulary, keys: list[str]) -> list[Term]:
    found = {term.key: term for term in Term.objects.filter(vocabulary=vocabulary, key__in=keys)}
    return [found[key] for key in keys]


def words_of(entry: dict[str, Any], language: str) -> dict[str, Any]:
    """Title, teaser, description, goals and points of the page in one language."""
    more = read("course_words")[entry["slug"]]
    if language == "de-simple":
        return {
            "title": more["easy"]["title"],
            "teaser": more["easy"]["teaser"],
            "description": sentences(entry["easy"]),
            "easy_status": EasyStatus(read("meta")["easy_status"]),
        }
    english = language == "en"
    return {
        "title": entry["title"][language],
        "teaser": entry["teaser"][language],
        "description": f"<p>{entry['description'][language]}</p>",
        "goals": lines(more["goals_en"] if english else entry["goals_de"]),
        "content_points": lines(more["content_points_en"] if english else entry["content_points_de"]),
    }
