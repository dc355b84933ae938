"""What people need to take part: said by themselves, after they have a place, and forgotten in time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from academy.models import User
from enrolment.enums import AccessKind
from enrolment.models import AccessNeeds, Enrolment

from . import seats


class AccessRefused(Exception):
    """A rule says no. The message is written for the learner."""


@transaction.atomic
def save_access_needs(
    *,
    enrolment: Enrolment,
    kinds: Iterable[str],
    interpreting_language: str = "",
    instruction: str = "",
    actor: User,
    at: datetime,
) -> AccessNeeds | None:
    """Keep what the learner needs on this run; None where nothing is left to keep. Nothing of it goes into any log.

    Raises AccessRefused if the place is not confirmed, is somebody else's, or the last date of the run is over.
    """
    seats.lock_run(enrolment.run)
    enrolment = seats.lock_place(enrolment)
    check_access_needs(enrolment=enrolment, actor=actor, at=at)
    chosen = [str(kind) for kind in AccessKind if kind in set(kinds)]
    words = " ".join(instruction.split())[:500]
    if not chosen and not words:
        AccessNeeds.objects.filter(enrolment=enrolment).delete()
        return None
    language = " ".join(interpreting_language.split())[:60] if AccessKind.INTERPRETING in chosen else ""
    given = {"kinds": chosen, "interpreting_language": language, "instruction": words, "updated_at": at}
    return AccessNeeds.objects.update_or_create(enrolment=enrolment, defaults=given)[0]


def check_access_needs(*, enrolment: Enrolment, actor: User, at: datetime) -> None:
    """Raises AccessRefused, with the reason, where nothing can be said (any more)."""
    if enrolment.learner_id != actor.pk:
        raise AccessRefused(_("Only the person who takes part can say this."))
    if not enrolment.holds_place:
        raise AccessRefused(_("We ask for this as soon as you have a place on this course."))
    if not enrolment.run.sessions.filter(ends_at__gt=at).exists():
        raise AccessRefused(_("This course has no date to come, so there is nothing to prepare."))


def delete_access_needs(*, enrolment: Enrolment, actor: User) -> None:
    """Forget what the learner has said, at once and at any time. Raises AccessRefused for anybody else."""
    if enrolment.learner_id != actor.pk:
        raise AccessRefused(_("Only the person who takes part can say this."))
    AccessNeeds.objects.filter(enrolment=enrolment).delete()


def access_needs_to_forget(*, at: datetime) -> QuerySet[AccessNeeds]:
    """What is kept although the last date of its run ended more than ACCESS_NEEDS_DAYS ago."""
    before = at - timedelta(days=settings.ACCESS_NEEDS_DAYS)
    ended = AccessNeeds.objects.annotate(last_at=Max("enrolment__run__sessions__ends_at"))
    return ended.filter(last_at__lte=before).order_by("pk")


def forget_access_needs(*, at: datetime, dry_run: bool = False) -> int:
    """Delete what must go; how many rows. With `dry_run` it only counts."""
    keys = list(access_needs_to_forget(at=at).values_list("pk", flat=True))
    if not dry_run:
        AccessNeeds.objects.filter(pk__in=keys).delete()
    return len(keys)
