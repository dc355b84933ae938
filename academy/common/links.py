"""Absolute addresses for mails, calendars and PDFs."""

from django.conf import settings
from django.urls import reverse


def absolute(path: str) -> str:
    """The path below the public address of this installation; a full address stays as it is."""
    return path if "://" in path else settings.BASE_URL.rstrip("/") + path


def absolute_url(name: str, *args) -> str:
    """The absolute address of a named view, in the language that is active."""
    return absolute(reverse(name, args=args))
