"""The learning steps of all courses, in German and English."""

from typing import Any

from wagtail.documents.models import Document
from wagtail.models import Locale

from courses.enums import Release, StepKind
from courses.models import (
    CoursePage,
    DocumentStepPage,
    FeedbackStepPage,
    H5PStepPage,
    ReadingStepPage,
    SessionStepPage,
    TaskStepPage,
    VideoStepPage,
)

from . import film
from .content import read
from .files import ensure_documents, ensure_exercise
from .loading import Loading, key_of
from .publishing import put_page
from .texts import linked

MODELS = {
    StepKind.READING: ReadingStepPage,
    StepKind.VIDEO: VideoStepPage,
    StepKind.H5P: H5PStepPage,
    StepKind.TASK: TaskStepPage,
}
LANGUAGES = ("de", "en")


def load_steps(loading: Loading) -> str:
    documents = ensure_documents()
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    entries = [*read("steps"), *read("answered_steps")]
    for entry in entries:
        for language in LANGUAGES:
            put_page(
                parent=CoursePage.objects.get(course__slug=entry["course"], locale=locales[language]),
                model=MODELS[StepKind(entry["kind"])],
                key=key_of("step", entry["slug"]),
                locale=locales[language],
                values={
                    "slug": entry["slug"],
                    "title": entry[language]["title"],
                    "minutes": entry["minutes"],
                    "is_required": entry.get("is_required", True),
                    **_content(loading, entry, language, documents),
                },
            )
    prepared = read("prepared_steps")["courses"]
    count = sum(_load_prepared(entry, locales) for entry in prepared) + _load_paper(locales, documents)
    asked = read("feedback_steps")
    for entry in asked:
        _load_questions(entry, locales)
    courses = {entry["course"] for entry in [*entries, *prepared, *asked]}
    return f"{len(entries) + count + len(asked)} steps of {len(courses)} courses, {len(documents)} files"


def _load_prepared(entry: dict[str, Any], locales: dict[str, Locale]) -> int:
    """Something to read before, and a marker for each date of the course. All of it is voluntary."""
    for language in LANGUAGES:
        parent = CoursePage.objects.get(course__slug=entry["course"], locale=locales[language])
        words = entry[language]
        put_page(
            parent=parent,
            model=ReadingStepPage,
            key=key_of("step", entry["slug"]),
            locale=locales[language],
            values={
                "slug": entry["slug"],
                "title": words["title"],
                "minutes": entry["minutes"],
                "is_required": False,
                "body": [{"type": "text", "value": "".join(f"<p>{one}</p>" for one in words["text"])}],
            },
        )
        for number in range(1, entry["dates"] + 1):
            date_words = read("prepared_steps")["date"][language]
            slug = f"{entry['slug']}-termin-{number}"
            put_page(
                parent=parent,
                model=SessionStepPage,
                key=key_of("step", slug),
                locale=locales[language],
                values={
                    "slug": slug,
                    "title": date_words["titles"] % number if entry["dates"] > 1 else date_words["title"],
                    "introduction": date_words["introduction"],
                },
            )
    return 1 + entry["dates"]


def _load_questions(entry: dict[str, Any], locales: dict[str, Locale]) -> None:
    """Anonymous questions, the same in each language and always under the same keys."""
    for language in LANGUAGES:
        words = entry[language]
        asked = [
            {
                "type": question["kind"],
                "value": {name: value for name, value in question.items() if name != "kind"},
                "id": str(key_of("question", f"{entry['slug']}-{number}")),
            }
            for number, question in enumerate(words["questions"], start=1)
        ]
        put_page(
            parent=CoursePage.objects.get(course__slug=entry["course"], locale=locales[language]),
            model=FeedbackStepPage,
            key=key_of("step", entry["slug"]),
            locale=locales[language],
            values={
                "slug": entry["slug"],
                "title": words["title"],
                "minutes": entry["minutes"],
                "introduction": words["introduction"],
                "questions": asked,
                **{name: entry[name] for name in ("release", "release_session", "release_days") if name in entry},
            },
        )


def _load_paper(locales: dict[str, Locale], documents: dict[str, Document]) -> int:
    """A template that opens when the last date is over."""
    entry = read("prepared_steps")["paper"]
    for language in LANGUAGES:
        put_page(
            parent=CoursePage.objects.get(course__slug=entry["course"], locale=locales[language]),
            model=DocumentStepPage,
            key=key_of("step", entry["slug"]),
            locale=locales[language],
            values={
                "slug": entry["slug"],
                "minutes": 10,
                "is_required": False,
                "release": Release.AFTER_SESSION,
                "release_days": 0,
                "document": documents[f"vorlage-{language}"],
                **entry[language],
            },
        )
    return 1


def _content(loading: Loading, entry: dict[str, Any], language: str, documents: dict[str, Document]) -> dict[str, Any]:
    words = entry[language]
    if entry["kind"] == StepKind.VIDEO:
        return {
            "video": documents[f"film-{language}"],
            "captions": documents[f"captions-{language}"],
            "transcript": film.transcript(language),
        }
    if entry["kind"] == StepKind.H5P:
        content = ensure_exercise(loading, entry["content"][language])
        return {"introduction": words["introduction"], "content": content, "min_score": entry.get("min_score")}
    facts = {name: entry[name] for name in ("answer", "review") if name in entry}
    return {**facts, "body": linked(words["body"], lambda kind, key: f'linktype="document" id="{documents[key].pk}"')}
