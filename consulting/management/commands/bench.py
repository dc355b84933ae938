"""manage.py bench: one benchmark. The front door is `./run bench`."""

import json
import os

from django.core.management.base import BaseCommand, CommandError

from consulting.bench import BenchRefused, enrol, feed, h5p, pages

BENCHES = {"pages": pages.measure, "enrol": enrol.measure, "feed": feed.measure, "h5p": h5p.measure}


class Command(BaseCommand):
    help = "Runs one benchmark on sites of its own and prints a table; with --json an object on the standard output."

    def add_arguments(self, parser):
        parser.add_argument("name", choices=sorted(BENCHES), metavar="NAME", help=f"one of: {', '.join(BENCHES)}")
        parser.add_argument("--json", action="store_true", help="print one JSON object; the table goes to stderr")
        parser.add_argument("--requests", type=int, default=40, metavar="N", help="requests of a round (40)")
        parser.add_argument(
            "--rounds", type=int, default=None, metavar="N", help="rounds, of which the median counts (5; enrol: 20)"
        )

    def handle(self, *args, name, requests, rounds, **options):
        outside = os.environ.get("TEST_DATABASE_URL", "")
        try:
            given = {"rounds": rounds} if rounds else {}
            result = BENCHES[name](say=self.stderr.write, outside=outside, requests=requests, **given)
        except BenchRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stderr.write(result.text())
            self.stdout.write(json.dumps(result.as_json(), indent=1))
        else:
            self.stdout.write(result.text())
