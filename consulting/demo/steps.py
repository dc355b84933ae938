"""The learning steps of three courses, in German and English."""

from typing import Any

from wagtail.documents.models import Document
from wagtail.models import Locale

from courses.enums import StepKind
from courses.models import CoursePage, H5PStepPage, ReadingStepPage, TaskStepPage, VideoStepPage

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
    courses = {entry["course"] for entry in entries}
    return f"{len(entries)} steps of {len(courses)} courses, {len(documents)} files"


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
