"""What consulting does when pages are published, taken back or moved."""

from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from .models.pages import forget_indexes


def connect() -> None:
    """Called once, when the app is ready."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(forget_indexes, dispatch_uid="consulting.forget_indexes")
