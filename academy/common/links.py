"""Absolute addresses for mails, calendars and PDFs, and what stands in addresses."""

from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve, reverse

SECRET_PARTS = {"token", "key", "uidb36", "code"}  # parts of addresses that open something for whoever has them


def absolute(path: str) -> str:
    """The path below the public address of this installation; a full address stays as it is."""
    return path if "://" in path else settings.BASE_URL.rstrip("/") + path


def absolute_url(name: str, *args) -> str:
    """The absolute address of a named view, in the language that is active."""
    return absolute(reverse(name, args=args))


def site_host() -> str:
    """The host of this installation, for names that must be unique in the world (calendar dates, mails)."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def secret_hash(secret: str) -> str:
    """What is stored of a secret in an address: it is long and random, so a plain hash cannot be turned back."""
    return sha256(secret.encode()).hexdigest()


def number_in(text: str) -> int | None:
    """The number that a part of an address is, such as that of a page or a year; None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= 4 else None


def shareable_path(address: str, match: ResolverMatch | None = None) -> str:
    """The path of a page without anything that must not be passed on: no query, and «…» in place of a secret part.

    `match` is what the address was resolved to, where that is known.
    """
    path = urlsplit(address).path
    try:
        match = match or resolve(path)
    except Resolver404:
        return path
    for name, value in match.kwargs.items():
        if name in SECRET_PARTS:
            path = path.replace(str(value), "…")
    return path
