"""Exercises edited in the browser: the fields that a content type describes, as Wagtail's own blocks.

`nodes` turns semantics into blocks and values there and back; whatever the editor cannot show travels along unseen, so
that opening and saving changes nothing. `richtext` and `files` do so for texts with marks and for pictures, sound and
films. The H5P app itself knows nothing of Wagtail.
"""

from .files import FileRefused
from .tree import Tree

__all__ = ["FileRefused", "Tree"]
