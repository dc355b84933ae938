"""Who may plan, write and install what. Pages follow the rights that `setup.py` gives to the groups of the roles."""

from academy.enums import Role
from academy.permissions import has_role

from .models import Course, CourseRun


def can_add_course(user) -> bool:
    return user.is_superuser or has_role(user, Role.ACADEMY_OFFICE, Role.TRAINER)


def can_read_courses(user) -> bool:
    """Whether the list of courses in the admin concerns the person at all."""
    return can_add_course(user) or has_role(user, Role.PROGRAMME_LEAD, Role.EDITOR)


def can_change_course(user, course: Course) -> bool:
    """The office changes every course; trainers those whose page they wrote, whose runs they teach, or that is new."""
    if user.is_superuser or has_role(user, Role.ACADEMY_OFFICE):
        return True
    return has_role(user, Role.TRAINER) and (
        course.pages.filter(owner=user).exists()
        or course.runs.filter(trainers=user).exists()
        or not (course.pages.exists() or course.runs.exists())
    )


def can_delete_course(user, course: Course) -> bool:
    """Only the office, and only a course on which nothing stands."""
    stands = course.pages.exists() or course.runs.exists() or course.versions.exists()
    return (user.is_superuser or has_role(user, Role.ACADEMY_OFFICE)) and not stands


def can_plan_runs(user) -> bool:
    return user.is_superuser or has_role(user, Role.ACADEMY_OFFICE, Role.TRAINER)


def can_change_run(user, run: CourseRun) -> bool:
    """The office changes every run, a trainer the own ones."""
    if user.is_superuser or has_role(user, Role.ACADEMY_OFFICE):
        return True
    return has_role(user, Role.TRAINER) and run.trainers.filter(pk=user.pk).exists()


def can_assign_trainers(user) -> bool:
    return user.is_superuser or has_role(user, Role.ACADEMY_OFFICE)


def can_upload_exercises(user) -> bool:
    return user.is_superuser or has_role(user, Role.TRAINER, Role.ACADEMY_OFFICE, Role.EDITOR, Role.TECHNICAL_ADMIN)


def can_install_libraries(user) -> bool:
    """New program code for exercises comes in through the technical administration only."""
    return user.has_perm("h5p.add_library")
