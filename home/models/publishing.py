"""What a page must have before it is published. A draft may lack it; nobody publishes past this, by whatever way."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField
from wagtail.models import Page


class PublishingRefused(ValidationError):
    """The page is not complete. The messages are written for its editor."""

    def __init__(self, page: Page, sentences: list[str]):
        super().__init__({NON_FIELD_ERRORS: sentences})
        self.page = page


def what_is_missing(page: Page) -> list[str]:
    """What this state of the page lacks before it can be published, in sentences: each only once."""
    found: list[str] = []
    try:
        page.full_clean()
    except ValidationError as problem:
        found += problem.messages
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            found += _missing_in_blocks(getattr(page, field.name))
    return list(dict.fromkeys(str(sentence) for sentence in found))


def what_draft_lacks(page: Page) -> list[str]:
    """What the latest draft of the page lacks before it can be published."""
    return what_is_missing(page.get_latest_revision_as_object())


def _missing_in_blocks(value: StreamValue) -> Iterator[str]:
    """The database field does not ask its blocks; the editor's form does. Each sentence begins with its block."""
    try:
        value.stream_block.clean(value)
    except ValidationError as problem:
        for sentence in getattr(problem, "non_block_errors", []):
            yield str(sentence)
        for index, error in getattr(problem, "block_errors", {}).items():
            label = value[index].block.label if isinstance(index, int) else ""
            yield from (f"{label}: {sentence}" if label else sentence for sentence in _sentences(error))


def _sentences(error: Any) -> Iterator[str]:
    """What is wrong in a block and in the blocks within it."""
    inner = [*getattr(error, "block_errors", {}).values()]
    inner += [cell for row in (getattr(error, "cell_errors", None) or {}).values() for cell in row.values()]
    own = [str(sentence) for sentence in getattr(error, "non_block_errors", [])]
    if not inner and not own:
        yield from error.messages
    yield from own
    for problem in inner:
        yield from _sentences(problem)
