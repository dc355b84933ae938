"""Whether a run takes place: asked of the office on the day of the decision, told to the participants."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.enums import Role
from academy.models import User
from academy.selectors import people_with
from academy.services import audit
from courses.enums import RunState
from courses.models import CourseRun
from enrolment import notifications
from enrolment.enums import EnrolmentState
from enrolment.models import Enrolment

from . import seats
from .runs import RunRefused


@transaction.atomic
def confirm_run(*, run: CourseRun, actor: User, at: datetime) -> CourseRun:
    """Say that a run takes place with the people it has; those with a confirmed place are told.

    Raises RunRefused unless it is open, or where it was said already.
    """
    run = seats.lock_run(run)
    if run.state != RunState.OPEN:
        raise RunRefused(_("Only an open run can be confirmed."))
    if run.confirmed_at is not None:
        raise RunRefused(_("It is decided already that this run takes place."))
    run.confirmed_at = at
    run.save(update_fields=["confirmed_at"])
    audit(action="run.confirmed", obj=run, actor=actor, at=at)
    for place in Enrolment.objects.confirmed().filter(run=run).select_related("run", "learner").order_by("pk"):
        notifications.run_takes_place(place, at=at)
    return run


def ask_for_decisions(*, at: datetime) -> int:
    """Remind the office and the trainers of the runs whose day of decision has come; how many runs. Each person reads
    it once for each run and day.
    """
    places = Count("enrolments", filter=Q(enrolments__state=EnrolmentState.CONFIRMED))
    due = CourseRun.objects.filter(
        state=RunState.OPEN, confirmed_at__isnull=True, decide_on__lte=timezone.localdate(at)
    ).exclude(sessions__starts_at__lte=at)
    runs = list(due.annotate(confirmed=places).with_titles().prefetch_related("sessions", "trainers").order_by("pk"))
    if not runs:
        return 0
    office = list(people_with(Role.ACADEMY_OFFICE, at=at))
    for run in runs:
        for person in dict.fromkeys([*office, *run.trainers.all()]):
            notifications.decision_due(run, person=person, confirmed=run.confirmed, at=at)
    return len(runs)
