"""Reads about places. Every read starts from what the person may see."""

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from academy.enums import Role
from academy.selectors import roles_of
from courses.models import CourseRun, Session

from .enums import EnrolmentState
from .models import Enrolment


def places_visible_to(user) -> QuerySet[Enrolment]:
    """A learner's own places, and nobody else's (DOMAIN.md 2.5, row «Registration»)."""
    if not user.is_authenticated:
        return Enrolment.objects.none()
    return Enrolment.objects.filter(learner=user)


def places_of(user) -> QuerySet[Enrolment]:
    """The person's places with run, course titles, sessions and the position on the waiting list, newest first."""
    ahead = (
        Enrolment.objects.filter(
            run=OuterRef("run"), state=EnrolmentState.WAITLISTED, queue_number__lte=OuterRef("queue_number")
        )
        .order_by()
        .values("run")
        .annotate(n=Count("pk"))
        .values("n")
    )
    runs = CourseRun.objects.with_titles().prefetch_related(
        Prefetch("sessions", queryset=Session.objects.order_by("starts_at", "pk"))
    )
    return (
        places_visible_to(user)
        .annotate(position=Coalesce(Subquery(ahead), 0))
        .prefetch_related(Prefetch("run", queryset=runs), "approvals")
        .order_by("-enrolled_at", "-pk")
    )


def place_on(run: CourseRun, user) -> Enrolment | None:
    """The person's live place on the run, or None."""
    return places_visible_to(user).live().filter(run=run).first() if user.is_authenticated else None


def runs_taught_by(user) -> QuerySet[CourseRun]:
    """The runs whose lists a person may open: a trainer's own, the academy office's all (DOMAIN.md 2.5)."""
    roles = roles_of(user)
    if Role.ACADEMY_OFFICE in roles:
        return CourseRun.objects.all()
    if Role.TRAINER in roles:
        return CourseRun.objects.filter(trainers=user)
    return CourseRun.objects.none()
