"""Copying a course: the record and its pages in all languages, as drafts to be written anew."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.models import Page

from academy.models import User
from academy.services import audit

from .models import Course, CoursePage


class CourseCopyRefused(Exception):
    """The course cannot be copied like this. The message is written for the person who copies."""


@dataclass(frozen=True)
class PageToCopy:
    """A course page with the steps below it, whatever their state."""

    page: CoursePage
    steps: list[Page]


def pages_to_copy(course: Course) -> list[PageToCopy]:
    """The pages of the course in all languages with their steps: two queries, and as many more as there are pages."""
    pages = course.pages.select_related("locale").order_by("locale_id", "pk")
    return [PageToCopy(page, list(page.get_children().order_by("path"))) for page in pages]


@transaction.atomic
def copy_course(*, course: Course, slug: str, titles: Mapping[int, str], actor: User, at: datetime) -> Course:
    """A new course with the facts of `course`, and drafts of all its pages and steps; `titles` are the new titles by
    the key of the page. Exercises and files are shared. Runs, versions and places stay with the old course.

    Raises CourseCopyRefused where a title is missing or another course has the short name.
    """
    course = Course.objects.select_for_update().get(pk=course.pk)
    found = pages_to_copy(course)
    if not all(titles.get(one.page.pk, "").strip() for one in found):
        raise CourseCopyRefused(_("Please give the copy a title in each language."))
    new = _copy_record(course, slug)
    originals = [page for one in found for page in (one.page, *one.steps)]
    keys = {page.translation_key: uuid4() for page in originals}  # the same for a step in every language
    for one in found:
        title = titles[one.page.pk].strip()
        catalogue = one.page.get_parent()
        words = {"title": title, "draft_title": title, "course": new}
        words["slug"] = find_available_slug(catalogue, slugify(title) or slug)
        page = _copy_page(one.page, to=catalogue, keys=keys, actor=actor, **words)
        for step in one.steps:
            _copy_page(step.specific, to=page, keys=keys, actor=actor)
    audit(action="course.copied", obj=new, actor=actor, at=at, data={"from": course.pk})
    return new


def _copy_record(course: Course, slug: str) -> Course:
    """The same facts under another short name, and the same links to lists and other courses."""
    new = copy.copy(course)
    new.pk, new.slug, new._state = None, slug, copy.copy(course._state)
    new._state.adding, new._prefetched_objects_cache = True, {}
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError as clash:
        raise CourseCopyRefused(_("There is a course with this short name already.")) from clash
    for link in Course._meta.many_to_many:
        getattr(new, link.name).set(getattr(course, link.name).all())
    return new


def _copy_page(page: Page, *, to: Page, keys: Mapping[UUID, UUID], actor: User, **words) -> Page:
    """A draft with the words that are published, or that were written last where nothing is."""
    written = page if page.live else page.get_latest_revision_as_object()
    values = {
        "translation_key": keys[page.translation_key],
        "go_live_at": None,
        "expire_at": None,
        "expired": False,
        **_pointed_anew(written, keys),
        **words,
    }
    return written.copy(
        to=to,
        recursive=False,
        copy_revisions=False,
        keep_live=False,
        reset_translation_key=False,
        update_attrs=values,
        user=actor,
    )


def _pointed_anew(page: Page, keys: Mapping[UUID, UUID]) -> dict[str, UUID]:
    """Whatever names another step by its key, as a rule «opens after» does, names the copy of that step."""
    names = [field.name for field in page._meta.concrete_fields if isinstance(field, models.UUIDField)]
    return {name: keys[getattr(page, name)] for name in names if getattr(page, name) in keys}
