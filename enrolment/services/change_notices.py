"""Telling people that dates, places or the way in have changed: once for all changes of a quarter of an hour.

Feeds show a change at once; a mail that tells of it waits, since a plan is often changed twice in a row.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from academy.models import User
from academy.services import audit
from courses.models import CourseRun, Session
from enrolment import notifications
from enrolment.models import ChangeNotice, Enrolment
from enrolment.notifications import Changes, Known

from . import seats

GATHERING = timedelta(minutes=15)
BATCH = 50


def gather(run: CourseRun, before: Iterable[Known], *, at: datetime) -> ChangeNotice | None:
    """Note the dates as they were before a change that has just been saved, under the run's lock; the first change
    begins the quarter of an hour. None where the run has no people to tell.
    """
    notice = open_notice(run)
    if notice is None and not Enrolment.objects.live().filter(run=run).exists():
        return None
    if notice is None:
        notice = ChangeNotice(run=run, began_at=at, due_at=at + GATHERING)
    notice.versions.append({"until": at.isoformat(), "dates": [known.as_row() for known in before]})
    notice.save()
    return notice


def open_notice(run: CourseRun) -> ChangeNotice | None:
    """The changes of the run that nobody has been told of yet."""
    return ChangeNotice.objects.filter(run=run, told_at__isnull=True).first()


def removed_meanwhile(run: CourseRun) -> list[Session]:
    """Sessions that are gone and that calendars still hold, since nobody has been told of it yet."""
    notice = open_notice(run)
    if notice is None:
        return []
    last = {known.session: known for _until, dates in _versions(notice) for known in dates}
    kept = set(run.sessions.values_list("pk", flat=True))
    return [known.removed() for key, known in last.items() if key not in kept]


def drop(run: CourseRun) -> None:
    """Forget what was gathered: the run is over, or called off, and people are told that instead."""
    ChangeNotice.objects.filter(run=run, told_at__isnull=True).delete()


def tell_of_changes(*, at: datetime) -> int:
    """Tell of everything whose quarter of an hour is over; how many people are told. May run twice at once."""
    due = ChangeNotice.objects.filter(told_at__isnull=True, due_at__lte=at).order_by("due_at", "pk")
    return sum(
        _tell(run, at=at) for run in CourseRun.objects.filter(pk__in=list(due.values_list("run", flat=True)[:BATCH]))
    )


@transaction.atomic
def tell_at_once(*, run: CourseRun, actor: User, at: datetime) -> int:
    """Tell of the gathered changes of a run without waiting; how many people are told, 0 where there is nothing."""
    if open_notice(run) is None:
        return 0
    told = _tell(run, at=at)
    audit(action="run.change_told", obj=run, actor=actor, at=at)
    return told


@transaction.atomic
def _tell(run: CourseRun, *, at: datetime) -> int:
    """One mail for each live place to which anything is new. Under the run's lock, so that nobody tells it twice."""
    run = seats.lock_run(run)
    notice = open_notice(run)
    if notice is None:
        return 0
    versions, now = _versions(notice), [Known.of(session, run) for session in run.sessions.all()]
    places = Enrolment.objects.filter(run=run).live().select_related("run", "learner").order_by("pk")
    told = 0
    for place in places.annotate(last_told=Max("moves__at")):
        known = next((dates for until, dates in versions if until >= place.last_told), None)
        changes = Changes.between(known, now) if known is not None else None
        if changes:
            notifications.run_moved(place, changes=changes, cause=f"moved.{notice.pk}", at=at)
            told += 1
    notice.told_at = at
    notice.save(update_fields=["told_at"])
    return told


def _versions(notice: ChangeNotice) -> list[tuple[datetime, list[Known]]]:
    """The dates as they were, each with the moment until which they held."""
    return [
        (datetime.fromisoformat(version["until"]), [Known.read(row) for row in version["dates"]])
        for version in notice.versions
    ]
