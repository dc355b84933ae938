"""Applies the periods after which data goes, and prints what went and why."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from academy.common.registry import registry


class Command(BaseCommand):
    help = "Deletes data whose period is over. With --dry-run it only says what would go."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="delete nothing")

    def handle(self, *args, dry_run: bool, **options) -> None:
        at = timezone.now()
        for key, rule in sorted(registry.retention.items()):
            count = rule.apply(at=at, dry_run=dry_run)
            self.stdout.write(f"{key}: {count} {'would go' if dry_run else 'gone'}. {rule.reason}")
