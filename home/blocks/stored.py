"""The stored data of StreamFields, block by block. What was deleted since still stands there; nothing is fetched."""

from collections.abc import Iterator
from typing import Any

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from .plain import LinkedPageBlock
from .structured import QuoteBlock


def children(block: blocks.Block, raw: Any) -> Iterator[tuple[blocks.Block, Any]]:
    """The blocks within a block, each with its stored data; those of a kind that is gone are left out."""
    if isinstance(block, QuoteBlock):
        raw = block.stored(raw)
    if isinstance(block, blocks.BaseStreamBlock):
        known = ((block.child_blocks.get(item["type"]), item["value"]) for item in raw)
    elif isinstance(block, blocks.ListBlock):
        plain = (item["value"] if isinstance(item, dict) and item.get("type") == "item" else item for item in raw)
        known = ((block.child_block, item) for item in plain)
    elif isinstance(block, blocks.BaseStructBlock) and isinstance(raw, dict):
        known = ((child, raw.get(name)) for name, child in block.child_blocks.items())
    elif isinstance(block, TypedTableBlock):
        columns = [block.child_blocks.get(column["type"]) for column in raw.get("columns", [])]
        known = (cell for row in raw.get("rows", []) for cell in zip(columns, row["values"], strict=False))
    else:
        known = iter(())
    return ((child, value) for child, value in known if child is not None)


def linked_keys(block: blocks.Block, raw: Any) -> Iterator[int]:
    """The keys of the pages that a block leads to, without a query."""
    if isinstance(block, LinkedPageBlock):
        yield from [raw] if raw else []
    elif raw:
        for child, value in children(block, raw):
            yield from linked_keys(child, value)
