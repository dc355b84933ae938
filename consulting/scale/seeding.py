"""Fills a database with courses, people and places, in bulk and through every constraint.

The words are those of the demo content, so that pages are as long as real ones. The same numbers on the same day give
the same data, and `manage.py audit` finds nothing broken in it.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from academy.common.registry import registry
from academy.models import Term, User
from consulting.demo.loading import Loading
from consulting.demo.organisations import load_vocabulary
from courses.models import Course
from enrolment import services

from . import catalogue, people


class ScaleRefused(Exception):
    """The data set cannot be made here. The message is written for who runs the command."""


def seed(*, courses: int, learners: int, enrolments: int, at: datetime, into_existing: bool = False) -> Iterator[str]:
    """Add so many courses (with pages, runs and sessions), people and places; gives a line for each part.

    Raises ScaleRefused where the database holds courses or people already and `into_existing` was not said, and where
    there are too few people or runs for so many places.
    """
    if not into_existing and (Course.objects.exists() or User.objects.exists()):
        raise ScaleRefused(
            "This database is in use. Give DATABASE_URL another one, or say --into-existing to add to what is here."
        )
    with transaction.atomic():
        registry.set_up_site()
        if not Term.objects.exists():
            load_vocabulary(Loading.now(at))
        runs = catalogue.add_courses(courses, trainers=people.add_trainers(), at=at)
        yield f"{courses} courses with their pages, {len(runs)} runs"
        crowd = people.add_learners(learners)
        yield f"{len(crowd)} people"
        try:
            filled = services.fill_runs(runs=runs, learners=crowd, places=enrolments, at=at)
        except services.RunRefused as refusal:
            raise ScaleRefused(str(refusal)) from refusal
        yield f"{filled.places} places on {filled.seats} seats, {filled.waiting} of them waiting"
