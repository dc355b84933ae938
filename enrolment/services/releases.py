"""When a step is open for a learner: one rule for pages, files, exercises and everything that marks a step as done.

A step that the learner has begun or done stays open, whatever becomes of dates and rules. Where a rule asks for a date
that the run does not have, or for a step that its version does not have, it keeps nothing closed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from academy.common.moments import clock
from academy.common.moments import day as in_words
from courses.enums import Release
from courses.models import Session, Step
from enrolment.enums import ProgressState
from enrolment.models import Enrolment, Progress


@dataclass(frozen=True)
class Gate:
    """What keeps a step closed: a moment that has to come, or a step that has to be done before. Or nothing."""

    opens_at: datetime | None = None
    waits_for: UUID | None = None

    def is_open(self, *, at: datetime) -> bool:
        return self.waits_for is None and (self.opens_at is None or self.opens_at <= at)

    def sentence(self, *, title_before: str = "") -> str:
        """What stands at a closed step."""
        if self.waits_for is not None:
            return _("Opens when you have done «%(title)s».") % {"title": title_before}
        if self.opens_at is None:
            return ""
        words = {"day": in_words(self.opens_at), "time": clock(self.opens_at)}
        if timezone.localtime(self.opens_at).time() == time.min:
            return _("Opens on %(day)s.") % words
        return _("Opens on %(day)s at %(time)s.") % words


OPEN = Gate()


def gate_of(step: Step, *, sessions: Sequence[Session], known: Collection[UUID], done: Collection[UUID]) -> Gate:
    """The gate of a step. `sessions`: the dates of the run in their order; `known`: the steps of its version; `done`:
    those that the learner has done.
    """
    if step.release == Release.FROM_DAY:
        return Gate(opens_at=_midnight(step.release_on))
    if step.release == Release.AFTER_STEP:
        waits = step.release_after in known and step.release_after not in done
        return Gate(waits_for=step.release_after) if waits else OPEN
    if step.release in (Release.BEFORE_SESSION, Release.AFTER_SESSION):
        session = _session(sessions, step.release_session)
        return Gate(opens_at=_beside(step, session)) if session else OPEN
    return OPEN


def is_released(*, enrolment: Enrolment, step: Step, at: datetime) -> bool:
    """Whether the step is open for this place: no query where it opens at once, at most three otherwise."""
    if step.release == Release.AT_ONCE:
        return True
    if Progress.objects.filter(enrolment=enrolment, step_key=step.key).exists():
        return True
    beside_session = step.release in (Release.BEFORE_SESSION, Release.AFTER_SESSION)
    sessions = list(Session.objects.filter(run=enrolment.run_id)) if beside_session else []
    known: Collection[UUID] = ()
    done: Collection[UUID] = ()
    if step.release == Release.AFTER_STEP:
        before = Step.objects.filter(version=step.version_id, key=step.release_after)
        known = list(before.values_list("key", flat=True))
        own = Progress.objects.filter(enrolment=enrolment, step_key=step.release_after, state=ProgressState.DONE)
        done = list(own.values_list("step_key", flat=True))
    return gate_of(step, sessions=sessions, known=known, done=done).is_open(at=at)


def _session(sessions: Sequence[Session], number: int | None) -> Session | None:
    """The date of that number, the last one where no number is given; None where the run has no such date."""
    if number is None:
        return sessions[-1] if sessions else None
    return sessions[number - 1] if number <= len(sessions) else None


def _beside(step: Step, session: Session) -> datetime:
    """Midnight of the day so many days before or after the date; with 0 days after it: as soon as the date is over."""
    if step.release == Release.BEFORE_SESSION:
        return _midnight(timezone.localdate(session.starts_at) - timedelta(days=step.release_days))
    if step.release_days == 0:
        return session.ends_at
    return _midnight(timezone.localdate(session.ends_at) + timedelta(days=step.release_days))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
