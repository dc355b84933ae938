"""manage.py bench_ground: what a benchmark finds on our site."""

import json
from functools import partial

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from consulting.bench import ground, importing

from .load_demo import quiet


class Command(BaseCommand):
    help = "Makes runs and signs people in for a benchmark, and prints both as JSON. Only on the sites of benchmarks."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=["crowd", "calendars", "players", "packages"])
        parser.add_argument("--runs", type=int, default=20)
        parser.add_argument("--seats", type=int, default=20)
        parser.add_argument("--lengths", type=int, nargs="*", default=[])
        parser.add_argument("--people", type=int, default=200)

    def handle(self, *args, kind, runs, seats, lengths, people, **options):
        if not getattr(settings, "IS_BENCHMARK", False):  # it prints cookies with which anybody is signed in
            raise CommandError("This is not the site of a benchmark.")
        with quiet(), translation.override("de"):
            at = timezone.now()
            made = {
                "crowd": partial(ground.crowd, runs=runs, seats=seats, at=at),
                "calendars": partial(ground.calendars, lengths=lengths, at=at),
                "players": partial(ground.players, people=people, at=at),
                "packages": importing.import_everything,
            }[kind]()
        self.stdout.write(json.dumps(made))
