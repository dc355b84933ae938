"""manage.py load_demo: load or refresh the demo content, or compare it with what is expected of it."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from consulting.demo import expected, loader


class Command(BaseCommand):
    help = (
        "Loads or refreshes the demo content (only where DEMO=1). With --check, compares it with the expected figures."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            nargs="?",
            const="all",
            choices=["all", *expected.GROUPS],
            metavar="GROUP",
            help=f"compare only; one of {', '.join(expected.GROUPS)}, or everything",
        )

    def handle(self, *args, check=None, **options):
        with translation.override("de"):
            if check:
                self._check(check)
            else:
                self._load()

    def _load(self) -> None:
        begun = time.monotonic()
        try:
            with quiet():
                for line in loader.load(timezone.now()):
                    self.stdout.write(line)
        except loader.DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Loaded in {time.monotonic() - begun:.1f} s.")

    def _check(self, group: str) -> None:
        results = expected.check(None if group == "all" else group, at=timezone.now())
        for result in results:
            self.stdout.write(str(result))
        differing = sum(1 for result in results if result.verdict == expected.DIFFERS)
        if differing:
            raise CommandError(f"{differing} of {len(results)} figures differ.")
        self.stdout.write("Everything that is here already is as expected.")


@contextmanager
def quiet() -> Iterator[None]:
    """Wagtail notes each page that is made; here the line of each block says it all."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
