"""From the words of the content files to the numbers that blocks store: pages, courses, documents and images."""

from dataclasses import dataclass
from typing import Any

from wagtail.models import Page

from courses.models import CoursePage

from . import film
from .files import ensure_documents, ensure_images


@dataclass(frozen=True)
class Found:
    """What the words of the content files stand for."""

    pages: dict[tuple[str, str], Page]
    courses: dict[tuple[str, str], Page]
    documents: dict[str, Any]
    images: dict[str, Any]

    @classmethod
    def now(cls, pages: dict[tuple[str, str], Page]) -> "Found":
        courses = CoursePage.objects.select_related("course", "locale")
        by_name = {(page.course.slug, page.locale.language_code): page for page in courses}
        return cls(pages, by_name, ensure_documents(), ensure_images())

    def key(self, name: str, word: Any, language: str) -> Any:
        """The number that the block stores under `name` in place of the word; the word itself where it is one."""
        if name == "page":
            return self.pages[word, language].pk
        if name == "courses":
            return [self.courses[slug, language].pk for slug in word]
        if name in ("image", "poster"):
            return self.images[word].pk
        if name in ("video", "captions", "document"):
            return self.documents[word].pk
        return film.transcript(language) if (name, word) == ("transcript", "film") else word


def with_keys(value: Any, found: Found, language: str) -> Any:
    """The blocks with numbers in place of words for pages, courses, documents and images."""
    if isinstance(value, list):
        return [with_keys(inner, found, language) for inner in value]
    if isinstance(value, dict):
        words = ((name, found.key(name, inner, language)) for name, inner in value.items())
        return {name: with_keys(inner, found, language) for name, inner in words}
    return value
