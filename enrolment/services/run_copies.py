"""Copying a run to a later time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.common.working_days import holiday_name
from academy.models import User
from academy.services import audit
from courses.enums import RunState
from courses.models import CourseRun, Room, Session
from courses.selectors import sessions_beside

from .runs import RunRefused, save_run

MOST_WEEKS = 260
_SAME = [
    "course",
    "language",
    "place",
    "online_link",
    "capacity_min",
    "capacity_max",
    "approval",
    "waiting_list",
    "offer_hours",
    "cutoff_days",
    "unit_quota",
    "audience",
    "organisation",
]
_MOMENTS = ("enrolment_opens_at", "enrolment_closes_at", "cancel_until")


@dataclass(frozen=True)
class ShiftedSession:
    """One date of a run and where it would lie in the copy."""

    before: Session
    starts_at: datetime
    ends_at: datetime
    holiday: str

    @property
    def room(self) -> Room | None:
        """The room of the date so far, where it is in use and free at the new time; else the office finds another."""
        room = self.before.room
        if room is None or not room.is_active:
            return None
        taken = sessions_beside([(self.starts_at, self.ends_at)]).filter(room=room)
        return None if taken.exists() else room


def shifted(moment: datetime, weeks: int) -> datetime:
    """The same weekday and clock time in Berlin that many weeks later, whatever the clocks did in between."""
    naive = timezone.localtime(moment).replace(tzinfo=None) + timedelta(weeks=weeks)
    return timezone.make_aware(naive).astimezone(UTC)


def shifted_sessions(*, run: CourseRun, weeks: int) -> list[ShiftedSession]:
    """Each date of the run that many weeks later, with the name of the Berlin holiday it would fall on."""
    planned = []
    for session in run.sessions.prefetch_related("trainers", "replacements").order_by("starts_at", "pk"):
        starts_at, ends_at = shifted(session.starts_at, weeks), shifted(session.ends_at, weeks)
        holiday = holiday_name(timezone.localdate(starts_at))
        planned.append(ShiftedSession(session, starts_at, ends_at, holiday))
    return planned


def weeks_to_follow(*, run: CourseRun, today: date) -> int:
    """The smallest number of weeks after which the copy would begin after the run's end, and after today."""
    first_at, last_at = run.span()
    if first_at is None:
        return 1
    first_on = timezone.localdate(first_at)
    gap = max(timezone.localdate(last_at), today) - first_on
    return min(max(1, gap.days // 7 + 1), MOST_WEEKS)


@transaction.atomic
def copy_run(*, run: CourseRun, weeks: int, trainers: list[User], actor: User, at: datetime) -> CourseRun:
    """Plan a draft like `run`, that many weeks later, taught by `trainers`; nobody's place goes with it. A room that
    is taken at the new time is left out.

    Raises RunRefused for a number of weeks out of range, or where a date of the copy would lie in the past.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise RunRefused(_("Please choose between 1 and %(most)d weeks.") % {"most": MOST_WEEKS})
    copy = CourseRun(state=RunState.DRAFT, **{name: getattr(run, name) for name in _SAME})
    for name in _MOMENTS:
        moment = getattr(run, name)
        setattr(copy, name, moment and shifted(moment, weeks))
    copy.decide_on = run.decide_on and run.decide_on + timedelta(weeks=weeks)
    copy.sessions = [_copied(new) for new in shifted_sessions(run=run, weeks=weeks)]
    copy.trainers = trainers
    save_run(run=copy, actor=actor, at=at)
    audit(action="run.copied", obj=copy, actor=actor, at=at, data={"run": run.pk, "weeks": weeks})
    return copy


def _copied(new: ShiftedSession) -> Session:
    """The same link, trainers and replacements at the later time, and the same room where it is free then."""
    before = new.before
    session = Session(starts_at=new.starts_at, ends_at=new.ends_at, ue=before.ue, place=before.place)
    session.room, session.online_link = new.room, before.online_link
    session.trainers, session.replacements = list(before.trainers.all()), list(before.replacements.all())
    return session
