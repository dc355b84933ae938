"""StreamField blocks that every page type shares."""

from .streams import ACTIONS, BodyBlock, HomeBodyBlock

__all__ = ["ACTIONS", "BodyBlock", "HomeBodyBlock"]
