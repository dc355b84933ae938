"""The check of texts in Leichte Sprache (DIN SPEC 33429; DOMAIN.md 6, A6).

A text counts as checked with the group that checked it and the day, and for the words that the group has seen. The rule
stands with the model, so that no way of saving or publishing goes around it.
"""

import json
from hashlib import blake2b
from typing import Any

from django.db import models
from wagtail.fields import StreamField
from wagtail.models import Page

CHECK_FIELDS = ("easy_status", "easy_checked_by", "easy_checked_on")
WORDS_OF_EVERY_PAGE = ("title", "search_description")


def seal_of_words(page: Page) -> str:
    """The same for the same words; pictures, dates and settings make no difference."""
    words = {name: getattr(page, name) for name in WORDS_OF_EVERY_PAGE}
    words |= {field.name: _plain(page, field) for field in page._meta.local_concrete_fields if _holds_words(field)}
    return _digest(words)


def seal_of_check(page: Page) -> str:
    return _digest([page.easy_checked_by, str(page.easy_checked_on)])


def _holds_words(field: models.Field) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField | StreamField)
    return is_text and not field.choices and not field.name.startswith("easy_")


def _plain(page: Page, field: models.Field) -> Any:
    value = getattr(page, field.attname)
    return _without_ids(value.get_prep_value()) if isinstance(field, StreamField) else value


def _without_ids(value: Any) -> Any:
    """Blocks without the ids that Wagtail gives them."""
    if isinstance(value, dict):
        return {name: _without_ids(inner) for name, inner in value.items() if name != "id"}
    return [_without_ids(inner) for inner in value] if isinstance(value, list) else value


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return blake2b(text.encode(), digest_size=12).hexdigest()
