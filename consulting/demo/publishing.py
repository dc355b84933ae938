"""Bringing a page into the tree, live, with one revision; a page that somebody has edited since stays as it is."""

import uuid
from typing import Any

from wagtail.fields import StreamField
from wagtail.models import Locale, Page


def put_page(*, parent: Page, model: type[Page], key: uuid.UUID, locale: Locale, values: dict[str, Any]) -> Page:
    """The live page with that translation key in that language: made below `parent`, or brought up to date.

    Lists of blocks are given as plain data. Nothing is written where nothing differs.
    """
    return refresh_page(find_or_add_page(parent=parent, model=model, key=key, locale=locale, values=values), values)


def find_or_add_page(
    *, parent: Page, model: type[Page], key: uuid.UUID, locale: Locale, values: dict[str, Any]
) -> Page:
    """The page with that key in that language, or a new one below `parent` that is not published yet."""
    page = model.objects.filter(translation_key=key, locale=locale).first()
    if page is None:
        page = model(translation_key=key, locale=locale, live=False)
        fill(page, values)
        parent.add_child(instance=page)
    return page


def refresh_page(page: Page, values: dict[str, Any]) -> Page:
    """Publish a page with these values, unless it has them already or somebody has edited it."""
    if not is_edited(page) and (fill(page, values) or not page.live):
        page.save_revision(clean=False).publish()
    return page


def is_edited(page: Page) -> bool:
    """Whether the newest revision was made by a person."""
    return page.latest_revision is not None and page.latest_revision.user_id is not None


def fill(page: Page, values: dict[str, Any]) -> bool:
    """Set what differs; whether anything did."""
    changed = False
    for name, wanted in values.items():
        field = page._meta.get_field(name)
        if isinstance(field, StreamField):
            wanted = field.stream_block.to_python(wanted)
            differs = _plain(getattr(page, name)) != _plain(wanted)
        elif field.is_relation:
            differs = getattr(page, field.attname) != wanted.pk
        else:
            differs = getattr(page, name) != wanted
        if differs:
            setattr(page, name, wanted)
            changed = True
    return changed


def _plain(stream) -> Any:
    """The blocks as they are stored, without the ids that Wagtail gives to each."""
    return _without_ids(stream.get_prep_value())


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_ids(inner) for name, inner in value.items() if name != "id"}
    return [_without_ids(inner) for inner in value] if isinstance(value, list) else value
