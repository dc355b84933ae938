"""Who may do what with places (DOMAIN.md 2.5: «Registration», «Attendance, certificate»)."""

from django.db.models import Q

from academy.enums import Role
from academy.permissions import has_role
from courses.enums import RunState
from courses.models import CourseRun, Session

from .models import Enrolment


def can_withdraw_place(user, enrolment: Enrolment) -> bool:
    return enrolment.learner_id == user.pk and enrolment.is_live


def can_learn(user, enrolment: Enrolment) -> bool:
    """Only the learner, and only with a confirmed place: no employer, trainer or office opens somebody's steps (S1)."""
    return enrolment.learner_id == user.pk and enrolment.holds_place


def can_tick_attendance(user, run: CourseRun) -> bool:
    """The run's trainers and the academy office."""
    if has_role(user, Role.ACADEMY_OFFICE):
        return True
    return has_role(user, Role.TRAINER) and teaches_on(user, run)


def teaches_on(user, run: CourseRun) -> bool:
    """Whether somebody teaches the run, or one of its dates, or stands in there."""
    dates = Session.objects.filter(Q(trainers=user) | Q(replacements=user), run=run)
    return run.trainers.filter(pk=user.pk).exists() or dates.exists()


def can_read_answers(user, run: CourseRun) -> bool:
    """Only the run's trainers: no office, employer, approver or contact person reads what learners write (S1)."""
    return has_role(user, Role.TRAINER) and teaches_on(user, run)


def can_read_feedback(user, run: CourseRun) -> bool:
    """The sums of anonymous feedback: the run's trainers and the academy office (DOMAIN.md 2.5, «Evaluation»)."""
    return can_tick_attendance(user, run)


def can_correct_closed_list(user, run: CourseRun) -> bool:
    """Who keeps the list, by an addendum; once the run is completed only the academy office."""
    if run.state == RunState.COMPLETED:
        return has_role(user, Role.ACADEMY_OFFICE)
    return can_tick_attendance(user, run)


def can_move_list_up(user) -> bool:
    """Only the academy office gives places by hand (DOMAIN.md 2.5)."""
    return has_role(user, Role.ACADEMY_OFFICE)


def can_grant_waivers(user) -> bool:
    """Exceptions from what a course builds on are made by the academy office alone."""
    return has_role(user, Role.ACADEMY_OFFICE)


def can_read_interest(user) -> bool:
    """Who is interested in a course is read by the academy office alone; it plans the runs."""
    return has_role(user, Role.ACADEMY_OFFICE)


def can_read_delivery_log(user) -> bool:
    """Which mails a run has sent to whom is read by the academy office alone: it tells of approvals as well."""
    return has_role(user, Role.ACADEMY_OFFICE)


def can_read_access_needs(user) -> bool:
    """Who needs what is read by the academy office alone; trainers get instructions without names (DOMAIN.md 2.5)."""
    return has_role(user, Role.ACADEMY_OFFICE)


def can_revoke_certificate(user) -> bool:
    """What the academy has stated to everybody is taken back by the academy office alone."""
    return has_role(user, Role.ACADEMY_OFFICE)
