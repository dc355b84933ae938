"""manage.py audit: checks every promise on live data."""

from django.core.management.base import BaseCommand, CommandError

from academy.common.registry import registry


class Command(BaseCommand):
    help = "Checks every invariant on live data; lists what is broken and ends with code 1 then."

    def handle(self, *args, **options):
        broken = 0
        for check in registry.invariants:
            for sentence in check():
                self.stdout.write(sentence)
                broken += 1
        if broken:
            raise CommandError(f"{broken} broken {'promise' if broken == 1 else 'promises'}.")
        self.stdout.write("All promises hold.")
