"""The secret address of a person's calendar."""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from academy.models import User
from enrolment.models import CalendarFeed
from enrolment.selectors import token_hash


@transaction.atomic
def renew_feed(*, person: User, at: datetime) -> str:
    """Give the person's calendar a new secret address; an old one stops working at once.

    The secret is returned here and never again: only its hash is stored.
    """
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        person=person, defaults={"token_hash": token_hash(secret), "created_at": at, "last_used_on": None}
    )
    return secret


def revoke_feed(*, person: User) -> bool:
    """Take the address away; whether there was one."""
    deleted, _by_model = CalendarFeed.objects.filter(person=person).delete()
    return deleted > 0


def note_feed_use(*, feed: CalendarFeed, on: date) -> None:
    """Remember the day, so that people see an address that nobody reads any more. One write a day at most."""
    if feed.last_used_on != on:
        unused = Q(last_used_on__isnull=True) | Q(last_used_on__lt=on)
        CalendarFeed.objects.filter(unused, pk=feed.pk).update(last_used_on=on)
