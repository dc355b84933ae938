"""manage.py seed_scale: a large, realistic data set for benchmarks."""

import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from consulting.scale import seeding

from .load_demo import quiet


class Command(BaseCommand):
    help = "Adds courses, people and places in bulk, for benchmarks. Refuses a database that is in use."

    def add_arguments(self, parser):
        parser.add_argument("--courses", type=int, default=200, metavar="N", help="courses (200)")
        parser.add_argument("--learners", type=int, default=2000, metavar="N", help="people who learn (2000)")
        parser.add_argument("--enrolments", type=int, default=6000, metavar="N", help="places (6000)")
        parser.add_argument("--into-existing", action="store_true", help="add to a database that holds data already")

    def handle(self, *args, courses, learners, enrolments, into_existing, **options):
        if min(courses, learners, enrolments) < 0:
            raise CommandError("Numbers below zero mean nothing here.")
        begun = time.monotonic()
        try:
            with quiet(), translation.override("de"):
                for line in seeding.seed(
                    courses=courses,
                    learners=learners,
                    enrolments=enrolments,
                    at=timezone.now(),
                    into_existing=into_existing,
                ):
                    self.stdout.write(line)
        except seeding.ScaleRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Made in {time.monotonic() - begun:.1f} s.")
