"""The secret address of a person's calendar."""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from academy.common.links import secret_hash
from academy.models import User
from enrolment.models import CalendarFeed


@transaction.atomic
def renew_feed(*, person: User, at: datetime) -> str:
    """Give the person's calendar a new secret address; an old one stops working at once.

    The secret is returned here and never again: only its hash is stored.
    """
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        person=person,
        defaults={
            "token_hash": secret_hash(secret),
            "created_at": at,
            "last_used_on": None,
            "etag": "",
            "content": b"",
        },
    )
    return secret


def revoke_feed(*, person: User) -> bool:
    """Take the address away; whether there was one."""
    deleted, _by_model = CalendarFeed.objects.filter(person=person).delete()
    return deleted > 0


def note_feed_use(*, feed: CalendarFeed, etag: str, content: bytes, on: date) -> None:
    """Remember what was given out and on which day, so that people see an address that nobody reads any more.

    Nothing is written where both are known; nothing stays where the dates have changed since `feed` was read.
    """
    if (feed.etag, feed.last_used_on) != (etag, on):
        unchanged = CalendarFeed.objects.filter(pk=feed.pk, changes=feed.changes)
        unchanged.update(etag=etag, content=content, last_used_on=on)


def forget_feeds(**lookup) -> None:
    """The dates of these people's calendars may have changed: once that is committed, their marks are void.

    Not in the same transaction, since two that move the same people would wait for each other. A mark that outlives a
    crash in between is void the next day.
    """
    feeds = CalendarFeed.objects.filter(**lookup)
    transaction.on_commit(lambda: feeds.update(changes=F("changes") + 1, etag="", content=b""), robust=True)
