"""Moving an open run to another version of its course: what it would mean, and doing it.

Progress is kept by the key of a step, so that nothing which was done is lost: a step that is gone keeps its rows, and
they count again where it comes back. Completions that were granted stay.
"""

import copy
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from academy.common import small_cells
from academy.models import User
from academy.services import audit
from courses.enums import RunState
from courses.models import CourseRun, CourseVersion
from courses.selectors import Difference, version_difference
from enrolment import notifications
from enrolment.models import Enrolment, VersionMove

from . import certificates, completion, seats
from .progress import LearningProgress, progress_of_places
from .runs import RunRefused


@dataclass(frozen=True)
class Standing:
    """How far somebody is: required steps done, of how many, and whether the course is completed."""

    done: int
    needed: int
    is_completed: bool


@dataclass(frozen=True)
class VersionPlan:
    """What a move would mean for the people with a confirmed place. Figures of fewer than five people are not given:
    what somebody has learnt is theirs alone (DOMAIN.md, S1).

    `lines`: from which standing to which, and how many people; `others`: how many people are in no line. Of the single
    figures None means: some people, or all but some.
    """

    difference: Difference
    people: int
    told: int
    lines: list[tuple[Standing, Standing, int]]
    others: int
    reopened: int | None
    granted: int | None
    kept: int | None


def plan_version(*, run: CourseRun, version: CourseVersion) -> VersionPlan:
    """What would happen if the run were moved to that version now; nothing is written."""
    confirmed = Enrolment.objects.confirmed().filter(run=run)
    places = list(confirmed.select_related("run__course", "run__version", "learner"))
    before = progress_of_places(places)
    imagined = copy.copy(CourseRun.objects.select_related("course").get(pk=run.pk))
    imagined.version = version
    after = progress_of_places(_on(places, imagined))
    moves = [(_standing(before[pk]), _standing(after[pk], will_be=True)) for pk in before]
    shown, others = small_cells.gathered(Counter(moves))
    people = len(places)
    reopened = sum(_has_done_all(before[pk]) and bool(after[pk].open_steps) for pk in before)
    granted = sum(now.is_completed and not was.is_completed for was, now in moves)
    kept = sum(was.is_completed for was, _now in moves)
    return VersionPlan(
        difference=version_difference(run.version, version),
        people=people,
        told=Enrolment.objects.live().filter(run=run, learner__erased_at=None).count(),
        lines=sorted(((*move, count) for move, count in shown.items()), key=lambda line: (-line[2], str(line))),
        others=others,
        reopened=small_cells.part(reopened, people),
        granted=small_cells.part(granted, people),
        kept=small_cells.part(kept, people),
    )


def _on(places: Iterable[Enrolment], run: CourseRun) -> list[Enrolment]:
    moved = [copy.copy(place) for place in places]
    for place in moved:
        place.run = run
    return moved


def _standing(facts: LearningProgress, *, will_be: bool = False) -> Standing:
    needed = facts.needed_steps
    grants = will_be and facts.completion is None and facts.result is not None
    return Standing(sum(entry.is_done for entry in needed), len(needed), facts.is_completed or grants)


def _has_done_all(facts: LearningProgress) -> bool:
    return bool(facts.needed_steps) and not facts.open_steps


@transaction.atomic
def change_version(
    *, run: CourseRun, version: CourseVersion, shown_from: CourseVersion | None, actor: User, at: datetime
) -> CourseRun:
    """Move an open run from the version that was shown to another one. Whoever has done all that it asks has completed
    the course from now on; everybody with a live place is told what is new.

    Raises RunRefused unless the run is open and stands on `shown_from`, and for a version of another course or the one
    that it stands on.
    """
    run = seats.lock_run(run)
    if run.state != RunState.OPEN:
        raise RunRefused(_("Only an open run can be moved to another version."))
    if version.course_id != run.course_id:
        raise RunRefused(_("This version belongs to another course."))
    if version.pk == run.version_id:
        raise RunRefused(_("The run stands on this version already."))
    if run.version_id != (shown_from.pk if shown_from else None):
        raise RunRefused(
            _("The run has been moved to another version meanwhile. Please look at the difference once more.")
        )
    found = version_difference(run.version, version)
    move = VersionMove.objects.create(
        run=run, from_version=run.version, to_version=version, added_by=actor.pseudonym, added_at=at
    )
    run.version = version
    run.save(update_fields=["version"])
    numbers = {"from": move.from_version.number if move.from_version else None, "to": version.number}
    audit(action="run.version", obj=run, actor=actor, at=at, data=numbers)
    _tell(run, move, found, at=at)
    _settle(run, at=at)
    return run


def _tell(run: CourseRun, move: VersionMove, found: Difference, *, at: datetime) -> None:
    if found:
        for place in Enrolment.objects.live().filter(run=run).select_related("run__course", "learner").order_by("pk"):
            notifications.steps_changed(place, move=move, found=found, at=at)


def _settle(run: CourseRun, *, at: datetime) -> None:
    """Grant what the new version gives; a self-study module gives its certificate at once, as by the last step."""
    places = Enrolment.objects.confirmed().filter(run=run)
    standing = completion.update_completions(enrolments=places, at=at)
    if not run.sessions.exists():
        for place in places.filter(pk__in=standing, certificates__isnull=True).order_by("pk"):
            certificates.issue_certificate(enrolment=place, at=at)
