"""Who may plan, write and install what. Pages follow the rights that `setup.py` gives to the groups of the roles."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.permissions import policy_registry

from academy.enums import Role
from academy.permissions import has_role

from .enums import RunState
from .h5p.models import Content
from .models import Course, CoursePage, CourseRun, CourseVersion

OFFICE = Role.ACADEMY_OFFICE
WRITERS = (Role.TRAINER, Role.EDITOR, Role.ACADEMY_OFFICE)


def is_office(user) -> bool:
    return user.is_superuser or has_role(user, OFFICE)


def can_add_course(user) -> bool:
    return is_office(user) or has_role(user, Role.TRAINER)


def can_read_courses(user) -> bool:
    """Whether the list of courses in the admin concerns the person at all."""
    return user.is_superuser or has_role(user, *WRITERS, Role.PROGRAMME_LEAD)


def courses_changeable_by(user) -> QuerySet[Course]:
    """The office changes every course; trainers those whose page they wrote, whose runs they teach, or that are new."""
    if is_office(user):
        return Course.objects.all()
    if not has_role(user, Role.TRAINER):
        return Course.objects.none()
    pages, runs = CoursePage.objects.filter(course=OuterRef("pk")), CourseRun.objects.filter(course=OuterRef("pk"))
    own = Q(Exists(pages.filter(owner=user))) | Q(Exists(runs.filter(trainers=user)))
    return Course.objects.filter(own | (~Exists(pages) & ~Exists(runs)))


def courses_deletable_by(user) -> QuerySet[Course]:
    """Only for the office, and only courses on which nothing stands."""
    if not is_office(user):
        return Course.objects.none()
    stands = [model.objects.filter(course=OuterRef("pk")) for model in (CoursePage, CourseRun, CourseVersion)]
    return Course.objects.exclude(Exists(stands[0]) | Exists(stands[1]) | Exists(stands[2]))


def can_change_course(user, course: Course) -> bool:
    return courses_changeable_by(user).filter(pk=course.pk).exists()


def can_copy_course(user, course: Course) -> bool:
    """Who may add courses, and change this one: a copy holds its drafts, which others do not read."""
    return can_add_course(user) and can_change_course(user, course)


# --- Runs ----------------------------------------------------------------------------------------------------------
def can_plan_runs(user) -> bool:
    return is_office(user) or has_role(user, Role.TRAINER)


def can_assign_trainers(user) -> bool:
    return is_office(user)


def runs_readable_by(user) -> QuerySet[CourseRun]:
    """In the admin: the office and the programme lead read every run, a trainer those that they teach."""
    if is_office(user) or has_role(user, Role.PROGRAMME_LEAD):
        return CourseRun.objects.all()
    return _taught_by(user)


def runs_changeable_by(user) -> QuerySet[CourseRun]:
    """As long as a run is not over: the office every one, a trainer the own ones."""
    runs = CourseRun.objects.all() if is_office(user) else _taught_by(user)
    return runs.filter(state__in=[RunState.DRAFT, RunState.OPEN])


def runs_discardable_by(user) -> QuerySet[CourseRun]:
    """Only a run that was never opened disappears; any other is cancelled, so that people learn why."""
    return runs_changeable_by(user).filter(state=RunState.DRAFT)


def _taught_by(user) -> QuerySet[CourseRun]:
    return CourseRun.objects.filter(trainers=user) if has_role(user, Role.TRAINER) else CourseRun.objects.none()


def can_open_run(user, run: CourseRun) -> bool:
    """The office answers for what is offered."""
    return is_office(user) and run.state == RunState.DRAFT


def can_cancel_run(user, run: CourseRun) -> bool:
    return is_office(user) and run.state in (RunState.DRAFT, RunState.OPEN)


def can_confirm_run(user, run: CourseRun) -> bool:
    """The office says that a run takes place, where there is a day for that and it has not been said."""
    return is_office(user) and run.state == RunState.OPEN and run.decide_on is not None and run.confirmed_at is None


def can_complete_run(user, run: CourseRun) -> bool:
    """Whoever taught it, or the office, says that a run is over."""
    teaches = has_role(user, Role.TRAINER) and user.pk in [person.pk for person in run.trainers.all()]
    return run.state == RunState.OPEN and (is_office(user) or teaches)


def can_change_version(user, run: CourseRun) -> bool:
    """The office, and the run's own trainers, as long as people learn on it."""
    return run.state == RunState.OPEN and can_copy_run(user, run)


def can_copy_run(user, run: CourseRun) -> bool:
    """The office, and the run's own trainers, whatever became of the run."""
    return is_office(user) or (has_role(user, Role.TRAINER) and user in run.trainers.all())


# --- Rooms ---------------------------------------------------------------------------------------------------------
def can_keep_rooms(user) -> bool:
    return is_office(user)


def can_read_rooms(user) -> bool:
    return can_plan_runs(user) or has_role(user, Role.PROGRAMME_LEAD)


# --- Exercises -----------------------------------------------------------------------------------------------------
def can_upload_exercises(user) -> bool:
    return user.is_superuser or has_role(user, *WRITERS, Role.TECHNICAL_ADMIN)


def can_read_exercises(user) -> bool:
    return can_upload_exercises(user) or has_role(user, Role.PROGRAMME_LEAD)


def can_read_libraries(user) -> bool:
    return can_read_exercises(user)


def can_install_libraries(user) -> bool:
    """New program code for exercises comes in through the technical administration only."""
    return user.has_perm("h5p.add_library")


# --- Material ------------------------------------------------------------------------------------------------------
def can_read_material(user) -> bool:
    """The list of documents, images and exercises: whoever puts them on pages or installs their types, and the lead."""
    return can_read_exercises(user)


def keeps_material(user) -> bool:
    """Editors and the office answer for every file."""
    return user.is_superuser or has_role(user, Role.EDITOR, OFFICE)


def leads(user) -> bool:
    return has_role(user, Role.PROGRAMME_LEAD)


def can_change_material(user, material) -> bool:
    """Say what is known about it, replace its file and fetch the earlier ones.

    Trainers do so with files that they uploaded themselves, and with exercises, which every writer may upload anew.
    """
    if keeps_material(user):
        return True
    if isinstance(material, Content):
        return can_upload_exercises(user)
    policy = policy_registry.get_by_type(type(material))
    return can_read_material(user) and policy.user_has_permission_for_instance(user, "change", material)
