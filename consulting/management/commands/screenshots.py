"""manage.py screenshots: pictures of the main pages. The front door is `./run screenshots`."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from consulting.bench import BenchRefused, pictures
from consulting.bench.machines import ROOT


class Command(BaseCommand):
    help = "Takes pictures of the main pages at 360 and 1280 px in both themes, from demo content of its own."

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=ROOT / "screenshots", help="where to (screenshots)")

    def handle(self, *args, folder, **options):
        try:
            for path in pictures.take(folder=folder.resolve(), say=self.stderr.write):
                self.stdout.write(str(path))
        except BenchRefused as refusal:
            raise CommandError(str(refusal)) from refusal
